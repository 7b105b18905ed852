// people.c - the field tables of people and resources, and of what takes several stations down at
// once.

#include "doc/inner.h"

// Ways: a duration, or a table {"saw": {"cnc": "40 s"}, "other": "30 s"} that the compiler reads.
static bool parse_walk(const tw_node *node, const tw_reader *reader, void *target) {
  tw_walk_def *walk = target;
  *walk = (tw_walk_def){.node = node};
  const tw_node *other = node->type == TW_NODE_OBJECT ? tw_node_member(node, "other") : node;
  if (other == NULL) return true;
  walk->has_walk = true;
  return tw_walk_parse(other, reader, &walk->walk_s);
}

static const tw_custom walk_custom = {
    .parse = parse_walk,
    .shape = "a duration, or `{\"saw\": {\"cnc\": \"40 s\"}, \"other\": \"30 s\"}`",
    .schema = "{\"type\": [\"string\", \"object\"]}"};

static const tw_field call_fields[] = {
    TW_FIELD(tw_call_def, at, "at", TW_FIELD_COUNT, .min = 1, .max = 1e6, .flags = TW_REQUIRED,
             .help = "called when so many wait"),
    TW_FIELD(tw_call_def, until, "until", TW_FIELD_COUNT, .max = 1e6, .preset = "0",
             .help = "and there until so few are left"),
};
static const tw_table call_table = {
    .name = "call",
    .help = "When people who come late are called.",
    .size = sizeof(tw_call_def),
    .fields = call_fields,
    .n_field = TW_N_FIELDS(call_fields),
};

static const tw_field worker_fields[] = {
    TW_FIELD(tw_worker_def, count, "count", TW_FIELD_COUNT, .preset = "1", .max = 1e5,
             .help = "how many of them"),
    TW_FIELD(tw_worker_def, skills, "skills", TW_FIELD_NAMES, .help = "what each of them can do"),
    TW_FIELD(tw_worker_def, calendar, "calendar", TW_FIELD_NAME,
             .help = "when they are there; the default stands in \"defaults\""),
    TW_FIELD(tw_worker_def, shift_end, "on_shift_end", TW_FIELD_CHOICE, .sub = tw_shift_end_words,
             .help = "what happens to their task when their shift ends; the default stands in "
                     "\"defaults\""),
    TW_FIELD(tw_worker_def, walk, "walk", TW_FIELD_CUSTOM, .sub = &walk_custom,
             .help = "time to walk from one station to another"),
    TW_FIELD(tw_worker_def, call, "call", TW_FIELD_OBJECT, .sub = &call_table,
             .help = "they come only when enough tasks wait for them"),
};
const tw_table tw_worker_table = {
    .name = "worker pool",
    .help = "People with the same skills.",
    .size = sizeof(tw_worker_def),
    .fields = worker_fields,
    .n_field = TW_N_FIELDS(worker_fields),
};

static const tw_field resource_fields[] = {
    TW_FIELD(tw_resource_def, count, "count", TW_FIELD_COUNT, .preset = "1", .max = 1e5,
             .help = "how many there are"),
    TW_FIELD(tw_resource_def, calendar, "calendar", TW_FIELD_NAME,
             .help = "when it can be used; absent: always"),
};
const tw_table tw_resource_table = {
    .name = "resource",
    .help = "Something that work needs and gives back: a crane, a fixture.",
    .size = sizeof(tw_resource_def),
    .fields = resource_fields,
    .n_field = TW_N_FIELDS(resource_fields),
};

static const tw_field cause_fields[] = {
    TW_FIELD(tw_cause_def, stations, "stations", TW_FIELD_NAMES, .flags = TW_REQUIRED,
             .help = "all their machines go down together"),
    TW_FIELD(tw_cause_def, mtbf, "mtbf", TW_FIELD_VALUE, .dim = {.s = 1},
             .flags = TW_REQUIRED | TW_CONSTANT | TW_EXCLUSIVE_MIN,
             .help = "from the last repair's end to the next time, by the calendar"),
    TW_FIELD(tw_cause_def, repair, "repair", TW_FIELD_VALUE, .dim = {.s = 1}, .flags = TW_REQUIRED,
             .help = "time to repair a machine, drawn for each"),
    TW_FIELD(tw_cause_def, part, "part", TW_FIELD_CHOICE, .sub = tw_fate_words,
             .preset = "\"resume\"", .help = "what happens to the parts on the machines"),
    TW_FIELD(tw_cause_def, needs, "needs", TW_FIELD_NEEDS,
             .help = "people and resources each repair needs, all or nothing"),
    TW_PRIORITY_FIELD(tw_cause_def, priority, "priority",
                      "larger is repaired first when people are short"),
    TW_COST_FIELD(tw_cause_def, cost, "cost", "money for each machine that it takes down"),
};
const tw_table tw_cause_table = {
    .name = "common cause",
    .help = "Takes several machines down at once: a power cut, compressed air, a network.",
    .size = sizeof(tw_cause_def),
    .fields = cause_fields,
    .n_field = TW_N_FIELDS(cause_fields),
};
