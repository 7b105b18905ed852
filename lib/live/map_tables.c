// map_tables.c - the field tables of mapping files: keys, defaults and one line of help each, from
// which the reader, the reference and the schema are made.

#include <string.h>

#include "base/assert.h"
#include "doc/inner.h"
#include "field/schema.h"
#include "live/map_inner.h"

static bool add_text(const tw_node *node, const tw_reader *reader, const char **text) {
  if (node->type == TW_NODE_TEXT && node->text[0] != 0) {
    *text = node->text;
    return true;
  }
  tw_reader_wrong_type(reader, node, "a text or a list of texts", "\"machine\"");
  return false;
}

// A text, or a list of them.
static bool parse_texts(const tw_node *node, const struct tw_reader *reader, void *target) {
  tw_log_texts *texts = target;
  const bool is_list = node->type == TW_NODE_LIST;
  const int32_t n = is_list ? node->n_child : 1;
  const char **at = tw_arena_take_array(reader->arena, (size_t)n + 1, sizeof *at);
  if (at == NULL) return false;
  if (is_list && n == 0) {
    tw_reader_wrong_type(reader, node, "a text or a list of texts", "\"machine\"");
    return false;
  }
  bool is_good = true;
  int32_t i = 0;
  for (const tw_node *one = is_list ? node->first : node; one != NULL && i < n; one = one->next)
    is_good &= add_text(one, reader, &at[i++]);
  *texts = (tw_log_texts){n, at};
  return is_good;
}

static const tw_custom texts_custom = {
    .parse = parse_texts,
    .shape = "a text or a list of texts",
    .schema =
        "{\"anyOf\":[{\"type\":\"string\",\"minLength\":1},{\"type\":\"array\",\"minItems\":1,"
        "\"items\":{\"type\":\"string\",\"minLength\":1}}]}"};

// {"word of the log": "what it means here", "another": null}
static bool parse_words(const tw_node *node, const struct tw_reader *reader, void *target) {
  tw_log_words *words = target;
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "an object of words", "{\"running\": \"start\"}");
    return false;
  }
  const size_t n = (size_t)node->n_child;
  const char **word = tw_arena_take_array(reader->arena, n + 1, sizeof *word);
  const char **meaning = tw_arena_take_array(reader->arena, n + 1, sizeof *meaning);
  if (word == NULL || meaning == NULL) return false;
  bool is_good = true;
  int32_t i = 0;
  for (const tw_node *one = node->first; one != NULL; one = one->next, i++) {
    TW_ASSERT(i < node->n_child && one->key != NULL);
    word[i] = one->key;
    if (one->type != TW_NODE_NULL) is_good &= add_text(one, reader, &meaning[i]);
  }
  *words = (tw_log_words){i, word, meaning};
  return is_good;
}

static const tw_custom words_custom = {
    .parse = parse_words,
    .shape = "object of texts, `null`: left out",
    .schema = "{\"type\":\"object\",\"additionalProperties\":{\"type\":[\"string\",\"null\"]}}"};

static void report_source(const tw_reader *reader, const tw_node *node) {
  tw_reader_problem(reader, node, "E-KEY", "column or is",
                    "e.g. {\"column\": \"machine\"} or {\"is\": \"saw\"}",
                    "either \"column\" or \"is\" says where this comes from");
}

static void check_columns(const tw_log_texts *columns, int32_t n_max, const tw_node *node,
                          const tw_reader *reader) {
  if (columns->n > n_max)
    tw_reader_problem(reader, tw_node_member(node, "column"), "E-RANGE", NULL, NULL,
                      "at most %d can stand here", (int)n_max);
}

static void check_cell(const void *object, const tw_node *node, const tw_reader *reader) {
  const tw_log_cell *cell = object;
  if ((cell->columns.n > 0) == (cell->is != NULL)) report_source(reader, node);
  check_columns(&cell->columns, TW_LOG_JOINED_MAX, node, reader);
}

static void check_when(const void *object, const tw_node *node, const tw_reader *reader) {
  check_columns(&((const tw_log_when *)object)->columns, TW_LOG_JOINED_MAX, node, reader);
}

static void check_value(const void *object, const tw_node *node, const tw_reader *reader) {
  check_columns(&((const tw_log_value *)object)->columns, 1, node, reader);
  tw_log_value_check(object, node, reader);
}

static const char *const otherwise_words[] = {"keep", "ignore", "report", NULL};
static const char *const rounding_words[] = {"down", "nearest", NULL};

// clang-format off
static const tw_field cell_fields[] = {
  TW_FIELD(tw_log_cell, columns, "column", TW_FIELD_CUSTOM, .sub = &texts_custom,
           .help = "the column that says it, or up to 8 whose texts are joined"),
  TW_FIELD(tw_log_cell, joined, "joined", TW_FIELD_TEXT, .preset = "\"-\"", .help = "what stands between the texts of several columns"),
  TW_FIELD(tw_log_cell, is, "is", TW_FIELD_TEXT, .help = "the same for every row, instead of a column"),
  TW_FIELD(tw_log_cell, words, "words", TW_FIELD_CUSTOM, .sub = &words_custom,
           .help = "what words of the log mean here; null: such a row is no event"),
  TW_FIELD(tw_log_cell, otherwise, "otherwise", TW_FIELD_CHOICE, .sub = otherwise_words, .preset = "\"keep\"",
           .help = "what becomes of a word that \"words\" does not list: it stays as it is, the row is no event, or that is reported"),
};
const tw_table tw_log_cell_table = {.name = "cell", .help = "Where a field of an event comes from.", .size = sizeof(tw_log_cell),
                                    .fields = cell_fields, .n_field = TW_N_FIELDS(cell_fields), .check = check_cell};

static const tw_field value_fields[] = {
  TW_FIELD(tw_log_value, columns, "column", TW_FIELD_CUSTOM, .sub = &texts_custom, .flags = TW_REQUIRED, .help = "the column with the number"),
  TW_FIELD(tw_log_value, unit, "unit", TW_FIELD_TEXT, .preset = "\"1\"", .help = "of the numbers in it; the log keeps them in SI"),
  TW_FIELD(tw_log_value, measure, "measure", TW_FIELD_TEXT, .help = "a column that names their SI unit row by row, instead"),
};
static const tw_table value_table = {.name = "value", .help = "A number that the event carries.", .size = sizeof(tw_log_value),
                                     .fields = value_fields, .n_field = TW_N_FIELDS(value_fields), .check = check_value};

static const tw_field when_fields[] = {
  TW_FIELD(tw_log_when, columns, "column", TW_FIELD_CUSTOM, .sub = &texts_custom, .flags = TW_REQUIRED, .help = "the column that is looked at; texts of several are joined by -"),
  TW_FIELD(tw_log_when, is, "is", TW_FIELD_CUSTOM, .sub = &texts_custom, .help = "words with which the row is this event"),
  TW_FIELD(tw_log_when, is_not, "not", TW_FIELD_CUSTOM, .sub = &texts_custom, .help = "words with which it is not; \"\" is written as \"-empty-\""),
};
static const tw_table when_table = {.name = "when", .help = "Which rows are this event; the others are left out.", .size = sizeof(tw_log_when),
                                    .fields = when_fields, .n_field = TW_N_FIELDS(when_fields), .check = check_when};

#define EVENT_FIELDS(struct_, in) \
  TW_FIELD(struct_, in transition, "transition", TW_FIELD_OBJECT, .sub = &tw_log_cell_table, .help = "what happened, a word of the list below"), \
  TW_FIELD(struct_, in entity, "entity", TW_FIELD_OBJECT, .sub = &tw_log_cell_table, .help = "where: station, buffer or source of the line"), \
  TW_FIELD(struct_, in unit, "unit", TW_FIELD_OBJECT, .sub = &tw_log_cell_table, .help = "which machine of it, a number from 1"), \
  TW_FIELD(struct_, in part, "part", TW_FIELD_OBJECT, .sub = &tw_log_cell_table, .help = "the part, by what it is called there"), \
  TW_FIELD(struct_, in type, "type", TW_FIELD_OBJECT, .sub = &tw_log_cell_table, .help = "its part type"), \
  TW_FIELD(struct_, in what, "what", TW_FIELD_OBJECT, .sub = &tw_log_cell_table, .help = "the operation, the cause of a failure, the signal of a sample"), \
  TW_FIELD(struct_, in value, "value", TW_FIELD_OBJECT, .sub = &value_table, .help = "a number beside it: of a sample its value"), \
  TW_FIELD(struct_, in when, "when", TW_FIELD_OBJECT, .sub = &when_table, .help = "which rows are events at all")

static const tw_field event_fields[] = {
  TW_FIELD(tw_log_event_def, at, "at", TW_FIELD_TEXT, .help = "the column with its instant; absent: that of \"time\""),
  EVENT_FIELDS(tw_log_event_def, ),
};
static const tw_table event_table = {.name = "event", .help = "One of several events that a row stands for. What it does not say is as the file says.",
                                     .size = sizeof(tw_log_event_def), .fields = event_fields, .n_field = TW_N_FIELDS(event_fields)};

static const tw_field time_fields[] = {
  TW_FIELD(tw_log_time_def, column, "column", TW_FIELD_TEXT, .help = "the column with the instant"),
  TW_FIELD(tw_log_time_def, format, "format", TW_FIELD_TEXT, .preset = "\"iso\"",
           .help = "\"iso\", \"epoch-s\", \"epoch-ms\", \"epoch-us\", or a pattern of %Y %y %m %b %d %H %I %p %M %S %f %z"),
  TW_FIELD(tw_log_time_def, zone, "zone", TW_FIELD_TEXT,
           .help = "of stamps that name none: \"UTC\", \"+08:00\", \"Europe/Berlin\"; absent: they are the plant's local clock, and none may name a zone"),
  TW_FIELD(tw_log_time_def, resolution_s, "resolution", TW_FIELD_QUANTITY, .dim = {.s = 1}, .min = 1e-6, .max = 366 * 86400.0,
           .help = "to what stamps are rounded, \"1 min\"; absent: to their last digit"),
  TW_FIELD(tw_log_time_def, rounding, "rounding", TW_FIELD_CHOICE, .sub = rounding_words, .preset = "\"down\"", .help = "how they are rounded"),
  TW_FIELD(tw_log_time_def, lo, "lo", TW_FIELD_TEXT, .help = "a column with the earliest instant that is meant; an empty cell says nothing"),
  TW_FIELD(tw_log_time_def, hi, "hi", TW_FIELD_TEXT, .help = "a column with the latest one"),
};
static const tw_table time_table = {.name = "time", .help = "Stamps: where they stand and what they mean. One that is rounded is an interval.",
                                    .size = sizeof(tw_log_time_def), .fields = time_fields, .n_field = TW_N_FIELDS(time_fields)};

static const tw_field file_fields[] = {
  TW_FIELD(tw_log_file_def, separator, "separator", TW_FIELD_TEXT, .preset = "\",\"", .help = "between cells, one character; \"tab\" for a tab"),
  TW_FIELD(tw_log_file_def, decimal, "decimal", TW_FIELD_TEXT, .preset = "\".\"", .help = "the decimal sign, \".\" or \",\""),
};
static const tw_table file_table = {.name = "file", .help = "How the file is written. Its first row names the columns.", .size = sizeof(tw_log_file_def),
                                    .fields = file_fields, .n_field = TW_N_FIELDS(file_fields)};

static const tw_field map_fields[] = {
  TW_FIELD(tw_log_map, version, "libtwin-log", TW_FIELD_TEXT, .flags = TW_REQUIRED, .help = "version of this format, \"1.0\""),
  TW_FIELD(tw_log_map, name, "name", TW_FIELD_TEXT, .help = "of the log"),
  TW_FIELD(tw_log_map, attribution, "attribution", TW_FIELD_TEXT, .help = "whose data it is, and under which licence"),
  TW_FIELD(tw_log_map, file, "file", TW_FIELD_OBJECT, .sub = &file_table, .preset = "{}", .help = "how the file is written"),
  TW_FIELD(tw_log_map, time, "time", TW_FIELD_OBJECT, .sub = &time_table, .preset = "{}", .help = "stamps"),
  EVENT_FIELDS(tw_log_map, row.),
  TW_FIELD(tw_log_map, events, "events", TW_FIELD_LIST, .sub = &event_table, .help = "the events that a row stands for; absent: it is one"),
};
const tw_table tw_log_map_table = {.name = "mapping", .help = "What the columns and words of a log mean.", .size = sizeof(tw_log_map),
                                   .fields = map_fields, .n_field = TW_N_FIELDS(map_fields), .check = tw_log_map_check};
// clang-format on

static void add_list(const char *const *words, const char *const *helps, const int32_t *classes,
                     int32_t n, tw_text *out) {
  for (int32_t i = 0; i < n; i++) {
    tw_text_print(out, "| `%s` | ", words[i]);
    if (classes != NULL) tw_text_print(out, "%s | ", tw_class_words[classes[i]]);
    tw_text_print(out, "%s |\n", helps[i]);
  }
}

static void add_limits(tw_text *out) {
  static const struct {
    int32_t value;
    const char *of;
  } limits[] = {
#define TW_LIMIT(name, value_, of_) {.value = (name), .of = (of_)},
#include "base/log_limits.inl"
#undef TW_LIMIT
  };
  tw_text_add(out, "\n## Limits\n\n| At most | Of |\n|--:|--|\n");
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
    tw_text_print(out, "| %d | %s |\n", (int)limits[i].value, limits[i].of);
}

void tw_log_map_reference(tw_text *out) {
  TW_ASSERT(out != NULL);
  tw_text_add(
      out,
      "# Mapping files of event logs\n\n"
      "A mapping file says what the columns and words of a log mean. `about` is text for people and `x-...`\n"
      "keys are the user's own, both anywhere. Unknown keys are errors.\n");
  tw_doc_add_tables(&tw_log_map_table, "The file", 2, "", out);
  tw_text_add(out, "\n## Transitions\n\n| Word | Meaning |\n|--|--|\n");
  add_list(tw_transition_words, tw_transition_helps, NULL, TW_TRANSITION_N, out);
  tw_text_add(out, "\n## What is found\n\n| Code | Class | Meaning |\n|--|--|--|\n");
  add_list(tw_finding_words, tw_finding_helps, tw_finding_classes, TW_FOUND_N, out);
  add_limits(out);
}

void tw_log_map_schema(tw_text *out) {
  TW_ASSERT(out != NULL);
  tw_text compact = {.memory = out->memory}, table = {.memory = out->memory};
  tw_schema in = {.out = &table};
  tw_schema_table(&in, &tw_log_map_table, "$schema");
  tw_text_add(&compact, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
                        "\"title\":\"libtwin mapping of an event log\",");
  if (table.at != NULL) tw_text_add(&compact, table.at + 1);
  if (compact.is_out_of_memory || table.is_out_of_memory)
    out->is_out_of_memory = true;
  else
    tw_schema_lay_out(compact.at, out);
  tw_text_free(&compact);
  tw_text_free(&table);
}
