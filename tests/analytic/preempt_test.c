// preempt_test.c - pull rule "priority" with "preempt": "resume": a part of an earlier queue stops one
// of a later queue, which stays on its machine and goes on where it stopped.

#include "sentences.h"
#include "state/hash.h"
#include "state/snapshot.h"
#include "state/validate.h"

#define TWO_QUEUES                                                                              \
  "'buffers': {" BUFFER("hot", "9") ", " BUFFER("cold", "9") "},"                               \
  "'flow': [['h', 'hot', 'M'], ['c', 'cold', 'M'], ['M', 'out']], 'parts': {'p': {}, 'q': {}}," \
  "'sources': {'h': {'orders': [{'part': 'q', 'release': '4 s'}, {'part': 'q', 'release': '20 s'}]}," \
  "            'c': {'orders': [{'part': 'p', 'quantity': 2}]}},"
#define STATION(rest)                                                                            \
  "'stations': {'M': {'type': 'machine', 'time': {'by_part': {'p': '10 s', 'q': '3 s'}},"        \
  "'pull': {'rule': 'priority', 'from': ['hot', 'cold'], 'preempt': 'resume'}" rest "}}"

// Part 1 works 4 s, makes way 4-7, and has 6 s left: 13. Part 2 works 13-20, makes way 20-23, 3 s left.
Test(preempt, an_earlier_queue_stops_the_part_which_resumes) {
  expect_story(TWO_QUEUES STATION(""), 40, "start complete",
               "0 start M 1; 4 start M 3; 7 complete M 3; 13 complete M 1; 13 start M 2; "
               "20 start M 4; 23 complete M 4; 26 complete M 2");
}

// On the tick on which part 1 is complete it is complete: completions come before releases. The line
// settles downstream first, so part 2 is on the machine when part 3 comes into its queue, and makes way.
Test(preempt, a_part_that_is_complete_on_the_tick_is_complete) {
  expect_story("'buffers': {" BUFFER("hot", "9") ", " BUFFER("cold", "9") "},"
               "'flow': [['h', 'hot', 'M'], ['c', 'cold', 'M'], ['M', 'out']],"
               "'parts': {'p': {}, 'q': {}},"
               "'sources': {'h': {'orders': [{'part': 'q', 'release': '10 s'}]},"
               "            'c': {'orders': [{'part': 'p', 'quantity': 2}]}}," STATION(""),
               40, "start complete",
               "0 start M 1; 10 complete M 1; 10 start M 2; 10 start M 3; 13 complete M 3; "
               "23 complete M 2");
}

// Two machines: the part that started last makes way, though both are of the same queue.
Test(preempt, the_victim_started_last) {
  expect_story("'buffers': {" BUFFER("hot", "9") ", " BUFFER("cold", "9") "},"
               "'flow': [['h', 'hot', 'M'], ['c', 'cold', 'M'], ['M', 'out']],"
               "'parts': {'p': {}, 'q': {}},"
               "'sources': {'h': {'orders': [{'part': 'q', 'release': '4 s'}]},"
               "            'c': {'orders': [{'part': 'p'}, {'part': 'p', 'release': '2 s'}]}},"
               STATION(", 'machines': 2"),
               40, "start complete",
               "0 start M[1] 1; 2 start M[2] 2; 4 start M[2] 3; 7 complete M[2] 3; "
               "10 complete M[1] 1; 15 complete M[2] 2");
}

// The machine fails at 5 s under part 3 and at 20 s under part 1; part 4 comes meanwhile and goes first.
Test(preempt, a_failure_strikes_the_part_that_is_worked_on) {
  expect_story(TWO_QUEUES STATION(", " WEAR("calendar", "'5 s'", "10 s", "")), 34, "complete",
               "17 complete M 3; 33 complete M 4");
}

Test(preempt, a_held_part_is_saved_restored_and_conserved) {
  tw_run *run = run_of(TWO_QUEUES STATION(""), 5);
  char why[160] = "";
  cr_expect(tw_run_is_valid(run, why, sizeof why), "%s", why);
  cr_expect_eq(run->head->n_part, 3);
  size_t n = 0;
  void *bytes = test_save(run, &n);
  cr_expect_eq(test_until(run, 26), TWIN_OK);
  const uint64_t hash = tw_run_hash(run, true);
  cr_expect_eq(tw_run_restore(run, bytes, n, NULL), TWIN_OK);
  cr_expect_eq(test_until(run, 26), TWIN_OK);
  cr_expect_eq(tw_run_hash(run, true), hash);
  cr_expect_eq(test_until(run, 40), TWIN_OK);
  cr_expect_eq(run->head->n_shipped, 4);
  free(bytes);
  tw_run_free(run);
}

Test(preempt, only_a_rule_by_priority_can) {
  expect_refused("'buffers': {" BUFFER("hot", "9") ", " BUFFER("cold", "9") "},"
                 "'flow': [['h', 'hot', 'M'], ['h', 'cold', 'M'], ['M', 'out']],"
                 "'sources': {" ALWAYS("h") "}, 'stations': {"
                 MACHINE("M", "'time': '1 s', 'pull': {'rule': 'round-robin', 'preempt': 'resume'}") "}",
                 "can pre-empt");
}
