// watch.h - an observer that believes nothing: from the facts alone it keeps its own picture of where
// every part is and what every machine does, and says so when the run contradicts it. It knows the
// rules of SEMANTICS 3 to 5, not how the engine keeps them.

#ifndef TW_TESTS_WATCH_H
#define TW_TESTS_WATCH_H

#include "engine/run.h"

enum { TEST_WHY = 300 };

// What is known of one part; index: its id.
typedef struct test_seen_part {
  int32_t place_i, machine_i;  // TW_NONE: between two places, or gone
  int64_t entered_us;
  bool is_in, is_gone;
  bool has_come_back;          // an ejected part; its place in the queue is an older one
} test_seen_part;

enum { TEST_HELD_MAX = 600 };

typedef struct test_seen_machine {
  uint64_t part_id;            // 0: none
  int64_t processed_us;        // since START, or since a failure that begins the work anew
  int64_t since_us;
  int32_t state;
  bool is_down, has_started, has_completed;
  int32_t n_held;              // pre-empted parts and what was worked on them
  uint64_t held_id[TEST_HELD_MAX];
  int64_t held_us[TEST_HELD_MAX];
} test_seen_machine;

typedef struct test_watch {
  const tw_line *line;
  test_seen_part *part;        // [n_part + 1]
  uint64_t n_part, part_capacity;
  test_seen_machine *machine;  // [line->n_machine]
  int32_t *level;              // [line->n_place]
  int64_t *state_us;           // [line->n_machine * TW_N_STATE] within the window
  int64_t time_us, n_fact, n_ship, n_scrap, n_lose;
  int64_t n_state[TW_N_STATE]; // machines came into each state
  bool has_window, has_restart;
  uint64_t hash;               // of all facts: the sample path
  char why[TEST_WHY];          // "": nothing is wrong
} test_watch;

void test_watch_open(test_watch *watch, tw_run *run);   // before the run starts; becomes its sink
void test_watch_close(test_watch *watch, tw_run *run);

// Compares the picture with the run between events; what is wrong is in watch->why.
void test_watch_compare(test_watch *watch, const tw_run *run);

#endif
