// signal_def.c - see signal_def.h. Names are those of the format: station, machine in brackets, model, state.

#include "doc/signal_def.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"

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

tw_signal_name tw_signal_name_of(const char *path) {
  tw_signal_name name = {.series = ""};
  const size_t n_place = strcspn(path, ".[");
  if (n_place >= sizeof name.place) return name;
  memcpy(name.place, path, n_place);
  const char *rest = path + n_place;
  if (*rest == '[') {
    char *end;
    const long number = strtol(rest + 1, &end, 10);
    name.number = number > 0 && number < INT32_MAX ? (int32_t)number : -1;
    rest = *end == ']' ? end + 1 : "";
  }
  if (*rest == '.') name.series = rest + 1;
  return name;
}
