// SEMANTICS section 1, time: instants are whole microseconds, and the clock only goes forward.

#include "sentences.h"

#include <twin/twin.h>

// clang-format off: the lines are laid out by hand

// 0.5, 1.5, 2.5 and 3.5 us are 0, 2, 2 and 4 ticks: the parts end at 0, 2, 4 and 8 us.
Test(semantics_1, s1_1_a_duration_is_rounded_once_half_to_even) {
  expect_story("'sources': {" ALWAYS("s") "}, 'stations': {"
               MACHINE("A", "'time': {'trace': {'values': ['0.5 us', '1.5 us', '2.5 us', '3.5 us',"
                            " '9 s']}}") "}, 'flow': [['s', 'A', 'out']]",
               1, "complete", "0 complete A 1; 2e-06 complete A 2; 4e-06 complete A 3; "
                              "8e-06 complete A 4");
}

// 0.4 us times 4 is 1.6 us: 2 ticks. Rounded before the product it would be none.
Test(semantics_1, s1_1_what_is_computed_is_rounded_when_it_becomes_an_event) {
  expect_story("'sources': {'s': {'sequence': ['2 p']}}, 'stations': {"
               MACHINE("A", "'time': '0.4 us', 'factor': '4'") "}, 'flow': [['s', 'A', 'out']]",
               1, "complete", "2e-06 complete A 1; 4e-06 complete A 2");
}

// A third of a second is 333333 ticks, so three parts end 1 tick before the second.
Test(semantics_1, s1_1_the_clock_is_a_whole_number_of_microseconds) {
  tw_run *run = run_of("'sources': {'s': {'sequence': ['3 p']}}, 'stations': {"
                       MACHINE("A", "'rate': '3 1/s'") "}, 'flow': [['s', 'A', 'out']]", 0.999999);
  cr_expect_eq(run->head->now_us, 999999);
  cr_expect_eq(run->head->n_shipped, 3);
  tw_run_free(run);
}

// By the public functions alone: 1.5 s, and an event at a third of a second.
Test(semantics_1, s1_1_public_functions_take_and_return_seconds) {
  const char *text =
      "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"sources\": {\"s\": {\"sequence\":"
      " [\"p\"], \"repeat\": true}}, \"stations\": {\"A\": {\"type\": \"machine\","
      " \"rate\": \"3 1/s\"}}, \"flow\": [[\"s\", \"A\", \"out\"]]}";
  twin_line *line = NULL;
  twin_run *run = NULL;
  cr_assert_eq(twin_line_parse(&line, text, strlen(text), NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_run_new(&run, line, NULL, NULL), TWIN_OK);
  cr_expect_eq(twin_run_until(run, 0, NULL), TWIN_OK);
  cr_expect_eq(twin_run_next_time_s(run), 0.333333);
  cr_expect_eq(twin_run_until(run, 1.5, NULL), TWIN_OK);
  cr_expect_eq(twin_run_time_s(run), 1.5);
  cr_expect_eq(twin_run_next_time_s(run), 1.666665);
  twin_run_free(run);
  twin_line_unref(line);
}

Test(semantics_1, s1_2_a_clock_that_would_move_backwards_is_an_internal_error) {
  tw_run *run = run_of("'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", "'time': '1 s'")
                       "}, 'flow': [['s', 'A', 'out']]", 10);
  cr_expect_eq(test_until(run, 9), TWIN_ERR_INTERNAL);
  cr_expect_eq(test_until(run, 20), TWIN_ERR_POISONED, "an error inside must not be gone on from");
  cr_expect_eq(run->head->now_us, 10000000);
  tw_run_free(run);
}
