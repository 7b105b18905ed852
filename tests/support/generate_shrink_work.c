// generate_shrink_work.c - edits that take away what generate_work.c has drawn. See generate.h.

#include "support/generate_inner.h"

// Sets a number; false: it is that already.
static bool set(int32_t *at, int32_t value) {
  if (*at == value) return false;
  *at = value;
  return true;
}

static bool clear(bool *at) {
  if (!*at) return false;
  *at = false;
  return true;
}

static bool simplify(test_time *time) {
  if (time->shape <= TEST_CONSTANT) return false;
  *time = (test_time){.shape = TEST_CONSTANT, .a = time->a > 0 ? time->a : 1};
  return true;
}

static bool drop_stop(test_stop *stop) {
  return (int)clear(&stop->can_preempt) | (int)set(&stop->age, 0) | (int)set(&stop->renews, 0) |
         (int)set(&stop->spares, 0);
}

static bool drop_maintenance(test_planned *at, int32_t i) {
  if (i >= at->n_maintenance) return false;
  at->n_maintenance--;
  at->maintenance[i] = at->maintenance[at->n_maintenance];
  return true;
}

static bool edit_maintenance(test_maintenance *maintenance, int32_t edit) {
  switch (edit) {
  case 0: return set(&maintenance->needs, 0);
  case 1: return set(&maintenance->fate, 0);
  case 2: return set(&maintenance->due_within, 0);
  default: return (int)simplify(&maintenance->every) | simplify(&maintenance->duration);
  }
}

static bool edit_setup(test_setup *setup, int32_t edit) {
  if (!setup->is_there) return false;
  switch (edit) {
  case 0: return clear(&setup->is_there);
  case 1: return set(&setup->n_step, 0);
  case 2: return setup->n_step > 1 && set(&setup->n_step, 1);
  case 3: return set(&setup->n_approval, 0);
  case 4: return (int)set(&setup->needs, 0) | set(&setup->priority, 0);
  case 5: return (int)set(&setup->n_startup_scrap, 0) | (int)set(&setup->min_run, 0) | clear(&setup->has_initial);
  case 6: return clear(&setup->has_matrix);
  default:
    return (int)simplify(&setup->time) | (int)simplify(&setup->other) |
           (int)simplify(&setup->approval) | (int)simplify(&setup->step[0].time) |
           (int)simplify(&setup->step[1].time);
  }
}

bool test_edit_work(test_planned *at, int32_t edit) {
  if (at->kind != TEST_STATION) return false;
  switch (edit) {
  case 0: return set(&at->calendar, 0);
  case 1: return set(&at->shift_end, 0);
  case 2: return set(&at->needs, 0);
  case 3: return set(&at->load_needs, 0);
  case 4: return set(&at->unload_needs, 0);
  case 5: return (int)set(&at->load_priority, 0) | set(&at->needs_priority, 0);
  case 6: return clear(&at->can_load_preempt);
  case 7: return drop_maintenance(at, 0);
  case 8: return drop_maintenance(at, 1);
  case 9: return drop_stop(&at->failure[0].more);
  case 10: return drop_stop(&at->failure[1].more);
  case 11: return drop_stop(&at->maintenance[0].more);
  case 12: return drop_stop(&at->maintenance[1].more);
  case 13: return (int)set(&at->failure[0].how, 0) | set(&at->failure[1].how, 0);
  default: break;
  }
  edit -= 14;
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
    is_done = (int)clear(&calendar->has_extra) | (int)set(&calendar->closed_day, 0) | is_done;
    for (int32_t k = 0; k < calendar->n_piece; k++)
      is_done = (int)set(&calendar->piece[k].break_min, 0) | is_done;
  }
  return is_done;
}

bool test_edit_line_work(test_plan *plan, int32_t edit) {
  switch (edit) {
  case 0: return set(&plan->n_calendar, 0);
  case 1: return plan->n_calendar > 1 && set(&plan->n_calendar, 1);
  case 2: return set(&plan->calendar, 0);
  case 3: return set(&plan->shift_end, 0);
  case 4: return set(&plan->cause.station_mask, 0);
  case 5: return clear(&plan->has_stock);
  case 6: return edit_calendars(plan, false);
  case 7: return edit_calendars(plan, true);
  default: break;
  }
  test_pool *pool = &plan->pool[edit - 8];
  return (int)set(&pool->calendar, 0) | (int)set(&pool->shift_end, 0) | (int)set(&pool->walk, 0) |
         (int)set(&pool->call_at, 0);
}
