// generate_work.c - draws what a line says beside its flow: calendars, people for every phase, setups,
// maintenance, common causes, stocks. Four lines in ten have nothing of it; in the others each of them
// is there every now and then. See generate.h.

#include "support/generate_inner.h"

static bool chance(test_generator *in, int32_t percent) { return test_chance(&in->random, percent); }

static int32_t pick(test_generator *in, int32_t n) { return test_pick(&in->random, n); }

static int32_t pick_needs(test_generator *in) { return 1 + pick(in, TEST_N_NEEDS - 1); }

// Shifts of some minutes one behind the other, now and then with nothing between them.
static void draw_calendar(test_generator *in, test_calendar *calendar) {
  const bool is_slow = in->plan->is_in_minutes;
  int32_t at_min = in->plan->start_s / 60 - (chance(in, 40) ? pick(in, 10) : -pick(in, 3));
  calendar->n_piece = 2 + pick(in, TEST_PLAN_PIECES - 1);
  for (int32_t i = 0; i < calendar->n_piece; i++) {
    const int32_t length_min = is_slow ? 6 + pick(in, 40) : 1 + pick(in, 3);
    const int32_t break_min = chance(in, 30) && length_min > 6 ? 1 + pick(in, 4) : 0;
    calendar->piece[i].start_min = at_min;
    calendar->piece[i].end_min = at_min + length_min;
    calendar->piece[i].break_min = break_min;
    at_min += length_min + (chance(in, 30) ? 0 : 1 + pick(in, is_slow ? 20 : 2));
  }
  if (chance(in, 10)) calendar->closed_day = 1;
  calendar->has_extra = chance(in, 20);
}

static int32_t pick_calendar(test_generator *in) { return 1 + pick(in, in->plan->n_calendar); }

static void draw_calendars(test_generator *in) {
  static const int32_t starts_s[] = {6 * 3600, 23 * 3600 + 30 * 60, 22 * 3600, 12 * 3600};
  test_plan *plan = in->plan;
  plan->is_in_minutes = chance(in, 70);
  plan->start_s = starts_s[pick(in, 4)];
  // a little before a minute, so that edges and whole seconds meet
  if (!plan->is_in_minutes && chance(in, 60)) plan->start_s -= pick(in, 60);
  plan->n_calendar = 1 + pick(in, TEST_PLAN_CALENDARS);
  for (int32_t i = 0; i < plan->n_calendar; i++) draw_calendar(in, &plan->calendars[i]);
  if (chance(in, 35)) plan->calendar = pick_calendar(in);
  if (chance(in, 35)) plan->shift_end = 1 + pick(in, 5);
  for (int32_t i = 0; i < TEST_PLAN_POOLS; i++) {
    if (chance(in, 30)) plan->pool[i].calendar = pick_calendar(in);
    if (i < 3 && chance(in, 50)) plan->pool[i].shift_end = 1 + pick(in, 5);
  }
  for (int32_t i = 0; i < plan->n_place; i++) {
    test_planned *at = &plan->place[i];
    if (at->kind != TEST_STATION) continue;
    if (chance(in, 50)) at->calendar = pick_calendar(in);
    if (chance(in, 60)) at->shift_end = 1 + pick(in, 5);
  }
}

static void draw_people(test_generator *in) {
  test_plan *plan = in->plan;
  for (int32_t i = 0; i < 3; i++) {
    test_pool *pool = &plan->pool[i];
    if (chance(in, 30)) pool->walk = 1 + pick(in, 3);
    pool->has_ways = pool->walk > 0 && chance(in, 40);
    if (chance(in, 20)) pool->call_at = 1 + pick(in, 3);
    if (pool->call_at > 1) pool->call_until = pick(in, pool->call_at);
  }
  for (int32_t i = 0; i < plan->n_place; i++) {
    test_planned *at = &plan->place[i];
    if (at->kind != TEST_STATION) continue;
    if (chance(in, 45)) at->needs = pick_needs(in);
    at->needs_priority = pick(in, 3);
    if (at->load.shape != TEST_NO_TIME && chance(in, 60)) at->load_needs = pick_needs(in);
    if (at->unload.shape != TEST_NO_TIME && chance(in, 60)) at->unload_needs = pick_needs(in);
    at->load_priority = pick(in, 4);
    at->can_load_preempt = chance(in, 40);
  }
}

static void draw_setup(test_generator *in, test_setup *setup) {
  *setup = (test_setup){.is_there = true,
                        .is_by_part = chance(in, 50),
                        .has_matrix = chance(in, 60),
                        .has_initial = chance(in, 40),
                        .needs = chance(in, 50) ? pick_needs(in) : 0,
                        .priority = pick(in, 3),
                        .n_step = chance(in, 50) ? 1 + pick(in, TEST_PLAN_STEPS) : 0,
                        .min_run = chance(in, 40) ? 1 + pick(in, 5) : 0,
                        .n_startup_scrap = chance(in, 20) ? 1 + pick(in, 2) : 0,
                        .time = test_draw_time(in, 0, 5),
                        .other = test_draw_time(in, 1, 4),
                        .approval = test_draw_time(in, 1, 3)};
  if (chance(in, 30)) {
    setup->n_approval = 1 + pick(in, 2);
    setup->approval_needs = chance(in, 70) ? pick_needs(in) : 0;
  }
  for (int32_t i = 0; i < setup->n_step; i++)
    setup->step[i] = (test_step){.time = test_draw_time(in, 0, 4),
                                 .needs = chance(in, 60) ? pick_needs(in) : 0,
                                 .is_while_running = chance(in, 60)};
}

static void draw_setups(test_generator *in) {
  test_plan *plan = in->plan;
  if (plan->n_type == 1) plan->n_type = 2;
  plan->has_families = chance(in, 60);
  for (int32_t i = 0; i < plan->n_place; i++)
    if (plan->place[i].kind == TEST_STATION && chance(in, 60)) draw_setup(in, &plan->place[i].setup);
}

static void draw_maintenance(test_generator *in, test_maintenance *maintenance) {
  const int32_t trigger = pick(in, TEST_N_TRIGGER);
  *maintenance = (test_maintenance){.trigger = trigger,
                                    .at = pick(in, 3),
                                    .is_from_end = chance(in, 50),
                                    .fate = chance(in, 50) ? pick(in, 5) : 0,
                                    .needs = chance(in, 60) ? pick_needs(in) : 0,
                                    .priority = pick(in, 4),
                                    .week_min = in->plan->start_s / 60 + 1 + pick(in, 60),
                                    .due_within = chance(in, 40) ? 1 + pick(in, 10) : 0,
                                    .every = test_draw_time(in, 4, 30),
                                    .duration = test_draw_time(in, 0, 6)};
  if (trigger == 3 || trigger == TEST_BY_PART)
    maintenance->every = (test_time){.shape = TEST_CONSTANT, .a = 1 + pick(in, 9)};
}

static void draw_stop(test_generator *in, const test_planned *at, test_stop *stop) {
  const int32_t n = at->n_failure + at->n_maintenance;
  stop->can_preempt = chance(in, 40);
  stop->age = chance(in, 30) ? 1 + pick(in, 3) : 0;
  stop->renews = chance(in, 30) ? 1 + pick(in, n) : 0;
  stop->spares = chance(in, 40) ? 1 + pick(in, 2) : 0;
}

static void draw_upkeep(test_generator *in) {
  test_plan *plan = in->plan;
  plan->has_stock = chance(in, 50);
  plan->n_stock = pick(in, 4);
  plan->n_batch = 1 + pick(in, 3);
  plan->delivery = test_draw_time(in, 3, 20);
  plan->minor_stop = chance(in, 40) ? 1 + pick(in, 4) : 0;
  for (int32_t i = 0; i < plan->n_place; i++) {
    test_planned *at = &plan->place[i];
    if (at->kind != TEST_STATION) continue;
    at->n_maintenance = chance(in, 50) ? 1 + pick(in, TEST_PLAN_MAINTENANCE) : 0;
    for (int32_t k = 0; k < at->n_maintenance; k++) draw_maintenance(in, &at->maintenance[k]);
    for (int32_t k = 0; k < at->n_maintenance; k++) draw_stop(in, at, &at->maintenance[k].more);
    for (int32_t k = 0; k < at->n_failure; k++) {
      draw_stop(in, at, &at->failure[k].more);
      if (at->failure[k].clock < 3 && !plan->is_whole && chance(in, 30))
        at->failure[k].how = 1 + pick(in, 2);
    }
  }
}

static void draw_cause(test_generator *in) {
  in->plan->cause = (test_cause){.station_mask = 1 + pick(in, 30),
                                 .fate = pick(in, 5),
                                 .needs = chance(in, 50) ? pick_needs(in) : 0,
                                 .priority = pick(in, 3),
                                 .mtbf = test_draw_time(in, 5, 40),
                                 .repair = test_draw_time(in, 0, 5)};
}

// What the stations draw, and prices that change while the run goes on.
static void draw_energy(test_generator *in) {
  test_plan *plan = in->plan;
  static const int32_t windows_min[] = {1, 2, 15};
  plan->window_min = windows_min[pick(in, 3)];
  for (int32_t i = 0; i < plan->n_place; i++)
    if (plan->place[i].kind == TEST_STATION && chance(in, 70))
      plan->place[i].power = 1 + pick(in, 20000);
  if (chance(in, 30)) return;
  const int32_t most_min = plan->is_in_minutes ? 90 : 4;
  plan->price_min[0] = plan->start_s / 60 + 1 + pick(in, most_min);
  plan->price_min[1] = plan->price_min[0] + 1 + pick(in, most_min);
  plan->price_min[2] = plan->price_min[1] + 1 + pick(in, most_min);
}

void test_add_energy(test_generator *in) {
  if (chance(in, 40)) draw_energy(in);
}

void test_add_work(test_generator *in) {
  if (chance(in, 40)) return;
  if (chance(in, 40)) draw_calendars(in);
  if (chance(in, 45)) draw_people(in);
  if (chance(in, 40)) draw_setups(in);
  if (chance(in, 40)) draw_upkeep(in);
  if (chance(in, 20)) draw_cause(in);
}
