// inspection.c - see inspection.h. The part keeps its true defects; what the inspection saw decides the
// exit. Every kind of mistake has its own draws, made only for the parts it can befall.

#include "station/inspection.h"

#include <stdio.h>

#include "base/assert.h"
#include "engine/draw.h"
#include "engine/flow.h"
#include "engine/work.h"
#include "station/machine.h"

static const tw_inspection_param *param_of(const tw_run *run, int32_t place_i) {
  return ((const tw_station_param *)run->line->place[place_i].param)->inspection;
}

static tw_inspection *state_of(const tw_run *run, int32_t place_i) {
  return tw_run_kind_state(run, place_i);
}

static bool draw_sample(tw_run *run, int32_t place_i) {
  const tw_inspection_param *param = param_of(run, place_i);
  tw_inspection *state = state_of(run, place_i);
  bool is_sampled = true;
  if (param->every > 0) {
    is_sampled = ++state->n_since == param->every;
    if (is_sampled) state->n_since = 0;
  } else if (param->sample_site != TW_NONE) {
    is_sampled = tw_draw_uniform(run, param->sample_site) <= param->sample;
  }
  return is_sampled;
}

void tw_inspection_begin(tw_run *run, int32_t place_i, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  tw_part *part = &run->part[machine->part];
  if (part->sample == TW_SAMPLE_OPEN)
    part->sample = draw_sample(run, place_i) ? TW_SAMPLE_IN : TW_SAMPLE_OUT;
  if (part->sample == TW_SAMPLE_OUT) machine->drawn_us = machine->left_us = 0;
}

// Does it see one of the defects that it can see? Each is missed or seen for itself.
static bool sees_defect(tw_run *run, const tw_inspection_param *param, const tw_part *part) {
  bool is_seen = false;
  for (int32_t i = 0; i < param->n_detected; i++) {
    const tw_detected *detected = &param->detected[i];
    if ((part->defects >> detected->defect_i & 1) == 0) continue;
    if (tw_draw_uniform(run, detected->site) > detected->missed) is_seen = true;
  }
  return is_seen;
}

// Where a rejected part goes: by the shares, but past the limit of reworks to scrap.
static int32_t reject(tw_run *run, int32_t place_i, tw_part *part) {
  const tw_place *place = &run->line->place[place_i];
  const tw_station_param *station = place->param;
  tw_inspection *state = state_of(run, place_i);
  TW_ASSERT(station->n_exit > 0);
  int32_t exit_i = station->exit[tw_pick_weighted(station->exit_weight, station->n_exit,
                                                  tw_draw_uniform(run, station->exit_site))];
  state->n_rejected++;
  part->was_rejected = 1;
  if (exit_i == station->inspection->rework_exit) {
    if ((int64_t)part->rework >= station->inspection->max_rework) {
      exit_i = place->scrap_exit;
    } else {
      part->rework += part->rework < UINT32_MAX;
      state->n_reworked++;
    }
  }
  if (exit_i == place->scrap_exit) tw_work_count_scrap(run, place_i, part->type);
  return exit_i;
}

int32_t tw_inspection_exit(tw_run *run, int32_t place_i, int32_t machine_i) {
  const tw_inspection_param *param = param_of(run, place_i);
  tw_inspection *state = state_of(run, place_i);
  tw_part *part = &run->part[run->machine[machine_i].part];
  const int32_t main_exit = run->line->place[place_i].main_exit;
  if (part->sample == TW_SAMPLE_OUT) {
    state->n_unsampled++;
    return main_exit;
  }
  state->n_inspected++;
  const bool is_bad = (part->defects & param->detects) != 0;
  const bool is_rejected = is_bad ? sees_defect(run, param, part)
                                  : tw_draw_uniform(run, param->false_site) <= param->false_reject;
  if (!is_rejected) {
    state->n_missed += is_bad;
    return main_exit;
  }
  state->n_false_reject += !is_bad;
  const int32_t exit_i = reject(run, place_i, part);
  tw_tell_part(run, TW_FACT_REJECT, place_i, machine_i, part);
  return exit_i;
}

void tw_inspection_start(tw_run *run, int32_t place_i) {
  *state_of(run, place_i) = (tw_inspection){0};
}

void tw_inspection_reset(tw_run *run, int32_t place_i) {
  tw_inspection *state = state_of(run, place_i);
  *state = (tw_inspection){.n_since = state->n_since};
}

bool tw_inspection_is_valid(const tw_run *run, int32_t place_i, uint8_t *is_seen, char *why,
                            size_t n_why) {
  (void)is_seen;
  const int64_t every = param_of(run, place_i)->every;
  const tw_inspection *state = state_of(run, place_i);
  if (state->n_since == 0 || state->n_since < every) return true;
  snprintf(why, n_why, "%s has passed more parts than it may", run->line->place[place_i].name);
  return false;
}

#define TW_STATE_OF tw_inspection
static const tw_state_field state_fields[] = {TW_INSPECTION_STATE(TW_STATE_ENTRY)};
#undef TW_STATE_OF
const tw_state_table tw_inspection_state_table = {"inspection", sizeof(tw_inspection),
                                                  TW_N_FIELDS(state_fields), state_fields};

#define TW_COUNT_OF(name) \
  static double name##_of(const tw_run *run, int32_t place_i) { \
    return (double)state_of(run, place_i)->n_##name; \
  }
TW_COUNT_OF(inspected)
TW_COUNT_OF(unsampled)
TW_COUNT_OF(rejected)
TW_COUNT_OF(reworked)
TW_COUNT_OF(false_reject)
TW_COUNT_OF(missed)

const tw_kind_quantity tw_inspection_quantities[TW_INSPECTION_QUANTITIES] = {
    {"count/inspected", "1", inspected_of},         {"count/not_inspected", "1", unsampled_of},
    {"count/rejected", "1", rejected_of},           {"count/reworked", "1", reworked_of},
    {"count/false_rejects", "1", false_reject_of},  {"count/missed", "1", missed_of}};
