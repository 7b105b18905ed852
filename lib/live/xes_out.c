// xes_out.c - logs out as XES (IEEE 1849): a trace for each part in the order in which they came,
// and one for what belongs to no part.

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "live/out_inner.h"

static void add_xml(tw_text *out, const char *text) {
  for (const char *at = text; *at != 0; at++) {
    switch (*at) {
      case '<': tw_text_add(out, "&lt;"); break;
      case '>': tw_text_add(out, "&gt;"); break;
      case '&': tw_text_add(out, "&amp;"); break;
      case '"': tw_text_add(out, "&quot;"); break;
      default: tw_text_add_n(out, at, 1);
    }
  }
}

static void add_attribute(tw_text *out, const char *type, const char *key, const char *value) {
  tw_text_print(out, "<%s key=\"%s\" value=\"", type, key);
  add_xml(out, value);
  tw_text_add(out, "\"/>");
}

static void add_name(tw_text *out, const char *key, const tw_log_names *names, int32_t i) {
  if (i >= 0) add_attribute(out, "string", key, names->at[i]);
}

static void add_event(tw_text *out, const tw_event_log *log, int64_t i) {
  char stamp[40], number[32];
  const tw_event event = tw_event_log_get(log, i);
  const tw_log_names *entities = &log->names[TW_LOG_ENTITY], *whats = &log->names[TW_LOG_WHAT];
  tw_text_add(out, "<event>");
  // the activity: the operation, or where nothing says it the place
  add_attribute(out, "string", "concept:name",
                event.what >= 0 ? whats->at[event.what] : entities->at[event.entity]);
  add_attribute(out, "string", "lifecycle:transition", tw_transition_words[event.transition]);
  add_name(out, "org:resource", entities, event.entity);
  tw_out_stamp(event.time_us, log->is_aware, stamp);
  add_attribute(out, "date", "time:timestamp", stamp);
  if (event.unit != 0) {
    snprintf(number, sizeof number, "%d", (int)event.unit);
    add_attribute(out, "int", "unit", number);
  }
  add_name(out, "what", whats, event.what);
  add_name(out, "type", &log->names[TW_LOG_TYPE], event.type);
  if (event.lo_us < event.time_us || event.hi_us > event.time_us) {
    tw_out_stamp(event.lo_us, log->is_aware, stamp);
    add_attribute(out, "date", "time_lo", stamp);
    tw_out_stamp(event.hi_us, log->is_aware, stamp);
    add_attribute(out, "date", "time_hi", stamp);
  }
  if (!isnan(event.value)) {
    tw_number_write(number, event.value);
    add_attribute(out, "float", "value", number);
    add_name(out, "measure", &log->names[TW_LOG_MEASURE], event.measure);
  }
  tw_text_add(out, "</event>\n");
}

// Events by part, each part's in order: next[i] is the event behind i of its part, first[k] of part
// k; the last list is that of events without a part.
static bool thread_parts(const tw_event_log *log, int64_t **first, int64_t **next) {
  const size_t n_part = (size_t)log->names[TW_LOG_PART].n + 1;
  *first = tw_memory_zeroed(&log->memory, n_part, sizeof **first);
  *next = tw_memory_zeroed(&log->memory, (size_t)log->n + 1, sizeof **next);
  if (*first == NULL || *next == NULL) return false;
  for (size_t k = 0; k < n_part; k++) (*first)[k] = -1;
  for (int64_t i = log->n - 1; i >= 0; i--) {
    const size_t k = log->part[i] >= 0 ? (size_t)log->part[i] : n_part - 1;
    (*next)[i] = (*first)[k];
    (*first)[k] = i;
  }
  return true;
}

// Traces in the order of their first events.
static bool add_traces(tw_out *to, const tw_event_log *log, const int64_t *first,
                       const int64_t *next) {
  const tw_log_names *parts = &log->names[TW_LOG_PART];
  for (int64_t begin = 0; begin < log->n; begin++) {
    const int32_t k = log->part[begin] >= 0 ? log->part[begin] : parts->n;
    if (first[k] != begin) continue;
    tw_text_add(&to->text, "<trace>");
    add_attribute(&to->text, "string", "concept:name", k < parts->n ? parts->at[k] : "(no part)");
    tw_text_add(&to->text, "\n");
    for (int64_t i = begin; i >= 0; i = next[i]) {
      add_event(&to->text, log, i);
      if (!tw_out_pass(to)) return false;
    }
    tw_text_add(&to->text, "</trace>\n");
  }
  return true;
}

bool tw_xes_log_write(const tw_event_log *log, tw_byte_target target) {
  TW_ASSERT(log->is_sealed && target.write != NULL);
  int64_t *first, *next;
  tw_out to = {.text = {.memory = &log->memory}, .target = target};
  bool is_good = thread_parts(log, &first, &next);
  tw_text_add(
      &to.text,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<log xes.version=\"1849.2016\" xmlns=\"http://www.xes-standard.org/\">\n"
      "<extension name=\"Concept\" prefix=\"concept\" uri=\"http://www.xes-standard.org/concept.xesext\"/>\n"
      "<extension name=\"Lifecycle\" prefix=\"lifecycle\" uri=\"http://www.xes-standard.org/lifecycle.xesext\"/>\n"
      "<extension name=\"Organizational\" prefix=\"org\" uri=\"http://www.xes-standard.org/org.xesext\"/>\n"
      "<extension name=\"Time\" prefix=\"time\" uri=\"http://www.xes-standard.org/time.xesext\"/>\n");
  is_good = is_good && add_traces(&to, log, first, next);
  tw_text_add(&to.text, "</log>\n");
  is_good = tw_out_end(&to) && is_good;
  tw_memory_free(&log->memory, first);
  tw_memory_free(&log->memory, next);
  return is_good;
}
