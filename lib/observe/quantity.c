// quantity.c - paths to handles and back, and the list of all quantities of a line. A handle is a
// row of the table and the numbers that fill in its names, so it needs no memory and no look-up
// list.

#include "observe/quantity.h"

#include <limits.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "observe/columns.h"
#include "observe/quantity_hint.h"
#include "observe/quantity_model.h"
#include "observe/quantity_rows.h"
#include "observe/quantity_upkeep.h"

// A handle, from the top: row + 1 (10 bits), then a threshold (54 bits) or object (26) and sub + 1.
enum { ROW_SHIFT = 54, OBJECT_SHIFT = 28 };
static const uint64_t TIME_MASK = (UINT64_C(1) << ROW_SHIFT) - 1;
static const uint64_t OBJECT_MASK = (UINT64_C(1) << (ROW_SHIFT - OBJECT_SHIFT)) - 1;
static const uint64_t SUB_MASK = (UINT64_C(1) << OBJECT_SHIFT) - 1;

static const struct {
  const char *root;
  const char *section;  // of the line file, for places
} scopes[TW_SCOPE_N] = {
    [TW_SCOPE_LINE] = {"line", NULL},
    [TW_SCOPE_STATION] = {"stations", "stations"},
    [TW_SCOPE_MACHINE] = {"stations", "stations"},
    [TW_SCOPE_BUFFER] = {"buffers", "buffers"},
    [TW_SCOPE_SOURCE] = {"sources", "sources"},
    [TW_SCOPE_WORKER] = {"workers", NULL},
    [TW_SCOPE_RESOURCE] = {"resources", NULL},
    [TW_SCOPE_STOCK] = {"stocks", NULL},
    [TW_SCOPE_DEMAND] = {"demands", "demands"},
    [TW_SCOPE_DUE] = {"line", NULL},
    [TW_SCOPE_ENERGY] = {"line", NULL},
    [TW_SCOPE_DRAWING] = {"stations", "stations"},
    [TW_SCOPE_DRAWER] = {"stations", "stations"},
    [TW_SCOPE_COST] = {"line", NULL},
    [TW_SCOPE_COSTING] = {"stations", "stations"},
    [TW_SCOPE_SHARED] = {"shared", NULL},
};

// No name stands between the root and the figure.
static bool is_of_line(tw_quantity_scope scope) {
  return scope == TW_SCOPE_LINE || scope == TW_SCOPE_DUE || scope == TW_SCOPE_ENERGY ||
         scope == TW_SCOPE_COST || scope == TW_SCOPE_SHARED;
}

// A machine's number stands behind the station's name.
static bool is_of_machine(tw_quantity_scope scope) {
  return scope == TW_SCOPE_MACHINE || scope == TW_SCOPE_DRAWER;
}

static bool is_of_pool(tw_quantity_scope scope) {
  return scope == TW_SCOPE_WORKER || scope == TW_SCOPE_RESOURCE || scope == TW_SCOPE_STOCK;
}

const char *tw_scope_root(tw_quantity_scope scope) {
  TW_ASSERT(scope < TW_SCOPE_N);
  return scopes[scope].root;
}

bool tw_place_is_in(const tw_line *line, int32_t place_i, const char *section) {
  const char *own = line->place[place_i].kind->section;
  return own != NULL && strcmp(own, section) == 0;
}

// Objects of a scope are numbered as places, machines or pools of the line; this is their bound.
static int32_t object_bound(const tw_line *line, tw_quantity_scope scope) {
  switch (scope) {
    case TW_SCOPE_LINE:
    case TW_SCOPE_ENERGY:
    case TW_SCOPE_COST:
    case TW_SCOPE_DUE: return 1;
    case TW_SCOPE_DRAWER:
    case TW_SCOPE_MACHINE: return line->n_machine;
    case TW_SCOPE_WORKER:
    case TW_SCOPE_RESOURCE: return line->n_pool;
    case TW_SCOPE_STOCK: return line->n_stock;
    default: return line->n_place;
  }
}

bool tw_scope_has(const tw_line *line, tw_quantity_scope scope, int32_t object_i) {
  if (object_i < 0 || object_i >= object_bound(line, scope)) return false;
  switch (scope) {
    case TW_SCOPE_LINE:
    case TW_SCOPE_STOCK:
    case TW_SCOPE_MACHINE: return true;
    case TW_SCOPE_DUE: return line->has_due;
    case TW_SCOPE_SHARED: return line->shared_models.n_series > 0;
    case TW_SCOPE_ENERGY: return line->energy.is_there;
    case TW_SCOPE_COST: return line->cost.is_there;
    case TW_SCOPE_COSTING: return line->place[object_i].cost.is_there;
    case TW_SCOPE_DRAWING: return line->place[object_i].power_uw != NULL;
    case TW_SCOPE_DRAWER:
      return line->place[line->machine[object_i].node_i].power_uw != NULL;
    case TW_SCOPE_WORKER: return !line->pool[object_i].is_resource;
    case TW_SCOPE_RESOURCE: return line->pool[object_i].is_resource;
    default: return tw_place_is_in(line, object_i, scopes[scope].section);
  }
}

// The machine of a station that has only one is not listed beside the station.
static bool is_listed(const tw_line *line, tw_quantity_scope scope, int32_t object_i) {
  if (!tw_scope_has(line, scope, object_i)) return false;
  if (!is_of_machine(scope)) return true;
  return line->place[line->machine[object_i].node_i].n_machine > 1;
}

int32_t tw_scope_place(const tw_line *line, tw_quantity_scope scope, int32_t object_i) {
  switch (scope) {
    case TW_SCOPE_DRAWER:
    case TW_SCOPE_MACHINE: return line->machine[object_i].node_i;
    case TW_SCOPE_DRAWING:
    case TW_SCOPE_COSTING:
    case TW_SCOPE_STATION:
    case TW_SCOPE_BUFFER:
    case TW_SCOPE_SOURCE:
    case TW_SCOPE_DEMAND: return object_i;
    default: return TW_NONE;
  }
}

const char *tw_scope_name(const tw_line *line, tw_quantity_scope scope, int32_t object_i) {
  const int32_t place_i = tw_scope_place(line, scope, object_i);
  if (place_i != TW_NONE) return line->place[place_i].name;
  if (scope == TW_SCOPE_STOCK) return line->stock[object_i].name;
  return is_of_line(scope) ? "" : line->pool[object_i].name;
}

// How many subs a row has for one object; 0 for thresholds, which have no end.
int32_t tw_sub_count(const tw_line *line, const tw_quantity_row *row, int32_t object_i) {
  const int32_t place_i = tw_scope_place(line, row->scope, object_i);
  switch (row->sub) {
    case TW_SUB_NONE: return 1;
    case TW_SUB_PART: return line->n_part_type;
    case TW_SUB_STATE: return TW_N_STATE;
    case TW_SUB_DEFECT:
      return row->scope == TW_SCOPE_LINE ? line->n_defect : line->place[object_i].n_made;
    case TW_SUB_SHIFT: return tw_count_shift_names(line);
    case TW_SUB_TARIFF: return line->energy.n_tariff;
    case TW_SUB_MODE: return line->machine[line->place[place_i].first_machine].n_mode;
    case TW_SUB_OWN: return line->place[place_i].kind->n_quantity;
    case TW_SUB_SERIES: return tw_line_models(line, place_i)->n_series;
    case TW_SUB_EVENT: return tw_line_models(line, place_i)->n_event;
    case TW_SUB_TIME: break;
  }
  return 0;
}

static uint64_t make_handle(int32_t row_i, int32_t object_i, int32_t sub_i) {
  TW_ASSERT(row_i >= 0 && object_i >= 0 && (uint64_t)object_i <= OBJECT_MASK);
  return (uint64_t)(row_i + 1) << ROW_SHIFT | (uint64_t)object_i << OBJECT_SHIFT |
         (uint64_t)(sub_i + 1);
}

bool tw_quantity_open(const tw_line *line, uint64_t quantity, tw_quantity_ref *ref) {
  int32_t n_row;
  const tw_quantity_row *rows = tw_quantity_rows(&n_row);
  const int64_t row_i = (int64_t)(quantity >> ROW_SHIFT) - 1;
  if (row_i < 0 || row_i >= n_row) return false;
  const tw_quantity_row *row = &rows[row_i];
  *ref = (tw_quantity_ref){.row = (int32_t)row_i,
                           .scope = (int32_t)row->scope,
                           .place_i = TW_NONE,
                           .machine_i = TW_NONE,
                           .pool_i = TW_NONE,
                           .sub_i = TW_NONE,
                           .argument = row->argument};
  if (row->sub == TW_SUB_TIME) {
    ref->time_us = (int64_t)(quantity & TIME_MASK);
    return true;
  }
  const int32_t object_i = (int32_t)(quantity >> OBJECT_SHIFT & OBJECT_MASK);
  if (!tw_scope_has(line, row->scope, object_i)) return false;
  const int32_t sub_i = (int32_t)(quantity & SUB_MASK) - 1;
  const bool is_sub_good = row->sub == TW_SUB_NONE
                               ? sub_i == TW_NONE
                               : sub_i >= 0 && sub_i < tw_sub_count(line, row, object_i);
  if (!is_sub_good) return false;
  ref->place_i = tw_scope_place(line, row->scope, object_i);
  if (is_of_machine(row->scope)) ref->machine_i = object_i;
  if (is_of_pool(row->scope)) ref->pool_i = object_i;
  ref->sub_i = sub_i;
  return true;
}

const char *tw_quantity_unit(const tw_line *line, uint64_t quantity) {
  tw_quantity_ref ref;
  if (!tw_quantity_open(line, quantity, &ref)) return "";
  int32_t n_row;
  const tw_quantity_row *row = &tw_quantity_rows(&n_row)[ref.row];
  if (strcmp(row->unit, "EUR") == 0) return line->cost.currency;
  if (strcmp(row->unit, "EUR/s") == 0) return line->cost.per_s;
  if (row->sub == TW_SUB_SERIES) return tw_series_unit(line, &ref);
  if (row->sub != TW_SUB_OWN) return row->unit;
  return line->place[ref.place_i].kind->quantities[ref.sub_i].unit;
}

const char *tw_sub_name(const tw_line *line, const tw_quantity_row *row, int32_t place_i,
                        int32_t sub_i) {
  switch (row->sub) {
    case TW_SUB_PART: return line->part_type[sub_i].name;
    case TW_SUB_SHIFT: return tw_shift_name(line, sub_i);
    case TW_SUB_TARIFF: return line->energy.tariff[sub_i].name;
    case TW_SUB_STATE: return tw_words_fixed(TW_WORDS_STATE).at[sub_i];
    case TW_SUB_DEFECT:
      if (place_i != TW_NONE) sub_i = line->made[line->place[place_i].first_made + sub_i].defect_i;
      return line->defect_name[sub_i];
    case TW_SUB_MODE:
      return line->mode[line->machine[line->place[place_i].first_machine].first_mode + sub_i].name;
    case TW_SUB_OWN: return line->place[place_i].kind->quantities[sub_i].name;
    case TW_SUB_SERIES: return tw_line_models(line, place_i)->series[sub_i].name;
    case TW_SUB_EVENT: return tw_line_models(line, place_i)->event[sub_i].path;
    case TW_SUB_NONE:
    case TW_SUB_TIME: break;
  }
  return "";
}

void tw_quantity_rest(const tw_line *line, uint64_t quantity, tw_text *out) {
  tw_quantity_ref ref;
  if (!tw_quantity_open(line, quantity, &ref)) return;
  int32_t n_row;
  const tw_quantity_row *row = &tw_quantity_rows(&n_row)[ref.row];
  const char *open = strchr(row->rest, '{');
  if (open == NULL) {
    tw_text_add(out, row->rest);
    return;
  }
  tw_text_add_n(out, row->rest, (size_t)(open - row->rest));
  if (row->sub == TW_SUB_TIME) {
    tw_text_add_number(out, tw_seconds(ref.time_us));
    tw_text_add(out, " s");
  } else {
    tw_text_add(out, tw_sub_name(line, row, ref.place_i, ref.sub_i));
  }
  tw_text_add(out, strchr(open, '}') + 1);
}

void tw_quantity_path(const tw_line *line, uint64_t quantity, tw_text *out) {
  tw_quantity_ref ref;
  if (!tw_quantity_open(line, quantity, &ref)) return;
  tw_text_print(out, "%s/", scopes[ref.scope].root);
  if (ref.place_i != TW_NONE) tw_text_add(out, line->place[ref.place_i].name);
  if (ref.pool_i != TW_NONE)
    tw_text_add(out, tw_scope_name(line, (tw_quantity_scope)ref.scope, ref.pool_i));
  if (ref.machine_i != TW_NONE)
    tw_text_print(out, "[%d]", (int)line->machine[ref.machine_i].number + 1);
  if (!is_of_line((tw_quantity_scope)ref.scope)) tw_text_add(out, "/");
  tw_quantity_rest(line, quantity, out);
}

// Listed quantities of one row.
static int32_t count_row(const tw_line *line, const tw_quantity_row *row) {
  if (!row->is_listed) return 0;
  int32_t n = 0;
  for (int32_t i = 0; i < object_bound(line, row->scope); i++)
    if (is_listed(line, row->scope, i)) n += tw_sub_count(line, row, i);
  return n;
}

int32_t tw_quantity_count(const tw_line *line) {
  int32_t n_row, n = 0;
  const tw_quantity_row *rows = tw_quantity_rows(&n_row);
  for (int32_t i = 0; i < n_row; i++) n += count_row(line, &rows[i]);
  return n;
}

uint64_t tw_quantity_at(const tw_line *line, int32_t i) {
  if (i < 0) return 0;
  int32_t n_row;
  const tw_quantity_row *rows = tw_quantity_rows(&n_row);
  for (int32_t row_i = 0; row_i < n_row; row_i++) {
    const tw_quantity_row *row = &rows[row_i];
    if (!row->is_listed) continue;
    for (int32_t object_i = 0; object_i < object_bound(line, row->scope); object_i++) {
      if (!is_listed(line, row->scope, object_i)) continue;
      const int32_t n = tw_sub_count(line, row, object_i);
      if (i < n) return make_handle(row_i, object_i, row->sub == TW_SUB_NONE ? TW_NONE : i);
      i -= n;
    }
  }
  return 0;
}

void tw_quantity_list(const tw_line *line, uint64_t *quantity) {
  int32_t n_row, n = 0;
  const tw_quantity_row *rows = tw_quantity_rows(&n_row);
  for (int32_t row_i = 0; row_i < n_row; row_i++) {
    const tw_quantity_row *row = &rows[row_i];
    const int32_t n_object = row->is_listed ? object_bound(line, row->scope) : 0;
    for (int32_t object_i = 0; object_i < n_object; object_i++) {
      if (!is_listed(line, row->scope, object_i)) continue;
      const int32_t n_sub = tw_sub_count(line, row, object_i);
      for (int32_t i = 0; i < n_sub; i++)
        quantity[n++] = make_handle(row_i, object_i, row->sub == TW_SUB_NONE ? TW_NONE : i);
    }
  }
}

// Reads "[2]" up to the end of the name; -1 when it is none.
static int32_t read_number(const char *text, const char *end) {
  int32_t number = 0;
  if (end - text < 3 || *text != '[' || end[-1] != ']') return -1;
  for (const char *at = text + 1; at < end - 1; at++) {
    if (*at < '0' || *at > '9' || number > INT_MAX / 20) return -1;
    number = number * 10 + (*at - '0');
  }
  return number;
}

int32_t tw_scope_find(const tw_line *line, tw_quantity_scope scope, const char *name, size_t n) {
  if (is_of_line(scope)) return tw_scope_has(line, scope, 0) ? 0 : TW_NONE;
  const char *bracket = memchr(name, '[', n);
  if ((bracket != NULL) != is_of_machine(scope)) return TW_NONE;
  const size_t n_name = bracket != NULL ? (size_t)(bracket - name) : n;
  const tw_quantity_scope of = scope == TW_SCOPE_MACHINE  ? TW_SCOPE_STATION
                               : scope == TW_SCOPE_DRAWER ? TW_SCOPE_DRAWING
                                                          : scope;
  for (int32_t i = 0; i < object_bound(line, of); i++) {
    if (!tw_scope_has(line, of, i)) continue;
    const char *own = tw_scope_name(line, of, i);
    if (strncmp(own, name, n_name) != 0 || own[n_name] != 0) continue;
    if (!is_of_machine(scope)) return i;
    const int32_t number = read_number(bracket, name + n);
    const tw_place *place = &line->place[i];
    return number >= 1 && number <= place->n_machine ? place->first_machine + number - 1 : TW_NONE;
  }
  return TW_NONE;
}

// Reads the sub at `text` up to `end`: its number, TW_NONE when it is none. Thresholds go to
// *time_us.
static int32_t read_sub(const tw_line *line, const tw_quantity_row *row, int32_t object_i,
                        const char *text, size_t n, int64_t *time_us) {
  if (row->sub == TW_SUB_TIME) {
    double time_s;
    tw_dim dim;
    const bool is_good = tw_quantity_read(text, &time_s, &dim) == TW_QUANTITY_OK &&
                         tw_dim_equal(dim, TW_DIM_TIME) && time_s >= 0 && time_s <= 1e9;
    if (!is_good) return TW_NONE;
    *time_us = tw_ticks(time_s);
    return 0;
  }
  const int32_t place_i = tw_scope_place(line, row->scope, object_i);
  for (int32_t i = 0; i < tw_sub_count(line, row, object_i); i++) {
    const char *name = tw_sub_name(line, row, place_i, i);
    if (strncmp(name, text, n) == 0 && name[n] == 0) return i;
  }
  return TW_NONE;
}

// Gives the handle when `rest` is what the row spells for the object; 0 when it is not.
static uint64_t match_rest(const tw_line *line, int32_t row_i, int32_t object_i, const char *rest) {
  int32_t n_row;
  const tw_quantity_row *row = &tw_quantity_rows(&n_row)[row_i];
  const char *open = strchr(row->rest, '{');
  if (open == NULL) {
    return strcmp(row->rest, rest) == 0 ? make_handle(row_i, object_i, TW_NONE) : 0;
  }
  const size_t n_before = (size_t)(open - row->rest);
  const char *after = strchr(open, '}') + 1;
  const size_t n_after = strlen(after), n_rest = strlen(rest);
  if (n_rest <= n_before + n_after) return 0;
  if (strncmp(row->rest, rest, n_before) != 0) return 0;
  if (strcmp(rest + n_rest - n_after, after) != 0) return 0;
  int64_t time_us = 0;
  const int32_t sub_i =
      read_sub(line, row, object_i, rest + n_before, n_rest - n_before - n_after, &time_us);
  if (sub_i == TW_NONE) return 0;
  if (row->sub != TW_SUB_TIME) return make_handle(row_i, object_i, sub_i);
  return (uint64_t)(row_i + 1) << ROW_SHIFT | (uint64_t)time_us;
}

uint64_t tw_quantity_match(const tw_line *line, const char *path) {
  int32_t n_row;
  const tw_quantity_row *rows = tw_quantity_rows(&n_row);
  for (int32_t scope = 0; scope < TW_SCOPE_N; scope++) {
    const size_t n_root = strlen(scopes[scope].root);
    if (strncmp(path, scopes[scope].root, n_root) != 0 || path[n_root] != '/') continue;
    const char *name = path + n_root + 1, *rest = name;
    size_t n_name = 0;
    if (!is_of_line((tw_quantity_scope)scope)) {
      n_name = strcspn(name, "/");
      if (name[n_name] == 0) continue;
      rest = name + n_name + 1;
    }
    const int32_t object_i = tw_scope_find(line, (tw_quantity_scope)scope, name, n_name);
    if (object_i == TW_NONE) continue;
    for (int32_t i = 0; i < n_row; i++) {
      if ((int32_t)rows[i].scope != scope) continue;
      const uint64_t quantity = match_rest(line, i, object_i, rest);
      if (quantity != 0) return quantity;
    }
  }
  return 0;
}

uint64_t tw_quantity_find(const tw_line *line, const char *path, twin_problems *problems) {
  const uint64_t quantity = tw_quantity_match(line, path);
  if (quantity == 0 && problems != NULL) tw_quantity_explain(line, path, problems);
  return quantity;
}
