// record.h - recording a run into an HDF5 file and reading such files. A recorder only observes: a
// run with and without it is the same, bit for bit.

#ifndef TWIN_RECORD_H
#define TWIN_RECORD_H

#include <twin/run.h>
#include <twin/table.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct twin_recorder twin_recorder;
typedef struct twin_file twin_file;

// A signal at an instant.
typedef struct twin_curve_point {
  double time_s;
  double value;  // in SI, behind a jump on this instant; NaN where the record has none
  double error;  // how far the solver's curve is away at most; NaN: not known
} twin_curve_point;

// Begins with struct_size; set up by twin_recorder_options_init. Fields are only ever appended.
typedef struct twin_recorder_options {
  uint32_t struct_size;
  int32_t states;        // 1: /intervals, 0: not, -1: as the line's "record" says
  int32_t parts;         // 1: /parts and /visits
  int32_t events;        // 1: /events
  uint32_t compression;  // 0: off, 1..9: shuffle and deflate of this level
  int32_t signals;       // 1: /curves of all states of machine models, 0: none, -1: as the line's "record" says
  double flush_s;        // rows reach the file after so long, 0.5; 0: only at a flush, a detach and the end
  uint32_t has_sync;     // 1: every flush reaches the disk and survives a power cut, too
  uint32_t reserved;
} twin_recorder_options;

// Fills options with their defaults.
// Thread: any.
// Since: 1.0
TWIN_API void twin_recorder_options_init(twin_recorder_options *options);

// Makes a run file, as `path`.part until twin_recorder_close completes it; a .part that is there and that nobody
// writes is made anew. What was flushed survives the process, however and whenever it ends: the .part can be read as it
// is and made a whole file with twin_file_recover; other programs than this library may find it damaged. A power cut
// may take what the system had not brought to the disk, unless has_sync was given; a file that has its final name was
// there before it got it. When the disk is full the call that writes says so, and the .part stays as it was flushed last.
// path: an existing file is replaced when the new one is complete. options: NULL for defaults.
// Returns: TWIN_OK and a recorder.
// Errors: TWIN_ERR_IO (also: another recorder is writing the file), TWIN_ERR_UNSUPPORTED (built without HDF5), TWIN_ERR_MEMORY.
// Owns: the caller ends it with twin_recorder_close, after the runs attached to it are detached.
// Thread: one thread at a time for the recorder.
// Since: 1.0
TWIN_API twin_status twin_recorder_open(twin_recorder **recorder, const char *path, twin_line *line,
                                        const twin_recorder_options *options,
                                        twin_problems *problems);

// Lets a recorder observe a run from its present instant on, as replication `replication`. One run at
// a time: replications stand one behind the other in the file. The file has a table of losses if those of the
// first run are observed by then (twin_run_losses_attach).
// Returns: TWIN_OK.
// Errors: TWIN_ERR_ARGUMENT (another line, already attached), TWIN_ERR_IO, TWIN_ERR_MEMORY.
// Thread: one thread at a time for both.
// Since: 1.0
TWIN_API twin_status twin_recorder_attach(twin_recorder *recorder, twin_run *run,
                                          uint32_t replication, twin_problems *problems);

// Ends the observation: open intervals are closed at the run's instant, the KPIs are written, the losses where they are
// observed, and how the last call ended that moved the run: whether it was cancelled, or stopped with an error.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_IO, TWIN_ERR_ARGUMENT.
// Thread: one thread at a time for both.
// Since: 1.0
TWIN_API twin_status twin_recorder_detach(twin_recorder *recorder, twin_run *run,
                                          twin_problems *problems);

// Writes what is buffered to the file, past the process; with has_sync to the disk.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_IO.
// Thread: one thread at a time for the recorder.
// Since: 1.0
TWIN_API twin_status twin_recorder_flush(twin_recorder *recorder, twin_problems *problems);

// Completes the file, brings it to the disk, gives it its name and frees the recorder, also when it returns an
// error. A run that is still attached is detached first.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_IO.
// Owns: takes `recorder`; NULL is allowed.
// Thread: one thread at a time for the recorder.
// Since: 1.0
TWIN_API twin_status twin_recorder_close(twin_recorder *recorder, twin_problems *problems);

// Opens a run file for reading.
// Returns: TWIN_OK and a file.
// Errors: TWIN_ERR_IO, TWIN_ERR_FILE (not a run file, newer schema), TWIN_ERR_UNSUPPORTED.
// Owns: the caller ends it with twin_file_close.
// Thread: one thread at a time for the file.
// Since: 1.0
TWIN_API twin_status twin_file_open(twin_file **file, const char *path, twin_problems *problems);

// The same in the memory of a host, which tables made from the file have too.
// host: NULL for the C library's memory; copied.
// Returns: as twin_file_open.
// Errors: as twin_file_open, TWIN_ERR_ARGUMENT, TWIN_ERR_MEMORY.
// Owns: the caller ends it with twin_file_close.
// Thread: one thread at a time for the file.
// Since: 1.0
TWIN_API twin_status twin_file_open_with(twin_file **file, const char *path, const twin_host *host,
                                         twin_problems *problems);

// Ends reading. Streams of its tables go on.
// Owns: takes `file`; NULL is allowed.
// Thread: one thread at a time for the file.
// Since: 1.0
TWIN_API void twin_file_close(twin_file *file);

// Whether the record was closed; 0: it is still written, or its writer was killed, and it holds
// what had reached the file until then. Whether its runs came to their end says "ended" of twin_file_info.
// Returns: 1 or 0.
// Thread: one thread at a time for the file.
// Since: 1.0
TWIN_API int32_t twin_file_is_complete(const twin_file *file);

// The line as it was when the record was made: the resolved document, itself a line file.
// Returns: the text.
// Owns: the text stays the file's.
// Thread: one thread at a time for the file.
// Since: 1.0
TWIN_API const char *twin_file_line_json(const twin_file *file);

// Rows of a table: "events", "intervals", "visits", "parts", "shifts", "signals", "curves",
// "solvers", "kpi", "losses", "replications".
// Returns: the count, -1 for no such table.
// Thread: one thread at a time for the file.
// Since: 1.0
TWIN_API int64_t twin_file_rows(const twin_file *file, const char *name);

// Rows [first, first + n) of a table, each column read once, straight into the table's memory. Times are instants
// of the run in s; explanations of the columns are in their help.
// name: as for twin_file_rows. n: below 0 all rows from `first` on.
// Returns: TWIN_OK and a table.
// Errors: TWIN_ERR_NOT_FOUND (the file has no such table), TWIN_ERR_ARGUMENT (no such rows), TWIN_ERR_IO,
//   TWIN_ERR_FILE (names of a column are no good), TWIN_ERR_MEMORY.
// Owns: the caller frees *table with twin_table_unref; it holds nothing of the file.
// Thread: one thread at a time for the file.
// Since: 1.0
TWIN_API twin_status twin_file_table(const twin_file *file, const char *name, int64_t first,
                                     int64_t n, twin_table **table, twin_problems *problems);

// Hands a table of a file on as an Arrow stream that reads it piece by piece, so it may be larger than memory.
// What cannot be read is said by get_next and get_last_error.
// name: as for twin_file_rows. n: the first n rows; below 0 all that are there now. rows_each: of a record batch; 0: as
// the library likes. out: must not hold a stream.
// Returns: TWIN_OK and a stream.
// Errors: TWIN_ERR_NOT_FOUND, TWIN_ERR_ARGUMENT, TWIN_ERR_FILE, TWIN_ERR_MEMORY.
// Owns: the stream keeps the file open, also behind twin_file_close, until it is released; what comes out of it
//   does not. Each may be released in any order, from any thread.
// Thread: the stream one thread at a time, which may be another one than the file's.
// Since: 1.0
TWIN_API twin_status twin_file_arrow(twin_file *file, const char *name, int64_t n,
                                     int64_t rows_each, struct ArrowArrayStream *out,
                                     twin_problems *problems);

// The signals that "curves" has rows of. Columns: replication; signal, as twin_file_signal takes it; unit, of
// its values; rows. By replication, then in file order.
// Returns: TWIN_OK and a table.
// Errors: TWIN_ERR_NOT_FOUND (the file has no curves), TWIN_ERR_ARGUMENT, TWIN_ERR_IO, TWIN_ERR_MEMORY.
// Owns: the caller frees *table with twin_table_unref.
// Thread: one thread at a time for the file.
// Since: 1.0
TWIN_API twin_status twin_file_signals(const twin_file *file, twin_table **table,
                                       twin_problems *problems);

// Rows of one signal that was recorded: samples, or knots with a piece of a cubic between two. Columns: "time"
// (s), "value", "slope" (change in a second; NaN: a sample), "error" (how far the cubic from the row before is at
// most from the solver's curve; NaN: not known, infinite: the record begins here). Two rows of one instant stand
// before and behind a jump.
// replication: number in the file. signal: "furnace.heat.T", "cnc[2].tool.wear", of a shared model "hall.T".
// Returns: TWIN_OK and a table.
// Errors: TWIN_ERR_NOT_FOUND (no such signal, or it was not recorded), TWIN_ERR_ARGUMENT (a machine's number is
// missing), TWIN_ERR_IO, TWIN_ERR_MEMORY.
// Owns: the caller frees *table with twin_table_unref.
// Thread: one thread at a time for the file.
// Since: 1.0
TWIN_API twin_status twin_file_signal(const twin_file *file, int32_t replication, const char *signal,
                                      twin_table **table, twin_problems *problems);

// Rebuilds a signal that was recorded at n instants, in any order: each point's time_s is given, its value and
// error are filled in. Between knots the signal is the cubic with their values and slopes, between samples a
// straight line.
// replication, signal: as for twin_file_signal. points: [n].
// Returns: TWIN_OK.
// Errors: as of twin_file_signal.
// Thread: one thread at a time for the file.
// Since: 1.0
TWIN_API twin_status twin_file_curve(const twin_file *file, int32_t replication, const char *signal,
                                     twin_curve_point *points, int64_t n, twin_problems *problems);

// What a file says of itself, by name: "schema_version", "libtwin_version", "kind" (run or study), "created" (UTC),
// "line_name", "line_file" (without folders), "line_hash", "text_hash", "math_fingerprint" (hexadecimal), "seed",
// "warmup_s", "horizon_s", "t_end", "has_losses", "complete", "recovered"; of a study "n_replication", "first_replication",
// "confidence". Of a file that was closed "ended": "horizon" (every replication reached it, or none was given), "early"
// (one was left before it, or replications of the study are missing), "cancelled" or "error"; and "status", the
// twin_status behind that. Nothing in it is about the machine or the user.
// Returns: the value as a text; NULL where the file does not say it.
// Owns: the text stays the file's.
// Thread: one thread at a time for the file.
// Since: 1.0
TWIN_API const char *twin_file_info(const twin_file *file, const char *name);

// Names of what a file says of itself: number `i`, NULL past the last one.
// Returns: the name.
// Owns: the text stays the file's.
// Thread: one thread at a time for the file.
// Since: 1.0
TWIN_API const char *twin_file_info_name(const twin_file *file, int32_t i);

// Finds the rows [*first, *first + *n) of a table that belong to one replication, without reading the
// others; also of one that is still being written.
// name: as for twin_file_rows.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_NOT_FOUND (no such table, no such replication), TWIN_ERR_FILE (the file contradicts itself),
// TWIN_ERR_IO, TWIN_ERR_ARGUMENT.
// Thread: one thread at a time for the file.
// Since: 1.0
TWIN_API twin_status twin_file_replication(const twin_file *file, const char *name,
                                           int32_t replication, int64_t *first, int64_t *n,
                                           twin_problems *problems);

// Makes a finished run file of what a killed process left, one that every HDF5 reader opens: not complete, but
// `recovered`. All columns of a table are cut to the same whole rows. The new file is made beside its name and
// takes it when it is on the disk; until then the old one is not touched.
// part_path: what is left, "run.h5.part". path: the file to make, one that is there is replaced; NULL: part_path
// without ".part", where no file may be, and part_path is removed afterwards.
// Returns: TWIN_OK.
// Errors: TWIN_ERR_FILE (still being written: its recorder holds a lock on it that ends with the process; complete; no
// run file; newer schema), TWIN_ERR_IO, TWIN_ERR_ARGUMENT, TWIN_ERR_MEMORY, TWIN_ERR_UNSUPPORTED.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_file_recover(const char *part_path, const char *path,
                                       twin_problems *problems);

#ifdef __cplusplus
}
#endif
#endif
