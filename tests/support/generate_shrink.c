// generate_shrink.c - makes a failing plan smaller: every edit takes one thing away, and those that
// keep the failure stay. See generate.h.

#include "support/generate_inner.h"

#include <string.h>

// What can be taken from a place, beside the place itself.
enum {
  DROP_PLACE,        // its givers lead to its takers
  DROP_EXITS,
  FIRST_OF_FAILURE = 26,
  FIRST_OF_WORK = FIRST_OF_FAILURE + 4 * TEST_PLAN_FAILURES,
  FIRST_OF_MODELS = FIRST_OF_WORK + TEST_WORK_EDITS,
  PLACE_EDITS = FIRST_OF_MODELS + TEST_MODEL_EDITS
};

// What can be taken from the line as a whole.
enum { FLOW_EDITS = 7, LINE_EDITS = FLOW_EDITS + TEST_LINE_WORK_EDITS };

int32_t test_plan_edits(const test_plan *plan) {
  return LINE_EDITS + plan->n_place * PLACE_EDITS + plan->n_way + plan->n_op;
}

static bool shorten(test_time *time) {
  return time->shape == TEST_CONSTANT && time->a > 1 && test_set(&time->a, 1);
}

static bool edit_line(test_plan *plan, int32_t edit) {
  switch (edit) {
  case 0: return test_set(&plan->warmup_s, 0);
  case 1: return test_set(&plan->n_fitter, 1);
  case 2: return test_set(&plan->n_master, 1);
  case 3: return test_set(&plan->max_parts, 2000);
  case 4: return test_set(&plan->n_type, 1);
  case 5: return test_clear(&plan->is_before_service);
  case 6: return test_set(&plan->n_type, 2);
  default: return test_edit_line_work(plan, edit - FLOW_EDITS);
  }
}

static bool has_way(const test_plan *plan, int32_t from, int32_t exit, int32_t to) {
  for (int32_t i = 0; i < plan->n_way; i++) {
    const test_way *way = &plan->way[i];
    if (!way->is_gone && way->from == from && way->exit == exit && way->to == to) return true;
  }
  return false;
}

// Takes a place out; whoever gave to it gives to where its main exit (or "pass") led.
static bool drop_place(test_plan *plan, int32_t place) {
  if (plan->place[place].is_gone) return false;
  const int32_t n_way = plan->n_way;
  for (int32_t i = 0; i < n_way; i++) {
    for (int32_t k = 0; k < n_way; k++) {
      const test_way in = plan->way[i], out = plan->way[k];
      const bool is_through = !in.is_gone && !out.is_gone && in.to == place && out.from == place &&
                              (out.exit == TEST_MAIN || out.exit == TEST_PASS);
      if (!is_through || in.from == place || has_way(plan, in.from, in.exit, out.to)) continue;
      if (plan->n_way == TEST_PLAN_WAYS) return false;
      plan->way[plan->n_way++] = (test_way){.from = in.from, .exit = in.exit, .to = out.to};
    }
  }
  for (int32_t i = 0; i < plan->n_way; i++)
    if (plan->way[i].from == place || plan->way[i].to == place) plan->way[i].is_gone = true;
  plan->place[place].is_gone = true;
  return true;
}

// Gives the exits of a station up: what passed leaves by the main exit.
static bool drop_exits(test_plan *plan, int32_t place) {
  if (plan->place[place].exits == 0) return false;
  plan->place[place].exits = 0;
  for (int32_t i = 0; i < plan->n_way; i++) {
    test_way *way = &plan->way[i];
    if (way->from != place) continue;
    if (way->exit == TEST_AGAIN) way->is_gone = true;
    if (way->exit == TEST_PASS) way->exit = TEST_MAIN;
  }
  return true;
}

static bool drop_overstay(test_plan *plan, int32_t place) {
  test_planned *at = &plan->place[place];
  if (at->max_stay_s == 0) return false;
  at->max_stay_s = 0;
  for (int32_t i = 0; i < plan->n_way; i++)
    if (plan->way[i].from == place && plan->way[i].exit == TEST_OVERSTAY)
      plan->way[i].is_gone = true;
  return true;
}

static bool drop_failure(test_planned *at, int32_t i) {
  if (i >= at->n_failure) return false;
  at->n_failure--;
  at->failure[i] = at->failure[at->n_failure];
  return true;
}

static bool edit_failure(test_planned *at, int32_t i, int32_t edit) {
  if (i >= at->n_failure) return false;
  test_failure *failure = &at->failure[i];
  switch (edit) {
  case 0: return (int)test_set(&failure->needs, 0) | test_set(&failure->priority, 0);
  case 1: return failure->clock < 3 ? test_simplify(&failure->mtbf) : false;
  case 2: return test_simplify(&failure->repair);
  default: return test_set(&failure->fate, 0);
  }
}

static bool edit_place(test_plan *plan, int32_t place, int32_t edit) {
  test_planned *at = &plan->place[place];
  if (at->is_gone) return false;
  switch (edit) {
  case DROP_PLACE: return drop_place(plan, place);
  case DROP_EXITS: return drop_exits(plan, place);
  case 2: return drop_overstay(plan, place);
  case 3: return test_set(&at->n_failure, 0);
  case 4: return drop_failure(at, 0);
  case 5: return drop_failure(at, 1);
  case 6: return at->n_machine > 0 && test_set(&at->n_machine, 1);
  case 7: return test_set(&at->load.shape, TEST_NO_TIME);
  case 8: return test_set(&at->unload.shape, TEST_NO_TIME);
  case 9: return test_set(&at->switch_over.shape, TEST_NO_TIME);
  case 10: return test_simplify(&at->time) || shorten(&at->time);
  case 11: return test_set(&at->push, 0);
  case 12: return test_set(&at->pull, 0);
  case 13: return test_clear(&at->is_before_service);
  case 14: return (int)test_clear(&at->takes_while_down) | test_clear(&at->gives_while_down);
  case 15: return test_set(&at->scrap, 0);
  case 16: return (int)test_set(&at->factor, 0) | (int)test_clear(&at->is_by_part) | test_set(&at->priority, 0);
  case 17: return test_set(&at->min_stay_s, 0);
  case 18: return test_set(&at->queue, 0);
  case 19: return at->capacity > 1 && test_set(&at->capacity, 1);
  case 20: return (int)test_clear(&at->is_mix) | test_clear(&at->is_losing);
  case 21: return at->batch > 0 && ((int)test_set(&at->batch, 1) | test_set(&at->first_s, -1));
  case 22: return at->kind == TEST_SOURCE && test_set(&at->release, TEST_SATURATED);
  case 23: return (int)test_set(&at->defect[0], 0) | test_set(&at->defect[1], 0) | test_set(&at->defect[2], 0);
  case 24: return test_clear(&at->is_inspection);
  case 25: return (int)test_set(&at->repairs, 0) | test_set(&at->sample, 0) | test_set(&at->false_reject, 0);
  default:
    if (edit >= FIRST_OF_MODELS) return at->kind == TEST_STATION && test_edit_models(at, edit - FIRST_OF_MODELS);
    if (edit >= FIRST_OF_WORK) return test_edit_work(at, edit - FIRST_OF_WORK);
    edit -= FIRST_OF_FAILURE;
    return edit_failure(at, edit % TEST_PLAN_FAILURES, edit / TEST_PLAN_FAILURES);
  }
}

bool test_plan_edit(test_plan *plan, int32_t edit) {
  if (edit < plan->n_place * PLACE_EDITS)
    return edit_place(plan, edit / PLACE_EDITS, edit % PLACE_EDITS);
  edit -= plan->n_place * PLACE_EDITS;
  if (edit < plan->n_way) {
    if (plan->way[edit].is_gone) return false;
    plan->way[edit].is_gone = true;
    return true;
  }
  edit -= plan->n_way;
  if (edit < plan->n_op) {
    memmove(&plan->op[edit], &plan->op[edit + 1],
            (size_t)(plan->n_op - edit - 1) * sizeof plan->op[0]);
    plan->n_op--;
    return true;
  }
  return edit_line(plan, edit - plan->n_op);
}

void test_plan_shrink(test_plan *plan, bool (*fails)(const test_plan *plan, void *user),
                      void *user) {
  bool is_smaller = true;
  while (is_smaller) {
    is_smaller = false;
    for (int32_t edit = 0; edit < test_plan_edits(plan); edit++) {
      test_plan trial = *plan;
      if (!test_plan_edit(&trial, edit) || !fails(&trial, user)) continue;
      *plan = trial;
      is_smaller = true;
    }
  }
}
