// live.h - EXPERIMENTAL, not part of the ABI promise: event logs of a plant, or of a run. A log is one table of
// events (time, entity, unit, transition, part, ...), whatever file it came from; a mapping file (JSON) says which
// column or word of that file means what. Nothing in a log is mended: what is unreadable, missing, rounded, out of
// order, doubled, impossible, overlapping or cut off is found, with its line.
//
// Stamps of a log all have a zone, and count from 1970-01-01T00:00:00 UTC, or none has, and they count from the same
// date of the plant's local clock. A stamp that is rounded is an interval. Events are in order of time, those of
// one instant as they arrived.
//
// Tables of twin_event_log_table, in s since 1970 where they are instants:
//   "events"      time, time_lo, time_hi, entity, unit, transition, part, type, what, value, measure, line
//   "operations"  work from start to completion: entity, unit, what, part, type, start, end, duration (without
//                 suspensions), suspended, lo, hi (between which the duration lies), start_line, end_line, cut (1: it goes on
//                 when the log ends)
//   "durations"   by entity and what: n, cut, mean, median, min, max
//   "values"      of what carries a number, by entity, transition, what and measure: n, mean, median, min, max
//   "coverage"    by entity and unit: first, last, a column for each transition, rounded, operations
//   "findings"    line, code, class, entity, unit, part, value, text
//   "codes"       every code: class, n, help
// The codes and what they mean stand in the reference (twin_event_map_reference).

#ifndef TWIN_LIVE_H
#define TWIN_LIVE_H

#include <twin/table.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct twin_event_map twin_event_map;
typedef struct twin_event_log twin_event_log;

// Reads a mapping file.
// path: of a JSON file.
// Returns: TWIN_OK and a mapping.
// Errors: TWIN_ERR_LINE with all problems of the mapping, TWIN_ERR_IO, TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT.
// Owns: the caller frees *map with twin_event_map_free.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_event_map_load(twin_event_map **map, const char *path,
                                         twin_problems *problems);

// Reads a mapping from a text.
// text: [n_bytes] JSON. file: its name for problems, NULL: "mapping".
// Returns: TWIN_OK and a mapping.
// Errors: TWIN_ERR_LINE with all problems, TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT.
// Owns: the caller frees *map with twin_event_map_free.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_event_map_parse(twin_event_map **map, const char *text, size_t n_bytes,
                                          const char *file, twin_problems *problems);

// Frees a mapping.
// Owns: takes `map`; NULL is allowed.
// Thread: any.
// Since: 1.0
TWIN_API void twin_event_map_free(twin_event_map *map);

// The zone with rules ("Europe/Berlin") that the mapping names and whose offsets the library does not know.
// Returns: its name; "" when there is none, or its offsets are there.
// Owns: the text stays the mapping's.
// Thread: any.
// Since: 1.0
TWIN_API const char *twin_event_map_zone(const twin_event_map *map);

// Says what the offsets of that zone are: the host has a database of zones, or asks somebody who has.
// from_s: [n] in s since 1970 UTC, rising by two days at least; the first is ignored, it counts from ever on.
// offset_s: [n] local - UTC from then on, less than a day.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_MEMORY.
// Thread: one thread at a time for the mapping.
// Since: 1.0
TWIN_API twin_status twin_event_map_set_zone(twin_event_map *map, const int64_t *from_s,
                                             const int32_t *offset_s, int32_t n,
                                             twin_problems *problems);

// The format of mapping files as Markdown, from the same tables that read them; and as JSON Schema.
// Returns: TWIN_OK and a text.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_MEMORY.
// Owns: the caller frees *text with twin_text_free.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_event_map_reference(char **text);
TWIN_API twin_status twin_event_map_schema(char **text);

// Reads a log from a file: CSV, OCEL 2.0 in JSON, or a run file, of which that is replication 0.
// map: what the file means; NULL: it is one that this library wrote. Of OCEL it names the columns "ocel:id", "ocel:activity",
// "ocel:time", "ocel:type:T" (the object of that type), "ocel:qualifier:Q", and attributes of events. Stays the caller's.
// Returns: TWIN_OK and a log, also when rows of it could not be read: those are in its table "findings".
// Errors: TWIN_ERR_IO, TWIN_ERR_FILE (a column is missing, too many events), TWIN_ERR_UNSUPPORTED (the zone's
// offsets are not there), TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT.
// Owns: the caller frees *log with twin_event_log_free.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_event_log_load(twin_event_log **log, const char *path,
                                         const twin_event_map *map, twin_problems *problems);

// A replication of a run file as a log: what the line did, as a plant would have reported it. Its stamps are those of the
// line's clock; work that stops and goes on is told where the file has the table "intervals".
// Returns: TWIN_OK and a log.
// Errors: TWIN_ERR_IO, TWIN_ERR_FILE (it has no table "events"), TWIN_ERR_UNSUPPORTED, TWIN_ERR_MEMORY,
// TWIN_ERR_ARGUMENT.
// Owns: the caller frees *log with twin_event_log_free.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_event_log_of_run(twin_event_log **log, const char *path,
                                           int32_t replication, twin_problems *problems);

// The same as twin_event_log_load from bytes in memory, CSV or OCEL.
// bytes: [n_bytes]. file: its name for problems, NULL: "log".
// Returns: TWIN_OK and a log.
// Errors: as twin_event_log_load.
// Owns: the caller frees *log with twin_event_log_free.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_event_log_parse(twin_event_log **log, const char *bytes, size_t n_bytes,
                                          const char *file, const twin_event_map *map,
                                          twin_problems *problems);

// Frees a log; its tables stay.
// Owns: takes `log`; NULL is allowed.
// Thread: any.
// Since: 1.0
TWIN_API void twin_event_log_free(twin_event_log *log);

// What a log is. Begins with struct_size, which the caller sets. Fields are only ever appended.
typedef struct twin_event_log_info {
  uint32_t struct_size;
  int32_t is_aware;   // 1: its stamps have zones
  int64_t n_event, n_row, n_ignored;  // rows of the file, and those that the mapping leaves out
  double first_s, last_s;  // instants of the first and the last event; NaN for none
} twin_event_log_info;

// What a log is.
// info: filled up to its struct_size.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_ARGUMENT.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_event_log_get(const twin_event_log *log, twin_event_log_info *info);

// The events of a log in [begin_s, end_s), as a log of its own without the reader's findings.
// Returns: TWIN_OK and a log.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_MEMORY.
// Owns: the caller frees *part with twin_event_log_free.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_event_log_slice(twin_event_log **part, const twin_event_log *log,
                                          double begin_s, double end_s, twin_problems *problems);

// A table of a log by name, see above.
// Returns: TWIN_OK and a table.
// Errors: TWIN_ERR_NOT_FOUND, TWIN_ERR_ARGUMENT, TWIN_ERR_MEMORY.
// Owns: the caller frees *table with twin_table_unref.
// Thread: one thread at a time for the log.
// Since: 1.0
TWIN_API twin_status twin_event_log_table(twin_event_log *log, const char *name, twin_table **table,
                                          twin_problems *problems);

// Writes a log, by the ending of its name: .json or .jsonocel as OCEL 2.0, .xes as XES, else as CSV. CSV and OCEL are read back
// by twin_event_log_load to the same log: written again it is the same bytes.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_IO, TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_event_log_save(const twin_event_log *log, const char *path,
                                         twin_problems *problems);

// Events as they come from a plant: late, out of order, twice, or not at all. They wait until nothing that is allowed
// to be late can come before them, and leave in an order that does not depend on the order in which they came: by
// instant, then by the number that their sender gave them, else by what they are.
typedef struct twin_event_inlet twin_event_inlet;

// How an inlet works. Begins with struct_size, which the caller sets; zero is a default. Fields are only ever appended.
typedef struct twin_event_inlet_options {
  uint32_t struct_size;
  int32_t is_aware;    // 1: instants are UTC; 0: the plant's local clock
  double lateness_s;   // by how much an event may come behind a later one
  int64_t n_max;       // events that may wait; then the first leaves early. 0: 1,000,000
} twin_event_inlet_options;

// An event that is handed over. Begins with struct_size, which the caller sets. Fields are only ever appended.
typedef struct twin_plant_event {
  uint32_t struct_size;
  int32_t unit;            // machine of the entity from 1; 0: not said
  double time_s;           // since 1970; rounded to microseconds
  double lo_s, hi_s;       // between which it lies; both 0: it is exact
  int64_t sequence;        // number of its sender, rising by 1 from 1; 0: it has none
  const char *entity, *transition;           // the transition by its word, "start"
  const char *part, *type, *what, *measure;  // NULL: none
  double value;            // NaN: none
} twin_plant_event;

// Makes an inlet.
// Returns: TWIN_OK and an inlet.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_MEMORY.
// Owns: the caller frees *inlet with twin_event_inlet_free.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_event_inlet_new(twin_event_inlet **inlet,
                                          const twin_event_inlet_options *options,
                                          twin_problems *problems);

// Frees an inlet with what waits in it.
// Owns: takes `inlet`; NULL is allowed.
// Thread: any.
// Since: 1.0
TWIN_API void twin_event_inlet_free(twin_event_inlet *inlet);

// Takes an event in; texts are copied. One that is later than allowed, or there already, is left out: the log that is taken says so.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_ARGUMENT (no entity, no such transition, no instant), TWIN_ERR_FILE (more events than a log may
// have: take them more often), TWIN_ERR_MEMORY.
// Thread: one thread at a time for the inlet.
// Since: 1.0
TWIN_API twin_status twin_event_inlet_push(twin_event_inlet *inlet, const twin_plant_event *event,
                                           twin_problems *problems);

// The plant's clock shows now_s: what is due before it less the lateness will not come any more.
// Returns: TWIN_OK.
// Errors: as twin_event_inlet_push.
// Thread: one thread at a time for the inlet.
// Since: 1.0
TWIN_API twin_status twin_event_inlet_advance(twin_event_inlet *inlet, double now_s,
                                              twin_problems *problems);

// Hands over what has left since the last time, as a log: in its table "findings" is what was too late, doubled or
// lost, with the number of the push as its line; `line` of its events is their sender's number.
// is_end: 1: those that wait leave, too.
// Returns: TWIN_OK and a log.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_MEMORY.
// Owns: the caller frees *log with twin_event_log_free.
// Thread: one thread at a time for the inlet.
// Since: 1.0
TWIN_API twin_status twin_event_inlet_take(twin_event_log **log, twin_event_inlet *inlet,
                                           int32_t is_end, twin_problems *problems);

#ifdef __cplusplus
}
#endif
#endif
