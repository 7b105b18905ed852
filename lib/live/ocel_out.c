// ocel_out.c - logs out as OCEL 2.0 in JSON: entities and parts are objects, transitions the types
// of events. What OCEL has no place for stands in attributes, so that the same log can be read
// back.

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "live/out_inner.h"

// Attributes of an event in their order; the mapping of ocel_in.c names them, too.
static const char *const text_attributes[] = {"entity",  "part", "type",    "what",
                                              "measure", "unit", "time_lo", "time_hi"};

static void add_member(tw_text *out, const char *name, const char *value, bool *is_next) {
  tw_text_add(out, *is_next ? ",{\"name\":" : "{\"name\":");
  tw_text_add_json(out, name);
  tw_text_add(out, ",\"value\":");
  tw_text_add_json(out, value);
  tw_text_add(out, "}");
  *is_next = true;
}

static void add_types(tw_out *to, const tw_event_log *log) {
  tw_text *out = &to->text;
  tw_text_print(out,
                "{\"x-clock\":\"%s\",\n\"objectTypes\":[{\"name\":\"entity\",\"attributes\":[]},\n",
                log->is_aware ? "UTC" : "local");
  tw_text_add(
      out,
      "{\"name\":\"part\",\"attributes\":[{\"name\":\"type\",\"type\":\"string\"}]}],\n\"eventTypes\":[");
  for (int32_t i = 0; i < TW_TRANSITION_N; i++) {
    tw_text_print(out, "%s{\"name\":\"%s\",\"attributes\":[{\"name\":\"value\",\"type\":\"float\"}",
                  i > 0 ? ",\n" : "", tw_transition_words[i]);
    for (size_t k = 0; k < sizeof text_attributes / sizeof text_attributes[0]; k++)
      tw_text_print(out, ",{\"name\":\"%s\",\"type\":\"string\"}", text_attributes[k]);
    tw_text_add(out, "]}");
  }
  tw_text_add(out, "],\n\"objects\":[");
}

static bool add_object(tw_out *to, const char *type, const char *name, bool is_first) {
  tw_text *out = &to->text;
  tw_text id = {.memory = out->memory};
  tw_text_print(&id, "%s/%s", type, name);
  tw_text_add(out, is_first ? "{\"id\":" : ",\n{\"id\":");
  tw_text_add_json(out, id.at != NULL ? id.at : "");
  tw_text_print(out, ",\"type\":\"%s\",\"attributes\":[],\"relationships\":[]}", type);
  out->is_out_of_memory |= id.is_out_of_memory;
  tw_text_free(&id);
  return tw_out_pass(to);
}

// Objects in the order of their first events: what is read back gives the same.
static bool add_objects(tw_out *to, const tw_event_log *log) {
  const size_t n_entity = (size_t)log->names[TW_LOG_ENTITY].n,
               n_part = (size_t)log->names[TW_LOG_PART].n;
  bool *is_told = tw_memory_zeroed(&log->memory, n_entity + n_part + 1, sizeof *is_told);
  bool is_good = is_told != NULL, is_first = true;
  for (int64_t i = 0; i < log->n && is_good; i++) {
    const int32_t entity = log->entity[i], part = log->part[i];
    if (!is_told[entity]) {
      is_good = add_object(to, "entity", log->names[TW_LOG_ENTITY].at[entity], is_first);
      is_told[entity] = true;
      is_first = false;
    }
    if (part < 0 || is_told[n_entity + (size_t)part]) continue;
    is_good = is_good && add_object(to, "part", log->names[TW_LOG_PART].at[part], false);
    is_told[n_entity + (size_t)part] = true;
  }
  tw_memory_free(&log->memory, is_told);
  return is_good;
}

static void add_relation(tw_text *out, const char *type, const char *name) {
  tw_text id = {.memory = out->memory};
  tw_text_print(&id, "%s/%s", type, name);
  tw_text_add(out, "{\"objectId\":");
  tw_text_add_json(out, id.at != NULL ? id.at : "");
  tw_text_print(out, ",\"qualifier\":\"%s\"}", type);
  out->is_out_of_memory |= id.is_out_of_memory;
  tw_text_free(&id);
}

// OCEL wants a zone; that of a local clock is not known, which "x-clock" says.
static void add_event(tw_text *out, const tw_event_log *log, int64_t i) {
  char stamp[40], number[32];
  bool is_next = false;
  const tw_event event = tw_event_log_get(log, i);
  tw_out_stamp(event.time_us, /*has_zone=*/true, stamp);
  tw_text_print(out, "%s{\"id\":\"e%lld\",\"type\":\"%s\",\"time\":\"%s\",\"attributes\":[",
                i > 0 ? ",\n" : "", (long long)i + 1, tw_transition_words[event.transition], stamp);
  const int32_t codes[] = {event.entity, event.part, event.type, event.what, event.measure};
  static const tw_log_list lists[] = {TW_LOG_ENTITY, TW_LOG_PART, TW_LOG_TYPE, TW_LOG_WHAT,
                                      TW_LOG_MEASURE};
  for (int32_t k = 0; k < 5; k++)
    if (codes[k] >= 0)
      add_member(out, text_attributes[k], log->names[lists[k]].at[codes[k]], &is_next);
  if (event.unit != 0) {
    snprintf(number, sizeof number, "%d", (int)event.unit);
    add_member(out, "unit", number, &is_next);
  }
  if (event.lo_us < event.time_us || event.hi_us > event.time_us) {
    tw_out_stamp(event.lo_us, true, stamp);
    add_member(out, "time_lo", stamp, &is_next);
    tw_out_stamp(event.hi_us, true, stamp);
    add_member(out, "time_hi", stamp, &is_next);
  }
  if (!isnan(event.value)) {
    tw_number_write(number, event.value);
    tw_text_print(out, "%s{\"name\":\"value\",\"value\":%s}", is_next ? "," : "", number);
  }
  tw_text_add(out, "],\"relationships\":[");
  add_relation(out, "entity", log->names[TW_LOG_ENTITY].at[event.entity]);
  if (event.part >= 0) {
    tw_text_add(out, ",");
    add_relation(out, "part", log->names[TW_LOG_PART].at[event.part]);
  }
  tw_text_add(out, "]}");
}

bool tw_ocel_log_write(const tw_event_log *log, tw_byte_target target) {
  TW_ASSERT(log->is_sealed && target.write != NULL);
  tw_out to = {.text = {.memory = &log->memory}, .target = target};
  add_types(&to, log);
  bool is_good = add_objects(&to, log);
  tw_text_add(&to.text, "],\n\"events\":[");
  for (int64_t i = 0; i < log->n && is_good; i++) {
    add_event(&to.text, log, i);
    is_good = tw_out_pass(&to);
  }
  tw_text_add(&to.text, "]}\n");
  return tw_out_end(&to) && is_good;
}
