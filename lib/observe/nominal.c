// nominal.c - see nominal.h. A trial is a copy of a run at time zero of which nothing but the models has begun; a
// part is led through the phases of one machine by hand, and the models' events are carried out as in every run.

#include "observe/nominal.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "engine/body/body.h"
#include "engine/carried.h"
#include "engine/energy.h"
#include "engine/flow.h"
#include "engine/sets.h"
#include "engine/work.h"
#include "model/compile.h"
#include "station/kinds.h"

// More parts than any rule for the first ones behind a setup or a stop speaks of.
static const double LONG_AGO = 1e9;

static const double ALIKE = 0.01;                  // two parts take equally long
static const double HORIZON_S = 30 * 86400.0;      // where the file has none
enum { PARTS_MAX = 20, EVENTS_MAX = 50000 };       // of one trial

struct tw_nominal {
  const tw_line *line;
  tw_run *at_start;     // NULL: the line has no models
  double *process_s;    // [n_place * n_part_type]; below 0: not asked for yet
  tw_feed *feed;        // [n_site] means in place of draws
  double *mean;         // [n_site] that they point to
  tw_arena arena;
};

const tw_station_param *tw_nominal_station(const tw_line *line, int32_t place_i) {
  const tw_place *place = &line->place[place_i];
  const bool is_known = place->kind == &tw_kind_machine || place->kind == &tw_kind_inspection;
  return is_known ? place->param : NULL;
}

double tw_nominal_mean_s(const tw_line *line, int32_t site_i, int32_t type) {
  if (site_i == TW_NONE) return 0;
  TW_ASSERT(site_i >= 0 && site_i < line->n_site);
  const tw_site *site = &line->site[site_i];
  const tw_dist *dist = site->by_part != NULL && type >= 0 ? site->by_part[type] : site->dist;
  const double mean_s = dist != NULL ? tw_dist_mean(dist) : 0;
  return isfinite(mean_s) ? mean_s : 0;
}

// ---- Values ----------------------------------------------------------------------------------

// A run of which only the models have begun: no source, no failure, no shift.
static tw_run *run_at_start(const tw_line *line) {
  const tw_run_setup setup = {.seed = 1};
  tw_run *run = tw_run_new((tw_line *)line, &setup);  // holds it, and changes nothing in it
  if (run == NULL) return NULL;
  run->head->has_started = 1;
  // a mode that is busy hears no request
  for (int32_t i = 0; i < line->n_mode; i++) run->mode[i].clock = TW_CLOCK_REPAIR;
  tw_energy_start(run);
  tw_bodies_start(run);
  if (line->has_model_power) tw_cancel(run, line->meter_slot);
  return run;
}

tw_nominal *tw_nominal_new(const tw_line *line) {
  tw_nominal *nominal = tw_memory_zeroed(tw_line_memory(line), 1, sizeof *nominal);
  if (nominal == NULL) return NULL;
  const size_t n = (size_t)line->n_place * (size_t)line->n_part_type, n_site = (size_t)line->n_site;
  nominal->line = line;
  tw_arena_init_with(&nominal->arena, tw_line_memory(line));
  nominal->process_s = tw_arena_take_array(&nominal->arena, n + 1, sizeof(double));
  nominal->feed = tw_arena_take_array(&nominal->arena, n_site + 1, sizeof *nominal->feed);
  nominal->mean = tw_arena_take_array(&nominal->arena, n_site + 1, sizeof *nominal->mean);
  if (!nominal->arena.is_out_of_memory && line->n_body > 0) nominal->at_start = run_at_start(line);
  if (nominal->arena.is_out_of_memory || (line->n_body > 0 && nominal->at_start == NULL)) {
    tw_nominal_free(nominal);
    return NULL;
  }
  for (size_t i = 0; i < n; i++) nominal->process_s[i] = -1;
  return nominal;
}

void tw_nominal_free(tw_nominal *nominal) {
  if (nominal == NULL) return;
  tw_run_free(nominal->at_start);
  tw_arena_free(&nominal->arena);
  tw_memory_free(tw_line_memory(nominal->line), nominal);
}

double tw_nominal_value(const tw_nominal *nominal, int32_t place_i, const tw_expr *expr, int32_t type) {
  const tw_line *line = nominal->line;
  const tw_part_type *part = &line->part_type[type];
  const tw_place *place = &line->place[place_i];
  const int32_t n_word = TW_WORD_N + line->n_attribute;
  double words[TW_WORDS_MAX] = {[TW_WORD_MASS] = part->mass_kg,
                                [TW_WORD_PRIORITY] = (double)part->priority,
                                [TW_WORD_SINCE_STOP] = LONG_AGO,
                                [TW_WORD_SINCE_SETUP] = LONG_AGO,
                                [TW_WORD_DUE] = INFINITY};
  TW_ASSERT(n_word + place->n_variable + line->n_shared_variable <= TW_WORDS_MAX);
  for (int32_t i = 0; i < line->n_attribute; i++) words[TW_WORD_N + i] = part->attribute[i];
  if (nominal->at_start != NULL && place->n_machine > 0)
    tw_bodies_fill(nominal->at_start, place->first_machine, words + n_word);
  return tw_expr_value(expr, words);
}

// ---- Trials ----------------------------------------------------------------------------------

typedef struct trial {
  tw_run *run;
  const tw_station_param *param;
  int32_t machine_i, type;
  uint32_t part;
  int32_t n_event;  // so far
} trial;

// The machine is in another phase, with its part or without one.
static void put(trial *of, tw_phase phase, bool has_part) {
  tw_machine *machine = &of->run->machine[of->machine_i];
  machine->phase = (uint8_t)phase;
  machine->part = has_part ? of->part : TW_NO_PART;
  if (machine->state != tw_state_of_phase[phase])
    tw_work_change_state(of->run, of->machine_i, tw_state_of_phase[phase]);
  tw_bodies_touch(of->run, of->machine_i);
}

// Moves the models on, up to an instant or the end of the work on the machine, which is told. Where neither
// comes, because the models run on without end or stop with an error, it is an instant not reached.
static bool move_on(trial *of, int64_t until_us) {
  tw_run *run = of->run;
  const uint32_t work_slot = (uint32_t)run->line->machine[of->machine_i].work_slot;
  tw_bodies_settle(run);
  while (run->status == TWIN_OK && of->n_event++ < EVENTS_MAX) {
    const tw_agenda agenda = tw_run_agenda(run);
    const int64_t tick = tw_agenda_top_tick(&agenda);
    if (tick > until_us) {
      run->head->now_us = until_us;
      return false;
    }
    run->head->now_us = tick;
    const uint32_t slot_i = tw_agenda_begin_top(&agenda);
    const tw_slot *slot = &run->line->slot[slot_i];
    if (slot->purpose == TW_ON_STEP) tw_body_step_event(run, slot->machine_i);
    if (slot->purpose == TW_ON_LOCATED) tw_body_located_event(run, slot->machine_i);
    if (run->status == TWIN_OK) tw_bodies_settle(run);
    tw_agenda_end_top(&agenda, slot_i);
    if (slot_i == work_slot) return true;
  }
  return false;
}

static void wait(trial *of, int32_t site) {
  const double mean_s = tw_nominal_mean_s(of->run->line, site, of->type);
  if (mean_s > 0) move_on(of, tw_now(of->run) + tw_ticks(mean_s));
}

// Processing begins, as tw_machine_start_processing does it.
static void start(trial *of) {
  tw_run *run = of->run;
  tw_machine *machine = &run->machine[of->machine_i];
  machine->phase = TW_PROCESS;
  machine->drawn_us = machine->left_us = TW_NO_END_US;
  if (run->line->place[run->line->machine[of->machine_i].node_i].has_progress)
    tw_work_anew(run, of->machine_i);
  tw_bodies_moment(run, of->machine_i, TW_MOMENT_START);
  machine->spell_us = tw_now(run);
  machine->end_us = machine->spell_us + machine->left_us;
  machine->is_running = 1;
  put(of, TW_PROCESS, /*has_part=*/true);
  tw_bodies_finish_anew(run, of->machine_i);
}

// Leads a part through the machine; gives its process time, NAN where it is not through in time.
static double part_s(trial *of) {
  tw_run *run = of->run;
  const tw_line *line = run->line;
  const tw_machine_param *machine = &line->machine[of->machine_i];
  const tw_machine_sites *sites = &of->param->sites[machine->number];
  const double horizon_s = line->horizon_us > 0 ? tw_seconds(line->horizon_us) : HORIZON_S;
  if (line->n_carried > 0) tw_carried_begin(run, of->part);
  put(of, TW_LOAD, /*has_part=*/true);
  wait(of, sites->load);
  run->machine[of->machine_i].phase = TW_RESERVE;
  tw_bodies_moment(run, of->machine_i, TW_MOMENT_LOAD);
  start(of);
  const int64_t from_us = tw_now(run);
  const bool is_through = move_on(of, from_us + tw_ticks(horizon_s));
  if (!is_through || run->status != TWIN_OK) return (double)NAN;
  const int64_t took_us = tw_now(run) - from_us;
  run->machine[of->machine_i].is_running = 0;
  tw_bodies_moment(run, of->machine_i, TW_MOMENT_COMPLETION);
  if (of->param->sets.n > 0) {
    tw_sets_apply(run, of->param->sets, of->machine_i, "sets");
    tw_bodies_look(run, of->machine_i);
  }
  put(of, TW_UNLOAD, /*has_part=*/true);
  wait(of, sites->unload);
  put(of, TW_FREE, /*has_part=*/false);
  return run->status == TWIN_OK ? tw_seconds(took_us) : (double)NAN;
}

// Draws of the trial give their means.
static void feed_means(tw_nominal *nominal, int32_t machine_i, int32_t type) {
  const tw_line *line = nominal->line;
  for (int32_t i = 0; i < line->n_site; i++) {
    nominal->feed[i] = (tw_feed){0};
    if (line->site[i].machine_i != machine_i) continue;
    nominal->mean[i] = tw_nominal_mean_s(line, i, type);
    nominal->feed[i] = (tw_feed){.values = &nominal->mean[i], .n_value = 1, .is_constant = true};
  }
}

static double find_process_s(tw_nominal *nominal, int32_t place_i, int32_t type) {
  const tw_line *line = nominal->line;
  const tw_station_param *param = tw_nominal_station(line, place_i);
  TW_ASSERT(tw_nominal_is_asked(param));
  if (!param->has_finish) {
    const double rate = tw_nominal_value(nominal, place_i, param->rate, type);
    return rate > 0 && isfinite(rate) ? 1 / rate : (double)NAN;
  }
  trial of = {.param = param, .machine_i = line->place[place_i].first_machine, .type = type};
  of.run = tw_run_fork(nominal->at_start);
  if (of.run == NULL) return (double)NAN;
  feed_means(nominal, of.machine_i, type);
  of.run->feed = nominal->feed;
  of.part = tw_part_make(of.run, type, place_i, INT64_MAX, line->part_type[type].priority);
  double took_s = of.part != TW_NO_PART ? part_s(&of) : (double)NAN;
  for (int32_t n = 1; n < PARTS_MAX && !isnan(took_s); n++) {
    const double next_s = part_s(&of);
    if (fabs(next_s - took_s) <= ALIKE * took_s) break;
    took_s = next_s;
  }
  tw_run_free(of.run);
  return took_s;
}

double tw_nominal_process_s(tw_nominal *nominal, int32_t place_i, int32_t type) {
  double *process_s = &nominal->process_s[(int64_t)place_i * nominal->line->n_part_type + type];
  if (*process_s < 0) *process_s = find_process_s(nominal, place_i, type);
  return *process_s;
}

// ---- Words -----------------------------------------------------------------------------------

const char *tw_nominal_depends(const tw_line *line, int32_t place_i) {
  const tw_machine_param *machine = &line->machine[line->place[place_i].first_machine];
  TW_ASSERT(tw_nominal_is_asked(tw_nominal_station(line, place_i)));
  for (int32_t m = machine->first_member; m < machine->first_member + machine->n_member; m++) {
    const tw_system *system = line->member[m].system;
    for (int32_t e = 0; e < system->n_event; e++)
      if (system->event[e].action == TW_ACT_FINISH) return system->event[e].about;
  }
  return "its rate";
}
