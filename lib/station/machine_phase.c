// machine_phase.c - what a machine does with one part, from the moment it is taken until it waits for the
// next place: setup, loading, processing, approval, unloading, each with its time and its people.
//
//   phase      ends with             next
//   FREE       a part is pulled      LOAD
//   SWITCH     event                 FREE at another queue (polling)
//   SETUP      events of its steps   LOAD
//   LOAD       event, or at once     RESERVE, or PROCESS
//   RESERVE    a place is granted    PROCESS
//   PROCESS    event                 UNLOAD, or APPROVE for the first parts after a setup
//   APPROVE    event                 UNLOAD
//   UNLOAD     event, or at once     DONE
//   DONE       the part is taken     FREE

#include "station/machine_phase.h"


#include "base/assert.h"
#include "engine/draw.h"
#include "engine/sets.h"
#include "model/compile.h"
#include "station/defects.h"
#include "station/inspection.h"
#include "station/dispatch.h"

static const tw_part *part_on(const tw_run *run, int32_t machine_i) {
  return &run->part[run->machine[machine_i].part];
}

double tw_machine_value(const tw_run *run, const tw_expr *expr, int32_t machine_i) {
  return tw_words_value(run, expr, machine_i, part_on(run, machine_i));
}

// Process time of a part that comes from a queue, which may have drawn it already (spt).
static int64_t draw_time_of(tw_run *run, int32_t place_i, int32_t machine_i, const tw_part *part,
                            int32_t queue_i) {
  const tw_station_param *param = tw_station_param_of(run, place_i);
  const tw_machine_sites *sites = tw_machine_sites_of(run, place_i, machine_i);
  const bool is_on_route = run->line->place[place_i].is_on_route;
  if (param->has_finish) return TW_NO_END_US;
  if (param->factor == NULL && param->rate == NULL && !param->has_drawn_times && !is_on_route)
    return tw_draw_us(run, sites->time, part->type);
  const double factor = param->factor == NULL ? 1 : tw_words_value(run, param->factor, machine_i, part);
  if (param->factor != NULL) run->factor[machine_i].value = factor;
  const int32_t step_i = tw_step_of(run->line, part);
  const bool has_own_time = step_i >= 0 && run->line->graph.step[step_i].time != NULL;
  const double time_s = param->has_drawn_times && tw_keeps_time(run, queue_i) ? part->key
                        : param->rate != NULL && !has_own_time
                            ? 1 / tw_words_value(run, param->rate, machine_i, part)
                            : tw_draw_process_s(run, sites->time, sites->route_time, part);
  return tw_duration_us(run, time_s * factor, place_i,
                        param->factor == NULL ? "time" : "time times factor");
}

int64_t tw_machine_draw_time(tw_run *run, int32_t place_i, int32_t machine_i) {
  return draw_time_of(run, place_i, machine_i, part_on(run, machine_i), TW_NONE);
}

static int64_t begin_time(tw_run *run, int32_t place_i, int32_t machine_i) {
  return draw_time_of(run, place_i, machine_i, part_on(run, machine_i),
                      run->machine[machine_i].from);
}

// Draws the exit of a finished part: scrap first, then the named exits, else the main one.
static int32_t choose_exit(tw_run *run, int32_t place_i, int32_t machine_i) {
  const tw_station_param *param = tw_station_param_of(run, place_i);
  const tw_place *place = &run->line->place[place_i];
  if (place->setup != NULL && tw_parts_since_setup(run, machine_i) < place->setup->n_startup_scrap) {
    tw_work_count_scrap(run, place_i, part_on(run, machine_i)->type);
    return place->scrap_exit;
  }
  if (param->scrap != NULL) {
    const double p = tw_words_value(run, param->scrap, machine_i, part_on(run, machine_i));
    if (!(p >= 0 && p <= 1)) {
      tw_run_stop(run, TWIN_ERR_VALUE, place_i, "scrap is no probability: %g", p);
    } else if (tw_draw_uniform(run, param->scrap_site) <= p) {
      tw_work_count_scrap(run, place_i, part_on(run, machine_i)->type);
      return place->scrap_exit;
    }
  }
  if (param->inspection != NULL) return tw_inspection_exit(run, place_i, machine_i);
  if (param->n_exit == 0) return place->main_exit;
  if (!param->is_exit_ratio)
    return param->exit[tw_pick_weighted(param->exit_weight, param->n_exit,
                                        tw_draw_uniform(run, param->exit_site))];
  return param->exit[tw_pick_ratio(run, param->exit_weight, param->exit_counter, param->n_exit)];
}

// Processing is over: counts it, lets cycle clocks count it, decides where the part goes.
static void complete(tw_run *run, int32_t place_i, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  if (tw_is_open_ended(machine)) machine->drawn_us -= machine->left_us;
  tw_bodies_moment(run, machine_i, TW_MOMENT_COMPLETION);
  tw_work_count_completion(run, place_i, machine);
  tw_tell_part(run, TW_FACT_COMPLETE, place_i, machine_i, &run->part[machine->part]);
  tw_defects_complete(run, place_i, machine_i);
  machine->exit_i = choose_exit(run, place_i, machine_i);
  const tw_station_sets sets = tw_station_param_of(run, place_i)->sets;
  if (sets.n > 0) {
    tw_sets_apply(run, sets, machine_i, "sets");
    tw_bodies_look(run, machine_i);
  }
  const bool goes_on = machine->exit_i == run->line->place[place_i].main_exit;
  if (goes_on && tw_step_of(run->line, &run->part[machine->part]) >= 0)
    run->part[machine->part].step++;
  if (run->line->place[place_i].setup != NULL)
    run->setup[run->line->machine[machine_i].setup_i].n_since++;
  if (run->line->machine[machine_i].has_cycle_clock) tw_modes_cycle(run, machine_i);
}

// The part is ready to leave: it waits for the next place from now on.
static void finish(tw_run *run, int32_t place_i, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const tw_part *part = part_on(run, machine_i);
  machine->phase = TW_DONE;
  if (machine->crew == TW_CREW_THERE) tw_crew_release(run, machine_i);
  if (machine->is_overtime) tw_mark_crew(run);
  if (machine->reserved != TW_NONE) {
    const bool is_main = machine->exit_i == run->line->place[place_i].main_exit;
    if (is_main) machine->target = machine->reserved;
    else tw_reservation_drop(run, machine_i);
  }
  if (machine->reserved == TW_NONE)
    machine->target = tw_push_target(run, place_i, machine->exit_i, part->type, part->step);
  tw_request_file(run, machine_i);
  tw_mark(run, place_i);
}

// Draws the time of a phase, or uses what was drawn early.
static int64_t take_time(tw_run *run, int32_t machine_i, int32_t site) {
  tw_machine *machine = &run->machine[machine_i];
  const int32_t early_i = run->line->machine[machine_i].early_i;
  if (early_i != TW_NONE && machine->phase != TW_SWITCH) {
    tw_early *early = &run->early[early_i];
    int64_t *kept_us = machine->phase == TW_LOAD ? &early->load_us : &early->unload_us;
    if (machine->phase != TW_APPROVE && *kept_us != TW_NOT_BEGUN) {
      const int64_t time_us = *kept_us;
      *kept_us = TW_NOT_BEGUN;
      return time_us;
    }
  }
  const uint32_t part = machine->part;
  return tw_draw_us(run, site, part == TW_NO_PART ? TW_NONE : run->part[part].type);
}

// True when the people whom the phase needs are there, or it needs nobody.
static bool has_people(tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  const tw_place *place = &run->line->place[run->line->machine[machine_i].node_i];
  const bool is_plain = place->task == NULL && machine->phase != TW_APPROVE;
  return (is_plain && machine->crew == TW_CREW_NONE) || tw_crew_ready(run, machine_i);
}

// Begins or resumes a phase that takes time from a site; false: it takes none. It may have to wait
// for its people first; then it is begun again when they are there.
static bool run_task(tw_run *run, int32_t machine_i, int32_t site) {
  tw_machine *machine = &run->machine[machine_i];
  if (machine->left_us == TW_NOT_BEGUN && site == TW_NONE) return false;
  const bool is_new = machine->left_us == TW_NOT_BEGUN;
  if (is_new && run->line->draws_ahead) machine->drawn_us = machine->left_us = take_time(run, machine_i, site);
  if (!has_people(run, machine_i)) return true;
  if (machine->left_us == TW_NOT_BEGUN)
    machine->drawn_us = machine->left_us = take_time(run, machine_i, site);
  tw_work_run(run, machine_i);
  return true;
}

// Draws the process time where people look at it before they come; it is kept until it begins.
static void keep_process_time(tw_run *run, int32_t place_i, int32_t machine_i) {
  tw_early *early = &run->early[run->line->machine[machine_i].early_i];
  if (early->process_us == TW_NOT_BEGUN)
    early->process_us = begin_time(run, place_i, machine_i);
}

static int64_t take_process_time(tw_run *run, int32_t place_i, int32_t machine_i) {
  const int32_t early_i = run->line->machine[machine_i].early_i;
  if (early_i == TW_NONE || run->early[early_i].process_us == TW_NOT_BEGUN)
    return begin_time(run, place_i, machine_i);
  const int64_t kept_us = run->early[early_i].process_us;
  run->early[early_i].process_us = TW_NOT_BEGUN;
  return kept_us;
}

void tw_machine_start_processing(tw_run *run, int32_t place_i, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const bool is_new = machine->left_us == TW_NOT_BEGUN;
  if (is_new && run->line->machine[machine_i].has_start_clock &&
      tw_modes_before_start(run, machine_i))
    return;
  if (is_new && run->line->draws_ahead) keep_process_time(run, place_i, machine_i);
  if (!has_people(run, machine_i)) return;
  if (is_new) {
    machine->drawn_us = machine->left_us = take_process_time(run, place_i, machine_i);
    if (tw_station_param_of(run, place_i)->inspection != NULL) tw_inspection_begin(run, place_i, machine_i);
    run->place_stat[place_i].n_start++;
    tw_tell_part(run, TW_FACT_START, place_i, machine_i, &run->part[machine->part]);
    if (run->line->place[place_i].has_progress) tw_work_anew(run, machine_i);
    tw_bodies_moment(run, machine_i, TW_MOMENT_START);
  }
  tw_work_run(run, machine_i);
  // its end is located by the machine's models
  if (!tw_is_open_ended(machine)) return;
  tw_cancel(run, run->line->machine[machine_i].work_slot);
  tw_bodies_finish_anew(run, machine_i);
}

// Asks for a place downstream before processing starts. Sinks have always room.
static void ask_reservation(tw_run *run, int32_t place_i, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  machine->phase = TW_RESERVE;
  if (machine->crew == TW_CREW_THERE) tw_crew_release(run, machine_i);
  machine->exit_i = run->line->place[place_i].main_exit;
  const tw_part *part = part_on(run, machine_i);
  machine->target = tw_push_target(run, place_i, machine->exit_i, part->type, part->step + 1);
  tw_request_file(run, machine_i);
}

// Starts or resumes what the machine's phase says; the machine is up and holds what it needs.
void tw_machine_start_phase(tw_run *run, int32_t place_i, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const tw_machine_sites *sites = tw_machine_sites_of(run, place_i, machine_i);
  machine->must_start = 0;
  if (machine->phase == TW_SWITCH) {
    run_task(run, machine_i, sites->switch_over);
    return;
  }
  if (machine->phase == TW_SETUP) {
    if (tw_setup_run(run, machine_i)) return;
    machine->phase = TW_LOAD;
    machine->left_us = TW_NOT_BEGUN;
  }
  if (machine->phase == TW_LOAD) {
    if (run_task(run, machine_i, sites->load)) return;
    machine->phase = TW_RESERVE;
    tw_bodies_moment(run, machine_i, TW_MOMENT_LOAD);
  }
  if (machine->phase == TW_RESERVE) {
    machine->left_us = TW_NOT_BEGUN;
    if (run->line->place[place_i].is_before_service && machine->reserved == TW_NONE) {
      ask_reservation(run, place_i, machine_i);
      return;
    }
    machine->phase = TW_PROCESS;
  }
  if (machine->phase == TW_PROCESS) {
    tw_machine_start_processing(run, place_i, machine_i);
    return;
  }
  if (machine->phase == TW_APPROVE) {
    const int32_t number = run->line->machine[machine_i].number;
    if (run_task(run, machine_i, run->line->place[place_i].setup->approval_site[number])) return;
    machine->phase = TW_UNLOAD;
  }
  TW_ASSERT(machine->phase == TW_UNLOAD);
  if (!run_task(run, machine_i, sites->unload)) finish(run, place_i, machine_i);
}

// Is the processed part one of the first after a setup, and no scrap?
static bool must_be_approved(const tw_run *run, int32_t place_i, int32_t machine_i) {
  const tw_place *place = &run->line->place[place_i];
  return place->setup != NULL && run->machine[machine_i].exit_i != place->scrap_exit &&
         tw_setup_needs_approval(run, machine_i);
}

void tw_machine_end_phase(tw_run *run, int32_t place_i, int32_t machine_i, int32_t purpose) {
  (void)purpose;
  tw_machine *machine = &run->machine[machine_i];
  tw_work_stand(run, machine_i);
  switch ((tw_phase)machine->phase) {
  case TW_PROCESS:
    complete(run, place_i, machine_i);
    machine->left_us = TW_NOT_BEGUN;
    if (must_be_approved(run, place_i, machine_i)) {
      machine->phase = TW_APPROVE;
      tw_work_must_start(run, machine_i);
    } else if (tw_machine_sites_of(run, place_i, machine_i)->unload == TW_NONE) {
      finish(run, place_i, machine_i);
    } else {
      machine->phase = TW_UNLOAD;
      tw_work_must_start(run, machine_i);
    }
    break;
  case TW_APPROVE:
    machine->phase = TW_UNLOAD;
    machine->left_us = TW_NOT_BEGUN;
    tw_work_must_start(run, machine_i);
    break;
  case TW_SETUP: tw_setup_step_ended(run, machine_i); break;
  case TW_UNLOAD: finish(run, place_i, machine_i); break;
  case TW_LOAD:
    machine->phase = TW_RESERVE;
    tw_bodies_moment(run, machine_i, TW_MOMENT_LOAD);
    tw_work_must_start(run, machine_i);
    break;
  default:
    TW_ASSERT(machine->phase == TW_SWITCH);
    machine->phase = TW_FREE;
    tw_mark(run, place_i);
    break;
  }
}

// A station that has declined a part has no room for others until the next shift; nobody behind the
// machine that was asked is asked instead of it.
static void set_declining(tw_run *run, int32_t place_i, int32_t machine_i, bool is_declining) {
  const tw_place *place = &run->line->place[place_i];
  run->early[run->line->machine[machine_i].early_i].is_declining = is_declining;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
    if (is_declining && run->machine[i].phase == TW_FREE)
      run->early[run->line->machine[i].early_i].is_declining = 1;
}

// Would this part be through before the shift ends? Its times are drawn now and kept; a part of
// another type has others.
bool tw_machine_fits_into_shift(tw_run *run, int32_t place_i, int32_t machine_i, const tw_offer *offer) {
  const tw_place *place = &run->line->place[place_i];
  if (place->shift_end != TW_END_NO_START || place->calendar_i == TW_NONE) return true;
  const tw_machine_sites *sites = tw_machine_sites_of(run, place_i, machine_i);
  tw_early *early = &run->early[run->line->machine[machine_i].early_i];
  // a part that is made as it is taken has its type only
  const tw_part unmade = {.type = offer->part_type, .priority = offer->priority};
  const tw_part *part = offer->part == TW_NO_PART ? &unmade : &run->part[offer->part];
  if (early->type != offer->part_type || early->step != part->step) {
    early->type = offer->part_type;
    early->step = part->step;
    early->load_us = early->process_us = early->unload_us = early->setup_us = TW_NOT_BEGUN;
  }
  if (early->load_us == TW_NOT_BEGUN && sites->load != TW_NONE)
    early->load_us = tw_draw_us(run, sites->load, offer->part_type);
  // what a queue has drawn is of the part, not of its type
  if (early->process_us == TW_NOT_BEGUN || tw_station_param_of(run, place_i)->has_drawn_times)
    early->process_us = draw_time_of(run, place_i, machine_i, part, offer->from);
  if (early->unload_us == TW_NOT_BEGUN && sites->unload != TW_NONE)
    early->unload_us = tw_draw_us(run, sites->unload, offer->part_type);
  int64_t sum_us = early->process_us + tw_setup_early_us(run, machine_i, part);
  if (sites->load != TW_NONE) sum_us += early->load_us;
  if (sites->unload != TW_NONE) sum_us += early->unload_us;
  const bool fits = tw_shift_fits(run, place_i, sum_us);
  set_declining(run, place_i, machine_i, !fits);
  return fits;
}
