// base.h - what every other public header rests on: status codes, problem records, version.
//
// A call returns twin_status: 0 is success, negative an error, positive information. Details of an
// error go to a twin_problems list that the caller may pass as the last argument (NULL: not wanted).
// The library keeps no hidden last error, prints nothing and never ends the process.

#ifndef TWIN_BASE_H
#define TWIN_BASE_H

#include <stddef.h>
#include <stdint.h>

#if defined(TWIN_STATIC)
#define TWIN_API
#elif defined(_WIN32) && defined(TWIN_BUILD)
#define TWIN_API __declspec(dllexport)
#elif defined(_WIN32)
#define TWIN_API __declspec(dllimport)
#else
#define TWIN_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

// Numbers are never reused. The texts stand in lib/base/status.inl, the one list of codes.
typedef enum twin_status {
  TWIN_OK = 0,
  TWIN_END = 1,
  TWIN_CANCELLED = 2,
  TWIN_ERR_ARGUMENT = -101,
  TWIN_ERR_MEMORY = -102,
  TWIN_ERR_NOT_FOUND = -103,
  TWIN_ERR_TOO_SMALL = -104,
  TWIN_ERR_UNSUPPORTED = -105,
  TWIN_ERR_LINE = -201,
  TWIN_ERR_DEADLOCK = -301,
  TWIN_ERR_PROGRESS = -302,
  TWIN_ERR_MAX_PARTS = -303,
  TWIN_ERR_VALUE = -304,
  TWIN_ERR_POISONED = -305,
  TWIN_ERR_SNAPSHOT = -306,
  TWIN_ERR_FLOAT_MODE = -307,
  TWIN_ERR_MODEL = -308,
  TWIN_ERR_KIND = -309,
  TWIN_ERR_IO = -401,
  TWIN_ERR_FILE = -402,
  TWIN_ERR_INTERNAL = -501
} twin_status;

typedef enum twin_severity { TWIN_ERROR = 0, TWIN_WARNING = 1, TWIN_NOTE = 2 } twin_severity;

// One thing that is wrong. Text fields are "" where they do not apply, never NULL, and live as long
// as the list. `line` and `column` count from 1; 0 means that no place is known. They are those of the
// value that `pointer` names, or of its name in the file where that is what is wrong.
typedef struct twin_problem {
  uint32_t struct_size;
  int32_t severity;     // twin_severity
  int32_t status;       // twin_status
  int32_t line;
  int32_t column;
  const char *code;     // "E-UNIT"
  const char *file;
  const char *pointer;  // JSON Pointer, "/stations/saw/time"
  const char *message;  // what is wrong, one sentence without the place
  const char *got;
  const char *wanted;
  const char *hint;
} twin_problem;

// Something that a host may want to know and no return value says: what a study does, a file that is
// replaced, rows that did not reach their file. Lives during the call only.
typedef struct twin_notice {
  uint32_t struct_size;
  int32_t severity;   // twin_severity; an error here is also a status somewhere, sooner or later
  int32_t status;     // twin_status, TWIN_OK where nothing went wrong
  int32_t reserved;
  const char *code;   // "N-STUDY", see include/twin/README.md
  const char *text;   // one sentence
} twin_notice;
typedef void (*twin_notice_call)(const twin_notice *notice, void *user);

typedef void *(*twin_allocate_call)(size_t n_bytes, void *user);
typedef void *(*twin_resize_call)(void *memory, size_t n_bytes, void *user);
typedef void (*twin_release_call)(void *memory, void *user);

// What a host lends: memory, and an ear for notices. Given when a line, a list of problems or a file for
// reading is made, and copied; all that is made from a line has its line's. It is no part of a state.
//
// `allocate` gives memory aligned for any type (max_align_t), never of 0 bytes, or NULL when there is
// none; `resize` keeps what is there, and on NULL everything stays; `release` never gets NULL. All three
// or none: NULL is malloc, realloc and free. They are called on the thread that calls the library and,
// in a study, on its threads, several at once; memory may be released on another thread than it was
// taken on, and after its line is gone (a table, a text). They must not call the library. No callback of any
// header may throw, or leave by longjmp: what it stands on would be left half done.
//
// `on_notice` is called on the thread that called the library, never by two threads at once for one run,
// recorder or study, and must not use the object that the call is about. NULL: nothing is noticed.
//
// What other libraries take is malloc's: cJSON while a JSON text is read (given back before the call
// ends), CVODE for a stiff model until its run is freed, HDF5 for open files and, as long as the process
// lives, for itself, the OpenMP runtime for threads, the C library for files, locales and qsort.
typedef struct twin_host {
  uint32_t struct_size;
  uint32_t reserved;
  void *user;  // of all four calls
  twin_allocate_call allocate;
  twin_resize_call resize;
  twin_release_call release;
  twin_notice_call on_notice;
} twin_host;

typedef struct twin_problems twin_problems;

// Fills a host with its defaults: the C library's memory, no notices.
// Thread: any.
// Since: 1.0
TWIN_API void twin_host_init(twin_host *host);

// Makes an empty list of problems.
// Returns: the list, or NULL when memory is short.
// Owns: the caller frees it with twin_problems_free.
// Thread: any; one list belongs to one thread at a time.
// Since: 1.0
TWIN_API twin_problems *twin_problems_new(void);

// Makes an empty list of problems in the memory of a host.
// host: NULL for the C library's memory; copied.
// Returns: the list, or NULL when memory is short or the host's calls are incomplete.
// Owns: the caller frees it with twin_problems_free.
// Thread: any; one list belongs to one thread at a time.
// Since: 1.0
TWIN_API twin_problems *twin_problems_new_with(const twin_host *host);

// Frees a list of problems and every text in it.
// Owns: takes `problems`; NULL is allowed.
// Thread: any.
// Since: 1.0
TWIN_API void twin_problems_free(twin_problems *problems);

// Empties a list so that it can be used for another call.
// Thread: any.
// Since: 1.0
TWIN_API void twin_problems_clear(twin_problems *problems);

// Counts the problems of one severity, or all of them.
// severity: a twin_severity, or -1 for all.
// Returns: the count; 0 for a NULL list.
// Thread: any.
// Since: 1.0
TWIN_API size_t twin_problems_count(const twin_problems *problems, int32_t severity);

// Gives problem number `i` in the order in which they were found.
// problem: filled up to its own struct_size, which the caller sets to sizeof(twin_problem).
// Returns: TWIN_OK or an error.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_NOT_FOUND (no problem `i`).
// Owns: the texts stay the list's.
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_problems_get(const twin_problems *problems, size_t i,
                                       twin_problem *problem);

// Gives problem `i` as a compiler prints it, "line.json:31:22: /stations/saw/time: ... [E-UNIT]".
// Returns: the text, or "" when there is no problem `i`.
// Owns: the text stays the list's.
// Thread: any.
// Since: 1.0
TWIN_API const char *twin_problems_text(twin_problems *problems, size_t i);

// Says in one sentence what a status means.
// Returns: a constant text, also for a number that is no status.
// Thread: any.
// Since: 1.0
TWIN_API const char *twin_status_text(twin_status status);

// Frees a text that the library handed out.
// Owns: takes `text`; NULL is allowed.
// Thread: any.
// Since: 1.0
TWIN_API void twin_text_free(char *text);

// Gives the library's version, "1.0.0".
// Returns: a constant text.
// Thread: any.
// Since: 1.0
TWIN_API const char *twin_version(void);

// Gives the hash of 64 probe evaluations of the C library's mathematics. Results are comparable bit
// by bit only where fingerprints are equal.
// Returns: the fingerprint, constant during a process.
// Thread: any.
// Since: 1.0
TWIN_API uint64_t twin_math_fingerprint(void);

// Reads a duration as line files write it: a number, one space, a unit of time ("6.2 min", "22 d").
// text: the whole of it counts. duration_s: untouched on failure.
// Returns: TWIN_OK and seconds.
// Errors: TWIN_ERR_ARGUMENT (no duration), TWIN_ERR_VALUE (not finite).
// Thread: any.
// Since: 1.0
TWIN_API twin_status twin_duration_read(const char *text, double *duration_s);

#ifdef __cplusplus
}
#endif
#endif
