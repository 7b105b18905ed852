// ocel_in.c - see ocel_in.h. What an event says is written as a row of CSV and read by the reader
// of those: what a mapping means is then one fact. Lines of the log are those of the JSON text.

#include "live/ocel_in.h"

#include <string.h>

#include "base/assert.h"
#include "base/text.h"
#include "io/json.h"
#include "live/csv_in.h"

// The columns of every event, in front of the others.
enum { ID, ACTIVITY, TIME, N_FIXED };
static const char *const fixed_columns[N_FIXED] = {"ocel:id", "ocel:activity", "ocel:time"};

static const char own_map[] =
    "{\"libtwin-log\": \"1.0\", \"time\": {\"column\": \"ocel:time\", \"lo\": \"time_lo\", \"hi\": \"time_hi\", \"resolution\": \"1 us\"},"
    "\"entity\": {\"column\": \"entity\"}, \"unit\": {\"column\": \"unit\"}, \"transition\": {\"column\": \"ocel:activity\"},"
    "\"part\": {\"column\": \"part\"}, \"type\": {\"column\": \"type\"}, \"what\": {\"column\": \"what\"},"
    "\"value\": {\"column\": \"value\", \"measure\": \"measure\"}}";

typedef struct ocel_log {
  const char *file;
  twin_problems *problems;
  tw_arena arena;
  tw_text csv;
  tw_log_names columns;
  tw_log_names objects;  // by their ids
  int32_t *type_column;  // [objects.n] -1: it has no type
  const char **cell;     // [columns.n] of one event; NULL: empty
  int64_t *line;         // [n_event] in the text
  int64_t n_event;
} ocel_log;

static bool refuse(ocel_log *in, const tw_node *node, const char *what) {
  const tw_problem_text text = {.status = TWIN_ERR_FILE,
                                .code = "E-FILE",
                                .file = in->file,
                                .line = node != NULL ? node->line : 0,
                                .column = node != NULL ? node->column : 0,
                                .hint = "OCEL 2.0 in JSON has \"objects\" and \"events\""};
  tw_problems_add(in->problems, &text, "%s", what);
  return false;
}

// The text or number of a member; NULL: it has none.
static const char *text_of(const tw_node *object, const char *key) {
  const tw_node *node = tw_node_member(object, key);
  if (node == NULL || (node->type != TW_NODE_TEXT && node->type != TW_NODE_NUMBER)) return NULL;
  return node->text;
}

static const tw_node *first_of(const tw_node *object, const char *key) {
  const tw_node *list = tw_node_member(object, key);
  return list != NULL && list->type == TW_NODE_LIST ? list->first : NULL;
}

static int32_t enter_column(ocel_log *in, const char *prefix, const char *name) {
  const char *full = tw_arena_print(&in->arena, "%s%s", prefix, name);
  if (full == NULL || in->columns.n >= TW_LOG_COLUMNS_MAX) return -1;
  return tw_log_names_enter(&in->columns, full, strlen(full));
}

static bool read_objects(ocel_log *in, const tw_node *root) {
  const tw_node *list = tw_node_member(root, "objects");
  if (list == NULL || list->type != TW_NODE_LIST)
    return refuse(in, root, "there is no list of objects");
  in->type_column =
      tw_arena_take_array(&in->arena, (size_t)list->n_child + 1, sizeof *in->type_column);
  if (in->type_column == NULL) return false;
  for (const tw_node *one = list->first; one != NULL; one = one->next) {
    const char *id = text_of(one, "id"), *type = text_of(one, "type");
    if (id == NULL) return refuse(in, one, "an object has no id");
    const int32_t k = tw_log_names_enter(&in->objects, id, strlen(id));
    if (k < 0) return false;
    in->type_column[k] = type != NULL ? enter_column(in, "ocel:type:", type) : -1;
  }
  return true;
}

// Every column that an event may have, before the first row is written.
static bool find_columns(ocel_log *in, const tw_node *first) {
  static const char *const own[] = {"entity", "part",    "type",    "what", "measure",
                                    "unit",   "time_lo", "time_hi", "value"};
  for (const tw_node *event = first; event != NULL; event = event->next) {
    for (const tw_node *one = first_of(event, "attributes"); one != NULL; one = one->next) {
      const char *name = text_of(one, "name");
      if (name != NULL && enter_column(in, "", name) < 0)
        return refuse(in, one, "there are too many attributes");
    }
    for (const tw_node *one = first_of(event, "relationships"); one != NULL; one = one->next) {
      const char *name = text_of(one, "qualifier");
      if (name != NULL && enter_column(in, "ocel:qualifier:", name) < 0)
        return refuse(in, one, "there are too many qualifiers");
    }
  }
  for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
    if (enter_column(in, "", own[i]) < 0) return false;
  TW_ASSERT(in->columns.n >= N_FIXED);
  in->cell = tw_arena_take_array(&in->arena, (size_t)in->columns.n, sizeof *in->cell);
  return in->cell != NULL;
}

// A cell in quotes, on one line.
static void add_cell(tw_text *out, const char *text) {
  tw_text_add(out, "\"");
  for (const char *at = text; *at != 0; at++) {
    if (*at == '"')
      tw_text_add(out, "\"\"");
    else
      tw_text_add_n(out, *at == '\n' || *at == '\r' ? " " : at, 1);
  }
  tw_text_add(out, "\"");
}

static void add_row(ocel_log *in, const char *const *cell) {
  for (int32_t i = 0; i < in->columns.n; i++) {
    if (i > 0) tw_text_add(&in->csv, ",");
    if (cell[i] != NULL) add_cell(&in->csv, cell[i]);
  }
  tw_text_add(&in->csv, "\n");
}

// Puts a text into a cell, behind what is there.
static bool put(ocel_log *in, int32_t column, const char *text) {
  TW_ASSERT(column < in->columns.n);
  if (column < 0 || text == NULL) return true;
  const char *before = in->cell[column];
  in->cell[column] = before == NULL ? text : tw_arena_print(&in->arena, "%s %s", before, text);
  return in->cell[column] != NULL;
}

static bool add_relation(ocel_log *in, const tw_node *one) {
  const char *id = text_of(one, "objectId"), *qualifier = text_of(one, "qualifier");
  if (id == NULL) return true;
  const int32_t k = tw_log_names_find(&in->objects, id, strlen(id));
  if (k >= 0 && !put(in, in->type_column[k], id)) return false;
  return qualifier == NULL || put(in, enter_column(in, "ocel:qualifier:", qualifier), id);
}

static bool add_event(ocel_log *in, const tw_node *event) {
  for (int32_t i = 0; i < in->columns.n; i++) in->cell[i] = NULL;
  in->cell[ID] = text_of(event, "id");
  in->cell[ACTIVITY] = text_of(event, "type");
  in->cell[TIME] = text_of(event, "time");
  for (const tw_node *one = first_of(event, "attributes"); one != NULL; one = one->next) {
    const char *name = text_of(one, "name");
    if (name != NULL && !put(in, enter_column(in, "", name), text_of(one, "value"))) return false;
  }
  for (const tw_node *one = first_of(event, "relationships"); one != NULL; one = one->next)
    if (!add_relation(in, one)) return false;
  in->line[in->n_event++] = event->line;
  add_row(in, in->cell);
  return !in->csv.is_out_of_memory;
}

static bool read_events(ocel_log *in, const tw_node *root) {
  const tw_node *list = tw_node_member(root, "events");
  if (list == NULL || list->type != TW_NODE_LIST)
    return refuse(in, root, "there is no list of events");
  in->line = tw_arena_take_array(&in->arena, (size_t)list->n_child + 1, sizeof *in->line);
  if (in->line == NULL || !find_columns(in, list->first)) return false;
  add_row(in, in->columns.at);
  for (const tw_node *one = list->first; one != NULL; one = one->next)
    if (!add_event(in, one)) return false;
  return true;
}

// What is left of the rows that were written.
typedef struct rest {
  const char *at;
  size_t n;
} rest;

static size_t read_rest(void *user, char *bytes, size_t n) {
  rest *of = user;
  const size_t n_given = of->n < n ? of->n : n;
  if (n_given > 0) memcpy(bytes, of->at, n_given);
  of->at += n_given;
  of->n -= n_given;
  return n_given;
}

static int64_t line_of(const ocel_log *in, int64_t row) {
  return row >= 2 && row - 2 < in->n_event ? in->line[row - 2] : 1;
}

// The stamps of a local clock were written with a zone that they do not have; and a log without
// events has a clock, too.
static void take_clock(const tw_node *root, tw_event_log *log) {
  const char *clock = text_of(root, "x-clock");
  if (clock != NULL) log->is_aware = strcmp(clock, "local") != 0;
}

static twin_status read_rows(ocel_log *in, const tw_node *root, const tw_log_map *map,
                             tw_event_log **log) {
  rest of = {in->csv.at, in->csv.n};
  tw_log_map *own = NULL;
  twin_status status = TWIN_OK;
  if (map == NULL)
    status =
        tw_log_map_read(&own, own_map, strlen(own_map), "own", &in->arena.memory, in->problems);
  if (status == TWIN_OK)
    status = tw_csv_log_read(log, (tw_byte_source){read_rest, &of}, in->file,
                             map != NULL ? map : own, &in->arena.memory, in->problems);
  tw_log_map_free(own);
  if (status != TWIN_OK) return status;
  for (int64_t i = 0; i < (*log)->n; i++) (*log)->line[i] = line_of(in, (*log)->line[i]);
  for (int64_t i = 0; i < (*log)->found.n; i++)
    (*log)->found.at[i].line = line_of(in, (*log)->found.at[i].line);
  if (map == NULL) take_clock(root, *log);
  return TWIN_OK;
}

twin_status tw_ocel_log_read(tw_event_log **log, const tw_ocel_text *text, const tw_log_map *map,
                             const tw_memory *memory, twin_problems *problems) {
  TW_ASSERT(log != NULL && text != NULL && text->file != NULL);
  ocel_log in = {.file = text->file, .problems = problems};
  tw_arena_init_with(&in.arena, memory);
  tw_log_names_init(&in.columns, memory);
  tw_log_names_init(&in.objects, memory);
  in.csv.memory = &in.arena.memory;
  const tw_node *root = tw_json_read(text->at, text->n, text->file, &in.arena, problems);
  bool is_good = root != NULL;
  is_good = is_good && (root->type == TW_NODE_OBJECT || refuse(&in, root, "this is no object"));
  for (int32_t i = 0; i < N_FIXED && is_good; i++)
    is_good = enter_column(&in, "", fixed_columns[i]) == i;
  is_good = is_good && read_objects(&in, root) && read_events(&in, root);
  twin_status status = TWIN_ERR_FILE;
  if (is_good) status = read_rows(&in, root, map, log);
  if (status != TWIN_OK && (in.arena.is_out_of_memory != 0 || in.csv.is_out_of_memory))
    status = tw_fail(problems, TWIN_ERR_MEMORY, "not enough memory for the log");
  tw_text_free(&in.csv);
  tw_log_names_free(&in.columns);
  tw_log_names_free(&in.objects);
  tw_arena_free(&in.arena);
  return status;
}
