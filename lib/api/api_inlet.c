// api_inlet.c - events from outside, one by one: what the caller says made into what the inlet
// takes.

#include <math.h>
#include <string.h>

#include "api/live.h"
#include "base/assert.h"
#include "core/ticks.h"
#include "live/inlet.h"
#include "live/stamp.h"

struct twin_event_inlet {
  tw_inlet *inlet;
};

twin_status twin_event_inlet_new(twin_event_inlet **inlet, const twin_event_inlet_options *options,
                                 twin_problems *problems) {
  twin_event_inlet_options own = {.struct_size = sizeof own};
  if (inlet == NULL || !tw_options_take(&own, sizeof own, options)) return TWIN_ERR_ARGUMENT;
  if (!(own.lateness_s >= 0 && own.lateness_s < TW_LONGEST_S) || own.n_max < 0)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "a lateness is at least 0 s, and at most 70 years");
  twin_event_inlet *made = tw_memory_zeroed(NULL, 1, sizeof *made);
  if (made != NULL)
    made->inlet = tw_inlet_new(tw_ticks(own.lateness_s), own.n_max, own.is_aware != 0, NULL);
  if (made == NULL || made->inlet == NULL) {
    tw_memory_free(NULL, made);
    return tw_fail(problems, TWIN_ERR_MEMORY, "not enough memory for an inlet");
  }
  *inlet = made;
  return TWIN_OK;
}

void twin_event_inlet_free(twin_event_inlet *inlet) {
  if (inlet == NULL) return;
  tw_inlet_free(inlet->inlet);
  tw_memory_free(NULL, inlet);
}

static int32_t transition_of(const char *word) {
  for (int32_t i = 0; word != NULL && i < TW_TRANSITION_N; i++)
    if (strcmp(word, tw_transition_words[i]) == 0) return i;
  return -1;
}

// Seconds since 1970 as ticks; false for no instant of a log.
static bool instant(double s, int64_t *us) {
  const double us_of = s * TW_TICKS_PER_S;
  if (!(us_of > (double)TW_STAMP_MIN_US && us_of < (double)TW_STAMP_MAX_US)) return false;
  *us = (int64_t)(us_of < 0 ? us_of - 0.5 : us_of + 0.5);
  return true;
}

static twin_status said(twin_status status, twin_problems *problems) {
  static const char *const texts[] = {
      "this is no event: it needs an entity, a transition, an instant within its bounds, and names in UTF-8 of at most 255 bytes",
      "more events wait to be taken than a log may have", "not enough memory for an event"};
  if (status == TWIN_OK) return status;
  return tw_fail(problems, status, "%s",
                 texts[status == TWIN_ERR_ARGUMENT ? 0
                       : status == TWIN_ERR_FILE   ? 1
                                                   : 2]);
}

twin_status twin_event_inlet_push(twin_event_inlet *inlet, const twin_plant_event *event,
                                  twin_problems *problems) {
  twin_plant_event own = {.struct_size = sizeof own, .value = NAN};
  if (inlet == NULL || event == NULL || !tw_options_take(&own, sizeof own, event))
    return TWIN_ERR_ARGUMENT;
  const bool is_exact = own.lo_s == 0 && own.hi_s == 0;
  tw_inlet_event made = {.sequence = own.sequence > 0 ? own.sequence : -1,
                         .entity = own.entity,
                         .part = own.part,
                         .type = own.type,
                         .what = own.what,
                         .measure = own.measure,
                         .unit = own.unit,
                         .transition = transition_of(own.transition),
                         .value = own.value};
  const bool is_instant = instant(own.time_s, &made.time_us) &&
                          instant(is_exact ? own.time_s : own.lo_s, &made.lo_us) &&
                          instant(is_exact ? own.time_s : own.hi_s, &made.hi_us);
  if (!is_instant) return said(TWIN_ERR_ARGUMENT, problems);
  return said(tw_inlet_push(inlet->inlet, &made), problems);
}

twin_status twin_event_inlet_advance(twin_event_inlet *inlet, double now_s,
                                     twin_problems *problems) {
  int64_t now_us;
  if (inlet == NULL) return TWIN_ERR_ARGUMENT;
  if (!instant(now_s, &now_us)) return tw_fail(problems, TWIN_ERR_ARGUMENT, "this is no instant");
  return said(tw_inlet_advance(inlet->inlet, now_us), problems);
}

twin_status twin_event_inlet_take(twin_event_log **log, twin_event_inlet *inlet, int32_t is_end,
                                  twin_problems *problems) {
  if (inlet == NULL || log == NULL) return TWIN_ERR_ARGUMENT;
  tw_event_log *inside = NULL;
  const twin_status status = tw_inlet_take(inlet->inlet, is_end != 0, &inside);
  if (status != TWIN_OK) return said(status, problems);
  TW_ASSERT(inside != NULL);
  return tw_api_event_log_give(log, inside, problems);
}
