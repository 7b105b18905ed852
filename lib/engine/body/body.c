// body.c - the life of continuous objects: segments begin and close, steps are made one ahead, located
// events are carried out at their own instant, and what they mean for the line goes on the tick behind it
// (SEMANTICS 1.3, 9).

#include "engine/body/body.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "core/marks.h"
#include "core/ticks.h"
#include "engine/body/inner.h"
#include "engine/carried.h"
#include "engine/draw.h"
#include "engine/energy.h"
#include "engine/work.h"

static const double SHORTEST_MODE_S = 1e-3;
static const double TICK_S = 1e-6;

// ---- Instants --------------------------------------------------------------------------------

// Moves the origin to t_s behind it, at most to the present instant.
static void move_origin(const tw_run *run, tw_body_state *state, double t_s) {
  const double behind_s = state->origin_s + t_s;
  const int64_t whole_us = (int64_t)(behind_s * (double)TW_TICKS_PER_S);
  int64_t origin_us = state->origin_us + whole_us;
  double origin_s = behind_s - (double)whole_us * 1e-6;
  if (!(origin_s > 0)) origin_s = 0;
  if (origin_s > TICK_S) origin_s = TICK_S;
  if (origin_us >= tw_now(run)) {
    origin_us = tw_now(run);
    origin_s = 0;
  }
  state->origin_us = origin_us;
  state->origin_s = origin_s;
}

// ---- Truth of conditions ---------------------------------------------------------------------

// Does an event count as true whose condition depends on words?
static bool has_true_of_words(const tw_run *run, const tw_member *member) {
  for (int32_t e = 0; e < member->system->n_event; e++)
    if (run->model_event[member->first_event + e].is_true && member->system->event[e].has_words) return true;
  return false;
}

// The event came within this tick: its condition counts as true and is not evaluated again, because so
// close behind the crossing rounding decides.
static bool has_just_come(const tw_body_state *state, const tw_model_event_state *event, double t_s) {
  const double since_s =
      1e-6 * (double)(state->origin_us - event->last_us) + (state->origin_s + t_s - event->last_s);
  return event->last_us >= 0 && since_s < TICK_S;
}

// The condition of an event has ceased to hold.
static void lower(tw_run *run, const tw_member *member, int32_t e) {
  const tw_event_param *event = &member->system->event[e];
  run->model_event[member->first_event + e].is_true = 0;
  if (event->action == TW_ACT_FINISH) tw_work_finish(run, member->machine_i, event->soak_site, /*is_fall=*/true);
}

// Events whose condition no longer holds can come again; hysteresis asks for more than that.
void tw_body_clear(tw_run *run, int32_t body_i, double t_s, const double *y, bool is_changed) {
  const tw_solve solve = tw_solve_of(run, body_i);
  bool truth[TW_MEMBER_EVENTS_MAX];
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    const tw_system *system = member->system;
    if (!is_changed && tw_body_is_plain(&solve, solve.body->member[k], y, /*is_true=*/true)) continue;
    tw_body_truths(&solve, member, t_s, y, truth);
    for (int32_t e = 0; e < system->n_event; e++) {
      tw_model_event_state *event = &run->model_event[member->first_event + e];
      if (!event->is_true || truth[e]) continue;
      if (!is_changed && has_just_come(solve.state, event, t_s)) continue;
      if (system->event[e].hysteresis > 0 && !tw_body_is_behind_band(&solve, k, &system->event[e], t_s, y)) continue;
      lower(run, member, e);
    }
  }
}

// The first event whose condition holds at y and was not counted as true; TW_NONE: none.
int32_t tw_body_find_true(tw_run *run, int32_t body_i, double t_s, const double *y) {
  const tw_solve solve = tw_solve_of(run, body_i);
  bool truth[TW_MEMBER_EVENTS_MAX];
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    if (tw_body_is_plain(&solve, solve.body->member[k], y, /*is_true=*/false)) continue;
    tw_body_truths(&solve, member, t_s, y, truth);
    for (int32_t e = 0; e < member->system->n_event; e++)
      if (truth[e] && !run->model_event[member->first_event + e].is_true) return member->first_event + e;
  }
  return TW_NONE;
}

// ---- Closing a segment -----------------------------------------------------------------------

// A state that has run away cannot begin a segment: it stays where it was read last.
static bool is_run_away(tw_run *run, int32_t body_i, const double *y) {
  const tw_solve solve = tw_solve_of(run, body_i);
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    for (int32_t i = 0; i < member->system->n_state; i++) {
      const double value = y[member->first_state + i];
      if (isfinite(value)) continue;
      tw_body_stop(run, body_i, "state %s runs away: it is %s", member->system->variable[i].name, tw_body_fault(value));
      return true;
    }
  }
  return false;
}

// Ends the segment t_s behind its origin: the state there is where the next one begins.
void tw_body_close(tw_run *run, int32_t body_i, double t_s) {
  const tw_solve solve = tw_solve_of(run, body_i);
  tw_body_state *state = &run->body[body_i];
  if (state->is_closed) return;
  double y[TW_BODY_STATES_MAX];
  tw_body_state_at(&solve, t_s, y);
  if (is_run_away(run, body_i, y)) return;
  tw_body_book(run, body_i, t_s);
  tw_body_power_book(run, body_i, t_s);
  tw_body_clear(run, body_i, t_s, y, /*is_changed=*/false);
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    tw_variable *variable = &run->variable[member->first_variable];
    for (int32_t i = 0; i < member->system->n_state; i++) {
      variable[i].c[0] = y[member->first_state + i];
      for (int32_t j = 1; j < TW_ODE_N_COEFFICIENT && !state->is_exact; j++) variable[i].c[j] = 0;
    }
  }
  // a step far longer than what it was good for would blur the instants inside it
  const double longest_s = t_s > SHORTEST_MODE_S ? 10 * t_s : 10 * SHORTEST_MODE_S;
  if (state->next_h_s > longest_s) state->next_h_s = longest_s;
  move_origin(run, state, t_s);
  state->is_closed = 1;
  state->t_s = state->h_s = state->booked_s = state->metered_s = 0;
  state->pending = TW_NONE;
  tw_cancel(run, solve.body->step_slot);
  tw_cancel(run, solve.body->located_slot);
}

// Ends the segment on the present tick; false: the run has stopped.
static bool close_now(tw_run *run, int32_t body_i) {
  tw_body_state *state = &run->body[body_i];
  if (state->is_closed) return true;
  tw_body_close(run, body_i, tw_body_elapsed_s(run, state));
  if (!state->is_closed) return false;
  // rounding must not leave it a little before the tick
  state->origin_us = tw_now(run);
  state->origin_s = 0;
  return true;
}

// ---- Words -----------------------------------------------------------------------------------

static bool is_inside(const tw_machine *machine) {
  return machine->part != TW_NO_PART && (machine->phase == TW_RESERVE || machine->phase == TW_PROCESS ||
                                         machine->phase == TW_APPROVE);
}

// What the machines that a shared model counts draw by their state.
static double states_power_w(const tw_run *run, const tw_sum *sum) {
  uint64_t total_uw = 0;
  for (int32_t i = 0; i < sum->n_machine; i++) {
    const int32_t machine_i = sum->machine[i];
    const tw_place *place = &run->line->place[run->line->machine[machine_i].node_i];
    total_uw += place->power_uw[run->machine[machine_i].state];
  }
  return (double)total_uw * 1e-6;
}

static double read_word(const tw_run *run, const tw_member *member, const tw_model_word *word) {
  if (word->reading == TW_READ_STATES_POWER)
    return states_power_w(run, &member->system->sum[word->argument]);
  const int32_t machine_i = member->machine_i;
  const tw_machine *machine = &run->machine[machine_i];
  const tw_part *part = machine->part == TW_NO_PART ? NULL : &run->part[machine->part];
  const int32_t setup_i = run->line->machine[machine_i].setup_i;
  switch ((tw_reading)word->reading) {
  case TW_READ_STATE: return machine->state == word->argument;
  case TW_READ_DOWN: return machine->down != TW_UP;
  case TW_READ_ON_SHIFT: return machine->off == TW_ON_SHIFT;
  case TW_READ_OCCUPIED: return is_inside(machine);
  case TW_READ_PART_MASS: return part == NULL ? 0 : run->line->part_type[part->type].mass_kg;
  case TW_READ_LOAD_MASS:
    return is_inside(machine) ? run->line->part_type[part->type].mass_kg : 0;
  case TW_READ_ATTRIBUTE:
    return part == NULL ? 0 : tw_part_attribute_written(run, part, word->argument);
  case TW_READ_REWORK: return part == NULL ? 0 : part->rework;
  case TW_READ_SINCE_STOP: return machine->n_since_stop;
  case TW_READ_STATES_POWER: break;
  case TW_READ_REPAIR:
    return machine->down == TW_DOWN_REPAIR &&
           machine->mode == run->line->machine[machine_i].first_mode + word->argument;
  case TW_READ_SINCE_SETUP: return setup_i == TW_NONE ? 1e9 : run->setup[setup_i].n_since;
  }
  return 0;
}

// Has anything that the equations read another value than when the segment began?
static bool has_new_words(const tw_run *run, const tw_body *body) {
  for (int32_t k = 0; k < body->n_member; k++) {
    const tw_member *member = &run->line->member[body->member[k]];
    for (int32_t i = 0; i < member->system->n_word; i++)
      if (read_word(run, member, &member->system->word[i]) !=
          run->word[member->first_word + i].value)
        return true;
  }
  return false;
}

// What a machine's models read, as it is now.
static void take_words_of(tw_run *run, const tw_member *member) {
  for (int32_t i = 0; i < member->system->n_word; i++)
    run->word[member->first_word + i].value = read_word(run, member, &member->system->word[i]);
}

static void take_words(tw_run *run, const tw_body *body) {
  for (int32_t k = 0; k < body->n_member; k++) take_words_of(run, &run->line->member[body->member[k]]);
}

// The same between two segments: conditions that other words have turned false can come again.
static void renew_words(tw_run *run, int32_t body_i) {
  const tw_solve solve = tw_solve_of(run, body_i);
  bool held[TW_MEMBER_EVENTS_MAX], truth[TW_MEMBER_EVENTS_MAX];
  double *y = solve.physics->y;
  tw_body_state_at(&solve, 0, y);
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    const tw_system *system = member->system;
    if (has_true_of_words(run, member)) tw_body_truths(&solve, member, 0, y, held);
    take_words_of(run, member);
    if (!has_true_of_words(run, member)) continue;
    tw_body_truths(&solve, member, 0, y, truth);
    for (int32_t e = 0; e < system->n_event; e++) {
      if (truth[e] || !run->model_event[member->first_event + e].is_true) continue;
      const bool has_band = system->event[e].hysteresis > 0;
      if (held[e] || (has_band && tw_body_is_behind_band(&solve, k, &system->event[e], 0, y))) lower(run, member, e);
    }
  }
}

// ---- Beginning a segment ---------------------------------------------------------------------

// The same in closed form: what moves a state at the start are its modes.
static bool begin_speeds(tw_run *run, const tw_member *member, const tw_closed *closed, const double *y) {
  const int32_t n = closed->exact.n;
  bool is_still = true;
  for (int32_t i = 0; i < n; i++) {
    tw_variable *variable = &run->variable[member->first_variable + i];
    double slope = 0;
    for (int32_t j = 0; j < n; j++) slope += closed->exact.v[j * n + i] * closed->motion.speed[j];
    variable->slope = slope;
    variable->start = y[i];
    is_still = is_still && closed->motion.speed[i] == 0;
  }
  return is_still;
}

// Derivatives at the start; true when nothing moves.
static bool begin_slopes(tw_run *run, int32_t body_i, const double *y) {
  const tw_solve solve = tw_solve_of(run, body_i);
  double *dy = solve.physics->dy;
  bool is_still = true;
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    tw_program_once(&solve, member, TW_PROGRAM_RHS, 0, y, dy + member->first_state);
    is_still = is_still && member->system->is_autonomous;
    for (int32_t i = 0; i < member->system->n_state; i++) {
      tw_variable *variable = &run->variable[member->first_variable + i];
      variable->slope = dy[member->first_state + i];
      variable->start = y[member->first_state + i];
      is_still = is_still && variable->slope == 0;
      if (!isfinite(variable->slope))
        tw_body_stop(run, body_i, "the derivative of state %s is %s; the state is %g", member->system->variable[i].name,
                     tw_body_fault(variable->slope), variable->start);
    }
  }
  return is_still;
}

// Begins a segment where the last one was closed. is_new_mode: a step as long as before says nothing.
void tw_body_open(tw_run *run, int32_t body_i, bool is_new_mode) {
  const tw_solve solve = tw_solve_of(run, body_i);
  tw_body_state *state = &run->body[body_i];
  double *y = solve.physics->y;
  TW_ASSERT(state->is_closed);
  tw_body_state_at(&solve, 0, y);
  state->is_closed = 0;
  state->n_segment++;
  state->n_in_segment = 0;
  state->is_exact = state->is_still = 0;
  if (is_new_mode) state->next_h_s = 0;
  const bool may_be_exact = solve.body->solver == TW_SOLVER_EXACT && solve.body->n_state > 0;
  const tw_closed *closed = may_be_exact ? tw_body_closed(&solve) : NULL;
  state->pending = tw_body_find_true(run, body_i, 0, y);
  if (state->pending != TW_NONE) {
    state->is_fall = 0;
    state->pending_s = 0;
    state->is_still = 1;
    tw_plan(run, solve.body->located_slot, tw_now(run));
    return;
  }
  for (int32_t i = 0; closed != NULL && i < closed->exact.n; i++)
    if (!isfinite(closed->motion.speed[i])) closed = NULL;  // what is no number is told below
  state->is_still = closed != NULL ? begin_speeds(run, tw_member_of(&solve, 0), closed, y)
                                   : begin_slopes(run, body_i, y);
  state->is_exact = closed != NULL && !state->is_still;
  if (run->status != TWIN_OK) return;
  tw_body_power_begin(run, body_i);
  if (state->is_still) return;
  if (state->is_exact) {
    tw_body_find_event(run, body_i, 0);
    tw_body_plan(run, body_i);
  } else if (tw_body_elapsed_s(run, state) > 0) {
    tw_body_make_steps(run, body_i);
  } else {
    // others may change this body yet on this tick: the step is made when all is done
    tw_plan(run, solve.body->step_slot, tw_now(run));
  }
}

// ---- What the line does ----------------------------------------------------------------------

static inline void mark_body(tw_run *run, int32_t body_i) {
  const tw_line *line = run->line;
  if ((run->body_mark[body_i >> 6] >> (body_i & 63) & 1) != 0) return;  // and the settle with it
  tw_marks_set(run->body_mark, line->n_body, body_i);
  tw_marks_set(run->mark, tw_n_mark(line), line->n_place + 1);
}

void tw_bodies_mark(tw_run *run, int32_t machine_i) {
  const tw_machine_param *machine = &run->line->machine[machine_i];
  for (int32_t m = machine->first_member; m < machine->first_member + machine->n_member; m++)
    mark_body(run, run->line->member[m].body_i);
  for (int32_t i = 0; i < machine->n_bus; i++) mark_body(run, machine->bus[i]);
}

void tw_bodies_settle(tw_run *run) {
  const tw_line *line = run->line;
  for (;;) {
    const int32_t body_i = tw_marks_take_lowest(run->body_mark, line->n_body);
    if (body_i < 0 || run->status != TWIN_OK) return;
    const tw_body *body = &line->body[body_i];
    const bool is_new_mode = has_new_words(run, body);
    if (!is_new_mode && !run->body[body_i].is_closed) continue;
    if (!close_now(run, body_i)) return;
    if (is_new_mode) renew_words(run, body_i);
    tw_body_open(run, body_i, is_new_mode);
  }
}

void tw_bodies_moment_of(tw_run *run, int32_t machine_i, tw_occasion moment) {
  const tw_line *line = run->line;
  const tw_machine_param *machine = &line->machine[machine_i];
  if (moment == TW_MOMENT_LOAD && line->n_carried > 0)
    tw_carried_note(run, run->machine[machine_i].part);
  for (int32_t m = machine->first_member; m < machine->first_member + machine->n_member; m++) {
    const tw_member *member = &line->member[m];
    for (int32_t e = 0; e < member->system->n_event; e++) {
      if (member->system->event[e].moment != (int32_t)moment) continue;
      if (!close_now(run, member->body_i)) return;
      // the part that has come is what the event is about
      renew_words(run, member->body_i);
      run->body[member->body_i].next_h_s = 0;
      tw_body_fire(run, member->body_i, member, member->first_event + e, /*is_fall=*/false);
      // what comes now comes of the line's doing, however many parts pass on this tick
      for (int32_t i = 0; i < member->system->n_event; i++) run->model_event[member->first_event + i].n_close = 0;
    }
  }
  tw_bodies_mark(run, machine_i);
}

void tw_variable_set(tw_run *run, const tw_member *member, int32_t i, double value) {
  const tw_solve solve = tw_solve_of(run, member->body_i);
  if (!close_now(run, member->body_i)) return;
  if (!isfinite(value)) {
    tw_body_stop(run, member->body_i, "state %s is set to what is %s", member->system->variable[i].name,
                 tw_body_fault(value));
    return;
  }
  run->variable[member->first_variable + i].c[0] = value;
  tw_body_state_at(&solve, 0, solve.physics->y);
  tw_body_clear(run, member->body_i, 0, solve.physics->y, /*is_changed=*/true);
  mark_body(run, member->body_i);
}

void tw_bodies_finish_anew(tw_run *run, int32_t machine_i) {
  const tw_machine_param *machine = &run->line->machine[machine_i];
  for (int32_t m = machine->first_member; m < machine->first_member + machine->n_member; m++) {
    const tw_member *member = &run->line->member[m];
    for (int32_t e = 0; e < member->system->n_event; e++) {
      if (member->system->event[e].action != TW_ACT_FINISH || !close_now(run, member->body_i)) continue;
      run->model_event[member->first_event + e].is_true = 0;
      tw_bodies_mark(run, machine_i);
    }
  }
}

void tw_bodies_start(tw_run *run) {
  const tw_line *line = run->line;
  for (int32_t b = 0; b < line->n_body; b++) {
    const tw_body *body = &line->body[b];
    run->body[b] = (tw_body_state){.origin_us = tw_now(run), .pending = TW_NONE, .is_closed = 1};
    take_words(run, body);
    const tw_solve solve = tw_solve_of(run, b);
    for (int32_t i = 0; i < body->n_state; i++) solve.physics->y[i] = 0;
    for (int32_t k = 0; k < body->n_member; k++) {
      const tw_member *member = tw_member_of(&solve, k);
      double *out = solve.physics->out;
      tw_program_once(&solve, member, TW_PROGRAM_START, 0, solve.physics->y, out);
      for (int32_t i = 0; i < member->system->n_variable; i++)
        run->variable[member->first_variable + i] = (tw_variable){
            .c = {out[i]}, .least = TW_RANGE_NONE, .greatest = -TW_RANGE_NONE};
      for (int32_t e = 0; e < member->system->n_event; e++)
        run->model_event[member->first_event + e] = (tw_model_event_state){.last_us = -1};
      for (int32_t i = 0; i < member->system->n_output; i++)
        run->output[member->first_output + i] =
            (tw_output){.least = TW_RANGE_NONE, .greatest = -TW_RANGE_NONE};
    }
    mark_body(run, b);
  }
  if (line->has_model_power) tw_plan(run, line->meter_slot, tw_energy_edge(run));
}

void tw_bodies_take_up(tw_run *run) {
  for (int32_t b = 0; b < run->line->n_body; b++) {
    const tw_solve solve = tw_solve_of(run, b);
    TW_ASSERT(run->body[b].is_closed);
    take_words(run, solve.body);
    tw_body_state_at(&solve, 0, solve.physics->y);
    tw_body_clear(run, b, 0, solve.physics->y, /*is_changed=*/true);
  }
}

void tw_bodies_remark(tw_run *run) {
  const tw_line *line = run->line;
  if (line->n_body == 0) return;
  memset(run->body_mark, 0, line->layout.count[TW_SECTION_BODY_MARK] * sizeof *run->body_mark);
  for (int32_t b = 0; b < line->n_body && run->head->has_started; b++)
    if (run->body[b].is_closed || has_new_words(run, &line->body[b])) mark_body(run, b);
}

bool tw_body_has_new_words(const tw_run *run, int32_t body_i) {
  return has_new_words(run, &run->line->body[body_i]);
}
