// forecast.h - many futures of one state, on several threads, with the same results on any number
// of them: future i is a fork of the state with salt seed + i, computed by one thread into a slot
// of its own. What is drawn and not known yet is drawn anew in each (engine/redraw.h).

#ifndef TW_STUDY_FORECAST_H
#define TW_STUDY_FORECAST_H

#include <twin/run.h>

#include "engine/run.h"

// Never, within the forecast.
#define TW_FORECAST_NEVER INT64_MAX

typedef struct tw_forecast_setup {
  uint32_t n_future, n_thread;  // n_thread 0: as many as there are processors
  uint64_t seed;
  int32_t n_quantity, n_time;
  const uint64_t *quantity;  // [n_quantity]
  const int64_t *time_us;    // [n_time] rising, none before now
  bool keeps_pending;
  bool has_parts, has_failures;    // when the parts in the line leave it, when modes come first
  twin_progress_call on_progress;  // on the calling thread; NULL: none
  void *user;
} tw_forecast_setup;

// A part that was in the line when the forecast was made.
typedef struct tw_forecast_part {
  uint64_t id;
  int32_t type;
  int64_t due_us;  // INT64_MAX: none
} tw_forecast_part;

typedef struct tw_forecast {
  tw_run *now;              // a fork of the state
  tw_forecast_setup setup;  // its lists are copies
  double *value;            // [n_future][n_time][n_quantity]
  int32_t n_part;
  tw_forecast_part *part;  // [n_part] by id; with has_parts
  int64_t *shipped_us;     // [n_future][n_part] TW_FORECAST_NEVER: not good, or not yet
  int64_t *failed_us;      // [n_future][n_mode]; with has_failures
} tw_forecast;

// Makes the futures and runs them. The error is that of the lowest future that has one; then, and
// when it is cancelled, there is no forecast.
twin_status tw_forecast_make(tw_forecast **forecast, const tw_run *now,
                             const tw_forecast_setup *setup, twin_problems *problems);
void tw_forecast_free(tw_forecast *forecast);

// Values of a quantity at a time in all futures, out [n_future], in the order of the futures.
void tw_forecast_values(const tw_forecast *forecast, int32_t quantity_i, int32_t time_i,
                        double *out);

#endif
