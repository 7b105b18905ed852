// Processing that ends by a condition on the machine's models, with a soak (SEMANTICS 7.2, 9): instants by hand.

#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/story.h"

static void expect_story(const char *sections, double until_s, const char *kinds, const char *wanted) {
  char *told = test_told(sections, until_s, kinds);
  cr_expect_str_eq(told, wanted, "%s", told);
  free(told);
}

#define ALWAYS "'sources': {'s': {'sequence': ['1 p'], 'repeat': true}}, 'flow': [['s', 'm', 'out']],"

// Without loading between them the machine is processing all the time: each part is soaked for itself.
Test(finish, s7_2_each_part_is_soaked_though_the_condition_holds_all_the_time) {
  expect_story(ALWAYS "'stations': {'m': {'type': 'machine', 'finish': {'when': 'h.x >= 1', 'soak': '10 s'},"
                      "  'dynamics': {'h': {'model': 'equations', 'states': {'x': 0}, 'equations': {'dx/dt': '1 1/s*0.25'}}}}}",
               40, "complete", "14 complete m 1; 24 complete m 2; 34 complete m 3");
}

// x rises for 8 s and falls for 8 s, above 1 for 8 s of 16: a soak of 6 s fits, one of 9 s never ends.
#define SAW(soak)                                                                                              \
  ALWAYS "'stations': {'m': {'type': 'machine', 'finish': {'when': 'h.x >= 1', 'soak': '" soak "'},"           \
         "  'dynamics': {'h': {'model': 'equations', 'states': {'x': 0, 'up': 1},"                             \
         "    'equations': {'dx/dt': 'if(up >= 0.5, 1, -1)*0.25/(1 s)'},"                                      \
         "    'events': {'top': {'when': 'x >= 2', 'set': {'up': 0}}, 'bottom': {'when': 'x <= 0', 'set': {'up': 1}}}}}}}"

Test(finish, s7_2_a_soak_counts_while_its_condition_holds_and_begins_again) {
  // from 4 s to 12 s, from 20 s to 28 s; the next part finds the condition true at 10 s, and it ceases at 12 s
  expect_story(SAW("6 s"), 60, "complete", "10 complete m 1; 26 complete m 2; 42 complete m 3; 58 complete m 4");
  expect_story(SAW("9 s"), 600, "complete", "");
}

// The machine is down from 7 s to 9 s: it does not process, so the soak of 10 s begins again.
Test(finish, s5_3_a_stop_breaks_the_soak) {
  expect_story(ALWAYS "'stations': {'m': {'type': 'machine', 'finish': {'when': 'h.x >= 1', 'soak': '10 s'},"
                      "  'failures': {'f': {'clock': 'calendar', 'mtbf': '7 s', 'repair': '2 s'}},"
                      "  'dynamics': {'h': {'model': 'equations', 'states': {'x': 0}, 'equations': {'dx/dt': '0.25/(1 s)'}}}}}",
               8.5, "complete fail", "7 fail m f");
  // stops every 9 s leave no 10 s, a soak of 6 s ends between them
  expect_story(ALWAYS "'stations': {'m': {'type': 'machine', 'finish': {'when': 'h.x >= 1', 'soak': '6 s'},"
                      "  'failures': {'f': {'clock': 'calendar', 'mtbf': '7 s', 'repair': '2 s'}},"
                      "  'dynamics': {'h': {'model': 'equations', 'states': {'x': 0}, 'equations': {'dx/dt': '0.25/(1 s)'}}}}}",
               26, "complete", "15 complete m 1; 24 complete m 2");
}

// The mean process time is what parts really took, stops left out.
Test(finish, what_it_took_is_the_process_time) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(SAW("6 s"), &why);
  cr_assert(line != NULL, "%s", why.at != NULL ? why.at : "");
  tw_run *run = test_run(line, 1);
  tw_line_unref(line);
  cr_assert_eq(test_until(run, 43), TWIN_OK);
  cr_expect_eq(test_value(run, "stations/m/duration/processing/mean"), (10.0 + 16 + 16) / 3);
  tw_run_free(run);
}
