// forecast.h - many futures of the state a line is in now, on several threads, with the same result
// on any number of them: bands of figures over time, when the parts in the line are shipped, and
// when what fails first.

#ifndef TWIN_FORECAST_H
#define TWIN_FORECAST_H

#include <twin/run.h>
#include <twin/table.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct twin_forecast twin_forecast;

// Begins with struct_size; set up by twin_forecast_options_init. Fields are only ever appended.
typedef struct twin_forecast_options {
  uint32_t struct_size;
  uint32_t n_future;           // 200
  uint32_t n_thread;           // 0: as many as there are processors
  uint32_t keeps_pending;      // 1: times under way stay as they were drawn (twin_run_reseed)
  uint64_t seed;               // 1; future i is a fork reseeded with seed + i
  double until_s;              // an instant, not before the present one
  double every_s;              // figures are read every so often and at the end; 0: at the end
  const uint64_t *quantities;  // [n_quantity] of twin_line_quantity
  const double *levels;        // [n_level] of the bands, rising; NULL: 0.05, 0.5, 0.95
  uint32_t n_quantity, n_level;
  uint32_t has_parts;     // 1: when the parts that are in the line now are shipped
  uint32_t has_failures;  // 1: when each failure and maintenance comes first
  double confidence;      // 0.95, of intervals of probabilities
  twin_progress_call on_progress;
  void *user;
} twin_forecast_options;

// A probability as the share of futures, with Wilson's interval.
typedef struct twin_chance {
  uint32_t struct_size;
  uint32_t n, n_come;  // futures with a value; of which so many
  double probability, low, high;
} twin_chance;

// Fills options with their defaults.
// Thread: any.
// Since: 1.0
TWIN_API void twin_forecast_options_init(twin_forecast_options *options);

// Runs the futures of a run's present state. The run itself stays as it is.
// Returns: TWIN_OK and a forecast; TWIN_CANCELLED without one.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_MEMORY, TWIN_ERR_FLOAT_MODE; the error of the lowest future that has
//   one.
// Owns: the caller frees the forecast with twin_forecast_free.
// Thread: any number at once for one run, while none changes it; uses its own threads inside.
// Since: 1.0
TWIN_API twin_status twin_run_forecast(twin_forecast **forecast, const twin_run *run,
                                       const twin_forecast_options *options,
                                       twin_problems *problems);

// Frees a forecast.
// Owns: takes `forecast`; NULL is allowed.
// Thread: any.
// Since: 1.0
TWIN_API void twin_forecast_free(twin_forecast *forecast);

// How many instants its figures were read at, and instant number i in s (NaN: there is none).
// Returns: the figure.
// Thread: any.
// Since: 1.0
TWIN_API uint32_t twin_forecast_time_count(const twin_forecast *forecast);
TWIN_API double twin_forecast_time_s(const twin_forecast *forecast, uint32_t i);

// Values of quantity number i of the options in the futures, at one of its instants. out: [n_future].
// Returns: TWIN_OK.
// Errors: TWIN_ERR_ARGUMENT.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_forecast_values(const twin_forecast *forecast, uint32_t quantity,
                                          uint32_t time, double *out);

// In how many futures is a quantity at least so much at one of its instants? chance: filled up to its
// struct_size.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_MEMORY.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_forecast_chance(const twin_forecast *forecast, uint32_t quantity,
                                          uint32_t time, double least, twin_chance *chance);

// A table of a forecast by its name. Instants are in s, infinite where they are behind the end of the
// forecast.
//
// "bands", a row for each quantity and instant. Columns: quantity (its path); unit; time; n: futures with a
// value; mean; sd; "q5", "q50", ...: the levels of the options in percent.
//
// "parts", with has_parts: a row for each part that is in the line. Columns: part (its id); part_type; due
// (NaN: none); p_shipped: share of futures in which it is shipped good; p_on_time, low, high: by its due date,
// with Wilson's interval (NaN: none); "q5", ...: when.
//
// "failures", with has_failures: a row for each failure mode and maintenance of each machine. Columns:
// station; machine, from 1; mode; p, low, high: it comes before the end; "q5", ...: when it comes first.
// Returns: TWIN_OK and a table.
// Errors: TWIN_ERR_NOT_FOUND (no such table), TWIN_ERR_ARGUMENT (the options did not ask for it),
//   TWIN_ERR_MEMORY.
// Owns: the caller frees *table with twin_table_unref.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_forecast_table(const twin_forecast *forecast, const char *name,
                                         twin_table **table, twin_problems *problems);

#ifdef __cplusplus
}
#endif
#endif
