// api_signals.c - the table of signals of a line: what of its machine models can be recorded.

#include <math.h>

#include "api/tables.h"
#include "base/assert.h"
#include "core/ticks.h"

// A line, and room for a name.
typedef struct rows {
  const tw_line *line;
  tw_text *name;
} rows;

static const tw_model_series *series_of(const tw_line *line, const tw_signal *signal) {
  const tw_model_names *names = tw_line_models(line, signal->place_i);
  TW_ASSERT(signal->series < names->n_series);
  return &names->series[signal->series];
}

static const char *signal_name(const void *user, int32_t i) {
  const rows *of = user;
  const tw_signal *signal = &of->line->signal[i];
  tw_text_clear(of->name);
  if (signal->machine_i != TW_NONE) tw_text_print(of->name, "%s.", of->line->machine[signal->machine_i].name);
  tw_text_add(of->name, series_of(of->line, signal)->name);
  return of->name->at;
}

static const char *kind_name(const void *user, int32_t i) {
  return ((const rows *)user)->line->signal[i].is_output ? "output" : "state";
}

static const char *unit_name(const void *user, int32_t i) {
  const rows *of = user;
  return series_of(of->line, &of->line->signal[i])->unit;
}

static const char *way_name(const void *user, int32_t i) {
  return tw_signal_way_names[((const rows *)user)->line->signal[i].way];
}

static bool is_absolute(const tw_line *line, const tw_signal *signal) {
  const tw_system *system = line->member[signal->member].system;
  return (signal->is_output ? system->output[signal->i].dim : system->variable[signal->i].dim).is_absolute != 0;
}

static void fill(twin_table *table, const rows *of) {
  const tw_line *line = of->line;
  tw_table_add_names(table, "signal", signal_name, of);
  tw_table_add_names(table, "kind", kind_name, of);
  tw_table_add_names(table, "unit", unit_name, of);
  int32_t *absolute = tw_table_add_ints(table, "absolute");
  tw_table_add_names(table, "way", way_name, of);
  double *period_s = tw_table_add_doubles(table, "period", "s");
  if (table->arena.is_out_of_memory) return;
  for (int32_t i = 0; i < line->n_signal; i++) {
    const tw_signal *signal = &line->signal[i];
    absolute[i] = is_absolute(line, signal);
    period_s[i] = signal->way == TW_SIGNAL_SAMPLED ? tw_seconds(signal->period_us) : (double)NAN;
  }
}

twin_status tw_table_of_signals(const tw_line *line, twin_table **table, twin_problems *problems) {
  tw_text name = {.memory = tw_line_memory(line)};
  const rows of = {line, &name};
  twin_table *made = tw_table_new("signals", line->n_signal, tw_line_memory(line));
  if (made != NULL) fill(made, &of);
  const bool is_good = !name.is_out_of_memory;
  tw_text_free(&name);
  return tw_table_give(made, is_good, table, problems);
}
