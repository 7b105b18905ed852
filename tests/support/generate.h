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
  TEST_PLAN_CALENDARS = 2,
  TEST_PLAN_PIECES = 12,
  TEST_PLAN_POOLS = 4,
  TEST_PLAN_STEPS = 2,
  TEST_PLAN_MAINTENANCE = 2,
  TEST_PLAN_DEFECTS = 3
};

// Ends of ways that are no places of the plan.
enum { TEST_OUT = -1, TEST_SCRAP = -2 };

// The last of the queues of generate_print.c.
enum { TEST_QUEUE_SPT = 10 };

typedef enum test_place_kind { TEST_SOURCE, TEST_BUFFER, TEST_STATION } test_place_kind;
typedef enum test_release { TEST_SATURATED, TEST_INTERVALS, TEST_ORDERS } test_release;
typedef enum test_model { TEST_TOOL, TEST_NET, TEST_SLIDER, TEST_BALL, TEST_COUNTER, TEST_OVEN, TEST_N_MODEL } test_model;
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

// What a stop of a machine may say beside its clock; 0: nothing.
typedef struct test_stop {
  bool can_preempt;
  int32_t age;     // 1: so many of its clock (failures), or spread (maintenance)
  int32_t renews;  // 1..: number of a failure, then of a maintenance, of the station
  int32_t spares;  // pieces
} test_stop;

typedef struct test_failure {
  int32_t clock, fate, needs, priority;  // words in the order of generate_print.c
  bool is_at_start;
  int32_t how;                           // 1: as availability, 2: as stops a shift
  test_time mtbf, repair;                // mtbf of cycles: counts
  test_stop more;
} test_failure;

// What makes a maintenance fall due: the four clocks, then these.
enum { TEST_BY_PART = 4, TEST_BY_WEEK, TEST_ON_REQUEST, TEST_N_TRIGGER };

typedef struct test_maintenance {
  int32_t trigger, at, fate, needs, priority, week_min, due_within;
  bool is_from_end;
  test_time every, duration;
  test_stop more;
} test_maintenance;

typedef struct test_step {
  test_time time;
  int32_t needs;
  bool is_while_running;
} test_step;

typedef struct test_setup {
  bool is_there, is_by_part, has_matrix, has_initial;
  int32_t needs, priority, n_step, n_approval, approval_needs, n_startup_scrap, min_run;
  test_time time, other, approval;
  test_step step[TEST_PLAN_STEPS];
} test_setup;

// A day of shifts one behind the other, with breaks; the same on every day of the week.
typedef struct test_calendar {
  int32_t n_piece;
  struct {
    int32_t start_min, end_min;  // of the day on which the pattern begins
    int32_t break_min;           // length of a break within it; 0: none
  } piece[TEST_PLAN_PIECES];
  int32_t closed_day;            // day behind the start, from 1; 0: none
  bool has_extra;
} test_calendar;

// Of people: calendars from 1, shift ends from 1; 0: not said.
typedef struct test_pool {
  int32_t calendar, shift_end, walk, call_at, call_until;
  bool has_ways;
} test_pool;

typedef struct test_cause {
  int32_t station_mask, fate, needs, priority;  // station_mask 0: none
  test_time mtbf, repair;
} test_cause;

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
  int32_t calendar, shift_end;  // from 1; 0: not said
  int32_t needs, needs_priority, load_needs, load_priority, unload_needs, n_maintenance;
  bool can_load_preempt;
  test_setup setup;
  test_maintenance maintenance[TEST_PLAN_MAINTENANCE];
  // quality; an inspection with exits sends what it rejects to "again" and to scrap
  bool is_inspection;
  int32_t defect[TEST_PLAN_DEFECTS];  // 0: it makes none of these, else a form of its probability
  int32_t repairs, detects;           // bits
  int32_t missed, false_reject;       // per cent
  // machine models: bits of test_model; solver: 4 and above say none; finish: soak + 1, 0 where a time ends it
  int32_t models, solver, model_time, finish;
  int32_t sample, max_rework;         // sample: 0 all, below 10 each n-th, else per cent; -1: no limit
  int32_t power;                      // W of work; the other states by its bits; 0: none
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
  bool is_in_minutes;                // all times are minutes instead of seconds
  bool has_families, has_stock;
  bool has_costs;                    // of stops, of some parts as scrap, of downtime
  int32_t price_min[3];              // of the day: edges of two prices, a third otherwise; 0: none
  int32_t window_min;                // of the peak
  int32_t start_s;                   // of the day
  int32_t n_calendar, calendar, shift_end, minor_stop;  // defaults; from 1, 0: not said
  test_calendar calendars[TEST_PLAN_CALENDARS];
  test_pool pool[TEST_PLAN_POOLS];   // fitters, masters, helpers, the crane
  test_cause cause;
  test_time delivery;
  int32_t n_stock, n_batch;
  int32_t n_type, n_fitter, n_master, n_crane, max_parts, warmup_s;
  int32_t n_place, n_way, n_op;
  test_planned place[TEST_PLAN_PLACES];
  test_way way[TEST_PLAN_WAYS];
  test_op op[TEST_PLAN_OPS];
} test_plan;

// Makes plan number `seed`. A plan is a function of its seed and is_whole alone.
void test_plan_make(test_plan *plan, uint64_t seed, bool is_whole);

// Prints it as a line file.
void test_plan_print(const test_plan *plan, tw_text *out);

// The plan's line, and that of plan number `seed`, whole for even ones; NULL: it is refused. The
// caller drops it with tw_line_unref.
tw_line *test_plan_line(const test_plan *plan);
tw_line *test_seed_line(uint64_t seed);

// Takes away thing number `edit` of test_plan_edits; false: it is not there anyway.
int32_t test_plan_edits(const test_plan *plan);
bool test_plan_edit(test_plan *plan, int32_t edit);

// Takes away what the plan does not need in order to fail, greedily, until nothing more can go.
// fails: tries a plan; what cannot be built counts as good.
void test_plan_shrink(test_plan *plan, bool (*fails)(const test_plan *plan, void *user),
                      void *user);

#endif
