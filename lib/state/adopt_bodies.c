// adopt_bodies.c - machine models on another line: states, by name, go on from the value that they have now,
// with what they have summed up so far; events keep whether they count as true. Equations may be others, so
// every body of the new line begins a new segment. What is new is as at time zero. What a model ends here or
// ended there (processing, a maintenance) ends with a time where no model does.

#include "engine/body/body.h"
#include "engine/draw.h"
#include "engine/work.h"
#include "state/adopt_inner.h"

bool tw_is_of_body(const tw_line *line, int32_t slot) {
  return line->slot[slot].purpose == TW_ON_STEP || line->slot[slot].purpose == TW_ON_LOCATED;
}

// Numbers of what a member has in the old line: NULL, where it is new.
static const tw_member *find_member(const tw_line *line, tw_bound bound, int32_t i, int32_t *own) {
  for (int32_t m = 0; m < line->n_member; m++) {
    const tw_member *member = &line->member[m];
    const int32_t first = bound == TW_OF_VARIABLE      ? member->first_variable
                          : bound == TW_OF_MODEL_EVENT ? member->first_event
                                                       : member->first_output;
    const int32_t n = bound == TW_OF_VARIABLE      ? member->system->n_variable
                      : bound == TW_OF_MODEL_EVENT ? member->system->n_event
                                                   : member->system->n_output;
    *own = i - first;
    if (*own >= 0 && *own < n) return member;
  }
  return NULL;
}

static void take_variable(tw_adoption *at, int32_t i) {
  const int32_t old_i = at->back[TW_OF_VARIABLE][i];
  int32_t own, old_own;
  if (old_i == TW_NONE) return;
  const tw_member *member = find_member(at->run->line, TW_OF_VARIABLE, i, &own);
  const tw_member *old = find_member(at->src->line, TW_OF_VARIABLE, old_i, &old_own);
  if (member == NULL || old == NULL) return;
  if (!tw_dim_equal(member->system->variable[own].dim, old->system->variable[old_own].dim)) {
    tw_adoption_note(at, "the state %s has another unit now and starts as at time zero",
                     tw_name_of(&at->to, TW_OF_VARIABLE, i));
    return;
  }
  const tw_course course = tw_variable_course(at->src, old, old_own);
  at->run->variable[i] = (tw_variable){.c = {tw_variable_now(at->src, old, old_own)},
                                       .integral_s = course.integral_s,
                                       .least = course.least,
                                       .greatest = course.greatest};
}

static void take_output(tw_adoption *at, int32_t i) {
  const int32_t old_i = at->back[TW_OF_OUTPUT][i];
  int32_t own;
  if (old_i == TW_NONE) return;
  const tw_member *old = find_member(at->src->line, TW_OF_OUTPUT, old_i, &own);
  if (old == NULL) return;
  const tw_course course = tw_output_course(at->src, old, own);
  at->run->output[i] = (tw_output){
      .integral_s = course.integral_s, .least = course.least, .greatest = course.greatest};
}

// A body that is there anew is closed; how much work it has been goes on.
static void take_body(tw_adoption *at, int32_t i) {
  const int32_t old_i = at->back[TW_OF_BODY][i];
  if (old_i == TW_NONE) return;
  const tw_body_state *old = &at->src->body[old_i];
  tw_body_state *state = &at->run->body[i];
  state->burst_us = old->burst_us;
  state->n_burst = old->n_burst;
  state->n_segment = old->n_segment;
  state->n_step = old->n_step;
  state->n_reject = old->n_reject;
  state->n_rhs = old->n_rhs;
  state->n_located = old->n_located;
}

void tw_adoption_take_bodies(tw_adoption *at) {
  const tw_line *line = at->run->line;
  if (!at->run->head->has_started) return;
  for (int32_t i = 0; i < line->n_body; i++) take_body(at, i);
  for (int32_t i = 0; i < line->n_variable; i++) take_variable(at, i);
  for (int32_t i = 0; i < line->n_output; i++) take_output(at, i);
  for (int32_t i = 0; i < line->n_model_event; i++) {
    const int32_t old_i = at->back[TW_OF_MODEL_EVENT][i];
    if (old_i != TW_NONE) at->run->model_event[i] = at->src->model_event[old_i];
  }
}

// ---- What models end -------------------------------------------------------------------------

// The event that ends processing is another one here.
static bool has_other_finish(const tw_adoption *at, int32_t machine_i, const tw_model_event_state *event) {
  const int32_t old_i = at->back[TW_OF_MODEL_EVENT][event - at->run->model_event];
  return old_i == TW_NONE || &at->src->model_event[old_i] != tw_finish_event(at->src, at->back[TW_OF_MACHINE][machine_i]);
}

// Processing that ended by a condition: by a time from now on, of which what was worked has passed; or by another
// condition, which has not been met.
static void mend_processing(tw_adoption *at, int32_t machine_i) {
  tw_run *run = at->run;
  tw_machine *machine = &run->machine[machine_i];
  const tw_machine_param *param = &run->line->machine[machine_i];
  if (at->back[TW_OF_MACHINE][machine_i] == TW_NONE || !tw_is_open_ended(machine)) return;
  const tw_model_event_state *event = tw_finish_event(run, machine_i);
  if (event != NULL) {
    if (machine->is_running && has_other_finish(at, machine_i, event)) tw_cancel(run, param->work_slot);
    return;
  }
  tw_adoption_note(at, "the part on %s takes a time: the model that ended its processing is gone",
                   tw_name_of(&at->to, TW_OF_MACHINE, machine_i));
  const int64_t left_us = machine->is_running ? machine->end_us - tw_now(run) : machine->left_us;
  const int64_t drawn_us = run->line->place[param->node_i].kind->draw_time(run, param->node_i, machine_i);
  const int64_t rest_us = drawn_us - (machine->drawn_us - left_us);
  machine->drawn_us = drawn_us;
  machine->left_us = rest_us > 0 ? rest_us : 0;
  if (!machine->is_running) return;
  machine->end_us = tw_now(run) + machine->left_us;
  tw_plan(run, param->work_slot, machine->end_us);
}

// The same of a repair that was seen to until a condition held.
static void mend_repair(tw_adoption *at, int32_t machine_i) {
  tw_run *run = at->run;
  const tw_machine *machine = &run->machine[machine_i];
  if (machine->mode == TW_NONE || run->line->mode[machine->mode].has_until) return;
  tw_mode_state *state = &run->mode[machine->mode];
  const int32_t old_i = at->back[TW_OF_MODE][machine->mode];
  if (old_i == TW_NONE || !at->src->line->mode[old_i].has_until || state->left == TW_NOT_BEGUN) return;
  tw_adoption_note(at, "%s takes a time: the condition that ended it is gone",
                   tw_name_of(&at->to, TW_OF_MODE, machine->mode));
  state->left = TW_NOT_BEGUN;  // drawn when it begins
  if (machine->down != TW_DOWN_REPAIR) return;
  const int64_t passed_us = tw_now(run) - state->since_us;
  state->left = tw_draw_us(run, run->line->mode[machine->mode].repair_site, TW_NONE);
  if (state->left < passed_us) state->left = passed_us;
  tw_plan(run, run->line->machine[machine_i].repair_slot, state->since_us + state->left);
}

void tw_adoption_mend_models(tw_adoption *at) {
  for (int32_t i = 0; i < at->run->line->n_machine; i++) {
    mend_processing(at, i);
    mend_repair(at, i);
  }
  tw_bodies_take_up(at->run);
}
