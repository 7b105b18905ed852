// state_json_test.c - what stands in the text of a state, what of it can be changed by hand, and how
// texts that are no state of the line are refused: with a place and a sentence, the run untouched.

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ticks.h"
#include "io/state_json.h"
#include "state/hash.h"
#include "state/ops.h"
#include "state/validate.h"
#include "support/story.h"

// A queue of at most 3 parts before a machine that takes 10 s and jams every 100 s of the calendar.
static const char small_line[] =
    "'sources': {'in': {'sequence': ['p'], 'repeat': true, 'every': '7 s'}},"
    "'buffers': {'b': {'capacity': 3}},"
    "'stations': {'m': {'type': 'machine', 'time': '10 s', 'failures': {'jam': {'clock': 'calendar',"
    " 'mtbf': '100 s', 'repair': '5 s'}}}},"
    "'flow': [['in', 'b', 'm', 'out']]";

static tw_run *small_run(double until_s) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(small_line, &why);
  cr_assert_not_null(line, "%s", why.at);
  tw_run *run = test_run(line, 1);
  tw_line_unref(line);
  cr_assert_eq(test_until(run, until_s), TWIN_OK);
  return run;
}

static char *written(const tw_run *run) {
  tw_text text = {0};
  cr_assert(tw_state_write(run, &text));
  return text.at;
}

// Double quotes for single ones.
static char *quoted(const char *text) {
  char *own = malloc(strlen(text) + 1);
  cr_assert_not_null(own);
  strcpy(own, text);
  for (char *at = own; *at != '\0'; at++)
    if (*at == '\'') *at = '"';
  return own;
}

static twin_status take(tw_run *run, const char *text, twin_problems *problems) {
  char *own = quoted(text);
  const twin_status status = tw_state_read(run, own, strlen(own), "state", problems);
  free(own);
  return status;
}

static void expect_taken(tw_run *run, const char *text) {
  twin_problems *problems = twin_problems_new();
  const twin_status status = take(run, text, problems);
  cr_expect_eq(status, TWIN_OK, "%s", twin_problems_text(problems, 0));
  twin_problems_free(problems);
}

// Refused with a first problem that has this text in it, and the run is as it was.
static void expect_refused(tw_run *run, const char *text, const char *wanted) {
  twin_problems *problems = twin_problems_new();
  const uint64_t before = tw_run_hash(run, true);
  const twin_status status = take(run, text, problems);
  cr_expect_eq(status, TWIN_ERR_SNAPSHOT, "%d: %s", (int)status, text);
  cr_expect(strstr(twin_problems_text(problems, 0), wanted) != NULL, "\n  said   %s\n  wanted %s",
            twin_problems_text(problems, 0), wanted);
  cr_expect_eq(tw_run_hash(run, true), before, "the run is another after %s", text);
  twin_problems_free(problems);
}

static void expect_text(const char *text, const char *piece) {
  char *own = quoted(piece);
  cr_expect(strstr(text, own) != NULL, "\"%s\" is not in\n%s", own, text);
  free(own);
}

Test(state_json, names_places_machines_events_and_parts) {
  tw_run *run = small_run(16);
  char *text = written(run);
  expect_text(text, "'libtwin_state': 1");
  expect_text(text, "'mode.left': 'us'");
  expect_text(text, "'m[1]': {'since_us': 7000000, 'spell_us': 7000000, 'end_us': 17000000");
  expect_text(text, "'part': 1, 'exit_i': null");
  expect_text(text, "'phase': 'process', 'down': 'up', 'off': 'on-shift', 'state': 'processing', 'is_running': true");
  expect_text(text, "'m[1]/jam': {'left': 100000000, 'since_us': 0, 'clock': 'counts'");
  expect_text(text, "'event_us': {'in/timer': 21000000, 'm[1]/work': 17000000,"
                    " 'm[1]/jam/failure': 100000000}");
  expect_text(text, "'b': {'n': 1, 'head': 2, 'oldest': null");
  expect_text(text, "'1': {'slot': 0, 'created_us': 7000000");
  expect_text(text, "'due_us': null, 'priority': 0, 'key': 0, 'type': 'p', 'place': 'm'");
  expect_text(text, "'state_us': {'starved': 7000000}");
  expect_text(text, "'marked': []");
  free(text);
  tw_run_free(run);
}

Test(state_json, numbers_beyond_2_to_the_53_are_texts_of_digits) {
  tw_run *run = small_run(16);
  char *text = written(run);
  char key[64];
  snprintf(key, sizeof key, "'in/every': {'key': '%llu', 'n': 3}",
           (unsigned long long)run->stream[0].key);
  expect_text(text, key);
  free(text);
  tw_run_free(run);
}

Test(state_json, a_text_that_says_one_thing_changes_one_thing) {
  tw_run *run = small_run(16), *wanted = small_run(16);
  expect_taken(run, "{'libtwin_state': 1, 'part': {'1': {}, '2': {'priority': 9, 'due_us': 77}}}");
  wanted->part[1].priority = 9;
  wanted->part[1].due_us = 77;
  cr_expect_eq(tw_run_hash(run, true), tw_run_hash(wanted, true));
  tw_run_free(run);
  tw_run_free(wanted);
}

Test(state_json, the_line_settles_after_a_change) {
  // the part is taken off the machine by hand, as scrap: the next one starts at once
  tw_run *run = small_run(16);
  expect_taken(run,
               "{'libtwin_state': 1, 'head': {'n_scrapped': 1},"
               " 'machine': {'m[1]': {'part': null, 'phase': 'free', 'is_running': false,"
               " 'from': null, 'left_us': 0}},"
               " 'part': {'2': {}}, 'event_us': {'in/timer': 21000000, 'm[1]/jam/failure': 100000000}}");
  cr_expect_eq(run->machine[0].phase, TW_PROCESS);
  cr_expect_eq(run->machine[0].end_us, 26 * TW_TICKS_PER_S);
  char why[200] = "";
  cr_expect(tw_run_is_valid(run, why, sizeof why), "%s", why);
  cr_expect_eq(test_until(run, 1000), TWIN_OK);
  tw_run_free(run);
}

Test(state_json, a_run_that_has_not_begun_takes_the_state_of_one_that_has) {
  tw_run *run = small_run(33);
  char *text = written(run);
  tw_run *fresh = test_run(run->line, 5);
  cr_expect_eq(tw_state_read(fresh, text, strlen(text), "state", NULL), TWIN_OK);
  cr_expect_eq(tw_run_hash(fresh, true), tw_run_hash(run, true));
  free(text);
  tw_run_free(fresh);
  tw_run_free(run);
}

Test(state_json, a_text_of_another_line_is_taken_where_its_names_fit) {
  tw_text why = {0};
  tw_run *run = small_run(16);
  char *text = written(run), *other = malloc(sizeof small_line);
  cr_assert_not_null(other);
  strcpy(other, small_line);
  *strstr(other, "3}") = '9';
  tw_line *line = test_quoted_line(other, &why);
  cr_assert_not_null(line);
  tw_run *wider = test_run(line, 1);
  cr_expect_eq(tw_state_read(wider, text, strlen(text), "state", NULL), TWIN_OK);
  cr_expect_eq(test_until(wider, 100), TWIN_OK);
  free(other);
  free(text);
  tw_run_free(wider);
  tw_run_free(run);
  tw_line_unref(line);
}

Test(state_json, what_is_no_state_of_the_line_is_refused_with_its_place) {
  static const char *const bad[][2] = {
      {"", "E-JSON"},
      {"[]", "an object is needed"},
      {"{}", "\"libtwin_state\" is missing"},
      {"{'libtwin_state': 2}", "/libtwin_state: the state is of another version"},
      {"{'libtwin_state': 1, 'engine': {}}", "/engine: a state of this line has no \"engine\""},
      {"{'libtwin_state': 1, 'heap': {}}", "\"heap\""},
      {"{'libtwin_state': 1, 'head': 3}", "/head: 3 is given; an object is needed"},
      {"{'libtwin_state': 1, 'head': {'now': 3}}", "/head/now: head has no field \"now\""},
      {"{'libtwin_state': 1, 'head': {'now_us': 3.5}}", "/head/now_us: 3.5 is given; a whole number"},
      {"{'libtwin_state': 1, 'head': {'now_us': -1}}", "/head/now_us: now_us is out of bounds"},
      {"{'libtwin_state': 1, 'head': {'now_us': '9223372036854775808'}}", "a whole number is needed"},
      {"{'libtwin_state': 1, 'head': {'n_part': 3}}", "n_part follows from the rest of the state"},
      {"{'libtwin_state': 1, 'head': {'poison': 99999999999}}", "poison is out of bounds"},
      {"{'libtwin_state': 1, 'machine': {'m': {}}}",
       "/machine/m: the line has no machine \"m\""},
      {"{'libtwin_state': 1, 'machine': {'m[2]': {}}}", "did you mean \"m[1]\"?"},
      {"{'libtwin_state': 1, 'machine': {'m[1]': {'phase': 'drilling'}}}",
       "/machine/m[1]/phase: the line has no word \"drilling\""},
      {"{'libtwin_state': 1, 'machine': {'m[1]': {'phase': 3}}}", "a name is needed"},
      {"{'libtwin_state': 1, 'machine': {'m[1]': {'part': 77}}}", "there is no part 77"},
      {"{'libtwin_state': 1, 'machine': {'m[1]': {'is_running': 1}}}", "true or false is needed"},
      {"{'libtwin_state': 1, 'machine': {'m[1]': {'since_us': null}}}", "a value is needed"},
      {"{'libtwin_state': 1, 'buffer': {'m': {}}}", "\"m\" is no buffer"},
      {"{'libtwin_state': 1, 'place_stat': {'m': {'n_fate': {'9': 1}}}}",
       "n_fate has elements 0 to 4"},
      {"{'libtwin_state': 1, 'part': {'x': {}}}", "\"x\" is no id of a part"},
      {"{'libtwin_state': 1, 'part': {'007': {}}}", "\"007\" is no id of a part"},
      {"{'libtwin_state': 1, 'part': {'9': {}}}", "a part needs its type and its place"},
      {"{'libtwin_state': 1, 'part': {'1': {'slot': 1}, '2': {'slot': 1}}}",
       "slot 1 is given to two parts"},
      {"{'libtwin_state': 1, 'part': {'1': {'slot': 99999999}}}", "a slot is out of bounds"},
      {"{'libtwin_state': 1, 'part': {'1': {'type': 'q'}, '2': {}}}", "the line has no part type"},
      {"{'libtwin_state': 1, 'part': {'1': {'prev': 2}, '2': {}}}", "leave it out"},
      {"{'libtwin_state': 1, 'part': {'1': {}}}", "the state is refused"},
      {"{'libtwin_state': 1, 'part': {'1': {}, '2': {}, '3': {'type': 'p', 'place': 'b'}}}",
       "the state is refused"},
      {"{'libtwin_state': 1, 'part': {'1': {'next': 2}, '2': {'next': 1}}}", "the state is refused"},
      {"{'libtwin_state': 1, 'event_us': {'m[1]/lunch': 5}}", "the line has no event"},
      {"{'libtwin_state': 1, 'event_us': {'m[1]/work': -5}}", "the instant is none a run can reach"},
      {"{'libtwin_state': 1, 'event_us': {}}", "the state is refused"},
      {"{'libtwin_state': 1, 'free_slots': [[0, 1]]}", "slot 0 is not free"},
      {"{'libtwin_state': 1, 'free_slots': []}", "free slots are not listed"},
      {"{'libtwin_state': 1, 'free_slots': 3}", "a list of stretches"},
      {"{'libtwin_state': 1, 'marked': ['q']}", "the line has no place \"q\""},
      {"{'libtwin_state': 1, 'mode': {'m[1]/jam': {'left': 5}}}", "failure clocks are not sound"},
      {"{'libtwin_state': 1, 'head': {'n_created': 5}}", "its totals do not agree"},
  };
  tw_run *run = small_run(16);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) expect_refused(run, bad[i][0], bad[i][1]);
  tw_run_free(run);
}

Test(state_json, keys_of_the_users_own_are_skipped) {
  tw_run *run = small_run(16);
  const uint64_t before = tw_run_hash(run, true);
  expect_taken(run, "{'libtwin_state': 1, 'x-mes': {'a': 1}, 'about': 'now',"
                    " 'machine': {'x-a': 1, 'm[1]': {'about': 'noisy'}}}");
  cr_expect_eq(tw_run_hash(run, true), before);
  tw_run_free(run);
}
