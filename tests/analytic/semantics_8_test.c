// SEMANTICS section 8, people and resources, as far as repairs need them: who is served first, and
// who is sent.

#include "sentences.h"

// clang-format off: the lines are laid out by hand

// Stations A, B and C that always work; each fails by the calendar at its own time and needs
// somebody.
#define THREE(people, a, b, c) \
  people ", 'sources': {" ALWAYS("s") ", " ALWAYS("t") ", " ALWAYS("u") "}, 'stations': {" \
  MACHINE("A", "'time': '999 s', " a) ", " MACHINE("B", "'time': '999 s', " b) ", " \
  MACHINE("C", "'time': '999 s', " c) "}," \
  "'flow': [['s', 'A', 'out'], ['t', 'B', 'out'], ['u', 'C', 'out']]"
#define FAILS_AT(time, repair, rest) WEAR("calendar", "'" time "'", repair, rest)
#define ONE_FITTER "'workers': {'fitters': {'skills': ['mend']}}"
#define MENDED ", 'needs': ['mend']"

// B needs the crane as well, which is busy until 30 s. It does not keep the fitter from C.
Test(semantics_8, s8_1_seizing_is_all_or_nothing) {
  expect_story(THREE(ONE_FITTER ", 'resources': {'crane': {}}",
                     FAILS_AT("10 s", "20 s", ", 'needs': ['crane']"),
                     FAILS_AT("12 s", "5 s", ", 'needs': ['mend', 'crane']"),
                     FAILS_AT("14 s", "5 s", MENDED)),
               30, "repair", "10 repair A wear; 14 repair C wear; 30 repair B wear");
}

Test(semantics_8, s8_1_a_pool_serves_by_priority) {
  expect_story(THREE(ONE_FITTER, FAILS_AT("10 s", "10 s", MENDED),
                     FAILS_AT("12 s", "5 s", MENDED),
                     FAILS_AT("14 s", "5 s", MENDED ", 'priority': 1")),
               25, "repair", "10 repair A wear; 20 repair C wear; 25 repair B wear");
}

Test(semantics_8, s8_1_then_by_waiting_since) {
  expect_story(THREE(ONE_FITTER, FAILS_AT("10 s", "10 s", MENDED),
                     FAILS_AT("14 s", "5 s", MENDED), FAILS_AT("12 s", "5 s", MENDED)),
               25, "repair", "10 repair A wear; 20 repair C wear; 25 repair B wear");
}

Test(semantics_8, s8_1_then_by_file_order) {
  expect_story(THREE(ONE_FITTER, FAILS_AT("10 s", "10 s", MENDED),
                     FAILS_AT("12 s", "5 s", MENDED), FAILS_AT("12 s", "5 s", MENDED)),
               25, "repair", "10 repair A wear; 20 repair B wear; 25 repair C wear");
}

Test(semantics_8, s8_1_then_by_machine) {
  expect_story(ONE_FITTER ", 'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'machines': 3, 'time': '999 s', " FAILS_AT("10 s", "5 s", MENDED))
               "}, 'flow': [['s', 'A', 'out']]",
               20, "repair", "10 repair A[1] wear; 15 repair A[2] wear; 20 repair A[3] wear");
}

// Masters stand first in the file and could mend too.
Test(semantics_8, s8_1_among_free_workers_the_one_with_the_fewest_skills_is_sent) {
  tw_run *run = run_of(
      THREE("'workers': {'masters': {'skills': ['tune', 'mend']}, 'fitters': {'skills': ['mend']}}",
            FAILS_AT("10 s", "10 s", MENDED), FAILS_AT("800 s", "5 s", ""),
            FAILS_AT("800 s", "5 s", "")), 20);
  expect_value(run, "workers/masters/utilisation", 0);
  expect_value(run, "workers/fitters/utilisation", 0.5);
  tw_run_free(run);
}

// Worker 1 mends A until 15 s; at 20 s worker 2 has been idle longer.
Test(semantics_8, s8_1_then_the_longest_idle_then_the_first) {
  tw_run *run = run_of(THREE("'workers': {'fitters': {'count': 3, 'skills': ['mend']}}",
                             FAILS_AT("10 s", "5 s", MENDED), FAILS_AT("20 s", "5 s", MENDED),
                             FAILS_AT("800 s", "5 s", MENDED)), 26);
  cr_expect_eq(run->worker[0].busy_us, 5000000);
  cr_expect_eq(run->worker[1].busy_us, 5000000);
  cr_expect_eq(run->worker[2].busy_us, 0);
  tw_run_free(run);
}
