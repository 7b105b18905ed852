// event.c - events of machine models: they set states at their own instant and tell the line what
// follows on the tick behind it. Events that come again and again without end stop the run.

#include <math.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "doc/set_def.h"
#include "engine/body/inner.h"
#include "engine/carried.h"
#include "engine/draw.h"
#include "engine/sets.h"
#include "engine/work.h"

enum {
  BURST_US = 1000,
  BURST_MAX = 1000,  // located events of one model within BURST_US
  CLOSE_MAX = 3,     // times that one event may come again within a tick
  LOST_STEPS = 20    // of a segment: by then an event has left its threshold
};

static bool is_dwelling(const tw_run *run, const tw_event_param *event, const tw_model_event_state *state) {
  return event->dwell_us > 0 && state->last_us >= 0 && tw_now(run) - state->last_us < event->dwell_us;
}

static void tell(tw_run *run, const tw_member *member, tw_fact_kind kind, int32_t cause, double value) {
  if (!tw_is_watched(run)) return;
  const tw_fact fact = {.time_us = tw_now(run),
                        .kind = (int32_t)kind,
                        .place_i = tw_member_place(run->line, member),
                        .machine_i = member->machine_i,
                        .part_type = TW_NONE,
                        .state = -1,
                        .cause = cause,
                        .value = value};
  run->sink.fact(run->sink.self, run, &fact);
}

static const char *name_of(const tw_run *run, const tw_system *system, const tw_set_param *set) {
  return set->variable != TW_NONE ? system->variable[set->variable].name
                                  : run->line->attribute_name[set->attribute_i];
}

// The value that a target gets: out of the program, or drawn; what it was where it is added.
static double find_value(tw_run *run, const tw_member *member, const tw_set_param *set, const double *out) {
  const bool has_machine = member->machine_i != TW_NONE;
  const int32_t number = has_machine ? run->line->machine[member->machine_i].number : 0;
  const uint32_t part = has_machine ? run->machine[member->machine_i].part : TW_NO_PART;
  double value = set->site == TW_NONE ? out[set->output] : tw_draw(run, set->site + number, TW_NONE);
  if (!set->is_added) return value;
  if (set->variable != TW_NONE) return value + run->variable[member->first_variable + set->variable].c[0];
  return part != TW_NO_PART ? value + tw_part_attribute(run, &run->part[part], set->attribute_i) : value;
}

// Values that an event sets, from the values before. False: one is no number, the run has stopped.
static bool apply_sets(tw_run *run, const tw_solve *solve, const tw_member *member, const tw_event_param *event) {
  const tw_system *system = member->system;
  double *y = solve->physics->y, *out = solve->physics->out;
  const int32_t n_all = event->n_set + event->n_write;
  tw_body_state_at(solve, 0, y);
  tw_program_once(solve, member, TW_PROGRAM_SETS, 0, y, out);
  // who is told may read the run, and so use the work areas
  double value[TW_SETS_MAX];
  TW_ASSERT(n_all <= TW_SETS_MAX);
  const tw_set_param *set = &system->set[event->first_set];
  for (int32_t i = 0; i < n_all; i++) {
    value[i] = find_value(run, member, &set[i], out);
    if (isfinite(value[i])) continue;
    tw_body_stop(run, solve->body_i, "event %s sets %s%s to what is %s", event->name,
                 set[i].variable != TW_NONE ? "state " : "part.", name_of(run, system, &set[i]), tw_body_fault(value[i]));
    return false;
  }
  for (int32_t i = 0; i < event->n_set; i++)
    tell(run, member, TW_FACT_SET, member->first_variable + set[i].variable, value[i]);
  for (int32_t i = 0; i < event->n_set; i++)
    run->variable[member->first_variable + set[i].variable].c[0] = value[i];
  for (int32_t i = event->n_set; i < n_all; i++)
    tw_part_write(run, member->machine_i, set[i].attribute_i, value[i]);
  return true;
}

// The body's states where its closed segment ended.
static const double *state_at_start(const tw_solve *solve) {
  tw_body_state_at(solve, 0, solve->physics->y);
  return solve->physics->y;
}

// How fast the threshold of an event with one comparison moves towards being true, per s, at y.
static double approach(const tw_solve *solve, const tw_member *member, const tw_event_param *event, const double *y,
                       double *value) {
  const tw_system *system = member->system;
  const tw_model_function *function = &system->root[event->first_root].function;
  double *dy = solve->physics->dy, *out = solve->physics->out, near[TW_BODY_STATES_MAX];
  const double ahead_s = 1e-6;
  tw_program_once(solve, member, TW_PROGRAM_RHS, 0, y, dy + member->first_state);
  for (int32_t i = 0; i < solve->body->n_state; i++) near[i] = y[i];
  for (int32_t i = 0; i < system->n_state; i++)
    near[member->first_state + i] = y[member->first_state + i] + ahead_s * dy[member->first_state + i];
  tw_program_once(solve, member, TW_PROGRAM_ROOTS, 0, y, out);
  *value = tw_function_value(function, out, system->n_state);
  if (function->is_linear) {
    double sum = 0;
    for (int32_t i = 0; i < system->n_state; i++) sum += out[function->first + i] * dy[member->first_state + i];
    return sum;
  }
  tw_program_once(solve, member, TW_PROGRAM_ROOTS, ahead_s, near, out);
  return (tw_function_value(function, out, system->n_state) - *value) / ahead_s;
}

// Has this event just come, at the start of the segment, and does its condition still hold?
static bool is_at_start(const tw_run *run, const tw_body_state *state, const tw_event_param *event, int32_t event_i) {
  const tw_model_event_state *of = &run->model_event[event_i];
  const double since_s = 1e-6 * (double)(state->origin_us - of->last_us) + (state->origin_s - of->last_s);
  return of->is_true && of->last_us >= 0 && event->n_root == 1 && event->n_set > 0 && since_s < 1e-6;
}

// A crossing where the state moves the other way, shortly after the one before: what the solver sees there is its
// own error.
static bool is_noise(const tw_run *run, const tw_solve *solve, const tw_member *member, int32_t event_i) {
  const tw_event_param *event = &member->system->event[event_i - member->first_event];
  const tw_model_event_state *of = &run->model_event[event_i];
  double value;
  if (event->n_root != 1 || event->n_set == 0 || of->last_us < 0) return false;
  if (solve->state->origin_us - of->last_us > BURST_US) return false;
  tw_body_state_at(solve, 0, solve->physics->y);
  const double slope = approach(solve, member, event, solve->physics->y, &value);
  return slope < 0 && fabs(value) <= -1e-6 * slope;
}

// Another event that came on this tick was leaving its threshold and is sent back to it: it comes again.
typedef struct leaving {
  bool is[TW_MEMBER_EVENTS_MAX];
} leaving;

static void find_leaving(const tw_run *run, const tw_solve *solve, const tw_member *member, int32_t own,
                         leaving *found) {
  double value;
  tw_body_state_at(solve, 0, solve->physics->y);
  for (int32_t e = 0; e < member->system->n_event; e++) {
    const tw_event_param *event = &member->system->event[e];
    found->is[e] = member->first_event + e != own && is_at_start(run, solve->state, event, member->first_event + e) &&
                   approach(solve, member, event, solve->physics->y, &value) < 0;
  }
}

static void send_back(tw_run *run, const tw_solve *solve, const tw_member *member, const leaving *found) {
  double value;
  tw_body_state_at(solve, 0, solve->physics->y);
  for (int32_t e = 0; e < member->system->n_event; e++)
    if (found->is[e] && approach(solve, member, &member->system->event[e], solve->physics->y, &value) > 0)
      run->model_event[member->first_event + e].is_true = 0;
}

bool tw_body_is_lost(tw_run *run, int32_t body_i) {
  const tw_solve solve = tw_solve_of(run, body_i);
  const tw_body_state *state = solve.state;
  double start[TW_BODY_STATES_MAX], end[TW_BODY_STATES_MAX], before, after;
  if (state->n_in_segment > LOST_STEPS || state->is_exact) return false;
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    for (int32_t e = 0; e < member->system->n_event; e++) {
      const tw_event_param *event = &member->system->event[e];
      if (!is_at_start(run, state, event, member->first_event + e)) continue;
      for (int32_t m = 0; m < solve.body->n_member; m++)
        for (int32_t i = 0; i < tw_member_of(&solve, m)->system->n_state; i++)
          start[tw_member_of(&solve, m)->first_state + i] =
              run->variable[tw_member_of(&solve, m)->first_variable + i].start;
      tw_body_end_state(&solve, end);
      approach(&solve, member, event, end, &after);
      const double slope = approach(&solve, member, event, start, &before);
      const bool is_leaving = slope < 0 && before <= -1e-6 * slope;
      if (!is_leaving || !(after > before)) continue;
      tw_body_stop(run, body_i,
                   "event %s comes again and again without end, at last by less than the solver's error; a hysteresis, "
                   "or a condition under which it stays away, ends that", event->name);
      return true;
    }
  }
  return false;
}

// Sets the states of an event. A reset that leaves its own condition true would never let it come again.
static bool carry_out_sets(tw_run *run, const tw_solve *solve, const tw_member *member, int32_t event_i) {
  const tw_event_param *event = &member->system->event[event_i - member->first_event];
  leaving found;
  if (event->n_set + event->n_write == 0) return true;
  find_leaving(run, solve, member, event_i, &found);
  if (!apply_sets(run, solve, member, event)) return false;
  send_back(run, solve, member, &found);
  tw_body_clear(run, solve->body_i, 0, state_at_start(solve), /*is_changed=*/true);
  for (int32_t i = 0; i < event->n_set; i++) {
    const tw_set_param *set = &member->system->set[event->first_set + i];
    double value;
    if (!set->is_in_condition || !run->model_event[event_i].is_true || event->n_root != 1) continue;
    // what is on its threshold may leave it
    if (approach(solve, member, event, state_at_start(solve), &value) < 0) return true;
    tw_body_stop(run, solve->body_i,
                 "event %s sets state %s, and its condition still holds: it would come again and again; set it well "
                 "behind the threshold", event->name, member->system->variable[set->variable].name);
    return false;
  }
  return true;
}

// Too many events in too short a time: the model switches to and fro without end.
static bool is_chattering(tw_run *run, int32_t body_i, tw_model_event_state *event) {
  tw_body_state *state = &run->body[body_i];
  if (tw_now(run) - state->burst_us > BURST_US) {
    state->burst_us = tw_now(run);
    state->n_burst = 0;
  }
  const double since_s = 1e-6 * (double)(state->origin_us - event->last_us) +
                         (state->origin_s - event->last_s);
  event->n_close = event->last_us >= 0 && since_s < 1e-6 ? event->n_close + 1 : 0;
  return ++state->n_burst > BURST_MAX || event->n_close >= CLOSE_MAX;
}

// What an event means for the line.
static void act(tw_run *run, const tw_member *member, const tw_event_param *event, bool is_fall) {
  if (event->action == TW_ACT_NONE) return;
  const tw_machine_param *machine = &run->line->machine[member->machine_i];
  const int32_t mode_i = machine->first_mode + event->target;
  switch ((tw_action)event->action) {
  case TW_ACT_NONE: break;
  case TW_ACT_REQUEST:
    tw_maintenance_request(run, mode_i);
    tw_mark(run, machine->node_i);
    break;
  case TW_ACT_FAIL:
    if (run->mode[mode_i].clock == TW_CLOCK_COUNTS)
      tw_plan(run, run->line->mode[mode_i].slot, tw_now(run));
    break;
  case TW_ACT_REPAIRED: tw_repair_end(run, mode_i); break;
  case TW_ACT_FINISH: tw_work_finish(run, member->machine_i, event->soak_site, is_fall); break;
  }
}

void tw_body_fire(tw_run *run, int32_t body_i, const tw_member *member, int32_t event_i, bool is_fall) {
  const tw_solve solve = tw_solve_of(run, body_i);
  const tw_body_state *state = &run->body[body_i];
  const tw_event_param *event = &member->system->event[event_i - member->first_event];
  tw_model_event_state *of = &run->model_event[event_i];
  of->is_true = !is_fall && event->moment == TW_MOMENT_NONE;
  if (is_fall || is_dwelling(run, event, of)) {
    if (is_fall) act(run, member, event, is_fall);
    return;
  }
  const bool is_located = event->moment == TW_MOMENT_NONE && event->action != TW_ACT_FINISH;
  if (is_located && (is_chattering(run, body_i, of) || is_noise(run, &solve, member, event_i))) {
    tw_body_stop(run, body_i, "event %s comes again and again without end; a hysteresis band or a dwell ends that",
                 event->name);
    return;
  }
  const double instant_s = tw_seconds(state->origin_us) + state->origin_s;
  of->last_us = state->origin_us;
  of->last_s = state->origin_s;
  if (of->n++ == 0) of->first_s = instant_s;
  run->body[body_i].n_located++;
  tell(run, member, TW_FACT_MODEL, event_i, instant_s);
  if (!carry_out_sets(run, &solve, member, event_i)) return;
  act(run, member, event, is_fall);
}

static const tw_member *member_of_event(const tw_line *line, const tw_body *body, int32_t event_i) {
  for (int32_t k = 0; k < body->n_member; k++) {
    const tw_member *member = &line->member[body->member[k]];
    if (event_i >= member->first_event && event_i < member->first_event + member->system->n_event)
      return member;
  }
  return NULL;
}

const tw_model_event_state *tw_finish_event(const tw_run *run, int32_t machine_i) {
  const tw_machine_param *machine = &run->line->machine[machine_i];
  for (int32_t m = machine->first_member; m < machine->first_member + machine->n_member; m++) {
    const tw_member *member = &run->line->member[m];
    for (int32_t e = 0; e < member->system->n_event; e++)
      if (member->system->event[e].action == TW_ACT_FINISH) return &run->model_event[member->first_event + e];
  }
  return NULL;
}

void tw_bodies_look(tw_run *run, int32_t machine_i) {
  const tw_machine_param *machine = &run->line->machine[machine_i];
  for (int32_t m = machine->first_member; m < machine->first_member + machine->n_member; m++) {
    const int32_t body_i = run->line->member[m].body_i;
    if (!run->body[body_i].is_closed) continue;
    for (;;) {
      const tw_solve solve = tw_solve_of(run, body_i);
      const int32_t event_i = tw_body_find_true(run, body_i, 0, state_at_start(&solve));
      if (event_i == TW_NONE || run->status != TWIN_OK) break;
      tw_body_fire(run, body_i, member_of_event(run->line, solve.body, event_i), event_i, /*is_fall=*/false);
    }
  }
}

void tw_body_located_event(tw_run *run, int32_t body_i) {
  const tw_body *body = &run->line->body[body_i];
  tw_body_state *state = &run->body[body_i];
  const int32_t event_i = state->pending;
  const bool is_fall = state->is_fall;
  TW_ASSERT(event_i != TW_NONE);
  if (event_i == TW_NONE) return;
  tw_body_close(run, body_i, state->pending_s);
  tw_body_fire(run, body_i, member_of_event(run->line, body, event_i), event_i, is_fall);
  if (run->status == TWIN_OK && state->is_closed) tw_body_open(run, body_i, /*is_new_mode=*/false);
}
