// routes.c - reads "routes": by part type the steps of its process plan, each a station, or a
// list of stations that can do it, and the time it takes there. Whether the names exist is for the
// graph to find.

#include "base/assert.h"
#include "core/ticks.h"
#include "doc/inner.h"

static bool refuse_setup(const tw_node *node, const tw_reader *reader, void *target) {
  (void)target;
  tw_reader_problem(reader, node, "E-KEY", NULL, "give the station a \"setup\" by part or family",
                    "a step has no set-up of its own");
  return false;
}

static const tw_custom setup_custom = {
    .parse = refuse_setup, .shape = "stands at the station", .schema = "false"};

static const tw_field step_fields[] = {
    TW_FIELD(tw_route_step_def, stations, "station", TW_FIELD_NAMES, .flags = TW_REQUIRED,
             .help = "station, or a list of stations that can do the step"),
    TW_FIELD(tw_route_step_def, time, "time", TW_FIELD_VALUE, .dim = {.s = 1}, .flags = TW_CONSTANT,
             .help = "process time of the step; without it that of the station"),
    TW_FIELD(tw_route_step_def, setup, "setup", TW_FIELD_CUSTOM, .sub = &setup_custom,
             .help = "not here: set-ups stand at the station"),
};
static const tw_table step_table = {
    .name = "step",
    .help = "One step of a route.",
    .size = sizeof(tw_route_step_def),
    .fields = step_fields,
    .n_field = TW_N_FIELDS(step_fields),
};

static bool read_route(tw_node *node, const tw_reader *reader, tw_route_def *route) {
  static const tw_field field = {.name = "steps", .type = TW_FIELD_LIST, .sub = &step_table};
  const tw_parse parse = {.reader = reader};
  *route = (tw_route_def){.def = {.name = node->key, .node = node}};
  if (node->type != TW_NODE_LIST) {
    tw_reader_wrong_type(reader, node, "a list of steps",
                         "[{\"station\": \"S3\", \"time\": \"5 min\"}]");
    return false;
  }
  if (node->n_child == 0) {
    tw_reader_problem(reader, node, "E-ROUTE", NULL, "[{\"station\": \"S3\", \"time\": \"5 min\"}]",
                      "the route of \"%.80s\" has no step", node->key);
    return false;
  }
  return tw_field_parse(&field, node, &parse, &route->steps);
}

static bool parse_routes(const tw_node *node, const tw_reader *reader, void *target) {
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "an object of parts with their steps",
                         "{\"J1\": [{\"station\": \"S3\", \"time\": \"5 min\"}]}");
    return false;
  }
  tw_route_def *routes = tw_arena_take_array(reader->arena, (size_t)node->n_child, sizeof *routes);
  if (routes == NULL) return false;
  int32_t n = 0;
  bool is_good = true;
  for (tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    if (!read_route(item, reader, &routes[n])) is_good = false;
    n++;
  }
  TW_ASSERT(n <= node->n_child);
  if (is_good) *(tw_map *)target = (tw_map){.n = n, .at = routes};
  return is_good;
}

const tw_custom tw_routes_custom = {
    .parse = parse_routes,
    .shape =
        "steps by part, {\"J1\": [{\"station\": \"S3\", \"time\": \"5 min\"}]}; `station` may be a "
        "list; without `time` the station's own",
    .schema =
        "{\"type\": \"object\", \"properties\": {\"about\": {\"type\": \"string\"}}, "
        "\"patternProperties\": {\"^x-\": true}, \"additionalProperties\": {\"type\": \"array\", "
        "\"minItems\": 1, \"items\": {\"type\": \"object\", \"required\": [\"station\"], "
        "\"properties\": {\"about\": {\"type\": \"string\"}, \"station\": {\"anyOf\": [{\"type\": "
        "\"string\"}, {\"type\": \"array\", \"items\": {\"type\": \"string\"}}]}, \"time\": "
        "{\"$ref\": \"#/$defs/value\"}}, \"patternProperties\": {\"^x-\": true}, "
        "\"additionalProperties\": false}}}",
};
