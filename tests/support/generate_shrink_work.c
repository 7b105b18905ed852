// generate_shrink_work.c - edits that take away what generate_work.c has drawn. See generate.h.

#include "support/generate_inner.h"

static bool drop_stop(test_stop *stop) {
  return (int)test_clear(&stop->can_preempt) | (int)test_set(&stop->age, 0) | (int)test_set(&stop->renews, 0) |
         (int)test_set(&stop->spares, 0);
}

static bool drop_maintenance(test_planned *at, int32_t i) {
  if (i >= at->n_maintenance) return false;
  at->n_maintenance--;
  at->maintenance[i] = at->maintenance[at->n_maintenance];
  return true;
}

static bool edit_maintenance(test_maintenance *maintenance, int32_t edit) {
  switch (edit) {
  case 0: return test_set(&maintenance->needs, 0);
  case 1: return test_set(&maintenance->fate, 0);
  case 2: return test_set(&maintenance->due_within, 0);
  default: return (int)test_simplify(&maintenance->every) | test_simplify(&maintenance->duration);
  }
}

static bool edit_setup(test_setup *setup, int32_t edit) {
  if (!setup->is_there) return false;
  switch (edit) {
  case 0: return test_clear(&setup->is_there);
  case 1: return test_set(&setup->n_step, 0);
  case 2: return setup->n_step > 1 && test_set(&setup->n_step, 1);
  case 3: return test_set(&setup->n_approval, 0);
  case 4: return (int)test_set(&setup->needs, 0) | test_set(&setup->priority, 0);
  case 5: return (int)test_set(&setup->n_startup_scrap, 0) | (int)test_set(&setup->min_run, 0) | test_clear(&setup->has_initial);
  case 6: return test_clear(&setup->has_matrix);
  default:
    return (int)test_simplify(&setup->time) | (int)test_simplify(&setup->other) |
           (int)test_simplify(&setup->approval) | (int)test_simplify(&setup->step[0].time) |
           (int)test_simplify(&setup->step[1].time);
  }
}

bool test_edit_work(test_planned *at, int32_t edit) {
  if (at->kind != TEST_STATION) return false;
  switch (edit) {
  case 0: return test_set(&at->calendar, 0);
  case 1: return test_set(&at->shift_end, 0);
  case 2: return test_set(&at->needs, 0);
  case 3: return test_set(&at->load_needs, 0);
  case 4: return test_set(&at->unload_needs, 0);
  case 5: return (int)test_set(&at->load_priority, 0) | test_set(&at->needs_priority, 0);
  case 6: return test_clear(&at->can_load_preempt);
  case 7: return drop_maintenance(at, 0);
  case 8: return drop_maintenance(at, 1);
  case 9: return drop_stop(&at->failure[0].more);
  case 10: return drop_stop(&at->failure[1].more);
  case 11: return drop_stop(&at->maintenance[0].more);
  case 12: return drop_stop(&at->maintenance[1].more);
  case 13: return (int)test_set(&at->failure[0].how, 0) | test_set(&at->failure[1].how, 0);
  case 14: return test_set(&at->power, 0);
  default: break;
  }
  edit -= 15;
  if (edit < 8) return edit_setup(&at->setup, edit);
  bool is_done = false;
  for (int32_t i = 0; i < at->n_maintenance; i++)
    is_done = (int)edit_maintenance(&at->maintenance[i], edit - 8) | is_done;
  return is_done;
}

// Takes the last shift of every calendar away, or everything but the shifts.
static bool edit_calendars(test_plan *plan, bool is_plain) {
  bool is_done = false;
  for (int32_t i = 0; i < plan->n_calendar; i++) {
    test_calendar *calendar = &plan->calendars[i];
    if (!is_plain && calendar->n_piece > 1) {
      calendar->n_piece--;
      is_done = true;
    }
    if (!is_plain) continue;
    is_done = (int)test_clear(&calendar->has_extra) | (int)test_set(&calendar->closed_day, 0) | is_done;
    for (int32_t k = 0; k < calendar->n_piece; k++)
      is_done = (int)test_set(&calendar->piece[k].break_min, 0) | is_done;
  }
  return is_done;
}

bool test_edit_line_work(test_plan *plan, int32_t edit) {
  switch (edit) {
  case 0: return test_set(&plan->n_calendar, 0);
  case 1: return plan->n_calendar > 1 && test_set(&plan->n_calendar, 1);
  case 2: return test_set(&plan->calendar, 0);
  case 3: return test_set(&plan->shift_end, 0);
  case 4: return test_set(&plan->cause.station_mask, 0);
  case 5: return test_clear(&plan->has_stock);
  case 6: return edit_calendars(plan, false);
  case 7: return edit_calendars(plan, true);
  case 8: return test_set(&plan->price_min[0], 0);
  case 9: return test_clear(&plan->has_costs);
  default: break;
  }
  test_pool *pool = &plan->pool[edit - 10];
  return (int)test_set(&pool->calendar, 0) | (int)test_set(&pool->shift_end, 0) | (int)test_set(&pool->walk, 0) |
         (int)test_set(&pool->call_at, 0);
}
