// source_valid.c - is the state of a source sound, and what follows from it made again for a state
// that came by name: end and length of the list of those who wait, the first order that is not
// complete.

#include <stdio.h>

#include "engine/flow.h"
#include "engine/work.h"
#include "station/source.h"

static inline const tw_source_param *param_of(const tw_run *run, int32_t place_i) {
  return run->line->place[place_i].param;
}

static inline tw_source *state_of(const tw_run *run, int32_t place_i) {
  return tw_run_kind_state(run, place_i);
}

// A source that releases by itself has its next release pending as long as it is open; one that
// stopped the run in the middle of a release has not planned the next one.
static bool is_release_sound(const tw_run *run, int32_t place_i, const tw_source *source) {
  const tw_source_param *param = param_of(run, place_i);
  if (run->head->poison != 0) return true;
  if (run->line->place[place_i].loop_i != TW_NONE) return tw_source_is_pending_sound(run, place_i);
  if (param->is_order_list && source->is_open != (source->batch_i < param->n_batch)) return false;
  if (param->is_saturated) return true;
  const tw_agenda agenda = tw_run_agenda(run);
  return tw_agenda_is_pending(&agenda, (uint32_t)param->release_slot) == (bool)source->is_open;
}

static bool is_target(const tw_run *run, int32_t exit_i, int32_t place_i) {
  const tw_exit *exit = &run->line->graph.exit[exit_i];
  for (int32_t i = 0; i < exit->n_target; i++)
    if (exit->target[i] == place_i) return true;
  return false;
}

// The next part is for one of the places behind, or for whichever takes it.
bool tw_source_is_aimed(const tw_run *run, int32_t place_i, const tw_source *source) {
  if (!source->has_offer)
    return source->target == TW_NONE ||
           is_target(run, run->line->place[place_i].main_exit, source->target);
  int32_t n;
  const int32_t *choice = tw_choices(run, run->line->place[place_i].main_exit,
                                     tw_source_type_offered(run, place_i), /*step=*/0, &n);
  if (source->target == TW_NONE) return n > 1;
  for (int32_t i = 0; i < n; i++)
    if (choice[i] == source->target) return true;
  return false;
}

bool tw_source_is_valid(const tw_run *run, int32_t place_i, uint8_t *is_seen, char *why,
                        size_t n_why) {
  const tw_source_param *param = param_of(run, place_i);
  const tw_source *source = state_of(run, place_i);
  int64_t n = 0;
  uint32_t before = TW_NO_PART;
  bool is_sound = true;
  for (uint32_t i = source->head; i != TW_NO_PART && is_sound; i = run->part[i].next) {
    is_sound = !is_seen[i] && run->part[i].type != TW_NONE && run->part[i].place == place_i &&
               run->part[i].prev == before;
    is_seen[i] = 1;
    before = i;
    n++;
  }
  is_sound = is_sound && n == source->n_waiting && source->tail == before;
  const int32_t last = param->is_order_list ? param->n_batch : param->n_batch - 1;
  is_sound = is_sound && source->batch_i >= 0 && source->batch_i <= last;
  if (is_sound && source->batch_i < param->n_batch)
    is_sound = source->n_of_batch < param->batch[source->batch_i].quantity;
  if (param->mix_weight != NULL) is_sound = is_sound && source->mixed_type != TW_NONE;
  const bool should_offer = param->is_saturated ? source->is_open : n > 0;
  is_sound = is_sound && source->has_offer == should_offer && (n == 0 || !param->is_saturated);
  is_sound = is_sound && source->open_us <= tw_now(run) &&
             source->since_us <= tw_now(run) && is_release_sound(run, place_i, source) &&
             tw_source_is_aimed(run, place_i, source);
  if (!is_sound) snprintf(why, n_why, "source %s is not sound", run->line->place[place_i].name);
  return is_sound;
}

void tw_source_recount(tw_run *run, int32_t place_i) {
  tw_source *source = state_of(run, place_i);
  tw_source_recount_orders(run, place_i);
  source->tail = TW_NO_PART;
  source->n_waiting = 0;
  for (uint32_t i = source->head; i != TW_NO_PART; i = run->part[i].next) {
    source->tail = i;
    if (++source->n_waiting > run->head->n_part_slot) return;
  }
}
