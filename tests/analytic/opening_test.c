// opening_test.c - a line that is not empty when the run begins (SEMANTICS 6.8): stock, parts on machines
// with their remaining times, machines that are down; worked out by hand.

#include "analytic/sentences.h"
#include "state/validate.h"

#define FLOW "'flow': [['in', 'a', 'm', 'b', 'n', 'out']]"
#define LINE(opening) \
  "'sources': {'in': {'sequence': ['p'], 'repeat': true, 'every': '100 s'}}," \
  "'buffers': {" BUFFER("a", "9") "," BUFFER("b", "9") "}," \
  "'stations': {" MACHINE("m", "'time': '10 s', " WEAR("processing", "'40 s'", "20 s", "")) "," \
  MACHINE("n", "'time': '7 s'") "}," FLOW ", 'opening': {" opening "}"

Test(semantics_6, s8_stock_and_remaining_times_are_there_at_the_start) {
  expect_story(LINE("'buffers': {'a': ['2 p'], 'b': ['p']}, 'stations': {'m': {'part': 'p',"
                    " 'remaining': '3 s'}, 'n': {'part': 'p', 'remaining': '5 s'}}"),
               40, "complete ship",
               "3 complete m 4; 5 complete n 5; 5 ship out 5; 12 complete n 3; 12 ship out 3; "
               "13 complete m 1; 19 complete n 4; 19 ship out 4; 23 complete m 2; 26 complete n 1; "
               "26 ship out 1; 33 complete n 2; 33 ship out 2");
}

Test(semantics_6, s8_a_repair_that_is_under_way_ends_in_time_and_the_part_is_begun_behind_it) {
  expect_story(LINE("'stations': {'m': {'part': 'p', 'down': 'wear', 'remaining': '6 s'}}"), 40,
               "fail repaired start ship",
               "0 fail m wear; 6 repaired m wear; 6 start m 1; 16 start n 1; 23 ship out 1");
}

Test(semantics_6, s8_each_opening_part_counts_as_created_at_time_zero) {
  tw_run *run = run_of(LINE("'buffers': {'a': ['p', '3 p']}"), 50);
  char why[200] = "";
  cr_expect_eq(run->head->n_created, 4);
  cr_expect(tw_run_is_valid(run, why, sizeof why), "%s", why);
  for (uint32_t i = 0; i < run->head->n_part_slot; i++)
    if (run->part[i].type != TW_NONE) cr_expect_eq(run->part[i].created_us, 0);
  tw_run_free(run);
}
