// inlet.c - see inlet.h. Those that wait are an array in order, so a copy stands beside its
// original and most events are added at the end. What has left lies strictly before the watermark,
// and what comes before that is too late: so nothing can come between events that have left.

#include "live/inlet.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "base/text.h"
#include "core/ticks.h"

// One that waits: its names in one piece of memory.
typedef struct waiting {
  tw_inlet_event event;
  char *texts;
} waiting;

struct tw_inlet {
  tw_memory memory;
  int64_t lateness_us, n_max;
  int64_t watermark_us;   // what is before it has left, or is too late
  int64_t last_sequence;  // that has left; -1: none
  int64_t n_pushed;       // stands for the line of the source
  int64_t first, n, capacity;
  waiting *at;  // [first, first + n) in order
  tw_event_log *out;
  bool is_aware;
};

// Parts leave before others come, work ends before other work begins; samples see what holds then.
static const int32_t ranks[TW_TRANSITION_N] = {
    [TW_DO_REPAIR] = 0, [TW_DO_RESUME] = 1, [TW_DO_COMPLETE] = 2, [TW_DO_LEAVE] = 3,
    [TW_DO_SCRAP] = 4,  [TW_DO_FAIL] = 5,   [TW_DO_SUSPEND] = 6,  [TW_DO_ENTER] = 7,
    [TW_DO_START] = 8,  [TW_DO_SAMPLE] = 9};

tw_inlet *tw_inlet_new(int64_t lateness_us, int64_t n_max, bool is_aware, const tw_memory *memory) {
  TW_ASSERT(lateness_us >= 0 && n_max >= 0);
  tw_inlet *inlet = tw_memory_zeroed(memory, 1, sizeof *inlet);
  if (inlet == NULL) return NULL;
  if (memory != NULL) inlet->memory = *memory;
  inlet->lateness_us = lateness_us;
  inlet->n_max = n_max > 0 && n_max < TW_LOG_WAITING_MAX ? n_max : TW_LOG_WAITING_MAX;
  inlet->watermark_us = INT64_MIN;
  inlet->last_sequence = -1;
  inlet->is_aware = is_aware;
  inlet->out = tw_event_log_new(memory);
  if (inlet->out != NULL) return inlet;
  tw_inlet_free(inlet);
  return NULL;
}

void tw_inlet_free(tw_inlet *inlet) {
  if (inlet == NULL) return;
  const tw_memory memory = inlet->memory;
  for (int64_t i = 0; i < inlet->n; i++) tw_memory_free(&memory, inlet->at[inlet->first + i].texts);
  tw_memory_free(&memory, inlet->at);
  tw_event_log_free(inlet->out);
  tw_memory_free(&memory, inlet);
}

int64_t tw_inlet_waiting(const tw_inlet *inlet) { return inlet->n; }

static int compare_texts(const char *a, const char *b) {
  if (a == NULL || b == NULL) return (a != NULL) - (b != NULL);
  return strcmp(a, b);
}

// The order of two events, whenever they came: by instant, by the sender's number, by what they
// are. 0: they are copies.
static int compare(const tw_inlet_event *a, const tw_inlet_event *b) {
  if (a->time_us != b->time_us) return a->time_us < b->time_us ? -1 : 1;
  if (a->sequence >= 0 && b->sequence >= 0)
    return (a->sequence > b->sequence) - (a->sequence < b->sequence);
  if (a->sequence >= 0 || b->sequence >= 0) return a->sequence >= 0 ? -1 : 1;
  const int64_t whole_a[] = {ranks[a->transition], a->unit, a->lo_us, a->hi_us};
  const int64_t whole_b[] = {ranks[b->transition], b->unit, b->lo_us, b->hi_us};
  for (int32_t i = 0; i < 4; i++)
    if (whole_a[i] != whole_b[i]) return whole_a[i] < whole_b[i] ? -1 : 1;
  const char *const text_a[] = {a->entity, a->part, a->type, a->what, a->measure};
  const char *const text_b[] = {b->entity, b->part, b->type, b->what, b->measure};
  for (int32_t i = 0; i < 5; i++) {
    const int order = compare_texts(text_a[i], text_b[i]);
    if (order != 0) return order;
  }
  if (isnan(a->value) || isnan(b->value)) return !isnan(a->value) - !isnan(b->value);
  return (a->value > b->value) - (a->value < b->value);
}

static void found(tw_inlet *inlet, tw_finding_code code, const char *entity, double value) {
  const tw_finding finding = {
      .line = inlet->n_pushed, .code = (int32_t)code, .entity = -1, .part = -1, .value = value};
  tw_findings_add(&inlet->out->found, &finding, entity, entity != NULL ? strlen(entity) : 0);
}

static int32_t enter_name(tw_event_log *log, tw_log_list list, const char *text) {
  if (text == NULL) return -1;
  const int32_t i = tw_log_names_enter(&log->names[list], text, strlen(text));
  if (i < 0) log->is_out_of_memory = true;
  return i;
}

// Lets the first one that waits leave.
static bool release(tw_inlet *inlet) {
  TW_ASSERT(inlet->n > 0);
  waiting *of = &inlet->at[inlet->first++];
  tw_event_log *out = inlet->out;
  const tw_inlet_event *from = &of->event;
  inlet->n--;
  if (from->sequence >= 0) {
    if (inlet->last_sequence >= 0 && from->sequence > inlet->last_sequence + 1)
      found(inlet, TW_FOUND_LOST, from->entity,
            (double)(from->sequence - inlet->last_sequence - 1));
    if (from->sequence > inlet->last_sequence) inlet->last_sequence = from->sequence;
  }
  const tw_event event = {.time_us = from->time_us,
                          .lo_us = from->lo_us,
                          .hi_us = from->hi_us,
                          .entity = enter_name(out, TW_LOG_ENTITY, from->entity),
                          .unit = from->unit,
                          .transition = from->transition,
                          .part = enter_name(out, TW_LOG_PART, from->part),
                          .type = enter_name(out, TW_LOG_TYPE, from->type),
                          .what = enter_name(out, TW_LOG_WHAT, from->what),
                          .measure = enter_name(out, TW_LOG_MEASURE, from->measure),
                          .value = from->value,
                          .line = from->sequence >= 0 ? from->sequence : 0};
  const bool is_good = !out->is_out_of_memory && tw_event_log_add(out, &event);
  tw_memory_free(&inlet->memory, of->texts);
  return is_good;
}

static twin_status status_of(const tw_inlet *inlet) {
  if (inlet->out->is_full) return TWIN_ERR_FILE;
  return inlet->out->is_out_of_memory || inlet->out->found.is_out_of_memory ? TWIN_ERR_MEMORY
                                                                            : TWIN_OK;
}

static bool release_before(tw_inlet *inlet, int64_t us) {
  if (us > inlet->watermark_us) inlet->watermark_us = us;
  while (inlet->n > 0 && inlet->at[inlet->first].event.time_us < inlet->watermark_us)
    if (!release(inlet)) return false;
  return true;
}

// Where an event belongs among those that wait; *is_copy: it is there.
static int64_t place_of(const tw_inlet *inlet, const tw_inlet_event *event, bool *is_copy) {
  int64_t low = 0, high = inlet->n;
  *is_copy = false;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    const int order = compare(&inlet->at[inlet->first + middle].event, event);
    if (order == 0) *is_copy = true;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// Room for one more behind the others.
static bool make_room(tw_inlet *inlet) {
  if (inlet->first + inlet->n < inlet->capacity) return true;
  if (inlet->first >= inlet->capacity / 2 && inlet->first > 0) {
    memmove(inlet->at, inlet->at + inlet->first, (size_t)inlet->n * sizeof *inlet->at);
    inlet->first = 0;
    return true;
  }
  const int64_t capacity = inlet->capacity == 0 ? 64 : 2 * inlet->capacity;
  void *at = tw_memory_resize(&inlet->memory, inlet->at, (size_t)capacity * sizeof *inlet->at);
  if (at == NULL) return false;
  inlet->at = at;
  inlet->capacity = capacity;
  return true;
}

// The names of an event in one piece of memory; false when it is short.
static bool copy_texts(tw_inlet *inlet, waiting *made) {
  const char **const texts[] = {&made->event.entity, &made->event.part, &made->event.type,
                                &made->event.what, &made->event.measure};
  size_t n = 0;
  for (int32_t i = 0; i < 5; i++) n += *texts[i] != NULL ? strlen(*texts[i]) + 1 : 0;
  char *at = tw_memory_take(&inlet->memory, n + 1);
  made->texts = at;
  if (at == NULL) return false;
  for (int32_t i = 0; i < 5; i++) {
    if (*texts[i] == NULL) continue;
    const size_t n_text = strlen(*texts[i]) + 1;
    memcpy(at, *texts[i], n_text);
    *texts[i] = at;
    at += n_text;
  }
  return true;
}

static bool is_text(const char *text, bool is_needed) {
  if (text == NULL) return !is_needed;
  const size_t n = strlen(text);
  if (n > TW_LOG_NAME_BYTES_MAX || (is_needed && n == 0)) return false;
  for (size_t i = 0; i < n;) {
    const size_t n_byte = tw_utf8_length(text + i, n - i);
    if (n_byte == 0 || (unsigned char)text[i] < 0x20 || text[i] == 0x7f) return false;
    i += n_byte;
  }
  return true;
}

static bool is_event(const tw_inlet_event *event) {
  const bool has_names = is_text(event->entity, true) && is_text(event->part, false) &&
                         is_text(event->type, false) && is_text(event->what, false) &&
                         is_text(event->measure, false);
  return has_names && event->transition >= 0 && event->transition < TW_TRANSITION_N &&
         event->unit >= 0 && event->unit <= TW_LOG_UNITS_MAX && event->lo_us <= event->time_us &&
         event->time_us <= event->hi_us && event->lo_us > -TW_TICK_MAX &&
         event->hi_us < TW_TICK_MAX;
}

twin_status tw_inlet_push(tw_inlet *inlet, const tw_inlet_event *event) {
  TW_ASSERT(inlet != NULL && event != NULL);
  if (!is_event(event)) return TWIN_ERR_ARGUMENT;
  inlet->n_pushed++;
  if (event->time_us < inlet->watermark_us) {
    found(inlet, TW_FOUND_TOO_LATE, event->entity,
          tw_seconds(inlet->watermark_us - event->time_us));
    return status_of(inlet);
  }
  bool is_copy;
  (void)place_of(inlet, event, &is_copy);
  if (is_copy) {
    found(inlet, TW_FOUND_DUPLICATE, event->entity, NAN);
    return status_of(inlet);
  }
  waiting made = {.event = *event};
  if (inlet->n >= inlet->n_max) {
    const int64_t first_us = inlet->at[inlet->first].event.time_us;
    if (event->time_us > first_us && !release_before(inlet, first_us + 1)) return status_of(inlet);
  }
  if (!make_room(inlet) || !copy_texts(inlet, &made)) return TWIN_ERR_MEMORY;
  const int64_t at = inlet->first + place_of(inlet, event, &is_copy);
  memmove(&inlet->at[at + 1], &inlet->at[at],
          (size_t)(inlet->first + inlet->n - at) * sizeof *inlet->at);
  inlet->at[at] = made;
  inlet->n++;
  return tw_inlet_advance(inlet, event->time_us);
}

twin_status tw_inlet_advance(tw_inlet *inlet, int64_t now_us) {
  TW_ASSERT(now_us > -TW_TICK_MAX && now_us < TW_TICK_MAX);
  (void)release_before(inlet, now_us - inlet->lateness_us);
  return status_of(inlet);
}

twin_status tw_inlet_take(tw_inlet *inlet, bool is_end, tw_event_log **log) {
  TW_ASSERT(inlet != NULL && log != NULL);
  while (is_end && inlet->n > 0) {
    if (inlet->watermark_us <= inlet->at[inlet->first].event.time_us)
      inlet->watermark_us = inlet->at[inlet->first].event.time_us + 1;
    if (!release(inlet)) return status_of(inlet);
  }
  tw_event_log *next = tw_event_log_new(&inlet->memory);
  if (next == NULL) return TWIN_ERR_MEMORY;
  inlet->out->is_aware = inlet->is_aware;
  inlet->out->has_stamp = true;
  inlet->out->n_row = inlet->out->n;
  const twin_status status = tw_event_log_seal(inlet->out, NULL);
  if (status != TWIN_OK) {
    tw_event_log_free(next);
    return status;
  }
  *log = inlet->out;
  inlet->out = next;
  return TWIN_OK;
}
