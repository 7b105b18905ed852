// machine.c - a machine station: one or more equal machines, each working on one part at a time.
// Free machines pull by the station's rule; a finished part waits on its machine until the next place
// takes it, or, blocking before service, processing waits until a place is reserved.
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

#include "station/machine.h"

#include <math.h>
#include <stdio.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/cards.h"
#include "engine/draw.h"
#include "engine/work.h"
#include "model/compile.h"
#include "station/defects.h"
#include "station/inspection.h"
#include "station/inspection_def.h"
#include "station/dispatch.h"
#include "station/kinds.h"
#include "station/machine_def.h"
#include "station/preempt.h"

static inline const tw_station_param *param_of(const tw_run *run, int32_t place_i) {
  return run->line->place[place_i].param;
}

static inline const tw_machine_sites *sites_of(const tw_run *run, int32_t place_i,
                                               int32_t machine_i) {
  return &param_of(run, place_i)->sites[machine_i - run->line->place[place_i].first_machine];
}

// Parts that a machine has finished since its last setup; many when it has none.
static double parts_since_setup(const tw_run *run, int32_t machine_i) {
  const int32_t setup_i = run->line->machine[machine_i].setup_i;
  return setup_i == TW_NONE ? 1e9 : run->setup[setup_i].n_since;
}

// The words of expressions as they are now for a part and the machine that it is on, or would be.
static double value_of(const tw_run *run, const tw_expr *expr, int32_t machine_i,
                       const tw_part *part) {
  double words[TW_WORDS_MAX];
  tw_fill_words(run, part, words);
  words[TW_WORD_SINCE_STOP] = run->machine[machine_i].n_since_stop;
  words[TW_WORD_SINCE_SETUP] = parts_since_setup(run, machine_i);
  return tw_expr_value(expr, words);
}

static const tw_part *part_on(const tw_run *run, int32_t machine_i) {
  return &run->part[run->machine[machine_i].part];
}

double tw_machine_value(const tw_run *run, const tw_expr *expr, int32_t machine_i) {
  return value_of(run, expr, machine_i, part_on(run, machine_i));
}

// Process time of a part that comes from a queue, which may have drawn it already (spt).
static int64_t draw_time_of(tw_run *run, int32_t place_i, int32_t machine_i, const tw_part *part,
                            int32_t queue_i) {
  const tw_station_param *param = param_of(run, place_i);
  const tw_machine_sites *sites = sites_of(run, place_i, machine_i);
  const bool is_on_route = run->line->place[place_i].is_on_route;
  if (param->factor == NULL && !param->has_drawn_times && !is_on_route)
    return tw_draw_us(run, sites->time, part->type);
  const double factor = param->factor == NULL ? 1 : value_of(run, param->factor, machine_i, part);
  const double time_s = param->has_drawn_times && tw_keeps_time(run, queue_i)
                            ? part->key
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
  const tw_station_param *param = param_of(run, place_i);
  const tw_place *place = &run->line->place[place_i];
  if (place->setup != NULL && parts_since_setup(run, machine_i) < place->setup->n_startup_scrap) {
    run->place_stat[place_i].n_scrapped++;
    return place->scrap_exit;
  }
  if (param->scrap != NULL) {
    const double p = value_of(run, param->scrap, machine_i, part_on(run, machine_i));
    if (!(p >= 0 && p <= 1)) {
      tw_run_stop(run, TWIN_ERR_VALUE, place_i, "scrap is no probability: %g", p);
    } else if (tw_draw_uniform(run, param->scrap_site) <= p) {
      run->place_stat[place_i].n_scrapped++;
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
  tw_work_count_completion(run, place_i, machine);
  tw_tell_part(run, TW_FACT_COMPLETE, place_i, machine_i, &run->part[machine->part]);
  tw_defects_complete(run, place_i, machine_i);
  machine->exit_i = choose_exit(run, place_i, machine_i);
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
  if (is_new && run->line->draws_ahead) machine->left_us = take_time(run, machine_i, site);
  if (!has_people(run, machine_i)) return true;
  if (machine->left_us == TW_NOT_BEGUN) machine->left_us = take_time(run, machine_i, site);
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

static void start_processing(tw_run *run, int32_t place_i, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const bool is_new = machine->left_us == TW_NOT_BEGUN;
  if (is_new && run->line->machine[machine_i].has_start_clock &&
      tw_modes_before_start(run, machine_i))
    return;
  if (is_new && run->line->draws_ahead) keep_process_time(run, place_i, machine_i);
  if (!has_people(run, machine_i)) return;
  if (is_new) {
    machine->drawn_us = machine->left_us = take_process_time(run, place_i, machine_i);
    if (param_of(run, place_i)->inspection != NULL) tw_inspection_begin(run, place_i, machine_i);
    run->place_stat[place_i].n_start++;
    tw_tell_part(run, TW_FACT_START, place_i, machine_i, &run->part[machine->part]);
  }
  tw_work_run(run, machine_i);
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
static void start_phase(tw_run *run, int32_t place_i, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const tw_machine_sites *sites = sites_of(run, place_i, machine_i);
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
    start_processing(run, place_i, machine_i);
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

static void end_phase(tw_run *run, int32_t place_i, int32_t machine_i, int32_t purpose) {
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
    } else if (sites_of(run, place_i, machine_i)->unload == TW_NONE) {
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
    tw_work_must_start(run, machine_i);
    break;
  default:
    TW_ASSERT(machine->phase == TW_SWITCH);
    machine->phase = TW_FREE;
    tw_mark(run, place_i);
    break;
  }
}

static bool is_free(const tw_place *place, const tw_machine *machine) {
  if (machine->phase != TW_FREE || machine->is_overtime) return false;
  return tw_is_up(machine) || place->takes_while_down;
}

// The machine that has been free longest, then the lowest index; those that are down and take parts
// all the same come last. TW_NONE: none is free.
static int32_t find_free(const tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  int32_t best = TW_NONE;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    if (!is_free(place, machine)) continue;
    if (best == TW_NONE) {
      best = i;
      continue;
    }
    const bool is_up = tw_is_up(machine), is_best_up = tw_is_up(&run->machine[best]);
    if (is_up != is_best_up ? is_up : machine->waiting_us < run->machine[best].waiting_us) best = i;
  }
  return best;
}

static bool can_take(tw_run *run, int32_t place_i, uint32_t part) {
  (void)part;
  const tw_place *place = &run->line->place[place_i];
  if (run->place[place_i].n_on == place->n_machine || !tw_has_card(run, place_i)) return false;
  return find_free(run, place_i) != TW_NONE;
}

static int64_t count_free_places(tw_run *run, int32_t place_i) {
  return run->line->place[place_i].n_machine - run->place[place_i].n_on;
}

static int64_t count_parts(const tw_run *run, int32_t place_i) { return run->place[place_i].n_on; }

// True when this machine would hand its part, or ask for a reservation, to place `to` now.
static bool has_offer_for(tw_run *run, int32_t place_i, const tw_machine *machine, int32_t to) {
  if (!machine->has_request) return false;
  const tw_place *place = &run->line->place[place_i];
  const bool is_moving = machine->phase == TW_DONE;
  if (!tw_is_up(machine) && !machine->is_leaving && !(is_moving && place->gives_while_down))
    return false;
  if (!is_moving && machine->target == to) return tw_can_reserve(run, to);
  if (machine->target != TW_NONE) return machine->target == to;
  const tw_part *part = &run->part[machine->part];
  if (!is_moving) return tw_is_choice(run, machine->exit_i, part, to) && tw_can_reserve(run, to);
  return tw_push_choose(run, place_i, machine->exit_i, part->type, part->step) == to;
}

static bool offer_part(tw_run *run, int32_t place_i, int32_t to, struct tw_offer *offer) {
  const tw_place *place = &run->line->place[place_i];
  int32_t best = TW_NONE;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    if (!has_offer_for(run, place_i, machine, to)) continue;
    if (best == TW_NONE || machine->waiting_us < run->machine[best].waiting_us) best = i;
  }
  if (best == TW_NONE) return false;
  const tw_machine *machine = &run->machine[best];
  offer->machine_i = best;
  offer->part = machine->part;
  offer->part_type = run->part[machine->part].type;
  offer->since_us = machine->waiting_us;
  offer->priority = run->part[machine->part].priority;
  offer->is_reservation = machine->phase == TW_RESERVE;
  offer->has_reservation = machine->reserved == to;
  return true;
}

// The finished part leaves its machine.
static uint32_t release_part(tw_run *run, int32_t place_i, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const uint32_t part = machine->part;
  tw_request_drop(run, machine_i);
  if (machine->reserved != TW_NONE) {
    run->place[machine->reserved].n_reserved--;
    machine->reserved = TW_NONE;
  }
  run->part[part].sample = TW_SAMPLE_OPEN;  // of this visit
  tw_part_leave(run, part, place_i, machine_i);
  if (run->part[part].cards != 0) tw_cards_leave(run, part, place_i);
  tw_work_clear(run, machine_i);
  return part;
}

static uint32_t give_part(tw_run *run, int32_t place_i, int32_t to, const struct tw_offer *offer) {
  if (offer->is_reservation) {
    tw_machine *machine = &run->machine[offer->machine_i];
    tw_request_drop(run, offer->machine_i);
    machine->reserved = machine->target = to;
    run->place[to].n_reserved++;
    machine->phase = TW_PROCESS;
    machine->left_us = TW_NOT_BEGUN;
    tw_work_must_start(run, offer->machine_i);
    return TW_NO_PART;
  }
  return release_part(run, place_i, offer->machine_i);
}

// The quick way for a place that is fed by this station only.
static uint32_t hand_over(tw_run *run, int32_t place_i, int32_t to) {
  const tw_place *place = &run->line->place[place_i];
  if (place->n_machine > 1) return tw_hand_over(run, place_i, to);
  const int32_t machine_i = place->first_machine;
  if (!has_offer_for(run, place_i, &run->machine[machine_i], to)) return TW_NO_PART;
  return release_part(run, place_i, machine_i);
}

static void take_part(tw_run *run, int32_t place_i, int32_t machine_i, uint32_t part) {
  tw_machine *machine = &run->machine[machine_i];
  machine->part = part;
  machine->from = run->part[part].place;
  machine->phase = TW_LOAD;
  machine->left_us = TW_NOT_BEGUN;
  run->place[place_i].n_on++;
  tw_part_enter(run, part, place_i, machine_i);
  const tw_place *place = &run->line->place[place_i];
  if (place->loop_i != TW_NONE) tw_card_take(run, place->loop_i, part);
  if (place->setup != NULL) tw_setup_choose(run, machine_i);
  if (!tw_is_up(machine)) return;
  const bool is_quick = !place->is_before_service && machine->phase == TW_LOAD &&
                        sites_of(run, place_i, machine_i)->load == TW_NONE;
  if (is_quick) {
    machine->phase = TW_PROCESS;
    start_processing(run, place_i, machine_i);
  } else {
    start_phase(run, place_i, machine_i);
  }
}

// Changes over to the queue that the station will pull from; false: that takes no time.
static bool switch_over(tw_run *run, int32_t place_i) {
  const int32_t machine_i = run->line->place[place_i].first_machine;
  tw_machine *machine = &run->machine[machine_i];
  if (sites_of(run, place_i, machine_i)->switch_over == TW_NONE) return false;
  machine->phase = TW_SWITCH;
  machine->left_us = TW_NOT_BEGUN;
  if (tw_is_up(machine)) start_phase(run, place_i, machine_i);
  return true;
}

// Would this part be through before the shift ends? Its times are drawn now and kept; a part of
// another type has others.
static bool fits_into_shift(tw_run *run, int32_t place_i, int32_t machine_i, const tw_offer *offer) {
  const tw_place *place = &run->line->place[place_i];
  if (place->shift_end != TW_END_NO_START || place->calendar_i == TW_NONE) return true;
  const tw_machine_sites *sites = sites_of(run, place_i, machine_i);
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
  if (early->process_us == TW_NOT_BEGUN || param_of(run, place_i)->has_drawn_times)
    early->process_us = draw_time_of(run, place_i, machine_i, part, offer->from);
  if (early->unload_us == TW_NOT_BEGUN && sites->unload != TW_NONE)
    early->unload_us = tw_draw_us(run, sites->unload, offer->part_type);
  int64_t sum_us = early->process_us + tw_setup_early_us(run, machine_i, offer->part_type);
  if (sites->load != TW_NONE) sum_us += early->load_us;
  if (sites->unload != TW_NONE) sum_us += early->unload_us;
  return tw_shift_fits(run, place_i, sum_us);
}

// What follows from a visit for maintenance that waits for an idle machine, and for setups that are
// prepared while the machine works.
static void look_further(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  if (place->has_maintenance && run->line->has_idle_maintenance) tw_mark_crew(run);
  if (place->setup == NULL || run->place[place_i].n_request == 0) return;
  tw_offer offer = {.asker = place->n_machine == 1 ? place->first_machine : TW_NONE};
  bool is_other_queue = false;
  if (!tw_pull_offer(run, place_i, param_of(run, place_i), &offer, &is_other_queue)) return;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
    tw_setup_look_ahead(run, i, offer.part_type);
}

static void start_pending(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  run->place[place_i].n_start = 0;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
    if (run->machine[i].must_start && tw_is_up(&run->machine[i])) start_phase(run, place_i, i);
}

// Lets feeders that reserve have what is free, though no machine takes a part now.
static void grant_reservations(tw_run *run, int32_t place_i) {
  tw_offer offer = {.asker = TW_NONE};
  while (run->place[place_i].n_request > 0 && tw_can_reserve(run, place_i)) {
    if (!tw_best_offer(run, place_i, &offer) || !offer.is_reservation) return;
    tw_accept(run, &offer, place_i);
  }
}

// Free machines that hold pre-empted parts go on with them or take a part of an earlier queue; then
// parts of earlier queues stop what is being done for later ones.
static void settle_preemption(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  bool is_other_queue = false;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    if (machine->held == TW_NO_PART || machine->phase != TW_FREE || !tw_is_up(machine)) continue;
    if (machine->is_overtime) continue;
    tw_offer offer = {.asker = i};
    const bool is_offered =
        tw_pull_offer(run, place_i, param_of(run, place_i), &offer, &is_other_queue);
    if (tw_preempt_resume(run, i, is_offered ? &offer : NULL)) continue;
    const uint32_t part = tw_accept(run, &offer, place_i);
    if (part != TW_NO_PART) take_part(run, place_i, i, part);
  }
  tw_offer offer = {.asker = TW_NONE};
  while (run->status == TWIN_OK && run->place[place_i].n_request > 0 &&
         find_free(run, place_i) == TW_NONE &&
         tw_pull_offer(run, place_i, param_of(run, place_i), &offer, &is_other_queue)) {
    const int32_t victim = tw_preempt_victim(run, place_i, &offer);
    if (victim == TW_NONE) break;
    tw_preempt_hold(run, victim);
    const uint32_t part = tw_accept(run, &offer, place_i);
    if (part != TW_NO_PART) take_part(run, place_i, victim, part);
  }
}

static void settle_station(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  if (place->has_maintenance) tw_maintenance_begin(run, place_i);
  if (run->place[place_i].n_start > 0) start_pending(run, place_i);
  const bool can_preempt = param_of(run, place_i)->can_preempt;
  if (can_preempt) settle_preemption(run, place_i);
  while (run->place[place_i].n_request > 0 && tw_has_card(run, place_i)) {
    const int32_t machine_i = find_free(run, place_i);
    if (machine_i == TW_NONE) break;
    uint32_t part;
    if (place->only_feeder != TW_NONE) {
      part = tw_take_only(run, place->only_feeder, place_i);
      if (part == TW_NO_PART) break;
    } else {
      tw_offer offer = {.asker = machine_i};
      bool is_other_queue = false;
      if (!tw_pull_offer(run, place_i, param_of(run, place_i), &offer, &is_other_queue)) break;
      if (is_other_queue && switch_over(run, place_i)) break;
      if (!fits_into_shift(run, place_i, machine_i, &offer)) break;
      part = tw_accept(run, &offer, place_i);
      if (run->status != TWIN_OK) return;
    }
    if (part != TW_NO_PART) take_part(run, place_i, machine_i, part);
  }
  if (can_preempt && run->place[place_i].n_request > 0) settle_preemption(run, place_i);
  if (place->has_reserving_feeder && run->place[place_i].n_request > 0)
    grant_reservations(run, place_i);
  if (place->has_choosing_feeder && run->place[place_i].n_request > 0)
    tw_mark_other_targets(run, place_i);
  if (place->has_maintenance || place->setup != NULL) look_further(run, place_i);
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
    tw_work_refresh(run, i);
}

static void start_station(tw_run *run, int32_t place_i) { tw_mark(run, place_i); }

// What every kind with these machines does.
#define STATION_ACTIONS \
  .section = "stations", .exits = tw_machine_exits, .defects = tw_machine_defects, \
  .compile = tw_machine_compile, .mean_time_s = tw_machine_mean_time_s, .start = start_station, .on_event = end_phase, \
  .settle = settle_station, .can_take = can_take, .free_places = count_free_places, \
  .level = count_parts, .offer = offer_part, .give = give_part, .hand_over = hand_over, \
  .draw_time = tw_machine_draw_time

const tw_kind tw_kind_machine = {.name = "machine", .table = &tw_machine_def_table, STATION_ACTIONS};

const tw_kind tw_kind_inspection = {.name = "inspection",
                                    .table = &tw_inspection_def_table,
                                    .main_exit_name = "pass",
                                    .state = &tw_inspection_state_table,
                                    .reset = tw_inspection_reset,
                                    .is_valid = tw_inspection_is_valid,
                                    .quantities = tw_inspection_quantities,
                                    .n_quantity = TW_INSPECTION_QUANTITIES,
                                    STATION_ACTIONS};
