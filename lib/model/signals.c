// signals.c - see signals.h. Names are those of the format: station, machine in brackets, model, state.

#include "model/signals.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "model/compile_inner.h"
#include "model/dynamics.h"

// ---- As the file says --------------------------------------------------------------------------

static const double SHORTEST_PERIOD_S = 1e-6;

const char *const tw_signal_way_names[] = {
    [TW_SIGNAL_LEFT_OUT] = NULL,
    [TW_SIGNAL_SAMPLED] = "sampled",
    [TW_SIGNAL_ON_CHANGE] = "on-change",
    [TW_SIGNAL_KNOTS] = "knots",
};

static const char WAYS[] = "a period, \"on-change\", \"knots\" or {\"within\": \"0.1 K\"}";

static bool parse_period(const tw_node *node, const tw_reader *reader, tw_signal_def *def) {
  if (!tw_quantity_parse(node, TW_DIM_TIME, reader, &def->period_s)) return false;
  if (def->period_s >= SHORTEST_PERIOD_S && def->period_s <= TW_LONGEST_S) return true;
  tw_reader_problem(reader, node, "E-RANGE", "1 us or more", "e.g. \"30 s\"",
                    "a signal is sampled at most once in a microsecond");
  return false;
}

static bool parse_within(const tw_node *node, const tw_reader *reader, tw_signal_def *def) {
  static const char *const keys[] = {"within"};
  for (const tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    if (strcmp(item->key, "within") != 0) {
      tw_reader_unknown_key(reader, item, "a signal", keys, 1);
      return false;
    }
    def->within = item;
  }
  if (def->within != NULL) return true;
  tw_reader_wrong_type(reader, node, WAYS, "{\"within\": \"0.1 K\"}");
  return false;
}

static bool parse_signal(const tw_node *node, const tw_reader *reader, tw_signal_def *def) {
  *def = (tw_signal_def){.path = node->key, .node = node, .way = TW_SIGNAL_KNOTS};
  if (node->type == TW_NODE_OBJECT) return parse_within(node, reader, def);
  if (node->type != TW_NODE_TEXT) {
    tw_reader_wrong_type(reader, node, WAYS, "\"30 s\"");
    return false;
  }
  if (strcmp(node->text, tw_signal_way_names[TW_SIGNAL_KNOTS]) == 0) return true;
  def->way = TW_SIGNAL_ON_CHANGE;
  if (strcmp(node->text, tw_signal_way_names[TW_SIGNAL_ON_CHANGE]) == 0) return true;
  if (strspn(node->text, "0123456789.+-") == 0) {
    tw_reader_wrong_type(reader, node, WAYS, "\"30 s\"");
    return false;
  }
  def->way = TW_SIGNAL_SAMPLED;
  return parse_period(node, reader, def);
}

static bool parse_signals(const tw_node *node, const tw_reader *reader, void *target) {
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "an object of signals", "{\"furnace.heat.T\": \"30 s\"}");
    return false;
  }
  tw_signal_def *at = tw_arena_take_array(reader->arena, (size_t)node->n_child, sizeof *at);
  if (at == NULL) return false;
  int32_t n = 0;
  bool is_good = true;
  for (const tw_node *item = node->first; item != NULL; item = item->next)
    if (!tw_key_is_free(item->key) && !parse_signal(item, reader, &at[n++])) is_good = false;
  TW_ASSERT(n <= node->n_child);
  *(tw_map *)target = (tw_map){.n = n, .at = at};
  return is_good;
}

const tw_custom tw_signals_custom = {
    .parse = parse_signals,
    .shape = "states and outputs of machine models by name, `\"furnace.heat.T\"` or `\"cnc[1].tool.wear\"`: a period "
             "`\"30 s\"`, `\"on-change\"` (where it jumps or its slope turns), `\"knots\"` (values and slopes from which "
             "the curve follows) or `{\"within\": \"0.1 K\"}` (knots for curves so exact)",
    .schema = "{\"type\": \"object\", \"properties\": {\"about\": {\"type\": \"string\"}}, \"patternProperties\": "
              "{\"^x-\": true}, \"additionalProperties\": {\"anyOf\": [{\"enum\": [\"on-change\", \"knots\"]}, {\"type\": \"string\", \"pattern\": "
              "\"^[0-9.]\"}, {\"type\": \"object\", "
              "\"properties\": {\"about\": {\"type\": \"string\"}, \"within\": {\"type\": [\"string\", \"number\"]}}, "
              "\"patternProperties\": {\"^x-\": true}, \"required\": [\"within\"], \"additionalProperties\": false}]}}"};

// ---- Compiling ---------------------------------------------------------------------------------

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

tw_signal_name tw_signal_name_of(const char *path) {
  tw_signal_name name = {.series = ""};
  const size_t n_place = strcspn(path, ".[");
  if (n_place >= sizeof name.place) return name;
  memcpy(name.place, path, n_place);
  const char *rest = path + n_place;
  if (*rest == '[') {
    char *end;
    const long number = strtol(rest + 1, &end, 10);
    name.number = number > 0 && number < INT32_MAX ? (int32_t)number : TW_NONE;
    rest = *end == ']' ? end + 1 : "";
  }
  if (*rest == '.') name.series = rest + 1;
  return name;
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
  tw_compile_problem(compiler, def->node, "E-REF", hint,
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
