// signals.c - see signals.h. Names are those of the format: station, machine in brackets, model, state.

#include "model/signals.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "model/compile_inner.h"
#include "model/dynamics/dynamics.h"

static tw_dim dim_of(const tw_line *line, const tw_signal *signal) {
  const tw_system *system = line->member[signal->member].system;
  tw_dim dim = signal->is_output ? system->output[signal->i].dim : system->variable[signal->i].dim;
  dim.is_absolute = 0;
  return dim;
}

// All signals of a machine's models, or of the shared ones.
static void list_signals(tw_line *line, const tw_model_names *names, int32_t machine_i) {
  const int32_t first = machine_i == TW_NONE ? 0 : line->machine[machine_i].first_member;
  for (int32_t k = 0; k < names->n_series; k++) {
    const tw_model_series *series = &names->series[k];
    const tw_system *system = line->member[first + series->member].system;
    line->signal[line->n_signal++] =
        (tw_signal){.place_i = machine_i == TW_NONE ? TW_NONE : line->machine[machine_i].node_i,
                    .machine_i = machine_i,
                    .series = k,
                    .member = first + series->member,
                    .i = series->i,
                    .is_output = series->is_output,
                    .is_linear = !series->is_output || system->output[series->i].function.is_linear};
  }
}

static bool list_all(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  size_t n = (size_t)line->shared_models.n_series;
  for (int32_t m = 0; m < line->n_machine; m++) n += (size_t)line->place[line->machine[m].node_i].models.n_series;
  line->signal = tw_arena_take_array(&line->arena, n + 1, sizeof *line->signal);
  if (line->signal == NULL) return false;
  for (int32_t m = 0; m < line->n_machine; m++) list_signals(line, &line->place[line->machine[m].node_i].models, m);
  list_signals(line, &line->shared_models, TW_NONE);
  TW_ASSERT((size_t)line->n_signal == n);
  return true;
}

static const char *series_name(const tw_line *line, const tw_signal *signal) {
  const tw_model_names *names = tw_line_models(line, signal->place_i);
  TW_ASSERT(signal->series >= 0 && signal->series < names->n_series);
  return names->series[signal->series].name;
}

static bool is_named(const tw_line *line, const tw_signal *signal, const char *path, const tw_signal_name *name) {
  if (signal->machine_i == TW_NONE) return strcmp(series_name(line, signal), path) == 0;
  const int32_t number = line->machine[signal->machine_i].number + 1;
  return (name->number == 0 || name->number == number) &&
         strcmp(series_name(line, signal), name->series) == 0 &&
         strcmp(line->place[signal->place_i].name, name->place) == 0;
}

// Does what the file says fit this signal? False with a problem.
static bool fill_in(tw_compiler *compiler, tw_signal *signal, const tw_signal_def *def) {
  if (def->way != TW_SIGNAL_SAMPLED && !signal->is_linear) {
    tw_compile_problem(compiler, def->node, "E-MODEL", "say how often instead, e.g. \"30 s\"",
                       "'%s' is not linear in the states of its model, so it has no knots", def->path);
    return false;
  }
  if (def->within != NULL) {
    if (!tw_quantity_parse(def->within, dim_of(compiler->line, signal), compiler->reader, &signal->tolerance)) {
      compiler->is_bad = true;
      return false;
    }
    if (!(signal->tolerance > 0)) {
      tw_compile_problem(compiler, def->within, "E-RANGE", "a difference above 0", "a curve is not without any error");
      return false;
    }
  }
  signal->way = def->way;
  if (def->way == TW_SIGNAL_SAMPLED) signal->period_us = tw_ticks(def->period_s);
  return true;
}

static void report_unknown(tw_compiler *compiler, const tw_signal_def *def) {
  tw_line *line = compiler->line;
  const char **known = tw_arena_take_array(&line->arena, (size_t)line->n_signal + 1, sizeof *known);
  if (known == NULL) return;
  int32_t n = 0;
  for (int32_t k = 0; k < line->n_signal; k++) {
    const tw_signal *signal = &line->signal[k];
    if (signal->machine_i != TW_NONE && line->machine[signal->machine_i].number > 0) continue;
    const char *series = series_name(line, signal);
    known[n++] = signal->machine_i == TW_NONE
                     ? series
                     : tw_arena_print(&line->arena, "%s.%s", line->place[signal->place_i].name, series);
  }
  if (line->arena.is_out_of_memory) return;
  const char *near = tw_name_nearest(def->path, known, n, compiler->reader->problems);
  const char *hint = near != NULL  ? tw_arena_print(&line->arena, "did you mean \"%s\"?", near)
                     : n > 0       ? tw_arena_print(&line->arena, "one is \"%s\"", known[0])
                                   : "no machine of the line has a model";
  const tw_node at = tw_node_name(def->node);
  tw_compile_problem(compiler, &at, "E-REF", hint,
                     "no state or output of a machine's models is called '%s'", def->path);
}

static void compile_one(tw_compiler *compiler, const tw_signal_def *def) {
  tw_line *line = compiler->line;
  const tw_signal_name name = tw_signal_name_of(def->path);
  bool is_known = false;
  for (int32_t k = 0; k < line->n_signal; k++) {
    tw_signal *signal = &line->signal[k];
    if (!is_named(line, signal, def->path, &name)) continue;
    is_known = true;
    if (name.number == 0 && signal->is_of_machine) continue;
    if (!fill_in(compiler, signal, def)) return;
    signal->is_of_machine = name.number > 0;
  }
  if (!is_known) report_unknown(compiler, def);
}

void tw_signals_compile(tw_compiler *compiler) {
  const tw_map *signals = &compiler->line->doc.record.signals;
  if (compiler->is_bad || !list_all(compiler)) return;
  for (int32_t i = 0; i < signals->n; i++) compile_one(compiler, (const tw_signal_def *)signals->at + i);
}
