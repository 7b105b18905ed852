// power.c - what machine models draw, on its way to the energy ledger: power that does not change in a
// segment is told when the segment begins, power that changes all the time is integrated and booked step by
// step, at the edges of prices and windows, and before another part comes. An instant between two ticks counts
// as the one behind it.

#include <math.h>

#include "base/assert.h"
#include "engine/body/inner.h"
#include "engine/energy.h"

static tw_output *power_of(const tw_run *run, const tw_member *member) {
  const int32_t i = member->system->power_output;
  return i == TW_NONE || member->machine_i == TW_NONE ? NULL : &run->output[member->first_output + i];
}

// Does the power stay as it is until the segment ends?
static bool is_steady(const tw_solve *solve, const tw_member *member, const double *out) {
  const tw_system *system = member->system;
  const tw_model_function *function = &system->output[system->power_output].function;
  if (solve->state->is_still || system->n_state == 0) return system->is_autonomous;
  if (!function->is_linear) return false;
  for (int32_t i = 0; i < system->n_state; i++)
    if (out[function->first + i] != 0) return false;
  return true;
}

// Energy is never given back: what a model feeds in needs another name.
static bool check_power(tw_run *run, int32_t body_i, double power_w) {
  if (power_w >= 0 && power_w <= 1e12) return true;
  tw_body_stop(run, body_i, power_w < 0 ? "draws less than 0 W" : "draws a power that is no number");
  return false;
}

// What all models of a machine draw that stays.
static void tell_steady(tw_run *run, int32_t machine_i) {
  const tw_machine_param *machine = &run->line->machine[machine_i];
  double sum_w = 0;
  TW_ASSERT(run->line->has_model_power && machine->n_member > 0);
  for (int32_t m = machine->first_member; m < machine->first_member + machine->n_member; m++) {
    const tw_output *output = power_of(run, &run->line->member[m]);
    if (output != NULL && !output->is_metered) sum_w += output->steady_w;
  }
  tw_energy_draw(run, machine_i, sum_w);
}

void tw_body_power_begin(tw_run *run, int32_t body_i) {
  if (!run->line->has_model_power) return;
  const tw_solve solve = tw_solve_of(run, body_i);
  double *y = solve.physics->y, *out = solve.physics->out;
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    tw_output *output = power_of(run, member);
    if (output == NULL) continue;
    const tw_output before = *output;
    tw_body_state_at(&solve, 0, y);
    tw_program_once(&solve, member, TW_PROGRAM_OUTPUTS, 0, y, out);
    output->is_metered = !is_steady(&solve, member, out);
    const tw_model_function *function = &member->system->output[member->system->power_output].function;
    const double power_w = tw_function_value(function, out, member->system->n_state);
    if (!check_power(run, body_i, power_w)) return;
    output->steady_w = output->is_metered ? 0 : power_w;
    if (output->steady_w != before.steady_w) tell_steady(run, member->machine_i);
  }
}

// Energy of a member's changing power between two instants of the segment.
static double energy_between(const tw_solve *solve, const tw_member *member, double from_s, double to_s) {
  tw_course course[TW_BODY_STATES_MAX];
  if (!(to_s > from_s)) return 0;
  tw_output_courses(solve, member, from_s, to_s, course);
  const double energy_j = course[member->system->power_output].integral_s;
  return energy_j > 0 ? energy_j : 0;
}

void tw_body_power_book(tw_run *run, int32_t body_i, double t_s) {
  tw_body_state *state = &run->body[body_i];
  if (!run->line->has_model_power || !run->head->has_statistics || state->is_closed) return;
  const tw_solve solve = tw_solve_of(run, body_i);
  for (int32_t k = 0; k < solve.body->n_member; k++) {
    const tw_member *member = tw_member_of(&solve, k);
    const tw_output *output = power_of(run, member);
    if (output == NULL || !output->is_metered) continue;
    const double energy_j = energy_between(&solve, member, state->metered_s, t_s);
    if (energy_j > 0) tw_energy_add(run, member->machine_i, energy_j);
  }
  if (t_s > state->metered_s) state->metered_s = t_s;
}

void tw_bodies_meter(tw_run *run, int32_t machine_i) {
  const tw_machine_param *machine = &run->line->machine[machine_i];
  for (int32_t m = machine->first_member; m < machine->first_member + machine->n_member; m++) {
    const int32_t body_i = run->line->member[m].body_i;
    tw_body_power_book(run, body_i, tw_body_elapsed_s(run, &run->body[body_i]));
  }
}

double tw_bodies_unmetered_j(const tw_run *run, int32_t machine_i) {
  const tw_machine_param *machine = &run->line->machine[machine_i];
  double sum_j = 0;
  for (int32_t m = machine->first_member; m < machine->first_member + machine->n_member; m++) {
    const tw_member *member = &run->line->member[m];
    const tw_output *output = power_of(run, member);
    const tw_body_state *state = &run->body[member->body_i];
    if (output == NULL || !output->is_metered || state->is_closed || !run->head->has_statistics) continue;
    const tw_solve solve = tw_solve_of(run, member->body_i);
    sum_j += energy_between(&solve, member, state->metered_s, tw_body_elapsed_s(run, state));
  }
  return sum_j;
}

double tw_bodies_metered_w(const tw_run *run, int32_t machine_i) {
  const tw_machine_param *machine = &run->line->machine[machine_i];
  double sum_w = 0;
  for (int32_t m = machine->first_member; m < machine->first_member + machine->n_member; m++) {
    const tw_member *member = &run->line->member[m];
    const tw_output *output = power_of(run, member);
    if (output != NULL && output->is_metered)
      sum_w += tw_output_now(run, member, member->system->power_output);
  }
  return sum_w;
}

void tw_bodies_meter_event(tw_run *run) {
  for (int32_t i = 0; i < run->line->n_machine; i++) tw_bodies_meter(run, i);
  const int64_t edge_us = tw_energy_edge(run);
  if (edge_us < INT64_MAX) tw_plan_again(run, run->line->meter_slot, edge_us);
}
