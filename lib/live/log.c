// log.c - see log.h: growing columns, their order, and pieces of them.

#include "live/log.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"

const char *const tw_transition_words[TW_TRANSITION_N + 1] = {
#define TW_TRANSITION(id, word, help) word,
#include "live/transitions.inl"
#undef TW_TRANSITION
};
const char *const tw_transition_helps[TW_TRANSITION_N] = {
#define TW_TRANSITION(id, word, help) help,
#include "live/transitions.inl"
#undef TW_TRANSITION
};

// Every column: its member, and whether it is one of 8 bytes.
#define TW_LOG_COLUMNS(F) \
  F(time_us) \
  F(lo_us) \
  F(hi_us) \
  F(entity) \
  F(unit) \
  F(transition) \
  F(part) \
  F(type) \
  F(what) \
  F(measure) \
  F(value) \
  F(line)

tw_event_log *tw_event_log_new(const tw_memory *memory) {
  tw_event_log *log = tw_memory_zeroed(memory, 1, sizeof *log);
  if (log == NULL) return NULL;
  if (memory != NULL) log->memory = *memory;
  log->is_sorted = true;
  for (int32_t i = 0; i < TW_LOG_LISTS; i++) tw_log_names_init(&log->names[i], memory);
  tw_findings_init(&log->found, &log->memory);
  return log;
}

void tw_event_log_free(tw_event_log *log) {
  if (log == NULL) return;
  const tw_memory memory = log->memory;
#define F(column) tw_memory_free(&memory, log->column);
  TW_LOG_COLUMNS(F)
#undef F
  for (int32_t i = 0; i < TW_LOG_LISTS; i++) tw_log_names_free(&log->names[i]);
  tw_findings_free(&log->found);
  tw_memory_free(&memory, log);
}

static bool reserve(tw_event_log *log, int64_t capacity) {
#define F(column) \
  { \
    void *at = \
        tw_memory_resize(&log->memory, log->column, (size_t)capacity * sizeof *log->column); \
    if (at == NULL) return false; \
    log->column = at; \
  }
  TW_LOG_COLUMNS(F)
#undef F
  log->capacity = capacity;
  return true;
}

bool tw_event_log_add(tw_event_log *log, const tw_event *event) {
  TW_ASSERT(!log->is_sealed && event->transition >= 0 && event->transition < TW_TRANSITION_N);
  TW_ASSERT(event->lo_us <= event->time_us && event->time_us <= event->hi_us);
  if (log->n >= TW_LOG_EVENTS_MAX) {
    log->is_full = true;
    return false;
  }
  if (log->n == log->capacity && !reserve(log, log->capacity == 0 ? 256 : 2 * log->capacity)) {
    log->is_out_of_memory = true;
    return false;
  }
  const int64_t i = log->n++;
  if (i > 0 && event->time_us < log->time_us[i - 1]) log->is_sorted = false;
#define F(column) log->column[i] = event->column;
  TW_LOG_COLUMNS(F)
#undef F
  return true;
}

tw_event tw_event_log_get(const tw_event_log *log, int64_t i) {
  TW_ASSERT(i >= 0 && i < log->n);
  tw_event event;
#define F(column) event.column = log->column[i];
  TW_LOG_COLUMNS(F)
#undef F
  return event;
}

// An event's place in order: instants first, then arrival, which merging keeps.
typedef struct place {
  int64_t time_us, i;
} place;

// Merges runs of `width` from one array into the other until all is one; gives the one with the
// result.
static place *merge_sort(place *from, place *to, int64_t n) {
  for (int64_t width = 1; width < n; width *= 2) {
    for (int64_t begin = 0; begin < n; begin += 2 * width) {
      const int64_t middle = begin + width < n ? begin + width : n;
      const int64_t end = begin + 2 * width < n ? begin + 2 * width : n;
      int64_t a = begin, b = middle;
      for (int64_t k = begin; k < end; k++)
        to[k] =
            a < middle && (b == end || from[a].time_us <= from[b].time_us) ? from[a++] : from[b++];
    }
    place *const swapped = from;
    from = to;
    to = swapped;
  }
  return from;
}

// Puts one column into the order of the places, by way of scratch memory of 8 bytes a row.
#define ORDER(column) \
  for (int64_t i = 0; i < log->n; i++) \
    memcpy(scratch + (size_t)i * sizeof *log->column, &log->column[order[i].i], \
           sizeof *log->column); \
  if (log->n > 0) memcpy(log->column, scratch, (size_t)log->n * sizeof *log->column);

static bool sort_events(tw_event_log *log) {
  const size_t n = (size_t)log->n;
  place *places = tw_memory_zeroed(&log->memory, 2 * n, sizeof *places);
  char *scratch = tw_memory_take(&log->memory, n * sizeof(int64_t));
  const bool is_good = places != NULL && scratch != NULL;
  if (is_good) {
    for (int64_t i = 0; i < log->n; i++) places[i] = (place){log->time_us[i], i};
    const place *order = merge_sort(places, places + n, log->n);
    TW_LOG_COLUMNS(ORDER)
    log->is_sorted = true;
  }
  tw_memory_free(&log->memory, places);
  tw_memory_free(&log->memory, scratch);
  return is_good;
}

twin_status tw_event_log_seal(tw_event_log *log, twin_problems *problems) {
  TW_ASSERT(log != NULL);
  if (log->is_full)
    return tw_fail(problems, TWIN_ERR_FILE, "a log has more than %d events", TW_LOG_EVENTS_MAX);
  if (!log->is_sorted && !log->is_out_of_memory) log->is_out_of_memory = !sort_events(log);
  if (log->is_out_of_memory || log->found.is_out_of_memory)
    return tw_fail(problems, TWIN_ERR_MEMORY, "not enough memory for the log");
  log->is_sealed = true;
  return TWIN_OK;
}

int64_t tw_event_log_at(const tw_event_log *log, int64_t time_us) {
  TW_ASSERT(log->is_sealed);
  int64_t first = 0, end = log->n;
  while (first < end) {
    const int64_t middle = first + (end - first) / 2;
    if (log->time_us[middle] < time_us)
      first = middle + 1;
    else
      end = middle;
  }
  return first;
}

static bool copy_names(tw_log_names *to, const tw_log_names *from) {
  for (int32_t i = 0; i < from->n; i++)
    if (tw_log_names_enter(to, from->at[i], from->n_byte[i]) != i) return false;
  return true;
}

tw_event_log *tw_event_log_slice(const tw_event_log *log, int64_t first, int64_t n) {
  TW_ASSERT(log->is_sealed && first >= 0 && n >= 0 && first + n <= log->n);
  tw_event_log *made = tw_event_log_new(&log->memory);
  if (made == NULL) return NULL;
  bool is_good = reserve(made, n > 0 ? n : 1);
  for (int32_t i = 0; i < TW_LOG_LISTS && is_good; i++)
    is_good = copy_names(&made->names[i], &log->names[i]);
  if (!is_good) {
    tw_event_log_free(made);
    return NULL;
  }
#define F(column) \
  if (n > 0) memcpy(made->column, log->column + first, (size_t)n * sizeof *log->column);
  TW_LOG_COLUMNS(F)
#undef F
  made->n = made->n_row = n;
  made->is_aware = log->is_aware;
  made->has_stamp = log->has_stamp;
  made->is_sealed = true;
  return made;
}
