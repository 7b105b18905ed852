// state_json_value.c - reads the values of a state: whole numbers exactly, names, ids of parts,
// arrays; whatever does not fit its field is reported with its place.

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "core/ticks.h"
#include "engine/tables.h"
#include "io/state_json_inner.h"
#include "state/validate.h"

void tw_state_report(tw_state_reader *in, const tw_node *node, const char *code, const char *wanted,
                     const char *hint, const char *format, ...) {
  char message[256], got[TW_GOT_BYTES];
  va_list args;
  va_start(args, format);
  tw_vformat(message, sizeof message, format, args);
  va_end(args);
  in->is_good = false;
  tw_node_problem(in->problems, in->file, node, code, tw_node_got(node, got), wanted, hint, "%s",
                  message);
}

void tw_state_report_type(tw_state_reader *in, const tw_node *node, const char *wanted) {
  char got[TW_GOT_BYTES];
  tw_state_report(in, node, "E-TYPE", wanted, NULL, "%s is given; %s is needed",
                  tw_node_got(node, got), wanted);
}

// A whole number, written as one or as a text of digits; false: it is none, or beyond 64 bits.
bool tw_state_read_whole(const tw_node *node, bool *is_negative, uint64_t *magnitude) {
  if (node->type != TW_NODE_NUMBER && node->type != TW_NODE_TEXT) return false;
  const char *at = node->text;
  *is_negative = *at == '-';
  at += *is_negative;
  *magnitude = 0;
  if (*at == '\0') return false;
  for (; *at != '\0'; at++) {
    const uint64_t digit = (uint64_t)(*at - '0');
    if (*at < '0' || *at > '9' || *magnitude > (UINT64_MAX - digit) / 10) return false;
    *magnitude = *magnitude * 10 + digit;
  }
  return true;
}

bool tw_state_read_i64(const tw_node *node, int64_t *value) {
  bool is_negative;
  uint64_t magnitude;
  if (!tw_state_read_whole(node, &is_negative, &magnitude) || magnitude > (uint64_t)INT64_MAX)
    return false;
  *value = is_negative ? -(int64_t)magnitude : (int64_t)magnitude;
  return true;
}

int tw_state_by_id(const void *a, const void *b) {
  const tw_placed_part *x = a, *y = b;
  return x->id < y->id ? -1 : x->id > y->id;
}

// Slot of a part by its id; TW_NO_PART: there is none.
uint32_t tw_state_find_part(const tw_state_reader *in, uint64_t id) {
  const tw_placed_part wanted = {.id = id};
  const tw_placed_part *found =
      in->n_part == 0 ? NULL
                      : bsearch(&wanted, in->part, in->n_part, sizeof wanted, tw_state_by_id);
  return found != NULL ? found->slot : TW_NO_PART;
}

static const char *class_word(tw_bound bound) {
  switch (bound) {
    case TW_OF_PLACE: return "place";
    case TW_OF_MACHINE: return "machine";
    case TW_OF_MODE: return "failure mode";
    case TW_OF_EXIT: return "exit";
    case TW_OF_PART_TYPE: return "part type";
    case TW_OF_SLOT: return "event";
    case TW_OF_STREAM: return "stream";
    case TW_OF_EDGE: return "way";
    case TW_OF_WORKER: return "worker";
    default: return "word";
  }
}

int32_t tw_state_find_name(tw_state_reader *in, const tw_node *node, tw_bound bound,
                           const char *name) {
  const int32_t i = tw_name_find(&in->book, bound, name);
  if (i != TW_NONE) return i;
  char hint[160] = "";
  const char *nearest = tw_index_nearest(&in->book.of[bound], name, in->problems);
  if (nearest != NULL) snprintf(hint, sizeof hint, "did you mean \"%.120s\"?", nearest);
  tw_state_report(in, node, "E-REF", NULL, hint[0] != '\0' ? hint : NULL,
                  "the line has no %s \"%.80s\"", class_word(bound), name);
  return TW_NONE;
}

// "slot 0": a record in no use, as it stands in a run that has not begun.
static bool read_free_ref(const tw_state_reader *in, const tw_node *node, uint32_t *slot) {
  int64_t value;
  if (node->type != TW_NODE_TEXT || strncmp(node->text, "slot ", strlen("slot ")) != 0)
    return false;
  const tw_node digits = {.type = TW_NODE_TEXT, .text = node->text + strlen("slot ")};
  if (!tw_state_read_i64(&digits, &value) || value < 0 || value >= in->run->head->n_part_slot)
    return false;
  *slot = (uint32_t)value;
  return in->run->part[value].type == TW_NONE;
}

static void read_part_ref(tw_state_reader *in, const tw_node *node, char *at) {
  bool is_negative;
  uint64_t id;
  uint32_t slot = TW_NO_PART;
  if (node->type != TW_NODE_NULL && !read_free_ref(in, node, &slot)) {
    if (!tw_state_read_whole(node, &is_negative, &id) || is_negative) {
      tw_state_report_type(in, node, "the id of a part, or null");
      return;
    }
    slot = tw_state_find_part(in, id);
    if (slot == TW_NO_PART)
      tw_state_report(in, node, "E-REF", NULL, NULL, "there is no part %llu",
                      (unsigned long long)id);
  }
  memcpy(at, &slot, sizeof slot);
}

static void read_double(tw_state_reader *in, const tw_node *node, char *at) {
  double number = node->number;
  if (node->type == TW_NODE_TEXT) {
    const bool is_inf = strcmp(node->text, "inf") == 0, is_minus = strcmp(node->text, "-inf") == 0;
    const bool is_nan = strcmp(node->text, "nan") == 0;
    number = is_inf ? (double)INFINITY : is_minus ? -(double)INFINITY : (double)NAN;
    if (!is_inf && !is_minus && !is_nan) tw_state_report_type(in, node, "a number");
  } else if (node->type != TW_NODE_NUMBER) {
    tw_state_report_type(in, node, "a number");
  }
  memcpy(at, &number, sizeof number);
}

// Least and largest whole number that a field can hold.
static void find_range(const tw_state_reader *in, const tw_state_field *field, int64_t *least,
                       int64_t *most) {
  const bool is_index = field->bound > TW_BOOLEAN;
  *least = INT64_MIN + 1;
  *most = INT64_MAX;
  if (field->type == TW_I32) *least = INT32_MIN, *most = INT32_MAX;
  if (field->type == TW_U32) *least = 0, *most = UINT32_MAX;
  if (field->type == TW_U8) *least = 0, *most = UINT8_MAX;
  if (field->bound == TW_NOT_NEGATIVE) {
    *least = 0;
    if (*most >= TW_TICK_MAX) *most = TW_TICK_MAX - 1;
  }
  if (is_index) *least = 0, *most = tw_bound_limit(in->run, field->bound) - 1;
}

static void read_number(tw_state_reader *in, const tw_node *node, const tw_state_field *field,
                        char *at) {
  int64_t value = 0, least, most;
  bool is_negative;
  uint64_t magnitude;
  if (field->type == TW_U64) {
    if (!tw_state_read_whole(node, &is_negative, &magnitude) || is_negative)
      tw_state_report_type(in, node, "a whole number from 0");
    else
      memcpy(at, &magnitude, sizeof magnitude);
    return;
  }
  find_range(in, field, &least, &most);
  if (!tw_state_read_i64(node, &value))
    tw_state_report_type(in, node, "a whole number");
  else if (value < least || value > most)
    tw_state_report(in, node, "E-RANGE", NULL, NULL,
                    "%s is out of bounds: %lld to %lld are possible", field->name, (long long)least,
                    (long long)most);
  else
    tw_state_put(at, field->type, value);
}

// One element of a field.
static void read_element(tw_state_reader *in, const tw_node *node, const tw_state_field *field,
                         char *at) {
  const bool is_index = field->bound > TW_BOOLEAN;
  const bool has_names = is_index && in->book.of[field->bound].n > 0;
  if (field->bound == TW_OF_PART) {
    read_part_ref(in, node, at);
  } else if (field->type == TW_F64) {
    read_double(in, node, at);
  } else if (field->bound == TW_BOOLEAN) {
    if (node->type != TW_NODE_BOOL)
      tw_state_report_type(in, node, "true or false");
    else
      tw_state_put(at, field->type, node->truth);
  } else if (node->type == TW_NODE_NULL) {
    if (is_index && (field->type == TW_I32 || field->type == TW_I64))
      tw_state_put(at, field->type, TW_NONE);
    else if (field->type == TW_I64 && field->bound == TW_ANY)
      tw_state_put(at, TW_I64, INT64_MAX);
    else
      tw_state_report_type(in, node, "a value");
  } else if (has_names) {
    if (node->type != TW_NODE_TEXT) {
      tw_state_report_type(in, node, "a name");
      return;
    }
    const int32_t i = tw_state_find_name(in, node, field->bound, node->text);
    if (i != TW_NONE) tw_state_put(at, field->type, i);
  } else {
    read_number(in, node, field, at);
  }
}

bool tw_state_is_object(tw_state_reader *in, const tw_node *node) {
  if (node->type == TW_NODE_OBJECT) return true;
  tw_state_report_type(in, node, "an object");
  return false;
}

// An array: elements by number, times of states by state; what is not there is 0.
static void read_array(tw_state_reader *in, const tw_node *node, const tw_state_field *field,
                       char *at) {
  if (!tw_state_is_object(in, node)) return;
  const uint32_t size = tw_state_type_size(field->type);
  memset(at, 0, (size_t)field->count * size);
  for (const tw_node *item = node->first; item != NULL; item = item->next) {
    int32_t k = TW_NONE;
    const tw_node key = {.type = TW_NODE_TEXT, .text = item->key};
    int64_t number;
    if (field->count == TW_N_STATE)
      k = tw_state_find_name(in, item, TW_OF_STATE, item->key);
    else if (tw_state_read_i64(&key, &number) && number >= 0 && number < (int64_t)field->count)
      k = (int32_t)number;
    else
      tw_state_report(in, item, "E-KEY", NULL, NULL, "%s has elements 0 to %u", field->name,
                      (unsigned)(field->count - 1));
    if (k != TW_NONE) read_element(in, item, field, at + (uint32_t)k * size);
  }
}

static const tw_state_field *find_field(tw_state_reader *in, int32_t section,
                                        const tw_state_table *table, const tw_node *item) {
  enum { NAMES_MAX = 128 };
  const char *names[NAMES_MAX];
  int32_t n = 0;
  for (int32_t f = 0; f < table->n_field; f++) {
    const tw_state_field *field = &table->field[f];
    const bool is_counted = tw_is_recounted(in->run->line, section, field);
    if (strcmp(field->name, item->key) == 0) {
      if (!is_counted) return field;
      tw_state_report(in, item, "E-KEY", NULL, "leave it out",
                      "%s follows from the rest of the state", field->name);
      return NULL;
    }
    if (!is_counted && n < NAMES_MAX) names[n++] = field->name;
  }
  char hint[160] = "";
  const char *nearest = tw_name_nearest(item->key, names, n, in->problems);
  if (nearest != NULL) snprintf(hint, sizeof hint, "did you mean \"%.120s\"?", nearest);
  tw_state_report(in, item, "E-KEY", NULL, hint[0] != '\0' ? hint : NULL,
                  "%s has no field \"%.80s\"", table->name, item->key);
  return NULL;
}

void tw_state_read_fields(tw_state_reader *in, const tw_node *node, int32_t section,
                          const tw_state_table *table, char *record) {
  if (!tw_state_is_object(in, node)) return;
  const bool is_part = table == &tw_part_state_table;
  for (const tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key) || (is_part && strcmp(item->key, "slot") == 0)) continue;
    const tw_state_field *field = find_field(in, section, table, item);
    if (field == NULL) continue;
    char *at = record + field->offset;
    if (is_part && field->offset == offsetof(tw_part, id))
      tw_state_report(in, item, "E-KEY", NULL, NULL, "the id of a part is its key");
    else if (field->count > 1)
      read_array(in, item, field, at);
    else
      read_element(in, item, field, at);
  }
}
