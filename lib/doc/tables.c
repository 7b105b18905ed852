// tables.c - the field tables of the root and of the sections that every line has: run,
// defaults, parts, workers, resources, record. What needs more than a table is in doc.c.

#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "doc/inner.h"

const char *const tw_blocking_words[] = {"after-service", "before-service", NULL};
const char *const tw_queue_words[] = {TW_QUEUE_WORDS, NULL};
const char *const tw_shift_end_words[] = {"suspend", "finish", "no-start",
                                          "restart", "scrap",  NULL};
const char *const tw_fate_words[] = {"resume", "restart", "resample", "scrap", "eject", NULL};
const char *const tw_section_names[TW_N_SECTION] = {"sources", "buffers", "stations", "demands"};

// The seed may be larger than the numbers that every JSON reader keeps exactly; then it is a text.
static bool parse_seed(const tw_node *node, const tw_reader *reader, void *target) {
  static const tw_field count = {.name = "seed", .type = TW_FIELD_COUNT, .max = 0x1p53};
  const tw_parse in = {.reader = reader};
  if (node->type != TW_NODE_TEXT) return tw_parse_count(&count, (tw_node *)node, &in, target);
  uint64_t seed = 0;
  const char *at = node->text;
  bool is_good = *at != 0;
  for (; *at != 0 && is_good; at++) {
    const uint64_t digit = (uint64_t)(*at - '0');
    is_good = *at >= '0' && *at <= '9' && seed <= ((uint64_t)INT64_MAX - digit) / 10;
    seed = seed * 10 + digit;
  }
  if (!is_good) {
    tw_reader_wrong_type(reader, node, "a whole number from 0 to 9223372036854775807", "42");
    return false;
  }
  *(int64_t *)target = (int64_t)seed;
  return true;
}

static const tw_custom seed_custom = {
    .parse = parse_seed,
    .shape = "a whole number from 0; a text beyond 2^53",
    .schema =
        "{\"anyOf\": [{\"type\": \"integer\", \"minimum\": 0, \"maximum\": 9007199254740992}, "
        "{\"type\": \"string\", \"pattern\": \"^[0-9]{1,19}$\"}]}",
};

// The library reads files of its own major version; of a later minor one it may not know every key.
static bool parse_version(const tw_node *node, const tw_reader *reader, void *target) {
  const char *text = node->text;
  if (node->type != TW_NODE_TEXT || text[0] < '0' || text[0] > '9' || strchr(text, '.') == NULL) {
    tw_reader_wrong_type(reader, node, "a format version in quotes", "\"1.0\"");
    return false;
  }
  if (strncmp(text, "1.", 2) != 0) {
    tw_reader_problem(reader, node, "E-RANGE", "\"1.0\"", NULL,
                      "this file is for version %.20s of the format; this library reads 1.x", text);
    return false;
  }
  *(const char **)target = text;
  return true;
}

static const tw_custom version_custom = {
    .parse = parse_version,
    .shape = "a version in quotes, \"1.0\"",
    .schema = "{\"type\": \"string\", \"pattern\": \"^1\\\\.\"}",
};

// Notes a section for later; its members need the kinds or all other sections.
static bool parse_later(const tw_node *node, const tw_reader *reader, void *target) {
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "an object of names", "{\"name\": {...}}");
    return false;
  }
  *(const tw_node **)target = node;
  return true;
}

#define LATER(name_) \
  { \
    .parse = parse_later, .shape = "objects by name", \
    .schema = "{\"$ref\": \"#/$defs/" name_ "\"}" \
  }

static const tw_custom distributions_custom = LATER("distributions");
static const tw_custom sources_custom = LATER("sources");
static const tw_custom buffers_custom = LATER("buffers");
static const tw_custom stations_custom = LATER("stations");
static const tw_custom demands_custom = LATER("demands");

// Models of no station: read when the line is built, where the machine models are known (station/kinds.c).
static const tw_custom shared_custom = {
    .parse = parse_later,
    .shape = "[machine models](#machine-models) by name, {\"hall\": {\"model\": \"equations\", ...}}",
    .schema = "{\"$ref\": \"#/$defs/dynamics\"}"};

// What is in the line at the start: read when the line is compiled (station/opening.c).
static const tw_custom opening_custom = {
    .parse = parse_later,
    .shape = "{\"buffers\": {\"b1\": [\"3 shaft-A\"]}, \"stations\": {\"cnc[1]\": {\"part\": "
             "\"shaft-A\", \"remaining\": \"2 min\"}}}",
    .schema = "{\"type\": \"object\", \"properties\": {\"about\": {\"type\": \"string\"}, \"buffers\": "
              "{\"type\": \"object\", \"additionalProperties\": {\"type\": \"array\", \"items\": {\"type\": "
              "\"string\"}}}, \"stations\": {\"type\": \"object\", \"additionalProperties\": {\"type\": "
              "\"object\", \"properties\": {\"about\": {\"type\": \"string\"}, \"part\": {\"type\": \"string\"}, "
              "\"remaining\": {\"type\": \"string\"}, \"down\": {\"type\": \"string\"}, \"setup\": {\"type\": "
              "\"string\"}}, \"patternProperties\": {\"^x-\": true}, \"additionalProperties\": false}}}, "
              "\"patternProperties\": {\"^x-\": true}, \"additionalProperties\": false}",
};
static const tw_custom scenarios_custom = LATER("scenarios");

static void check_run(const void *object, const tw_node *node, const tw_reader *reader) {
  const tw_run_def *def = object;
  if (tw_node_member(node, "horizon") == NULL || def->warmup_s < def->horizon_s) return;
  tw_reader_problem(reader, tw_node_member(node, "warmup"), "E-RANGE", "less than the horizon",
                    NULL, "the warm-up is not shorter than the horizon");
}

// 2026-01-05 is a Monday: weekly patterns begin at their beginning.
static const tw_field run_fields[] = {
    TW_FIELD(tw_run_def, start_s, "start", TW_FIELD_INSTANT, .preset = "\"2026-01-05T06:00:00\"",
             .help = "instant at which the run begins, local time of the plant without a zone"),
    TW_FIELD(tw_run_def, horizon_s, "horizon", TW_FIELD_QUANTITY, .dim = {.s = 1}, .max = TW_LONGEST_S,
             .flags = TW_EXCLUSIVE_MIN, .help = "length of a run, warm-up included"),
    TW_FIELD(tw_run_def, warmup_s, "warmup", TW_FIELD_QUANTITY, .dim = {.s = 1}, .max = TW_LONGEST_S,
             .preset = "\"0 s\"", .help = "time at the beginning that statistics leave out"),
    TW_FIELD(tw_run_def, n_replication, "replications", TW_FIELD_COUNT, .min = 1, .max = 1e6,
             .preset = "1", .help = "runs with other random numbers"),
    TW_FIELD(tw_run_def, seed, "seed", TW_FIELD_CUSTOM, .preset = "1", .sub = &seed_custom,
             .help = "of the random numbers"),
    TW_FIELD(tw_run_def, max_parts, "max_parts", TW_FIELD_COUNT, .min = 1, .max = 1e9,
             .preset = "1000000", .help = "parts in the line at one time before the run stops"),
};
static const tw_table run_table = {
    .name = "run",
    .help = "How the line is run.",
    .size = sizeof(tw_run_def),
    .fields = run_fields,
    .n_field = TW_N_FIELDS(run_fields),
    .check = check_run,
};

static const tw_field defaults_fields[] = {
    TW_FIELD(tw_defaults_def, blocking, "blocking", TW_FIELD_CHOICE, .sub = tw_blocking_words,
             .preset = "\"after-service\"",
             .help = "whether a machine waits for room behind it after or before it works"),
    TW_FIELD(tw_defaults_def, queue, "queue", TW_FIELD_CHOICE, .sub = tw_queue_words,
             .preset = "\"fifo\"", .help = "order in which buffers give their parts"),
    TW_FIELD(tw_defaults_def, calendar, "calendar", TW_FIELD_NAME,
             .help = "working time of those that name none; absent: always"),
    TW_FIELD(tw_defaults_def, shift_end, "on_shift_end", TW_FIELD_CHOICE, .sub = tw_shift_end_words,
             .preset = "\"suspend\"", .help = "what happens to work in process when a shift ends"),
    TW_FIELD(tw_defaults_def, minor_stop_s, "minor_stop", TW_FIELD_QUANTITY, .dim = {.s = 1},
             .max = TW_LONGEST_S, .preset = "\"0 s\"",
             .help = "stops up to this long count as minor stops; 0 s: none do"),
};
static const tw_table defaults_table = {
    .name = "defaults",
    .help = "What stations and buffers do that do not say it themselves.",
    .size = sizeof(tw_defaults_def),
    .fields = defaults_fields,
    .n_field = TW_N_FIELDS(defaults_fields),
};

// One attribute: a bare number, or a text with a unit of any dimension.
static bool parse_attribute(const tw_node *node, const tw_reader *reader,
                            tw_attribute_def *attribute) {
  char got[TW_GOT_BYTES];
  bool is_good = tw_name_check(node->key, node, reader);
  *attribute = (tw_attribute_def){.def = {.name = node->key, .node = node}};
  static const char *const taken[] = {"mass", "family",    "priority", "rework",
                                     "due",  "time_left", "arrived",  "released"};
  for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
    if (strcmp(node->key, taken[i]) != 0) continue;
    tw_reader_problem(reader, node, "E-KEY", NULL, NULL,
                      "part.%s has a meaning of its own; choose "
                      "another name",
                      taken[i]);
    is_good = false;
  }
  if (node->type == TW_NODE_NUMBER) {
    attribute->value = node->number;
    return is_good;
  }
  const bool is_read =
      node->type == TW_NODE_TEXT &&
      tw_quantity_read(node->text, &attribute->value, &attribute->dim) == TW_QUANTITY_OK;
  if (is_read) return is_good;
  tw_reader_problem(reader, node, node->type == TW_NODE_TEXT ? "E-UNIT" : "E-TYPE",
                    "a number or a quantity", "e.g. 3 or \"250 mm\"",
                    "%s is no number and no quantity", tw_node_got(node, got));
  return false;
}

static bool parse_attributes(const tw_node *node, const tw_reader *reader, void *target) {
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "an object of names with numbers", "{\"length\": \"2 m\"}");
    return false;
  }
  tw_attribute_def *at = tw_arena_take_array(reader->arena, (size_t)node->n_child, sizeof *at);
  if (at == NULL) return false;
  int32_t n = 0;
  bool is_good = true;
  for (const tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    if (!parse_attribute(item, reader, &at[n++])) is_good = false;
  }
  TW_ASSERT(n <= node->n_child);
  *(tw_map *)target = (tw_map){.n = n, .at = at};
  return is_good;
}

static const tw_custom attributes_custom = {
    .parse = parse_attributes,
    .shape = "numbers and quantities by name, {\"length\": \"2 m\", \"grade\": 3}",
    .schema = "{\"type\": \"object\", \"properties\": {\"about\": {\"type\": \"string\"}}, "
              "\"patternProperties\": {\"^x-\": true, "
              "\"^(?!x-|about$|mass$|family$|priority$|rework$|due$|time_left$|arrived$|released$)[A-Za-z][A-Za-z0-9_-]*$\": "
              "{\"type\": [\"number\", \"string\"]}}, \"additionalProperties\": false}",
};

static const tw_field supply_fields[] = {
    TW_FIELD(tw_supply_def, stock, "stock", TW_FIELD_COUNT, .max = 1e12, .preset = "0",
             .help = "pieces at the start"),
    TW_FIELD(tw_supply_def, batch, "batch", TW_FIELD_COUNT, .min = 1, .max = 1e12, .preset = "1",
             .help = "pieces a delivery"),
    TW_FIELD(tw_supply_def, every, "every", TW_FIELD_VALUE, .dim = {.s = 1},
             .flags = TW_CONSTANT | TW_EXCLUSIVE_MIN,
             .help = "time between deliveries; absent: none comes"),
};
static const tw_table supply_table = {
    .name = "supply",
    .help = "Pieces that are used up and delivered again.",
    .size = sizeof(tw_supply_def),
    .fields = supply_fields,
    .n_field = TW_N_FIELDS(supply_fields),
};

static bool parse_supply(const tw_node *node, const tw_reader *reader, void *target) {
  tw_supply_def *supply = target;
  if (node->type == TW_NODE_TEXT && strcmp(node->text, "unlimited") == 0) {
    *supply = (tw_supply_def){.node = node, .is_unlimited = true};
    return true;
  }
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "\"unlimited\" or an object",
                         "{\"stock\": 4, \"batch\": 2, \"every\": \"5 d\"}");
    return false;
  }
  if (!tw_table_parse(&supply_table, (tw_node *)node, reader, supply)) return false;
  supply->node = node;
  return true;
}

static const tw_custom supply_custom = {
    .parse = parse_supply,
    .shape = "`\"unlimited\"` or `{\"stock\": 4, \"batch\": 2, \"every\": \"5 d\"}`",
    .schema = "{\"anyOf\": [{\"const\": \"unlimited\"}, {\"type\": \"object\", \"properties\": {\"about\": "
              "{\"type\": \"string\"}, \"stock\": {\"type\": \"integer\"}, \"batch\": {\"type\": "
              "\"integer\"}, \"every\": {\"$ref\": \"#/$defs/value\"}}}]}"};

static const tw_field drift_fields[] = {
    TW_FIELD(tw_drift_def, toward, "toward", TW_FIELD_EXPR, .dim = {.is_absolute = 3},
             .flags = TW_REQUIRED, .help = "value that it tends to, a constant: \"20 degC\""),
    TW_FIELD(tw_drift_def, time_constant_s, "time_constant", TW_FIELD_QUANTITY, .dim = {.s = 1},
             .max = TW_LONGEST_S, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
             .help = "in this time the difference falls to 1/e"),
};
static const tw_table drift_table = {
    .name = "carried",
    .help = "An attribute that changes while the part waits: (value - toward)*exp(-t/time_constant) + toward.",
    .size = sizeof(tw_drift_def),
    .fields = drift_fields,
    .n_field = TW_N_FIELDS(drift_fields),
};

static const tw_field part_fields[] = {
    TW_FIELD(tw_part_def, mass_kg, "mass", TW_FIELD_QUANTITY, .dim = {.kg = 1}, .max = 1e9,
             .preset = "\"0 kg\"", .help = "of one part; `part.mass` in expressions"),
    TW_FIELD(tw_part_def, family, "family", TW_FIELD_TEXT,
             .help = "setup family; absent: a family of its own"),
    TW_FIELD(tw_part_def, priority, "priority", TW_FIELD_COUNT, .preset = "0", .min = -1e9,
             .max = 1e9, .help = "in queues by priority; larger goes first"),
    TW_COST_FIELD(tw_part_def, scrap_cost, "scrap_cost",
                  "money that is lost with a part of this type that becomes scrap"),
    TW_FIELD(tw_part_def, supply, "supply", TW_FIELD_CUSTOM, .sub = &supply_custom,
             .help = "of parts that are used up, such as spare parts: what there is and what comes"),
    TW_FIELD(tw_part_def, attributes, "attributes", TW_FIELD_CUSTOM, .sub = &attributes_custom,
             .help = "numbers of this type of part; `part.length` in expressions; each part has its own value of "
                     "what is written (\"sets\", \"set\") or \"carried\""),
    TW_FIELD(tw_part_def, carried, "carried", TW_FIELD_MAP, .sub = &drift_table,
             .help = "attributes of which each part has its own value that changes by itself, e.g. cools"),
};
const tw_table tw_part_table = {
    .name = "part",
    .help = "A type of part that the line makes or uses.",
    .size = sizeof(tw_part_def),
    .fields = part_fields,
    .n_field = TW_N_FIELDS(part_fields),
};

bool tw_walk_parse(const tw_node *node, const tw_reader *reader, double *walk_s) {
  if (!tw_quantity_parse(node, TW_DIM_TIME, reader, walk_s)) return false;
  if (*walk_s >= 0 && *walk_s <= 86400) return true;
  tw_reader_problem(reader, node, "E-RANGE", "0 s to 24 h", "e.g. \"30 s\"",
                    "a walk takes from 0 s to 24 h");
  return false;
}

static const tw_field targets_fields[] = {
    TW_FIELD(tw_targets_def, takt_s, "takt", TW_FIELD_QUANTITY, .dim = {.s = 1}, .max = TW_LONGEST_S,
             .flags = TW_EXCLUSIVE_MIN,
             .help = "working time between two good parts, by the default calendar"),
    TW_FIELD(tw_targets_def, good_per_shift, "good", TW_FIELD_QUANTITY, .dim = {.shift = -1},
             .max = 1e9, .flags = TW_EXCLUSIVE_MIN,
             .help = "good parts in a shift of the default calendar, or of 8 h"),
    TW_FIELD(tw_targets_def, oee, "oee", TW_FIELD_RATIO, .max = 1, .flags = TW_EXCLUSIVE_MIN,
             .help = "overall equipment effectiveness"),
};
static const tw_table targets_table = {
    .name = "targets",
    .help = "What the line is wanted to make; changes nothing in a run.",
    .size = sizeof(tw_targets_def),
    .fields = targets_fields,
    .n_field = TW_N_FIELDS(targets_fields),
};

static const tw_field record_fields[] = {
    TW_FIELD(tw_record_def, states, "states", TW_FIELD_BOOL, .preset = "true",
             .help = "state intervals of machines"),
    TW_FIELD(tw_record_def, parts, "parts", TW_FIELD_BOOL, .preset = "true",
             .help = "the way of each part"),
    TW_FIELD(tw_record_def, events, "events", TW_FIELD_BOOL, .preset = "false", .help = "events"),
    TW_FIELD(tw_record_def, signals, "signals", TW_FIELD_CUSTOM, .sub = &tw_signals_custom,
             .help = "curves of machine models, and how each is written down"),
};
static const tw_table record_table = {
    .name = "record",
    .help = "What a run writes down.",
    .size = sizeof(tw_record_def),
    .fields = record_fields,
    .n_field = TW_N_FIELDS(record_fields),
};

static const tw_field root_fields[] = {
    TW_FIELD(tw_root_def, doc.version, "libtwin", TW_FIELD_CUSTOM, .flags = TW_REQUIRED,
             .sub = &version_custom, .help = "version of the format"),
    TW_FIELD(tw_root_def, doc.name, "name", TW_FIELD_TEXT, .help = "name of the line"),
    TW_FIELD(tw_root_def, doc.about, "about", TW_FIELD_TEXT, .help = "the question it answers"),
    TW_FIELD(tw_root_def, doc.run, "run", TW_FIELD_OBJECT, .sub = &run_table, .preset = "{}",
             .help = "how the line is run"),
    TW_FIELD(tw_root_def, doc.defaults, "defaults", TW_FIELD_OBJECT, .sub = &defaults_table,
             .preset = "{}", .help = "for stations and buffers"),
    TW_FIELD(tw_root_def, doc.calendars, "calendars", TW_FIELD_MAP, .sub = &tw_calendar_table,
             .help = "working times by name"),
    TW_FIELD(tw_root_def, distributions, "distributions", TW_FIELD_CUSTOM,
             .sub = &distributions_custom, .help = "random values by name"),
    TW_FIELD(tw_root_def, doc.parts, "parts", TW_FIELD_MAP, .sub = &tw_part_table,
             .help = "types of parts"),
    TW_FIELD(tw_root_def, sources, "sources", TW_FIELD_CUSTOM, .sub = &sources_custom,
             .help = "where parts come from"),
    TW_FIELD(tw_root_def, doc.workers, "workers", TW_FIELD_MAP, .sub = &tw_worker_table,
             .help = "pools of people"),
    TW_FIELD(tw_root_def, doc.resources, "resources", TW_FIELD_MAP, .sub = &tw_resource_table,
             .help = "cranes, fixtures and the like"),
    TW_FIELD(tw_root_def, doc.causes, "common_causes", TW_FIELD_MAP, .sub = &tw_cause_table,
             .help = "what takes several stations down at once"),
    TW_FIELD(tw_root_def, buffers, "buffers", TW_FIELD_CUSTOM, .sub = &buffers_custom,
             .help = "where parts wait"),
    TW_FIELD(tw_root_def, stations, "stations", TW_FIELD_CUSTOM, .sub = &stations_custom,
             .help = "where parts are worked on"),
    TW_FIELD(tw_root_def, demands, "demands", TW_FIELD_CUSTOM, .sub = &demands_custom,
             .help = "customers who take parts at the end of a chain"),
    TW_FIELD(tw_root_def, doc.flow, "flow", TW_FIELD_CUSTOM, .sub = &tw_flow_custom,
             .help = "chains of names; a dot names an exit; `out` and `scrap` are built in"),
    TW_FIELD(tw_root_def, doc.routes, "routes", TW_FIELD_CUSTOM, .sub = &tw_routes_custom,
             .help = "process plans of parts that follow no chain (job shop, re-entrant flow)"),
    TW_FIELD(tw_root_def, doc.shared_node, "shared", TW_FIELD_CUSTOM, .sub = &shared_custom,
             .help = "models that several machines share: the air of a hall, oil, compressed air, a power bus"),
    TW_FIELD(tw_root_def, opening, "opening", TW_FIELD_CUSTOM, .sub = &opening_custom,
             .help = "what is in the line when a run begins: stock, parts on machines, stops"),
    TW_FIELD(tw_root_def, doc.energy, "energy", TW_FIELD_OBJECT, .sub = &tw_energy_table,
             .help = "what energy costs"),
    TW_FIELD(tw_root_def, doc.targets, "targets", TW_FIELD_OBJECT, .sub = &targets_table,
             .help = "what the line is wanted to make"),
    TW_FIELD(tw_root_def, doc.record, "record", TW_FIELD_OBJECT, .sub = &record_table,
             .preset = "{}", .help = "what a run writes down"),
    TW_FIELD(tw_root_def, doc.scenarios, "scenarios", TW_FIELD_CUSTOM, .sub = &scenarios_custom,
             .help = "what-if variants: objects of JSON pointers with values (null removes); \"sweep\" gives lists of values, every "
                     "combination is one; \"cases\" is a list of such objects, each is one; \"invest\" is money"),
};
const tw_table tw_root_table = {
    .name = "a line file",
    .help = "A line, its parts, its people and how it is run.",
    .size = sizeof(tw_root_def),
    .fields = root_fields,
    .n_field = TW_N_FIELDS(root_fields),
};
