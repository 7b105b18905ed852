// sentences.h - what the tests of the sentences of SEMANTICS share: a small line is told, and the
// story must be the one worked out by hand. Sections are written with ' for ".

#ifndef TW_TESTS_SENTENCES_H
#define TW_TESTS_SENTENCES_H

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include <twin/run.h>

#include "core/ticks.h"
#include "support/story.h"

// One place of a section: MACHINE("A", "'time': '10 s'").
#define MACHINE(name, rest)    "'" name "': {'type': 'machine', " rest "}"
#define BUFFER(name, capacity) "'" name "': {'capacity': " capacity "}"
// A source that always has a part, and one that releases a part every so often.
#define ALWAYS(name) "'" name "': {'sequence': ['p'], 'repeat': true}"
#define EVERY(name, time, rest) \
  "'" name "': {'sequence': ['p'], 'repeat': true, 'every': '" time "'" rest "}"
// A failure mode "wear" with constant times; rest: ", 'part': 'scrap'".
#define WEAR(clock_, mtbf_, repair_, rest) \
  "'failures': {'wear': {'clock': '" clock_ "', 'mtbf': " mtbf_ ", 'repair': '" repair_ "'" rest \
  "}}"

// Calendars of a run that starts on a Monday at 00:00, so that 00:10 is at 600 s; sections follow.
#define CALENDARS(calendars) \
  "'run': {'start': '2026-03-02T00:00:00'}, 'calendars': {" calendars "}, "
// On shift for 600 s, off for 600 s, on for 600 s, then off for the rest of the week.
#define TEN_MINUTES "'c': {'shifts': {'a': 'Mon 00:00-00:10', 'b': 'Mon 00:20-00:30'}}"
// On shift for 1800 s with a break from 600 to 900 s.
#define WITH_BREAK \
  "'c': {'shifts': {'a': 'Mon 00:00-00:30'}, 'breaks': {'tea': 'Mon 00:10-00:15'}}"

// The facts of these kinds up to an instant are as wanted.
static inline void expect_story(const char *sections, double until_s, const char *kinds,
                                const char *wanted) {
  char *told = test_told(sections, until_s, kinds);
  cr_expect_str_eq(told, wanted, "\n  told   %s\n  wanted %s", told, wanted);
  free(told);
}

// The line is refused with a problem that holds this text.
static inline void expect_refused(const char *sections, const char *wanted) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_expect_null(line, "the line was accepted");
  cr_expect(why.at != NULL && strstr(why.at, wanted) != NULL, "\n  said   %s\n  wanted %s",
            why.at != NULL ? why.at : "nothing", wanted);
  tw_text_free(&why);
  tw_line_unref(line);
}

// A run of these sections up to an instant, with seed 1; ends the test when the line is refused.
static inline tw_run *run_of(const char *sections, double until_s) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert(line != NULL, "%s", why.at != NULL ? why.at : "");
  tw_run *run = test_run(line, 1);
  tw_line_unref(line);
  cr_assert_eq(test_until(run, until_s), TWIN_OK, "the run stopped");
  return run;
}

// A figure is the number worked out by hand, to rounding.
static inline void expect_value(const tw_run *run, const char *path, double wanted) {
  const double got = test_value(run, path);
  cr_expect(got >= wanted - 1e-9 && got <= wanted + 1e-9, "%s is %.12g, not %.12g", path, got,
            wanted);
}

#endif
