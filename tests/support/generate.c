// generate.c - draws a plan: stages of stations one behind the other, ways between them of several
// kinds, loops back, and for every place what the format can say about it. See generate.h.

#include "support/generate_inner.h"

#include <string.h>

#include "base/assert.h"
#include "state/ops.h"

enum { STATIONS_MAX = 8, STAGES_MAX = 4, WIDTH_MAX = 3 };

typedef test_generator generator;

// The places of one stage.
typedef struct stage {
  int32_t n;
  int32_t at[WIDTH_MAX * 2];
} stage;

static bool chance(generator *in, int32_t percent) { return test_chance(&in->random, percent); }

static int32_t pick(generator *in, int32_t n) { return test_pick(&in->random, n); }

test_time test_draw_time(test_generator *in, int32_t least, int32_t most) {
  test_time time = {.a = least + pick(in, most - least + 1), .b = 1 + pick(in, 3)};
  if (in->plan->is_whole) {
    const int32_t shapes[] = {TEST_CONSTANT, TEST_CONSTANT, TEST_DISCRETE, TEST_DISCRETE,
                              TEST_TRACE};
    time.shape = shapes[pick(in, 5)];
  } else {
    time.shape = TEST_EXPONENTIAL + pick(in, 4);
  }
  return time;
}

static void draw_failure(generator *in, test_failure *failure) {
  const int32_t clock = pick(in, 4);
  *failure = (test_failure){.clock = clock,
                            .fate = pick(in, 5),
                            .needs = chance(in, 50) ? 1 + pick(in, 6) : 0,
                            .priority = pick(in, 3),
                            .is_at_start = clock == 3 && chance(in, 50),
                            .mtbf = test_draw_time(in, 3, 30),
                            .repair = test_draw_time(in, chance(in, 10) ? 0 : 1, 5)};
  if (clock == 3) failure->mtbf = (test_time){.shape = TEST_CONSTANT, .a = 1 + pick(in, 8)};
  if (clock == 3 && chance(in, 50)) failure->mtbf.shape = TEST_EXPONENTIAL;
}

static int32_t add_place(generator *in, int32_t kind) {
  test_plan *plan = in->plan;
  TW_ASSERT(plan->n_place < TEST_PLAN_PLACES);
  plan->place[plan->n_place] = (test_planned){.kind = kind};
  return plan->n_place++;
}

static void add_way(generator *in, int32_t from, int32_t exit, int32_t to) {
  test_plan *plan = in->plan;
  TW_ASSERT(plan->n_way < TEST_PLAN_WAYS);
  for (int32_t i = 0; i < plan->n_way; i++) {
    const test_way *way = &plan->way[i];
    if (way->from == from && way->exit == exit && way->to == to) return;
  }
  plan->way[plan->n_way++] = (test_way){.from = from, .exit = exit, .to = to};
}

static int32_t add_source(generator *in) {
  const int32_t i = add_place(in, TEST_SOURCE);
  test_planned *source = &in->plan->place[i];
  const int32_t kind = pick(in, 10);
  source->release = kind < 4 ? TEST_SATURATED : kind < 8 ? TEST_INTERVALS : TEST_ORDERS;
  source->is_mix = chance(in, 40);
  source->is_repeated = chance(in, 85);
  source->is_losing = source->release == TEST_INTERVALS && chance(in, 35);
  source->time = test_draw_time(in, 1, 5);
  source->batch = chance(in, 30) ? 1 + pick(in, 4) : 1;
  source->first_s = chance(in, 30) ? pick(in, 4) : -1;
  source->push = chance(in, 40) ? pick(in, 5) : 0;
  source->n_order = 1 + pick(in, TEST_PLAN_ORDERS);
  for (int32_t k = 0; k < source->n_order; k++)
    source->order[k] = (test_order){.type = pick(in, in->plan->n_type),
                                    .quantity = 1 + pick(in, 12),
                                    .release_s = pick(in, 60),
                                    .priority = pick(in, 3)};
  return i;
}

static int32_t add_buffer(generator *in) {
  const int32_t i = add_place(in, TEST_BUFFER);
  test_planned *buffer = &in->plan->place[i];
  buffer->capacity = chance(in, 10) ? 0 : 1 + pick(in, 5);
  buffer->queue = chance(in, 50) ? 0 : pick(in, TEST_QUEUE_SPT + 1);
  buffer->is_largest_first = chance(in, 50);
  if (chance(in, 20)) buffer->min_stay_s = 1 + pick(in, 4);
  if (chance(in, 15)) buffer->max_stay_s = buffer->min_stay_s + 1 + pick(in, 8);
  return i;
}

static int32_t add_station(generator *in) {
  const int32_t i = add_place(in, TEST_STATION);
  test_planned *station = &in->plan->place[i];
  station->n_machine = chance(in, 65) ? 1 : 2 + pick(in, 2);
  station->time = test_draw_time(in, 1, 4);
  if (chance(in, 20)) station->load = test_draw_time(in, 0, 2);
  if (chance(in, 20)) station->unload = test_draw_time(in, 0, 2);
  station->push = pick(in, 5);
  station->pull = pick(in, station->n_machine == 1 ? 5 : 4);
  if (station->pull == 4 && chance(in, 60)) station->switch_over = test_draw_time(in, 0, 2);
  if (station->pull == 4) station->n_machine = 1;
  station->is_before_service = chance(in, 20);
  station->takes_while_down = chance(in, 12);
  station->gives_while_down = chance(in, 12);
  station->priority = chance(in, 20) ? pick(in, 3) : 0;
  station->scrap = chance(in, 20) ? 5 + pick(in, 30) : 0;
  station->factor = chance(in, 15) ? 1 + pick(in, 3) : 0;
  station->is_by_part = chance(in, 15);
  station->n_failure = chance(in, 45) ? 1 + pick(in, TEST_PLAN_FAILURES) : 0;
  for (int32_t k = 0; k < station->n_failure; k++) draw_failure(in, &station->failure[k]);
  return i;
}

static int32_t exit_of(const generator *in, int32_t place) {
  return in->plan->place[place].exits != 0 ? TEST_PASS : TEST_MAIN;
}

// Ways from all of one stage to all of the next: at once, or over buffers that both, the givers or
// the takers have for themselves, or over two buffers in a row.
static void connect(generator *in, const stage *from, const stage *to) {
  const int32_t kind = pick(in, 10);
  int32_t buffer = 0;
  for (int32_t i = 0; i < from->n; i++) {
    for (int32_t k = 0; k < to->n; k++) {
      const int32_t giver = from->at[i], taker = to->at[k];
      if (kind < 2) {  // no buffer at all
        const bool is_needed = i == k % from->n || k == i % to->n;
        if (is_needed || chance(in, 60)) add_way(in, giver, exit_of(in, giver), taker);
        continue;
      }
      if (kind < 7 && i == 0 && k == 0) {
        buffer = add_buffer(in);
        if (kind == 6) {
          const int32_t second = add_buffer(in);
          add_way(in, buffer, TEST_MAIN, second);
          for (int32_t t = 0; t < to->n; t++) add_way(in, second, TEST_MAIN, to->at[t]);
        }
      }
      if (kind >= 7 && kind < 9 && i == 0) {  // one for each taker
        buffer = add_buffer(in);
        for (int32_t g = 0; g < from->n; g++)
          add_way(in, from->at[g], exit_of(in, from->at[g]), buffer);
        add_way(in, buffer, TEST_MAIN, taker);
      }
      if (kind == 9 && k == 0) {  // one for each giver
        buffer = add_buffer(in);
        add_way(in, giver, exit_of(in, giver), buffer);
      }
      if (kind < 7) add_way(in, giver, exit_of(in, giver), buffer);
      if (kind < 6 || kind == 9) add_way(in, buffer, TEST_MAIN, taker);
    }
  }
}

// Parts of a station that go back: to its own queue, to one before, or straight to a machine.
static void add_loop(generator *in, const stage *stages, int32_t n_stage) {
  test_plan *plan = in->plan;
  for (int32_t i = 0; i < plan->n_place; i++) {
    if (plan->place[i].kind != TEST_STATION || plan->place[i].exits == 0) continue;
    const stage *at = &stages[pick(in, n_stage)];
    int32_t to = at->at[pick(in, at->n)];
    const int32_t kind = pick(in, 12);
    if (kind >= 10) {
      to = TEST_SCRAP;
    } else if (kind < 6) {
      const int32_t buffer = add_buffer(in);
      if (chance(in, 60)) plan->place[buffer].capacity = 0;
      add_way(in, buffer, TEST_MAIN, to);
      to = buffer;
    } else if (kind < 9) {
      for (int32_t k = 0; k < plan->n_way; k++)
        if (plan->way[k].to == to && plan->place[plan->way[k].from].kind == TEST_BUFFER)
          to = plan->way[k].from;
    }
    add_way(in, i, TEST_AGAIN, to);
  }
}

// Parts that stayed too long may leave by a way of their own, into a buffer that is never full.
static void add_overstays(generator *in) {
  test_plan *plan = in->plan;
  for (int32_t i = 0; i < plan->n_place; i++) {
    test_planned *buffer = &plan->place[i];
    if (buffer->kind != TEST_BUFFER || buffer->max_stay_s == 0 || !chance(in, 50)) continue;
    int32_t to = chance(in, 50) ? TEST_OUT : TEST_SCRAP;
    for (int32_t k = i + 1; k < plan->n_place; k++)
      if (plan->place[k].kind == TEST_BUFFER && plan->place[k].capacity == 0) to = k;
    buffer->is_overstay_exit = true;
    add_way(in, i, TEST_OVERSTAY, to);
  }
}

// A source that always offers would fill an unlimited buffer behind it without end.
static void limit_buffers(generator *in) {
  test_plan *plan = in->plan;
  for (int32_t round = 0; round < plan->n_place; round++) {
    for (int32_t i = 0; i < plan->n_way; i++) {
      const test_way *way = &plan->way[i];
      if (way->to < 0 || plan->place[way->to].kind != TEST_BUFFER) continue;
      const test_planned *from = &plan->place[way->from];
      test_planned *to = &plan->place[way->to];
      if (from->kind == TEST_SOURCE && from->release == TEST_SATURATED && to->capacity == 0)
        to->capacity = 2;
    }
  }
}

static void draw_ops(generator *in) {
  test_plan *plan = in->plan;
  if (!chance(in, 30)) return;
  plan->n_op = 1 + pick(in, TEST_PLAN_OPS);
  int32_t n = 0;
  for (int32_t i = 0; i < plan->n_op; i++) {
    static const int32_t codes[] = {TW_OP_machine_down, TW_OP_machine_down, TW_OP_machine_up,
                                    TW_OP_reseed};
    n += 1 + pick(in, 200);
    plan->op[i] =
        (test_op){.after_n_event = n, .code = codes[pick(in, 4)], .machine = pick(in, 4)};
    if (i > 0 && plan->op[i].code == TW_OP_machine_up) plan->op[i].machine = plan->op[i - 1].machine;
  }
}

// Defects that stations make, repair and look for. Of the stations with exits most become inspections.
static void add_quality(generator *in) {
  if (!chance(in, 60)) return;
  const int32_t all = (1 << TEST_PLAN_DEFECTS) - 1;
  for (int32_t i = 0; i < in->plan->n_place; i++) {
    test_planned *station = &in->plan->place[i];
    if (station->kind != TEST_STATION) continue;
    station->max_rework = -1;
    for (int32_t k = 0; k < TEST_PLAN_DEFECTS; k++)
      station->defect[k] = chance(in, 30) ? 1 + pick(in, 4) : 0;
    if (chance(in, 25)) station->repairs = 1 + pick(in, all);
    if (!chance(in, station->exits > 0 ? 70 : 20)) continue;
    station->is_inspection = true;
    station->detects = pick(in, all + 1);
    station->missed = pick(in, 4) * 20;
    station->false_reject = chance(in, 50) ? 5 + pick(in, 30) : 0;
    if (chance(in, 30)) station->sample = chance(in, 50) ? 1 + pick(in, 5) : 20 + pick(in, 60);
    if (station->exits > 0 && chance(in, 60)) station->max_rework = pick(in, 3);
  }
}

// A queue "spt" leads to one station alone.
static void limit_spt(generator *in) {
  test_plan *plan = in->plan;
  for (int32_t i = 0; i < plan->n_place; i++) {
    if (plan->place[i].kind != TEST_BUFFER || plan->place[i].queue != TEST_QUEUE_SPT) continue;
    int32_t n_station = 0, n_way = 0;
    for (int32_t w = 0; w < plan->n_way; w++) {
      const test_way *way = &plan->way[w];
      if (way->from != i || way->exit != TEST_MAIN) continue;
      n_way++;
      n_station += way->to >= 0 && plan->place[way->to].kind == TEST_STATION;
    }
    if (n_way != 1 || n_station != 1) plan->place[i].queue = 0;
  }
}

void test_plan_make(test_plan *plan, uint64_t seed, bool is_whole) {
  memset(plan, 0, sizeof *plan);
  generator in = {.plan = plan, .random = {.seed = seed * 2 + is_whole}};
  plan->seed = seed;
  plan->is_whole = is_whole;
  plan->n_type = 1 + pick(&in, TEST_PLAN_TYPES);
  plan->n_fitter = pick(&in, 3);
  plan->n_master = 1 + pick(&in, 2);
  plan->n_crane = 1;
  plan->max_parts = chance(&in, 4) ? 6 + pick(&in, 12) : 2000;
  plan->is_before_service = chance(&in, 8);
  plan->warmup_s = chance(&in, 50) ? 5 + pick(&in, 60) : 0;

  stage last = {.n = chance(&in, 75) ? 1 : 2};
  for (int32_t i = 0; i < last.n; i++) last.at[i] = add_source(&in);
  const int32_t n_stage = 1 + pick(&in, STAGES_MAX);
  stage stages[STAGES_MAX];
  int32_t n_station = 0;
  for (int32_t s = 0; s < n_stage; s++) {
    stage *now = &stages[s];
    now->n = chance(&in, 60) ? 1 : 2 + pick(&in, WIDTH_MAX - 1);
    if (n_station + now->n > STATIONS_MAX) now->n = 1;
    n_station += now->n;
    for (int32_t i = 0; i < now->n; i++) {
      now->at[i] = add_station(&in);
      if (chance(&in, 18)) plan->place[now->at[i]].exits = 1 + pick(&in, 2);
      if (plan->place[now->at[i]].exits > 0) plan->place[now->at[i]].is_before_service = false;
      plan->place[now->at[i]].again = 10 + pick(&in, 60);
    }
    connect(&in, &last, now);
    last = *now;
  }
  const int32_t end = chance(&in, 80) ? TEST_OUT : add_buffer(&in);
  for (int32_t i = 0; i < last.n; i++) add_way(&in, last.at[i], exit_of(&in, last.at[i]), end);
  if (end != TEST_OUT) add_way(&in, end, TEST_MAIN, TEST_OUT);
  add_loop(&in, stages, n_stage);
  limit_buffers(&in);
  add_overstays(&in);
  limit_spt(&in);
  draw_ops(&in);
  add_quality(&in);
  test_add_work(&in);
  test_add_energy(&in);
  // drawn apart, so that the rest of a plan is what it is without
  in.random = (test_random){.seed = seed * 2 + is_whole + (UINT64_C(1) << 40)};
  test_add_models(&in);
  in.random = (test_random){.seed = seed * 2 + is_whole + (UINT64_C(2) << 40)};
  plan->has_costs = chance(&in, 40);
}
