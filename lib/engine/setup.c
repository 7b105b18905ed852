// setup.c - changeovers: which key (family or part type) a machine is set up for, the steps from one key
// to the next, those that are done ahead while the machine still works, and the approval of the first
// parts (SEMANTICS 5.2, 7.1). The part is on the machine while it is set up for it.

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/crew_inner.h"
#include "engine/draw.h"
#include "engine/redraw.h"
#include "engine/words.h"
#include "engine/work.h"

// No setup was done yet: rules for the first parts after one do not hold.
enum { PARTS_SINCE_EVER = 1000000000 };

static const tw_setup *setup_of(const tw_run *run, int32_t machine_i) {
  return run->line->place[run->line->machine[machine_i].node_i].setup;
}

static tw_setup_state *state_of(const tw_run *run, int32_t machine_i) {
  return &run->setup[run->line->machine[machine_i].setup_i];
}

static const tw_setup_step *step_of(const tw_run *run, int32_t machine_i, int32_t step) {
  const tw_setup *setup = setup_of(run, machine_i);
  TW_ASSERT(step >= 0 && step < setup->n_step);
  return &setup->step[run->line->machine[machine_i].number * setup->n_step + step];
}

// The step under way; until the setup is left that is the last one, whose people are still there.
static const tw_setup_step *step_until(const tw_run *run, int32_t machine_i, int32_t step) {
  const int32_t last = setup_of(run, machine_i)->n_step - 1;
  return step_of(run, machine_i, step < last ? step : last);
}

static int32_t count_ahead(const tw_run *run, int32_t machine_i) {
  const tw_setup *setup = setup_of(run, machine_i);
  int32_t n = 0;
  while (n < setup->n_step && step_of(run, machine_i, n)->is_while_running) n++;
  return n;
}

int32_t tw_setup_machine(const tw_run *run, int32_t setup_i) {
  return run->line->setup[setup_i].machine_i;
}

static tw_task task_of_step(const tw_setup_step *step) {
  return (tw_task){.needs = step->needs, .priority = step->priority};
}

tw_task tw_setup_task(const tw_run *run, int32_t machine_i) {
  const tw_setup *setup = setup_of(run, machine_i);
  if (run->machine[machine_i].phase == TW_APPROVE)
    return (tw_task){.needs = setup->approval_needs, .priority = setup->approval_priority};
  return task_of_step(step_until(run, machine_i, state_of(run, machine_i)->step));
}

tw_task tw_setup_ahead_task(const tw_run *run, int32_t setup_i) {
  return task_of_step(
      step_until(run, tw_setup_machine(run, setup_i), run->setup[setup_i].ahead_step));
}

void tw_setups_start(tw_run *run) {
  for (int32_t i = 0; i < run->line->n_setup; i++)
    run->setup[i] = (tw_setup_state){.key = setup_of(run, tw_setup_machine(run, i))->initial,
                                     .next_key = TW_NONE,
                                     .n_since = PARTS_SINCE_EVER,
                                     .next_waiting = TW_NONE};
}

bool tw_setup_is_needed(const tw_run *run, int32_t machine_i, int32_t part_type) {
  if (run->line->machine[machine_i].setup_i == TW_NONE) return false;
  const int32_t key = state_of(run, machine_i)->key;
  return key != TW_NONE && key != setup_of(run, machine_i)->key_of_type[part_type];
}

double tw_setup_mean_s(const tw_run *run, int32_t machine_i, int32_t part_type) {
  if (!tw_setup_is_needed(run, machine_i, part_type)) return 0;
  const tw_setup *setup = setup_of(run, machine_i);
  return setup->mean_s[state_of(run, machine_i)->key * setup->n_key +
                       setup->key_of_type[part_type]];
}

// A drawn time of the setup for a part, with the factor as it is now.
static int64_t draw_with_factor(tw_run *run, int32_t machine_i, int32_t site, int32_t choice,
                                const tw_part *part) {
  const tw_setup *setup = setup_of(run, machine_i);
  if (setup->factor == NULL) return tw_draw_us(run, site, choice);
  const double time_s = tw_draw(run, site, choice);
  run->factor[machine_i].value = tw_words_value(run, setup->factor, machine_i, part);
  return tw_duration_us(run, time_s * run->factor[machine_i].value,
                        run->line->machine[machine_i].node_i, "setup times its factor");
}

int64_t tw_setup_early_us(tw_run *run, int32_t machine_i, const tw_part *part) {
  const int32_t part_type = part->type;
  if (!tw_setup_is_needed(run, machine_i, part_type)) return 0;
  const tw_setup *setup = setup_of(run, machine_i);
  const tw_setup_state *state = state_of(run, machine_i);
  const int32_t last = setup->n_step - 1;
  const int32_t pair = state->key * setup->n_key + setup->key_of_type[part_type];
  tw_early *early = &run->early[run->line->machine[machine_i].early_i];
  if (early->setup_us == TW_NOT_BEGUN)
    early->setup_us =
        draw_with_factor(run, machine_i, step_of(run, machine_i, last)->site, pair, part);
  // steps before the one that the pair decides count with their means
  double others_s = 0;
  for (int32_t i = 0; i < last; i++)
    others_s += tw_dist_mean(run->line->site[step_of(run, machine_i, i)->site].dist);
  return early->setup_us + tw_ticks(others_s);
}

// Nobody prepares anything any more, and what was prepared does not count.
static void drop_ahead(tw_run *run, int32_t setup_i) {
  tw_setup_state *state = &run->setup[setup_i];
  const int32_t holder_i = run->line->n_machine + setup_i;
  if (state->ahead == TW_AHEAD_WAITS) tw_crew_withdraw(run, holder_i);
  if (state->ahead == TW_AHEAD_RUNS) {
    tw_cancel(run, run->line->setup[setup_i].ahead_slot);
    tw_crew_release(run, holder_i);
  }
  state->ahead = TW_AHEAD_NONE;
  state->is_suspended = 0;
}

void tw_setup_choose(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  tw_setup_state *state = state_of(run, machine_i);
  const int32_t key = setup_of(run, machine_i)->key_of_type[run->part[machine->part].type];
  if (state->ahead != TW_AHEAD_NONE && state->next_key != key && state->key != key)
    drop_ahead(run, run->line->machine[machine_i].setup_i);
  if (state->key == TW_NONE) state->key = key;
  if (state->key == key) return;
  machine->phase = TW_SETUP;
  state->next_key = key;
  state->step = 0;
  state->began_us = tw_now(run);
}

// The setup is done: books it.
static void end_setup(tw_run *run, int32_t machine_i) {
  tw_setup_state *state = state_of(run, machine_i);
  const double setup_s = tw_seconds(tw_now(run) - state->began_us);
  state->key = state->next_key;
  state->next_key = TW_NONE;
  state->ahead = TW_AHEAD_NONE;
  state->step = 0;
  state->n_since = 0;
  if (!run->head->has_statistics) return;
  state->n_setup++;
  state->setup_s += setup_s;
  state->setup_s2 += setup_s * setup_s;
}

// What the time of a step is drawn for: of the last one the pair of keys, of the others nothing.
static int32_t choice_of(const tw_run *run, int32_t machine_i, int32_t step_i) {
  const tw_setup *setup = setup_of(run, machine_i);
  const tw_setup_state *state = state_of(run, machine_i);
  return step_i == setup->n_step - 1 ? state->key * setup->n_key + state->next_key : TW_NONE;
}

// Draws the time of a step.
static int64_t draw_step(tw_run *run, int32_t machine_i, int32_t step_i) {
  const tw_setup_step *step = step_of(run, machine_i, step_i);
  const int32_t choice = choice_of(run, machine_i, step_i);
  // what is done ahead is done beside the machine
  if (step->is_while_running) return tw_draw_us(run, step->site, choice);
  return draw_with_factor(run, machine_i, step->site, choice,
                          &run->part[run->machine[machine_i].part]);
}

static int64_t time_of_step(tw_run *run, int32_t machine_i, int32_t step_i) {
  const int32_t early_i = run->line->machine[machine_i].early_i;
  const bool is_last = step_i == setup_of(run, machine_i)->n_step - 1;
  if (early_i != TW_NONE && is_last && run->early[early_i].setup_us != TW_NOT_BEGUN) {
    const int64_t kept_us = run->early[early_i].setup_us;
    run->early[early_i].setup_us = TW_NOT_BEGUN;
    return kept_us;
  }
  return draw_step(run, machine_i, step_i);
}

bool tw_setup_run(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  tw_setup_state *state = state_of(run, machine_i);
  const tw_setup *setup = setup_of(run, machine_i);
  while (state->step < setup->n_step) {
    if (step_of(run, machine_i, state->step)->is_while_running) {
      // what is being done ahead is waited for, what was done is done
      if (state->ahead == TW_AHEAD_WAITS || state->ahead == TW_AHEAD_RUNS) {
        // nobody stays from what was done before, for a part that has made way
        if (machine->crew == TW_CREW_THERE) tw_crew_release(run, machine_i);
        return true;
      }
      if (state->ahead == TW_AHEAD_DONE) {
        state->step++;
        continue;
      }
    }
    const bool is_new = machine->left_us == TW_NOT_BEGUN;
    if (is_new && run->line->draws_ahead)
      machine->drawn_us = machine->left_us = time_of_step(run, machine_i, state->step);
    if (!tw_crew_ready(run, machine_i)) return true;
    if (machine->left_us == TW_NOT_BEGUN)
      machine->drawn_us = machine->left_us = time_of_step(run, machine_i, state->step);
    tw_work_run(run, machine_i);
    return true;
  }
  end_setup(run, machine_i);
  return false;
}

void tw_setup_step_ended(tw_run *run, int32_t machine_i) {
  state_of(run, machine_i)->step++;
  run->machine[machine_i].left_us = TW_NOT_BEGUN;
  tw_work_must_start(run, machine_i);
}

bool tw_setup_needs_approval(const tw_run *run, int32_t machine_i) {
  const tw_setup *setup = setup_of(run, machine_i);
  const int64_t n_since = state_of(run, machine_i)->n_since;
  return setup->n_approval > 0 && n_since <= (int64_t)setup->n_startup_scrap + setup->n_approval;
}

// A machine that waits for steps ahead has another state while nobody is at them.
static void show_ahead(tw_run *run, int32_t machine_i) {
  if (run->machine[machine_i].phase == TW_SETUP) tw_work_refresh(run, machine_i);
}

// The next step ahead waits for its people, or all of them are done.
static void go_on_ahead(tw_run *run, int32_t setup_i) {
  tw_setup_state *state = &run->setup[setup_i];
  const int32_t machine_i = tw_setup_machine(run, setup_i);
  if (state->ahead_step < count_ahead(run, machine_i)) {
    state->ahead = TW_AHEAD_WAITS;
    state->ahead_left_us = TW_NOT_BEGUN;
    state->ahead_since_us = tw_now(run);
    if (run->line->n_group > 0) run->wait[run->line->n_machine + setup_i].worked_us = 0;
    tw_crew_wait(run, run->line->n_machine + setup_i);
    show_ahead(run, machine_i);
    return;
  }
  state->ahead = TW_AHEAD_DONE;
  if (run->machine[machine_i].phase == TW_SETUP && tw_is_up(&run->machine[machine_i]))
    tw_work_must_start(run, machine_i);
}

// Something is done ahead while the machine works, and nobody has begun with it.
bool tw_setup_can_look_ahead(const tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  const tw_setup_state *state = state_of(run, machine_i);
  if (machine->phase <= TW_SETUP || !tw_is_up(machine) || count_ahead(run, machine_i) == 0)
    return false;
  return state->ahead == TW_AHEAD_NONE ||
         (state->ahead_step == 0 && state->ahead_left_us == TW_NOT_BEGUN);
}

void tw_setup_look_ahead(tw_run *run, int32_t machine_i, int32_t part_type) {
  const int32_t setup_i = run->line->machine[machine_i].setup_i;
  tw_setup_state *state = &run->setup[setup_i];
  TW_ASSERT(tw_setup_can_look_ahead(run, machine_i));
  if (!tw_setup_is_needed(run, machine_i, part_type)) return;
  state->next_key = setup_of(run, machine_i)->key_of_type[part_type];
  // what is still to be begun may as well be for this part
  if (state->ahead != TW_AHEAD_NONE) return;
  state->ahead_step = 0;
  go_on_ahead(run, setup_i);
}

bool tw_setup_must_go_on(const tw_run *run, int32_t machine_i, tw_offer *offer) {
  const tw_setup *setup = setup_of(run, machine_i);
  const tw_setup_state *state = state_of(run, machine_i);
  const tw_machine *machine = &run->machine[machine_i];
  if (setup->min_run == 0 || state->key == TW_NONE) return false;
  // before the first setup the parts since the start count
  int64_t n_made = state->n_since;
  if (n_made >= PARTS_SINCE_EVER) n_made -= PARTS_SINCE_EVER;
  // and the part that is being worked on will be one more
  if (machine->phase >= TW_LOAD && machine->phase <= TW_PROCESS) n_made++;
  if (n_made >= setup->min_run) return false;
  offer->only = setup;
  offer->only_key = state->key;
  return true;
}

void tw_setup_ahead_begin(tw_run *run, int32_t setup_i) {
  tw_setup_state *state = &run->setup[setup_i];
  const int32_t machine_i = tw_setup_machine(run, setup_i);
  if (state->ahead_left_us == TW_NOT_BEGUN)
    state->ahead_left_us = draw_step(run, machine_i, state->ahead_step);
  state->ahead = TW_AHEAD_RUNS;
  state->is_suspended = 0;
  state->ahead_since_us = tw_now(run);
  state->ahead_end_us = tw_now(run) + state->ahead_left_us;
  tw_plan(run, run->line->setup[setup_i].ahead_slot, state->ahead_end_us);
  show_ahead(run, machine_i);
}

void tw_setup_ahead_event(tw_run *run, int32_t setup_i) {
  tw_crew_release(run, run->line->n_machine + setup_i);
  run->setup[setup_i].ahead_step++;
  go_on_ahead(run, setup_i);
}

void tw_setup_ahead_suspend(tw_run *run, int32_t setup_i) {
  tw_setup_state *state = &run->setup[setup_i];
  const int32_t holder_i = run->line->n_machine + setup_i;
  TW_ASSERT(state->ahead == TW_AHEAD_RUNS);
  tw_cancel(run, run->line->setup[setup_i].ahead_slot);
  state->ahead_left_us = state->ahead_end_us - tw_now(run);
  run->wait[holder_i].worked_us += tw_now(run) - state->ahead_since_us;
  state->ahead = TW_AHEAD_WAITS;
  state->is_suspended = 1;
  state->ahead_since_us = tw_now(run);
  tw_crew_release(run, holder_i);
  tw_crew_wait(run, holder_i);
  show_ahead(run, tw_setup_machine(run, setup_i));
}

int64_t tw_setup_redraw_us(tw_run *run, int32_t machine_i, int64_t elapsed_us) {
  const int32_t step_i = state_of(run, machine_i)->step;
  const tw_setup_step *step = step_of(run, machine_i, step_i);
  const bool has_factor = setup_of(run, machine_i)->factor != NULL && !step->is_while_running;
  const tw_draw_of of = {step->site, choice_of(run, machine_i, step_i),
                         has_factor ? run->factor[machine_i].value : 1};
  return tw_redraw_us(run, &of, elapsed_us);
}

void tw_setup_ahead_redraw(tw_run *run, int32_t setup_i) {
  tw_setup_state *state = &run->setup[setup_i];
  const int32_t machine_i = tw_setup_machine(run, setup_i), holder_i = run->line->n_machine + setup_i;
  const bool is_running = state->ahead == TW_AHEAD_RUNS;
  if (!is_running && (state->ahead != TW_AHEAD_WAITS || state->ahead_left_us == TW_NOT_BEGUN)) return;
  const tw_task task = tw_setup_ahead_task(run, setup_i);
  if ((is_running && state->ahead_end_us <= tw_now(run)) || tw_is_foreseen(run, &task)) return;
  int64_t worked_us = run->line->n_group > 0 ? run->wait[holder_i].worked_us : 0;
  const int64_t before_us = worked_us;
  if (is_running) worked_us += tw_now(run) - state->ahead_since_us;
  const tw_draw_of of = {step_of(run, machine_i, state->ahead_step)->site,
                         choice_of(run, machine_i, state->ahead_step), 1};
  const int64_t all_us = tw_redraw_us(run, &of, worked_us);
  if (all_us == TW_KEEP) return;
  state->ahead_left_us = all_us - before_us;
  if (!is_running) return;
  state->ahead_end_us = state->ahead_since_us + state->ahead_left_us;
  tw_plan(run, run->line->setup[setup_i].ahead_slot, state->ahead_end_us);
}
