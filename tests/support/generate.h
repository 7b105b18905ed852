// generate.h - random lines for property tests: a plan of places and ways with every feature of the
// format that the engine knows, printed as a line file. Times are small whole seconds on purpose in
// most plans, so that events of every kind meet on one tick. A plan that fails is made smaller by
// edits that each take one thing away; what is no line any more is refused by the compiler.

#ifndef TW_TESTS_GENERATE_H
#define TW_TESTS_GENERATE_H

#include "base/text.h"
#include "support/line_text.h"

enum {
  TEST_PLAN_PLACES = 48,
  TEST_PLAN_WAYS = 160,
  TEST_PLAN_FAILURES = 2,
  TEST_PLAN_ORDERS = 4,
  TEST_PLAN_OPS = 4,
  TEST_PLAN_TYPES = 3,
  TEST_PLAN_DEFECTS = 3
};

// Ends of ways that are no places of the plan.
enum { TEST_OUT = -1, TEST_SCRAP = -2 };

// The last of the queues of generate_print.c.
enum { TEST_QUEUE_SPT = 10 };

typedef enum test_place_kind { TEST_SOURCE, TEST_BUFFER, TEST_STATION } test_place_kind;
typedef enum test_release { TEST_SATURATED, TEST_INTERVALS, TEST_ORDERS } test_release;
typedef enum test_exit { TEST_MAIN, TEST_AGAIN, TEST_PASS, TEST_OVERSTAY } test_exit;

// A duration: how it is spread, and about how long.
typedef enum test_shape {
  TEST_NO_TIME,
  TEST_CONSTANT,
  TEST_DISCRETE,
  TEST_TRACE,
  TEST_EXPONENTIAL,
  TEST_UNIFORM,
  TEST_GAMMA,
  TEST_TRIANGULAR
} test_shape;

typedef struct test_time {
  int32_t shape;  // test_shape
  int32_t a, b;   // whole seconds; b is the width of the spread
} test_time;

typedef struct test_failure {
  int32_t clock, fate, needs, priority;  // words in the order of generate_print.c
  bool is_at_start;
  test_time mtbf, repair;                // mtbf of cycles: counts
} test_failure;

// A maintenance; every: counts for the clock "cycles".
typedef struct test_service {
  int32_t clock, at, fate, needs;  // clock 4: by part
  bool is_from_end, is_renewing;   // renews the first failure, or the other maintenance
  int32_t due_within, age;         // -1: no such key; age 1: "spread"
  int32_t n_spare;
  test_time every, duration;
} test_service;

// Changes from one part to another.
typedef struct test_changeover {
  test_time time;                  // TEST_NO_TIME: none are needed
  int32_t ahead_s, step_s, needs;  // a step while running, one that stops the machine; 0: none
  int32_t min_run, n_scrap, n_approval;
  bool has_initial;
} test_changeover;

typedef struct test_order {
  int32_t type, quantity, release_s, priority;
} test_order;

typedef struct test_planned {
  int32_t kind;  // test_place_kind
  bool is_gone;
  // sources
  int32_t release;  // test_release
  bool is_mix, is_losing, is_repeated;
  int32_t batch, first_s, n_order;
  test_order order[TEST_PLAN_ORDERS];
  // buffers; 0: unlimited, no stay
  int32_t capacity, queue, min_stay_s, max_stay_s;
  bool is_overstay_exit, is_largest_first;
  // stations
  int32_t n_machine, push, pull, exits, priority, again, scrap, factor, n_failure;
  bool is_before_service, takes_while_down, gives_while_down, is_by_part;
  test_time time, load, unload, switch_over;  // time: interval of a source
  test_failure failure[TEST_PLAN_FAILURES];
  int32_t n_service;
  test_service service[TEST_PLAN_FAILURES];
  test_changeover setup;
  bool is_in_cause;                // goes down with others
  // quality; an inspection with exits sends what it rejects to "again" and to scrap
  bool is_inspection;
  int32_t defect[TEST_PLAN_DEFECTS];  // 0: it makes none of these, else a form of its probability
  int32_t repairs, detects;           // bits
  int32_t missed, false_reject;       // per cent
  int32_t sample, max_rework;         // sample: 0 all, below 10 each n-th, else per cent; -1: no limit
} test_planned;

typedef struct test_way {
  int32_t from, exit, to;
  bool is_gone;
} test_way;

// Something a host does between events.
typedef struct test_op {
  int32_t after_n_event, code, machine;  // code: a tw_op_code; machine: modulo those there are
} test_op;

typedef struct test_plan {
  uint64_t seed;
  bool is_whole, is_before_service;  // of all stations
  int32_t n_type, n_fitter, n_master, n_crane, max_parts, warmup_s;
  int32_t n_place, n_way, n_op;
  test_failure cause;  // of all stations that are in it
  test_planned place[TEST_PLAN_PLACES];
  test_way way[TEST_PLAN_WAYS];
  test_op op[TEST_PLAN_OPS];
} test_plan;

// Makes plan number `seed`. A plan is a function of its seed and is_whole alone.
void test_plan_make(test_plan *plan, uint64_t seed, bool is_whole);

// Draws what keeps the machines of a plan going (generate_upkeep.c), and prints it for one place.
void test_upkeep_draw(test_plan *plan, test_random *random);
void test_upkeep_print(const test_planned *at, tw_text *out);
void test_causes_print(const test_plan *plan, tw_text *out);
void test_spares_print(const test_plan *plan, tw_text *out);
void test_time_print(const char *key, const test_time *time, tw_text *out);
extern const char *const test_needs[];

// Prints it as a line file.
void test_plan_print(const test_plan *plan, tw_text *out);

// Takes away thing number `edit` of test_plan_edits; false: it is not there anyway.
int32_t test_plan_edits(const test_plan *plan);
bool test_plan_edit(test_plan *plan, int32_t edit);

// Takes away what the plan does not need in order to fail, greedily, until nothing more can go.
// fails: tries a plan; what cannot be built counts as good.
void test_plan_shrink(test_plan *plan, bool (*fails)(const test_plan *plan, void *user),
                      void *user);

#endif
