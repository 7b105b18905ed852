// The list of problems as the library fills it and a host reads it.

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/problems.h"

Test(problems, print_like_a_compiler) {
  twin_problems *problems = twin_problems_new();
  const tw_problem_text whole = {.code = "E-UNIT",
                                 .file = "line.json",
                                 .line = 31,
                                 .column = 22,
                                 .pointer = "/stations/saw/time"};
  tw_problems_add(problems, &whole, "%s has no unit; a duration is needed, e.g. \"2.6 min\"",
                  "2.6");
  cr_assert_str_eq(twin_problems_text(problems, 0),
                   "line.json:31:22: /stations/saw/time: 2.6 has no unit; a duration is needed, "
                   "e.g. \"2.6 min\" [E-UNIT]");
  tw_problems_add(
      problems,
      &(tw_problem_text){.severity = TWIN_WARNING, .code = "W-RHO", .pointer = "/stations/mill"},
      "load is %d %%", 104);
  cr_assert_str_eq(twin_problems_text(problems, 1),
                   "/stations/mill: warning: load is 104 % [W-RHO]");
  tw_problems_add(problems,
                  &(tw_problem_text){.file = "a.json", .line = 3, .hint = "did you mean x?"},
                  "no such field");
  cr_assert_str_eq(twin_problems_text(problems, 2), "a.json:3: no such field; did you mean x?");
  cr_assert_str_eq(twin_problems_text(problems, 3), "");
  cr_assert_str_eq(twin_problems_text(NULL, 0), "");
  twin_problems_free(problems);
}

Test(problems, records_have_all_their_fields_and_never_null) {
  twin_problems *problems = twin_problems_new();
  tw_problems_add(problems, &(tw_problem_text){.status = TWIN_ERR_VALUE, .got = "3", .wanted = "4"},
                  "m");
  tw_problems_add(problems, &(tw_problem_text){.severity = TWIN_WARNING}, "w");
  tw_problems_add(problems, &(tw_problem_text){.code = "E-X"}, "e");
  twin_problem problem = {.struct_size = sizeof problem};
  cr_assert(twin_problems_get(problems, 0, &problem) == TWIN_OK);
  cr_assert(problem.status == TWIN_ERR_VALUE && problem.severity == TWIN_ERROR);
  cr_assert(problem.struct_size == sizeof problem && problem.line == 0);
  cr_assert_str_eq(problem.got, "3");
  cr_assert_str_eq(problem.wanted, "4");
  cr_assert_str_eq(problem.message, "m");
  cr_assert(problem.code[0] == 0 && problem.file[0] == 0 && problem.pointer[0] == 0);
  cr_assert(problem.hint[0] == 0);
  cr_assert(twin_problems_get(problems, 1, &problem) == TWIN_OK && problem.status == TWIN_OK);
  cr_assert(twin_problems_get(problems, 2, &problem) == TWIN_OK && problem.status == TWIN_ERR_LINE);
  twin_problems_free(problems);
}

Test(problems, get_checks_its_arguments_and_fills_no_more_than_the_caller_knows) {
  twin_problems *problems = twin_problems_new();
  tw_fail(problems, TWIN_ERR_IO, "cannot open %s", "x");
  twin_problem problem;
  memset(&problem, 0x5a, sizeof problem);
  problem.struct_size = offsetof(twin_problem, line);
  cr_assert(twin_problems_get(problems, 0, &problem) == TWIN_OK);
  cr_assert(problem.status == TWIN_ERR_IO && problem.line == 0x5a5a5a5a);
  problem.struct_size = 0;
  cr_assert(twin_problems_get(problems, 0, &problem) == TWIN_ERR_ARGUMENT);
  problem.struct_size = sizeof problem;
  cr_assert(twin_problems_get(problems, 1, &problem) == TWIN_ERR_NOT_FOUND);
  cr_assert(twin_problems_get(NULL, 0, &problem) == TWIN_ERR_ARGUMENT);
  cr_assert(twin_problems_get(problems, 0, NULL) == TWIN_ERR_ARGUMENT);
  twin_problems_free(problems);
}

Test(problems, fail_gives_its_status_back_also_without_a_list) {
  twin_problems *problems = twin_problems_new();
  cr_assert(tw_fail(problems, TWIN_ERR_FILE, "damaged") == TWIN_ERR_FILE);
  cr_assert(tw_fail(NULL, TWIN_ERR_FILE, "damaged") == TWIN_ERR_FILE);
  tw_problems_add(NULL, &(tw_problem_text){0}, "nobody listens");
  cr_assert(twin_problems_count(problems, -1) == 1 && twin_problems_count(NULL, -1) == 0);
  twin_problems_free(problems);
  twin_problems_free(NULL);
}

Test(problems, are_counted_by_severity_and_cleared) {
  twin_problems *problems = twin_problems_new();
  for (int i = 0; i < 12; i++) {
    tw_problems_add(problems, &(tw_problem_text){.severity = (twin_severity)(i % 3)}, "%d", i);
  }
  for (int severity = 0; severity < 3; severity++) {
    cr_assert(twin_problems_count(problems, severity) == 4);
  }
  cr_assert(twin_problems_count(problems, -1) == 12 && twin_problems_count(problems, 7) == 0);
  cr_assert_str_eq(twin_problems_text(problems, 2), "note: 2");
  twin_problems_clear(problems);
  for (int severity = -1; severity < 3; severity++) {
    cr_assert(twin_problems_count(problems, severity) == 0);
  }
  tw_fail(problems, TWIN_ERR_IO, "new");
  cr_assert_str_eq(twin_problems_text(problems, 0), "new");
  twin_problems_free(problems);
}

Test(problems, after_a_thousand_only_the_count_goes_on) {
  twin_problems *problems = twin_problems_new();
  for (int i = 0; i < TW_PROBLEMS_MAX + 250; i++) {
    const twin_severity severity = i < TW_PROBLEMS_MAX ? TWIN_WARNING : TWIN_ERROR;
    tw_problems_add(problems, &(tw_problem_text){.severity = severity}, "problem %d", i);
  }
  cr_assert(twin_problems_count(problems, -1) == TW_PROBLEMS_MAX + 1);
  cr_assert(twin_problems_count(problems, TWIN_ERROR) == 250, "errors are told though not kept");
  cr_assert_str_eq(twin_problems_text(problems, TW_PROBLEMS_MAX - 1), "warning: problem 999");
  cr_assert_str_eq(twin_problems_text(problems, TW_PROBLEMS_MAX),
                   "note: 250 more problems are not listed");
  twin_problem note = {.struct_size = sizeof note};
  cr_assert(twin_problems_get(problems, TW_PROBLEMS_MAX, &note) == TWIN_OK);
  cr_assert(note.severity == TWIN_NOTE);
  cr_assert_str_eq(note.message, "250 more problems are not listed");
  cr_assert(twin_problems_get(problems, TW_PROBLEMS_MAX + 1, &note) == TWIN_ERR_NOT_FOUND);
  twin_problems_free(problems);
}

Test(problems, texts_live_as_long_as_the_list) {
  twin_problems *problems = twin_problems_new();
  char pointer[32] = "/stations/a";
  tw_problems_add(problems, &(tw_problem_text){.pointer = pointer}, "first");
  strcpy(pointer, "overwritten");
  const char *text = twin_problems_text(problems, 0);
  for (int i = 0; i < 200; i++) tw_fail(problems, TWIN_ERR_IO, "more %d", i);
  cr_assert_str_eq(text, "/stations/a: first");
  cr_assert(twin_problems_text(problems, 0) == text, "printed once");
  twin_problems_free(problems);
}

Test(problems, texts_are_readable_whatever_they_are_made_of) {
  twin_problems *problems = twin_problems_new();
  const tw_problem_text text = {.hint = "cut \xe2\x82", .got = "a\nb", .pointer = "/\xc0\xaf"};
  tw_problems_add(problems, &text, "no '%s'", "\x1b[31m\xed\xa0\x80 M\xc3\xbchle");
  twin_problem problem = {.struct_size = sizeof problem};
  cr_assert_eq(twin_problems_get(problems, 0, &problem), TWIN_OK);
  cr_assert_str_eq(problem.message, "no '?[31m??? M\xc3\xbchle'");
  cr_assert_str_eq(problem.hint, "cut ??");
  cr_assert_str_eq(problem.got, "a?b");
  cr_assert_str_eq(problem.pointer, "/??");
  twin_problems_free(problems);
}
