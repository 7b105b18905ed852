// line.h - a line: a description read, checked and compiled. It never changes afterwards, is counted
// atomically and may be shared by any number of runs and threads.

#ifndef TWIN_LINE_H
#define TWIN_LINE_H

#include <twin/table.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct twin_line twin_line;
struct twin_kind;  // a station kind from outside the library (kind.h)

// Begins with struct_size; set up by twin_line_options_init. Fields are only ever appended.
typedef struct twin_line_options {
  uint32_t struct_size;
  uint32_t is_checked_only;  // 1: find problems, make no line
  const char *file;          // name that problems print for a text; NULL: "line"
  const char *folder;        // where relative file names of a text start; NULL: the current folder
  const struct twin_kind *const *kinds;  // further station kinds, ended by NULL; NULL: none
  const twin_host *host;     // memory and notices of the line and of all that is made from it; NULL: malloc, none
} twin_line_options;

// What can be counted and found by name.
typedef enum twin_class {
  TWIN_STATION = 1,
  TWIN_BUFFER = 2,
  TWIN_SOURCE = 3,
  TWIN_PART = 4,
  TWIN_MACHINE = 5,
  TWIN_WORKER = 6
} twin_class;

// Fills options with their defaults.
// Thread: any.
// Since: 1.0
TWIN_API void twin_line_options_init(twin_line_options *options);

// Reads, checks and compiles a line file.
// path: of the JSON file; tables beside it are found relative to it. options: NULL for defaults.
// Returns: TWIN_OK and a line; *line is untouched on failure.
// Errors: TWIN_ERR_IO, TWIN_ERR_LINE (every mistake is in problems), TWIN_ERR_KIND (a kind of the options
// cannot be used), TWIN_ERR_MEMORY.
// Owns: the caller frees the line with twin_line_unref.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_line_load(twin_line **line, const char *path,
                                    const twin_line_options *options, twin_problems *problems);

// The same from a text of n_bytes.
// Returns: as twin_line_load.
// Errors: TWIN_ERR_LINE, TWIN_ERR_KIND, TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT.
// Owns: the caller frees the line with twin_line_unref; text is not kept.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_line_parse(twin_line **line, const char *text, size_t n_bytes,
                                     const twin_line_options *options, twin_problems *problems);

// Makes the line of a scenario: the line's own text with other values at JSON pointers.
// name: as table "scenarios" has it; NULL: the only one. text: n_bytes of JSON in the form of a line file's "scenarios", NULL:
// those of the line's file.
// Returns: TWIN_OK and a line.
// Errors: TWIN_ERR_NOT_FOUND, TWIN_ERR_LINE (every mistake is in problems), TWIN_ERR_UNSUPPORTED, TWIN_ERR_ARGUMENT,
//   TWIN_ERR_MEMORY.
// Owns: the caller frees the line with twin_line_unref; base is not held.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_line_scenario(twin_line **line, const twin_line *base, const char *name,
                                        const char *text, size_t n_bytes, twin_problems *problems);

// Adds a holder.
// Returns: line.
// Owns: the caller gives the count back with twin_line_unref.
// Thread: any.
// Since: 1.0
TWIN_API twin_line *twin_line_ref(twin_line *line);

// Gives up a holder; the last one frees the line.
// Owns: takes one count of `line`; NULL is allowed.
// Thread: any.
// Since: 1.0
TWIN_API void twin_line_unref(twin_line *line);

// Hash of the parameters: equal for files that mean the same, whatever their spelling.
// Returns: the hash.
// Thread: any.
// Since: 1.0
TWIN_API uint64_t twin_line_hash(const twin_line *line);

// Hash of the text as it was read, with the tables beside it.
// Returns: the hash.
// Thread: any.
// Since: 1.0
TWIN_API uint64_t twin_line_text_hash(const twin_line *line);

// Hash of the run block's layout and of the library's state version.
// Returns: the hash.
// Thread: any.
// Since: 1.0
TWIN_API uint64_t twin_line_layout_hash(const twin_line *line);

// The resolved document: every default filled in, defaults listed under "x-defaults". JSON text.
// Returns: TWIN_OK and a text.
// Errors: TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT.
// Owns: the caller frees *text with twin_text_free.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_line_dump(const twin_line *line, char **text);

// The JSON Schema of the line format, generated from the tables the reader itself uses.
// Returns: TWIN_OK and a text.
// Errors: TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT.
// Owns: the caller frees *text with twin_text_free.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_line_schema(char **text);

// The reference of the line format in Markdown, generated from the same tables.
// Returns: TWIN_OK and a text.
// Errors: TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT.
// Owns: the caller frees *text with twin_text_free.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_line_reference(char **text);

// The line's name and the question it answers ("about"); "" where the file gives none.
// Returns: a text.
// Owns: the text stays the line's.
// Thread: any.
// Since: 1.0
TWIN_API const char *twin_line_title(const twin_line *line);
TWIN_API const char *twin_line_about(const twin_line *line);

// What the file says of a run: horizon and warm-up in seconds (horizon 0: not given), replications,
// seed, and the start instant in seconds since 1970-01-01 of the plant's local clock.
// Returns: the figure.
// Thread: any.
// Since: 1.0
TWIN_API double twin_line_horizon_s(const twin_line *line);
TWIN_API double twin_line_warmup_s(const twin_line *line);
TWIN_API int64_t twin_line_replications(const twin_line *line);
TWIN_API uint64_t twin_line_seed(const twin_line *line);
TWIN_API int64_t twin_line_start_s(const twin_line *line);

// A table of a line by its name, in file order; nothing is simulated.
//
// "load", what the line asks of its stations, a row for each: means of the file only, without queues,
// blocking and waiting. Columns: station; machines; visits of a good
// part; load_time, process, unload (s, of a visit on one machine), cycle (their sum), tools (maintenance), stops (failures), changeover (s, of a visit); need (s, of a good part: visits times all
// of these over the machines); on_share: working time; capacity (1/s, good parts in its working time);
// of_takt: need over the target's takt; load: of its working time, 1 is full; limit: the term that
// limits it, "cycle", "tools", "stops", "changeover" or "people"; depends: states of machine models that
// the cycle depends on, where it is not known because they do not end processing before the horizon. Where
// models end it, parts of one type come one right behind the other. Where sources give what can be taken
// the highest load is 1. NaN: no part comes, nothing is known, or no target is given.
//
// "people", the same for people and resources, a row for each pool. Columns: pool; count; work (s, of a good part,
// of all of them together; a skill's work goes to the pools that have it as evenly as can be); on_share;
// of_takt; load.
//
// "quantities", what a run of the line can be asked for, in the order of twin_line_quantity_at. Columns:
// quantity (its path); unit; handle, the 64 bits read as signed.
//
// "scenarios", what the file lists, each combination of a sweep by itself. Columns: scenario, "third-cnc"; group: its name in
// the file; invest (money); about.
//
// "signals", the states and outputs of machine models that a record can hold, machine by machine. Columns: signal,
// "cnc[2].tool.wear", of a shared model "hall.T"; kind: "state" or "output"; unit: of its values; absolute: 1
// for a temperature counted from absolute zero (in K), 0 for all others; way: how the line's "record" wants it:
// "sampled", "on-change", "knots", none where it does not name it; period: of samples in s, else NaN.
//
// "solvers", how the machine models are solved, a row for each continuous object: the models of one machine that
// belong together, or of several that share one. Columns: object, "oven[1].heat"; solver: "exact", "rk",
// "cvode" or "cvode-adams"; reason why it was chosen; states: with an equation; state_names; kept: states
// that only events change; events; rtol: relative error that a step may make.
// Returns: TWIN_OK and a table.
// Errors: TWIN_ERR_NOT_FOUND (no such table), TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT.
// Owns: the caller frees *table with twin_table_unref.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_line_table(const twin_line *line, const char *name, twin_table **table,
                                     twin_problems *problems);

// What the table "load" is for: good parts a second, of all time; the target's takt in seconds of working
// time (NaN: none); and whether the rate was found as the one at which the highest load is 1 (1 or 0).
// Any out-parameter may be NULL.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_line_load_rate(const twin_line *line, double *good_per_s, double *takt_s,
                                         int32_t *is_relative);

// Warns of what the load table shows and of how the file says the line is run: W-RHO (a load above 1,
// with the limiting term), W-WARM (no warm-up), W-RUN (too few replications, too short a horizon); of a
// section "energy" where nothing draws power: W-ENERGY; and of calendars that nothing works by: W-CAL.
// problems: gets the warnings, each with its place in the file.
// Returns: TWIN_OK, also with warnings.
// Errors: TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_line_check(const twin_line *line, twin_problems *problems);

// Counts the members of a class (a twin_class).
// Returns: the count, 0 for an unknown class.
// Thread: any.
// Since: 1.0
TWIN_API int32_t twin_line_count(const twin_line *line, int32_t of_class);

// Finds a member by name. Machines are named "cnc[1]", counted from 1.
// Returns: TWIN_OK and the index, from 0 in file order.
// Errors: TWIN_ERR_NOT_FOUND, TWIN_ERR_ARGUMENT.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_line_find(const twin_line *line, int32_t of_class, const char *name,
                                    int32_t *index);

// Names member `i` of a class; the station of a machine is its name up to '['.
// Returns: the name, "" when there is no such member.
// Owns: the text stays the line's.
// Thread: any.
// Since: 1.0
TWIN_API const char *twin_line_name(const twin_line *line, int32_t of_class, int32_t i);

// Resolves a path of METRICS ("stations/cnc[1]/state/processing", "line/throughput") to a handle that
// twin_run_value takes. Handles are valid for this line only.
// Returns: TWIN_OK and a handle.
// Errors: TWIN_ERR_NOT_FOUND with the nearest path in problems, TWIN_ERR_ARGUMENT.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_line_quantity(const twin_line *line, const char *path, uint64_t *quantity,
                                        twin_problems *problems);

// The unit of a quantity's values, "s", "1/s", "1".
// Returns: a constant text, "" for no quantity of this line.
// Thread: any.
// Since: 1.0
TWIN_API const char *twin_line_quantity_unit(const twin_line *line, uint64_t quantity);

// Every quantity in a fixed order, for tables: path number `i` of n = twin_line_quantity_count.
// Returns: the count; TWIN_OK and the path with its handle.
// Errors: TWIN_ERR_NOT_FOUND, TWIN_ERR_TOO_SMALL (capacity, 160 bytes always do), TWIN_ERR_ARGUMENT.
// Thread: any.
// Since: 1.0
TWIN_API int32_t twin_line_quantity_count(const twin_line *line);
TWIN_API twin_status twin_line_quantity_at(const twin_line *line, int32_t i, uint64_t *quantity,
                                           char *path, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
