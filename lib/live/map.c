// map.c - reads mapping files: field tables first, then what several fields say together.

#include "live/map.h"

#include <string.h>

#include "base/assert.h"
#include "io/json.h"
#include "live/map_inner.h"

const char tw_log_own_map[] =
    "{\"libtwin-log\": \"1.0\",\n"
    " \"time\": {\"column\": \"time\", \"lo\": \"time_lo\", \"hi\": \"time_hi\", \"resolution\": \"1 us\"},\n"
    " \"entity\": {\"column\": \"entity\"}, \"unit\": {\"column\": \"unit\"},\n"
    " \"transition\": {\"column\": \"transition\"}, \"part\": {\"column\": \"part\"}, \"type\": {\"column\": \"type\"},\n"
    " \"what\": {\"column\": \"what\"}, \"value\": {\"column\": \"value\", \"measure\": \"measure\"}}\n";

static bool has(const tw_log_cell *cell) { return cell->columns.n > 0 || cell->is != NULL; }

void tw_log_value_check(const void *object, const tw_node *node, const tw_reader *reader) {
  const tw_log_value *value = object;
  double scale, offset;
  tw_dim dim;
  if (value->unit == NULL) return;
  const size_t n = tw_unit_read(value->unit, &scale, &offset, &dim);
  if (strcmp(value->unit, "1") == 0 || (n > 0 && value->unit[n] == 0)) return;
  const char *nearest = tw_unit_nearest(value->unit);
  tw_reader_problem(reader, tw_node_member(node, "unit"), "E-UNIT", nearest, "e.g. \"degC\"",
                    "\"%.40s\" is no unit", value->unit);
}

static bool is_transition(const char *word) {
  for (int32_t i = 0; i < TW_TRANSITION_N; i++)
    if (strcmp(word, tw_transition_words[i]) == 0) return true;
  return false;
}

static void check_word(const char *word, const tw_node *node, const tw_reader *reader) {
  if (word == NULL || is_transition(word)) return;
  const char *nearest = tw_text_nearest(word, tw_transition_words, TW_TRANSITION_N);
  tw_reader_problem(reader, node, "E-REF", nearest,
                    "enter, start, suspend, resume, complete, leave, fail, repair, scrap, sample",
                    "\"%.40s\" is no transition", word);
}

static void check_transition(const tw_log_cell *cell, const tw_node *node,
                             const tw_reader *reader) {
  const tw_node *of = tw_node_member(node, "transition");
  if (cell->is != NULL) check_word(cell->is, tw_node_member(of, "is"), reader);
  const tw_node *words = tw_node_member(of, "words");
  for (int32_t i = 0; i < cell->words.n; i++)
    check_word(cell->words.meaning[i], tw_node_member(words, cell->words.word[i]), reader);
}

static void check_unit(const char *text, const tw_node *node, const tw_reader *reader) {
  int64_t number = 0;
  const char *at = text;
  if (text == NULL) return;
  for (; *at >= '0' && *at <= '9' && number <= TW_LOG_UNITS_MAX; at++)
    number = number * 10 + (*at - '0');
  if (at == text || *at != 0 || number > TW_LOG_UNITS_MAX)
    tw_reader_problem(reader, node, "E-RANGE", "a number", "e.g. \"2\"",
                      "\"%.40s\" is no number of a unit", text);
}

// Units are numbers, also where words stand for them.
static void check_units(const tw_log_cell *cell, const tw_node *node, const tw_reader *reader) {
  const tw_node *of = tw_node_member(node, "unit");
  const tw_node *words = tw_node_member(of, "words");
  check_unit(cell->is, tw_node_member(of, "is"), reader);
  for (int32_t i = 0; i < cell->words.n; i++)
    check_unit(cell->words.meaning[i], tw_node_member(words, cell->words.word[i]), reader);
}

// What an event must have, from its own object or from the file's.
static void check_event(const tw_log_map *map, const tw_log_event_def *event, const tw_node *node,
                        const tw_reader *reader) {
  if (!has(&event->transition) && !has(&map->row.transition))
    tw_reader_problem(reader, node, "E-KEY", "transition",
                      "e.g. \"transition\": {\"is\": \"start\"}",
                      "nothing says which transition this is");
  if (!has(&event->entity) && !has(&map->row.entity))
    tw_reader_problem(reader, node, "E-KEY", "entity", "e.g. \"entity\": {\"column\": \"machine\"}",
                      "nothing says where this happens");
  if (event->at == NULL && map->time.column == NULL)
    tw_reader_problem(reader, node, "E-KEY", "time", "e.g. \"time\": {\"column\": \"stamp\"}",
                      "nothing says when this happens");
}

static void check_file(const tw_log_map *map, const tw_node *node, const tw_reader *reader) {
  const tw_node *file = tw_node_member(node, "file");
  const char *separator = map->file.separator, *decimal = map->file.decimal;
  if (separator != NULL && strcmp(separator, "tab") != 0 &&
      (strlen(separator) != 1 || strchr("\"\r\n", separator[0]) != NULL))
    tw_reader_problem(reader, tw_node_member(file, "separator"), "E-RANGE", "one character",
                      "e.g. \";\", or \"tab\"", "\"%.20s\" is no separator", separator);
  if (decimal == NULL || separator == NULL) return;
  if (strcmp(decimal, ".") != 0 && strcmp(decimal, ",") != 0)
    tw_reader_problem(reader, tw_node_member(file, "decimal"), "E-RANGE", "\".\" or \",\"", NULL,
                      "\"%.20s\" is no decimal sign", decimal);
  if (strcmp(decimal, separator) == 0)
    tw_reader_problem(reader, tw_node_member(file, "decimal"), "E-RANGE", NULL,
                      "e.g. \"separator\": \";\"", "the separator is the decimal sign, too");
}

// A fixed zone, or one whose table the host has. Is a name that of a zone with rules?
static bool is_named_zone(const char *zone) {
  if (strcmp(zone, "local") == 0 || zone[0] == 0) return false;
  for (const char *at = zone; *at != 0; at++)
    if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/+-", *at) == NULL)
      return false;
  return (zone[0] | 32) >= 'a' && (zone[0] | 32) <= 'z' && strlen(zone) < 64;
}

static bool read_fixed_zone(const char *zone, int32_t *offset_s) {
  *offset_s = 0;
  if (strcmp(zone, "UTC") == 0) return true;
  const size_t n = strlen(zone);
  return n > 0 && tw_stamp_offset_read(zone, n, offset_s) == n;
}

static void check_time(const tw_log_map *map, const tw_node *node, const tw_reader *reader) {
  const tw_node *time = tw_node_member(node, "time");
  tw_stamp_format format;
  int32_t offset_s;
  const char *wrong =
      map->time.format != NULL ? tw_stamp_format_read(map->time.format, &format) : NULL;
  if (wrong != NULL)
    tw_reader_problem(reader, tw_node_member(time, "format"), "E-RANGE", NULL,
                      "e.g. \"%d.%m.%Y %H:%M\"", "%s", wrong);
  const char *zone = map->time.zone;
  if (zone != NULL && !read_fixed_zone(zone, &offset_s) && !is_named_zone(zone))
    tw_reader_problem(
        reader, tw_node_member(time, "zone"), "E-REF", "UTC, an offset or a zone's name",
        "e.g. \"UTC\", \"+08:00\", \"Europe/Berlin\"; leave it out for the plant's own clock",
        "\"%.40s\" is no zone: what this machine's clock shows is not known to a file", zone);
}

void tw_log_map_check(const void *object, const tw_node *node, const tw_reader *reader) {
  const tw_log_map *map = object;
  if (map->version != NULL && strcmp(map->version, "1.0") != 0)
    tw_reader_problem(reader, tw_node_member(node, "libtwin-log"), "E-RANGE", "\"1.0\"", NULL,
                      "this library reads version \"1.0\"");
  check_file(map, node, reader);
  check_time(map, node, reader);
  check_transition(&map->row.transition, node, reader);
  check_units(&map->row.unit, node, reader);
  const tw_log_event_def *events = map->events.at;
  const tw_node *list = tw_node_member(node, "events");
  const tw_node *one = list != NULL ? list->first : NULL;
  if (list == NULL) check_event(map, &map->row, node, reader);
  if (map->events.n > TW_LOG_ROW_EVENTS_MAX)
    tw_reader_problem(reader, list, "E-RANGE", NULL, NULL, "a row stands for at most %d events",
                      TW_LOG_ROW_EVENTS_MAX);
  for (int32_t i = 0; i < map->events.n && one != NULL; i++, one = one->next) {
    check_transition(&events[i].transition, one, reader);
    check_units(&events[i].unit, one, reader);
    check_event(map, &events[i], one, reader);
  }
}

static bool set_fixed_zone(tw_log_map *map, int32_t offset_s) {
  static const int64_t from_us[] = {INT64_MIN};
  int32_t *offset = tw_arena_take_array(&map->arena, 1, sizeof *offset);
  if (offset == NULL) return false;
  *offset = offset_s;
  map->zone = (tw_zone){1, from_us, offset};
  return true;
}

// What the reader of logs needs beside what the tables filled in.
static bool prepare(tw_log_map *map) {
  int32_t offset_s;
  const char *wrong = tw_stamp_format_read(map->time.format, &map->format);
  TW_ASSERT(wrong == NULL);
  (void)wrong;
  if (map->time.zone == NULL) return true;
  if (read_fixed_zone(map->time.zone, &offset_s)) return set_fixed_zone(map, offset_s);
  map->zone_name = map->time.zone;
  return true;
}

twin_status tw_log_map_read(tw_log_map **map, const char *text, size_t n, const char *file,
                            const tw_memory *memory, twin_problems *problems) {
  TW_ASSERT(map != NULL && text != NULL && file != NULL);
  tw_log_map *made = tw_memory_zeroed(memory, 1, sizeof *made);
  if (made == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "not enough memory for a mapping");
  tw_arena arena;
  tw_arena_init_with(&arena, memory);
  // the tables' checks are read from the list, so there must be one
  twin_problems *found = problems != NULL ? problems : tw_problems_new(memory);
  const tw_reader reader = {
      .file = tw_arena_text(&arena, file), .arena = &arena, .problems = found};
  const size_t n_before = found != NULL ? twin_problems_count(found, TWIN_ERROR) : 0;
  tw_node *root = NULL;
  if (reader.file != NULL && found != NULL)
    root = tw_json_read(text, n, reader.file, &arena, found);
  // a misspelt key is reported and read as what it was meant for
  bool is_good = root != NULL && tw_table_parse(&tw_log_map_table, root, &reader, made) &&
                 twin_problems_count(found, TWIN_ERROR) == n_before;
  made->arena = arena;
  is_good = is_good && made->arena.is_out_of_memory == 0 && prepare(made);
  const bool is_short = made->arena.is_out_of_memory != 0 || found == NULL;
  if (problems == NULL) twin_problems_free(found);
  if (is_good && !is_short) {
    *map = made;
    return TWIN_OK;
  }
  tw_log_map_free(made);
  return is_short ? tw_fail(problems, TWIN_ERR_MEMORY, "not enough memory for a mapping")
                  : TWIN_ERR_LINE;
}

void tw_log_map_free(tw_log_map *map) {
  if (map == NULL) return;
  const tw_memory memory = map->arena.memory;
  tw_arena_free(&map->arena);
  tw_memory_free(&memory, map);
}

twin_status tw_log_map_set_zone(tw_log_map *map, const int64_t *from_us, const int32_t *offset_s,
                                int32_t n, twin_problems *problems) {
  TW_ASSERT(map != NULL && from_us != NULL && offset_s != NULL);
  bool is_good = n > 0 && from_us[0] == INT64_MIN;
  for (int32_t i = 0; i < n && is_good; i++) {
    is_good = offset_s[i] > -86400 && offset_s[i] < 86400;
    // neighbours must be further apart than any two offsets
    if (i > 1)
      is_good = is_good && from_us[i] > from_us[i - 1] &&
                from_us[i] - from_us[i - 1] >= 172800 * (int64_t)1000000;
  }
  if (!is_good)
    return tw_fail(
        problems, TWIN_ERR_ARGUMENT,
        "the changes of a zone begin at INT64_MIN, follow each other by two days at least, and no "
        "offset is a day");
  int64_t *from = tw_arena_take_array(&map->arena, (size_t)n, sizeof *from);
  int32_t *offset = tw_arena_take_array(&map->arena, (size_t)n, sizeof *offset);
  if (from == NULL || offset == NULL)
    return tw_fail(problems, TWIN_ERR_MEMORY, "not enough memory for a zone");
  memcpy(from, from_us, (size_t)n * sizeof *from);
  memcpy(offset, offset_s, (size_t)n * sizeof *offset);
  map->zone = (tw_zone){n, from, offset};
  return TWIN_OK;
}

int32_t tw_log_map_events(const tw_log_map *map) { return map->events.n > 0 ? map->events.n : 1; }

tw_log_event_def tw_log_map_event(const tw_log_map *map, int32_t i) {
  TW_ASSERT(i >= 0 && i < tw_log_map_events(map));
  if (map->events.n == 0) return map->row;
  tw_log_event_def event = ((const tw_log_event_def *)map->events.at)[i];
  if (!has(&event.transition)) event.transition = map->row.transition;
  if (!has(&event.entity)) event.entity = map->row.entity;
  if (!has(&event.unit)) event.unit = map->row.unit;
  if (!has(&event.part)) event.part = map->row.part;
  if (!has(&event.type)) event.type = map->row.type;
  if (!has(&event.what)) event.what = map->row.what;
  if (event.value.columns.n == 0) event.value = map->row.value;
  if (event.when.columns.n == 0) event.when = map->row.when;
  return event;
}
