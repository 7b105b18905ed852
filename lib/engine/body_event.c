// body_event.c - events of machine models: they set states at their own instant and tell the line what
// follows on the tick behind it. Events that come again and again without end stop the run.

#include <stdio.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/body_inner.h"
#include "engine/work.h"

enum {
  BURST_US = 1000,
  BURST_MAX = 1000,  // located events of one model within BURST_US
  CLOSE_MAX = 3      // times that one event may come again within a tick
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

// Values that an event sets, from the values before.
static void apply_sets(tw_run *run, const tw_solve *solve, const tw_member *member,
                       const tw_event_param *event) {
  const tw_system *system = member->system;
  double *y = solve->physics->y, *out = solve->physics->out;
  if (event->n_set == 0) return;
  tw_body_state_at(solve, 0, y);
  tw_program_once(solve, member, TW_PROGRAM_SETS, 0, y, out);
  // who is told may read the run, and so use the work areas
  double value[TW_BODY_STATES_MAX];  // each of a station's states has two names at most
  TW_ASSERT(event->n_set <= 2 * TW_STATION_VARIABLES_MAX);
  const tw_set_param *set = &system->set[event->first_set];
  for (int32_t i = 0; i < event->n_set; i++) value[i] = out[set[i].output];
  for (int32_t i = 0; i < event->n_set; i++)
    tell(run, member, TW_FACT_SET, member->first_variable + set[i].variable, value[i]);
  for (int32_t i = 0; i < event->n_set; i++)
    run->variable[member->first_variable + set[i].variable].c[0] = value[i];
}

// The body's states where its closed segment ended.
static const double *state_at_start(const tw_solve *solve) {
  tw_body_state_at(solve, 0, solve->physics->y);
  return solve->physics->y;
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
  if (event->moment == TW_MOMENT_NONE && is_chattering(run, body_i, of)) {
    char what[160];
    snprintf(what, sizeof what, "switches without end: event %s comes again and again; give it a hysteresis", event->name);
    tw_body_stop(run, body_i, what);
    return;
  }
  const double instant_s = tw_seconds(state->origin_us) + state->origin_s;
  of->last_us = state->origin_us;
  of->last_s = state->origin_s;
  if (of->n++ == 0) of->first_s = instant_s;
  run->body[body_i].n_located++;
  tell(run, member, TW_FACT_MODEL, event_i, instant_s);
  apply_sets(run, &solve, member, event);
  if (event->n_set > 0) tw_body_clear(run, body_i, 0, state_at_start(&solve));
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
