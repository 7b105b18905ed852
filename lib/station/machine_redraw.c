// machine_redraw.c - how long a machine's present phase and the parts it has put aside still take,
// drawn anew given what has been worked. Where the times come from is machine_phase.c's; what is
// drawn when a phase ends (scrap, defects, exits) is not drawn yet, and what was drawn then has
// been seen.

#include "station/machine_redraw.h"

#include "base/assert.h"
#include "engine/draw.h"
#include "engine/redraw.h"
#include "engine/work.h"
#include "station/dispatch.h"
#include "station/machine_phase.h"

static const tw_draw_of NOT_DRAWN = {TW_NONE, TW_NONE, 1};

// What the process time of a part was drawn from: not where it ends by a model, is 1 / rate, or was
// drawn by the queue, which served by it.
static tw_draw_of process_draw(const tw_run *run, int32_t place_i, int32_t machine_i,
                               const tw_part *part, int32_t queue_i) {
  const tw_station_param *param = tw_station_param_of(run, place_i);
  const tw_machine_sites *sites = tw_machine_sites_of(run, place_i, machine_i);
  const int32_t step_i =
      run->line->place[place_i].is_on_route ? tw_step_of(run->line, part) : TW_NONE;
  const bool has_own_time = step_i >= 0 && run->line->graph.step[step_i].time != NULL;
  if (param->has_finish || (param->rate != NULL && !has_own_time)) return NOT_DRAWN;
  if (param->has_drawn_times && tw_keeps_time(run, queue_i)) return NOT_DRAWN;
  const double factor = param->factor == NULL ? 1 : run->factor[machine_i].value;
  return has_own_time ? (tw_draw_of){sites->route_time, step_i, factor}
                      : (tw_draw_of){sites->time, part->type, factor};
}

static int64_t redraw_phase_us(tw_run *run, int32_t place_i, int32_t machine_i,
                               int64_t elapsed_us) {
  const tw_machine *machine = &run->machine[machine_i];
  const tw_machine_sites *sites = tw_machine_sites_of(run, place_i, machine_i);
  const tw_part *part = machine->part != TW_NO_PART ? &run->part[machine->part] : NULL;
  tw_draw_of of = {TW_NONE, part != NULL ? part->type : TW_NONE, 1};
  switch ((tw_phase)machine->phase) {
    case TW_SETUP: return tw_setup_redraw_us(run, machine_i, elapsed_us);
    case TW_PROCESS: of = process_draw(run, place_i, machine_i, part, machine->from); break;
    case TW_SWITCH: of.site = sites->switch_over; break;
    case TW_LOAD: of.site = sites->load; break;
    case TW_UNLOAD: of.site = sites->unload; break;
    case TW_APPROVE:
      of.site =
          run->line->place[place_i].setup->approval_site[run->line->machine[machine_i].number];
      break;
    default: break;
  }
  return tw_redraw_us(run, &of, elapsed_us);
}

static void redraw_phase(tw_run *run, int32_t place_i, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  if (!tw_is_begun(machine) || machine->phase >= TW_HOLD || tw_is_open_ended(machine)) return;
  const int64_t left_us = machine->is_running ? machine->end_us - tw_now(run) : machine->left_us;
  const int64_t elapsed_us = machine->drawn_us - left_us;
  if (left_us <= 0 || elapsed_us < 0 || tw_is_phase_foreseen(run, machine_i)) return;
  const int64_t all_us = redraw_phase_us(run, place_i, machine_i, elapsed_us);
  if (all_us == TW_KEEP) return;
  machine->drawn_us = all_us;
  machine->left_us = all_us - elapsed_us;
  if (!machine->is_running) return;
  machine->end_us = tw_now(run) + machine->left_us;
  machine->left_us = machine->end_us - machine->spell_us;
  tw_plan(run, run->line->machine[machine_i].work_slot, machine->end_us);
}

// Parts that have made way to others, with work left. What a factor was then nobody has kept.
static void redraw_held(tw_run *run, int32_t place_i, int32_t machine_i) {
  const bool has_factor = tw_station_param_of(run, place_i)->factor != NULL;
  for (uint32_t i = run->machine[machine_i].held; i != TW_NO_PART && !has_factor;
       i = run->part[i].next) {
    tw_part *part = &run->part[i];
    const int64_t elapsed_us = part->drawn_us - part->left_us;
    if (part->left_us <= 0 || elapsed_us < 0 || tw_is_phase_foreseen(run, machine_i)) continue;
    const tw_draw_of of = process_draw(run, place_i, machine_i, part, part->from);
    const int64_t all_us = tw_redraw_us(run, &of, elapsed_us);
    if (all_us == TW_KEEP) continue;
    part->drawn_us = all_us;
    part->left_us = all_us - elapsed_us;
  }
}

// A process time that was drawn before its people came, though none of them looks at it.
static void forget_early(tw_run *run, int32_t machine_i) {
  const int32_t early_i = run->line->machine[machine_i].early_i;
  if (early_i == TW_NONE || tw_is_phase_foreseen(run, machine_i)) return;
  const tw_machine *machine = &run->machine[machine_i];
  if (machine->phase == TW_PROCESS && machine->left_us == TW_NOT_BEGUN)
    run->early[early_i].process_us = TW_NOT_BEGUN;
}

void tw_machine_redraw(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  TW_ASSERT(place->n_machine > 0);
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    redraw_phase(run, place_i, i);
    redraw_held(run, place_i, i);
    forget_early(run, i);
  }
}
