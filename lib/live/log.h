// log.h - the event log inside: what a plant, or a run, reported, in one table whatever file it
// came from (TWIN 1). Columns are plain arrays of one length, names are numbers. A stamp is an
// instant and the interval that it may mean; all stamps of a log have a zone, or none has. Once it
// is sealed a log is in order of time, equal instants as they arrived, and does not change any
// more.

#ifndef TW_LIVE_LOG_H
#define TW_LIVE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/problems.h"
#include "live/names.h"

typedef enum tw_transition {
#define TW_TRANSITION(id, ...) TW_DO_##id,
#include "live/transitions.inl"
#undef TW_TRANSITION
  TW_TRANSITION_N
} tw_transition;

// The words in their order, ended by NULL.
extern const char *const tw_transition_words[TW_TRANSITION_N + 1];
extern const char *const tw_transition_helps[TW_TRANSITION_N];

// Names that columns count.
typedef enum tw_log_list {
  TW_LOG_ENTITY,  // place of the line: station, buffer, source
  TW_LOG_PART,
  TW_LOG_TYPE,     // of the part
  TW_LOG_WHAT,     // the operation that starts, the cause of a failure, the signal of a sample
  TW_LOG_MEASURE,  // unit of the value
  TW_LOG_LISTS
} tw_log_list;

// One event. Names are -1 where there is none.
typedef struct tw_event {
  int64_t time_us, lo_us,
      hi_us;             // since 1970-01-01T00:00:00 UTC, or of the local clock; lo <= time <= hi
  int32_t entity, unit;  // unit: machine of the entity from 1; 0: not said
  int32_t transition;    // tw_transition
  int32_t part, type, what, measure;
  double value;  // in SI; NaN: none
  int64_t line;  // of the source, from 1
} tw_event;

typedef enum tw_finding_code {
#define TW_FINDING(id, ...) TW_FOUND_##id,
#include "live/findings.inl"
#undef TW_FINDING
  TW_FOUND_N
} tw_finding_code;

typedef enum tw_finding_class {
  TW_CLASS_UNREADABLE,
  TW_CLASS_MISSING,
  TW_CLASS_ROUNDED,
  TW_CLASS_ORDER,
  TW_CLASS_DUPLICATE,
  TW_CLASS_IMPOSSIBLE,
  TW_CLASS_OVERLAPPING,
  TW_CLASS_CUT,
  TW_CLASS_N
} tw_finding_class;

extern const char *const tw_finding_words[TW_FOUND_N];
extern const char *const tw_finding_helps[TW_FOUND_N];
extern const char *const tw_class_words[TW_CLASS_N];
extern const int32_t tw_finding_classes[TW_FOUND_N];

// Something to be said about a line of the source.
typedef struct tw_finding {
  int64_t line;
  int32_t code;
  int32_t entity, unit, part;  // -1, 0, -1: none
  int32_t text;                // what stood there, among the list's texts; -1: nothing
  double value;                // in s, or a count; NaN: none
} tw_finding;

typedef struct tw_findings {
  const tw_memory *memory;
  int64_t n, capacity;
  tw_finding *at;             // [n], at most TW_LOG_FINDINGS_MAX
  int64_t count[TW_FOUND_N];  // of every code, those that are not kept included
  tw_log_names texts;
  bool is_out_of_memory;
} tw_findings;

void tw_findings_init(tw_findings *findings, const tw_memory *memory);
void tw_findings_free(tw_findings *findings);

// Adds one; text: [n_text] what stood there, cut where it is long, NULL: nothing.
void tw_findings_add(tw_findings *findings, const tw_finding *finding, const char *text,
                     size_t n_text);

// What the findings of a log sum up to.
int64_t tw_findings_total(const tw_findings *findings);

typedef struct tw_event_log {
  tw_memory memory;
  bool is_aware;   // its stamps have zones; else the local clock's
  bool has_stamp;  // one was read, so that is_aware is known
  bool is_sorted, is_sealed, is_out_of_memory, is_full;
  int64_t n, capacity;
  int64_t *time_us, *lo_us, *hi_us, *line;
  int32_t *entity, *unit, *transition, *part, *type, *what, *measure;
  double *value;
  int64_t n_row;       // rows of the source that were read
  int64_t n_ignored;   // rows that the mapping leaves out
  const char *source;  // where it is from, for people
  tw_log_names names[TW_LOG_LISTS];
  tw_findings found;  // while it was read
} tw_event_log;

// memory: copied; NULL is the C library's. NULL: memory is short.
tw_event_log *tw_event_log_new(const tw_memory *memory);
void tw_event_log_free(tw_event_log *log);

// Adds an event behind the others; false when memory is short or the log is full, which it
// remembers.
bool tw_event_log_add(tw_event_log *log, const tw_event *event);

tw_event tw_event_log_get(const tw_event_log *log, int64_t i);

// Puts the events in order of time, equal instants as they arrived; from then on the log does not
// change. TWIN_ERR_MEMORY, or TWIN_ERR_FILE for more events than a log may have.
twin_status tw_event_log_seal(tw_event_log *log, twin_problems *problems);

// First event not before an instant; n where there is none.
int64_t tw_event_log_at(const tw_event_log *log, int64_t time_us);

// A log of the events [first, first + n) of a sealed one, without what was found; NULL: memory is
// short.
tw_event_log *tw_event_log_slice(const tw_event_log *log, int64_t first, int64_t n);

#endif
