// map.h - mapping files: which column, tag or word of a log means what. JSON, read through field
// tables like a line file, so that all problems come at once and the reference and the schema are
// made from the same tables.

#ifndef TW_LIVE_MAP_H
#define TW_LIVE_MAP_H

#include "field/field.h"
#include "live/log.h"
#include "live/stamp.h"

enum { TW_LOG_JOINED_MAX = 8 };  // columns whose texts make one

// A list of texts that are no names: columns, words.
typedef struct tw_log_texts {
  int32_t n;
  const char *const *at;  // [n]
} tw_log_texts;

// Words of the log and what they mean; NULL meaning: the event is left out.
typedef struct tw_log_words {
  int32_t n;
  const char *const *word;     // [n]
  const char *const *meaning;  // [n]
} tw_log_words;

typedef enum tw_log_otherwise {
  TW_OTHERWISE_KEEP,
  TW_OTHERWISE_IGNORE,
  TW_OTHERWISE_REPORT
} tw_log_otherwise;

// Where a field of an event comes from: columns, or one text for all.
typedef struct tw_log_cell {
  tw_log_texts columns;
  const char *joined;  // between several columns
  const char *is;      // NULL: the columns say it
  tw_log_words words;
  int32_t otherwise;  // tw_log_otherwise
} tw_log_cell;

typedef struct tw_log_value {
  tw_log_texts columns;  // one, or none
  const char *unit;      // of the bare numbers in it
  const char *measure;   // column with their SI unit; NULL: all are in `unit`
} tw_log_value;

// A row is an event only if a column has one of these words, or none of those.
typedef struct tw_log_when {
  tw_log_texts columns, is, is_not;
} tw_log_when;

typedef struct tw_log_event_def {
  tw_def def;
  const char *at;  // column of its instant; NULL: that of "time"
  tw_log_cell transition, entity, unit, part, type, what;
  tw_log_value value;
  tw_log_when when;
} tw_log_event_def;

typedef struct tw_log_time_def {
  const char *column, *lo, *hi, *format, *zone;
  double resolution_s;  // 0: the digits say it
  int32_t rounding;     // 0: down, 1: to the nearest
} tw_log_time_def;

typedef struct tw_log_file_def {
  const char *separator, *decimal;
} tw_log_file_def;

typedef struct tw_log_map {
  tw_arena arena;
  const char *version, *name, *attribution;
  tw_log_file_def file;
  tw_log_time_def time;
  tw_log_event_def row;  // what all events of a row have in common
  tw_map events;         // of tw_log_event_def; none: a row is one event
  tw_stamp_format format;
  tw_zone zone;
  const char *zone_name;  // of a zone with rules, whose table is still to come; NULL: none
} tw_log_map;

// Reads a mapping file's text. TWIN_ERR_LINE with all problems; *map is freed by tw_log_map_free.
twin_status tw_log_map_read(tw_log_map **map, const char *text, size_t n, const char *file,
                            const tw_memory *memory, twin_problems *problems);
void tw_log_map_free(tw_log_map *map);

// Gives a zone with rules its table, which is copied: n changes, the first at INT64_MIN.
twin_status tw_log_map_set_zone(tw_log_map *map, const int64_t *from_us, const int32_t *offset_s,
                                int32_t n, twin_problems *problems);

// The event i of a row, with what it has in common with the others filled in.
int32_t tw_log_map_events(const tw_log_map *map);
tw_log_event_def tw_log_map_event(const tw_log_map *map, int32_t i);

// The reference of the format as Markdown, and its JSON Schema.
void tw_log_map_reference(tw_text *out);
void tw_log_map_schema(tw_text *out);

// The mapping of the logs that this library writes as CSV.
extern const char tw_log_own_map[];

#endif
