// run_in.c - see run_in.h. A fact that is no transition of its own is a sample of its name. What
// the facts do not tell, why work stops, is in the states of the machines: where processing of a
// part ends that is not complete, its work is suspended.

#include "live/run_in.h"

#include <math.h>
#include <string.h>
#include <twin/run.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/sink.h"
#include "field/field.h"
#include "io/json.h"
#include "io/run_file.h"
#include "live/stamp.h"

typedef struct meaning {
  int32_t transition;
  const char *what;  // NULL: nothing
} meaning;

// clang-format off
static const meaning meanings[TW_FACT_N] = {
  [TW_FACT_CREATE]   = {TW_DO_ENTER, "create"},
  [TW_FACT_ENTER]    = {TW_DO_ENTER, NULL},
  [TW_FACT_START]    = {TW_DO_START, NULL},
  [TW_FACT_COMPLETE] = {TW_DO_COMPLETE, NULL},
  [TW_FACT_LEAVE]    = {TW_DO_LEAVE, NULL},
  [TW_FACT_SHIP]     = {TW_DO_LEAVE, "ship"},
  [TW_FACT_SCRAP]    = {TW_DO_SCRAP, NULL},
  [TW_FACT_LOSE]     = {TW_DO_SCRAP, "lose"},
  [TW_FACT_FAIL]     = {TW_DO_FAIL, NULL},
  [TW_FACT_REPAIR]   = {TW_DO_SAMPLE, "repair"},
  [TW_FACT_REPAIRED] = {TW_DO_REPAIR, NULL},
  [TW_FACT_STATE]    = {TW_DO_SAMPLE, "state"},
  [TW_FACT_WINDOW]   = {TW_DO_SAMPLE, "window"},
  [TW_FACT_HOLD]     = {TW_DO_SUSPEND, "hold"},
  [TW_FACT_RESUME]   = {TW_DO_RESUME, NULL},
  [TW_FACT_REJECT]   = {TW_DO_SAMPLE, "reject"},
  [TW_FACT_SHIFT]    = {TW_DO_SAMPLE, "shift"},
  [TW_FACT_MODEL]    = {TW_DO_SAMPLE, "model"},
  [TW_FACT_SET]      = {TW_DO_SAMPLE, "set"},
};
// clang-format on

// The rows of one replication of one table.
typedef struct rows {
  const char *table;
  int64_t first, n;
} rows;

typedef struct run_log {
  tw_run_reader *file;
  tw_event_log *log;
  twin_problems *problems;
  tw_arena arena;
  int64_t start_us;  // of the run, on the line's clock
  int32_t replication;
  double until_s;   // where the record ends
  int32_t *entity;  // [n stations of the file] among the log's
  int32_t n_station;
  tw_log_names ids;    // of parts, as bytes
  int32_t *type_of;    // [ids.n] among the log's types
  tw_log_names edges;  // instants at which facts begin or end work, as bytes
  tw_log_names fails;  // instants at which machines fail
  int64_t *fail_at;    // [fails.n] event
  int32_t fail_capacity;
} run_log;

// An instant of a machine and its part, as a key.
typedef struct edge {
  int64_t time_us, part;
  int32_t entity, unit;
} edge;

// Is it an instant that a record can have, and a stamp say?
static bool is_instant(const run_log *in, double s) {
  return fabs(s) < TW_LONGEST_S && in->start_us + tw_ticks(s) >= TW_STAMP_MIN_US &&
         in->start_us + tw_ticks(s) <= TW_STAMP_MAX_US;
}

static int64_t instant(const run_log *in, double s) { return in->start_us + tw_ticks(s); }

// Reads a column of the rows; NULL with a problem. In the arena.
static void *read_column(run_log *in, const rows *of, const char *column, size_t n_each) {
  void *at = tw_arena_take_array(&in->arena, (size_t)of->n + 1, n_each);
  if (at == NULL || of->n == 0) return at;
  const twin_status status =
      tw_run_reader_read(in->file, of->table, column, of->first, of->n, at, in->problems);
  return status == TWIN_OK ? at : NULL;
}

// Finds the rows of the replication; none where there is no such table.
static bool find_rows(run_log *in, const char *table, rows *of) {
  *of = (rows){.table = table};
  if (tw_run_reader_rows(in->file, table) < 0) return true;
  return tw_run_reader_replication(in->file, table, in->replication, &of->first, &of->n,
                                   in->problems) == TWIN_OK;
}

static int32_t enter_name(run_log *in, tw_log_list list, const char *text) {
  const size_t n = strlen(text);
  const int32_t i =
      n <= TW_LOG_NAME_BYTES_MAX ? tw_log_names_enter(&in->log->names[list], text, n) : -1;
  if (i < 0) in->log->is_out_of_memory = true;
  return i;
}

// The names of a column of the file as numbers of the log; NULL: memory is short.
static int32_t *enter_words(run_log *in, const char *table, const char *column, tw_log_list list,
                            int32_t *n) {
  const tw_words *words = tw_run_reader_words(in->file, table, column);
  *n = words != NULL ? words->n : 0;
  int32_t *made = tw_arena_take_array(&in->arena, (size_t)*n + 1, sizeof *made);
  for (int32_t i = 0; made != NULL && i < *n; i++) made[i] = enter_name(in, list, words->at[i]);
  return made;
}

// What the words of a column mean here, whatever numbers they have in the file; -1: unknown. NULL:
// memory is short.
static int32_t *match_words(run_log *in, const char *table, const char *column, tw_words known,
                            int32_t *n) {
  const tw_words *words = tw_run_reader_words(in->file, table, column);
  *n = words != NULL ? words->n : 0;
  int32_t *made = tw_arena_take_array(&in->arena, (size_t)*n + 1, sizeof *made);
  for (int32_t i = 0; made != NULL && i < *n; i++) {
    made[i] = -1;
    for (int32_t k = 0; k < known.n; k++)
      if (strcmp(words->at[i], known.at[k]) == 0) made[i] = k;
  }
  return made;
}

// The meaning of a code of a column; -1: none.
static int32_t meaning_of(const int32_t *words, int32_t n, int32_t code) {
  return code >= 0 && code < n ? words[code] : -1;
}

static bool read_start(run_log *in) {
  const char *text = tw_run_reader_line_json(in->file);
  const tw_reader reader = {.file = "line", .arena = &in->arena, .problems = in->problems};
  int64_t start_s = 0;
  if (text == NULL) return true;
  const tw_node *root = tw_json_read(text, strlen(text), "line", &in->arena, in->problems);
  const tw_node *start = tw_node_member(tw_node_member(root, "run"), "start");
  if (root == NULL || (start != NULL && !tw_instant_parse(start, &reader, &start_s))) return false;
  in->start_us = start_s * TW_TICKS_PER_S;
  return true;
}

// The type of each part, from the table of parts.
static bool read_types(run_log *in) {
  rows of;
  int32_t n_word;
  if (!find_rows(in, "parts", &of)) return false;
  if (of.n == 0) return true;
  const int64_t *id = read_column(in, &of, "part", sizeof *id);
  const int32_t *type = read_column(in, &of, "type", sizeof *type);
  const int32_t *word = enter_words(in, "parts", "type", TW_LOG_TYPE, &n_word);
  in->type_of = tw_arena_take_array(&in->arena, (size_t)of.n + 1, sizeof *in->type_of);
  if (id == NULL || type == NULL || word == NULL || in->type_of == NULL) return false;
  for (int64_t i = 0; i < of.n; i++) {
    const int32_t k = tw_log_names_enter(&in->ids, (const char *)&id[i], sizeof id[i]);
    if (k < 0) return false;
    TW_ASSERT(k <= i);
    in->type_of[k] = type[i] >= 0 && type[i] < n_word ? word[type[i]] : -1;
  }
  return true;
}

static int32_t part_name(run_log *in, int64_t id) {
  tw_text text = {.memory = &in->arena.memory};
  if (id <= 0) return -1;
  tw_text_print(&text, "%lld", (long long)id);
  const int32_t i = text.at != NULL ? enter_name(in, TW_LOG_PART, text.at) : -1;
  in->log->is_out_of_memory |= text.at == NULL;
  tw_text_free(&text);
  return i;
}

static int32_t type_of_part(const run_log *in, int64_t id) {
  const int32_t k = tw_log_names_find(&in->ids, (const char *)&id, sizeof id);
  return k >= 0 ? in->type_of[k] : -1;
}

static edge edge_of(const tw_event *event, int64_t id) {
  edge made;
  memset(&made, 0, sizeof made);
  made = (edge){event->time_us, id, event->entity, event->unit};
  return made;
}

static bool note_fail(run_log *in, const tw_event *event) {
  const edge key = edge_of(event, 0);
  const int32_t n_before = in->fails.n;
  const int32_t k = tw_log_names_enter(&in->fails, (const char *)&key, sizeof key);
  if (k < n_before) return k >= 0;
  if (k >= in->fail_capacity) {
    const int32_t capacity = in->fail_capacity == 0 ? 64 : 2 * in->fail_capacity;
    void *at =
        tw_memory_resize(&in->arena.memory, in->fail_at, (size_t)capacity * sizeof *in->fail_at);
    if (at == NULL) return false;
    in->fail_at = at;
    in->fail_capacity = capacity;
  }
  in->fail_at[k] = in->log->n;
  return true;
}

// Adds a fact as an event, and remembers where it begins or ends work.
static bool add_fact(run_log *in, tw_event *event, int32_t kind, int64_t id) {
  const meaning *of = &meanings[kind];
  event->transition = of->transition;
  event->what = of->what != NULL ? enter_name(in, TW_LOG_WHAT, of->what) : -1;
  event->part = part_name(in, id);
  event->type = id > 0 ? type_of_part(in, id) : -1;
  event->measure = isnan(event->value) ? -1 : enter_name(in, TW_LOG_MEASURE, "s");
  if (of->transition == TW_DO_FAIL && !note_fail(in, event)) return false;
  if (id > 0 && event->transition != TW_DO_SAMPLE) {
    const edge key = edge_of(event, id);
    if (tw_log_names_enter(&in->edges, (const char *)&key, sizeof key) < 0) return false;
  }
  return tw_event_log_add(in->log, event);
}

static bool read_facts(run_log *in) {
  rows of;
  if (!find_rows(in, "events", &of)) return false;
  if (tw_run_reader_rows(in->file, "events") < 0)
    return tw_fail(
               in->problems, TWIN_ERR_FILE,
               "the file has no table \"events\": record them with \"record\": {\"events\": true}") ==
           TWIN_OK;
  if (of.n > TW_LOG_EVENTS_MAX) return !(in->log->is_full = true);
  const double *time = read_column(in, &of, "time", sizeof *time);
  const int32_t *station = read_column(in, &of, "station", sizeof *station);
  const int32_t *machine = read_column(in, &of, "machine", sizeof *machine);
  const int32_t *kind = read_column(in, &of, "kind", sizeof *kind);
  const int64_t *part = read_column(in, &of, "part", sizeof *part);
  const double *value = read_column(in, &of, "value", sizeof *value);
  int32_t n_kind;
  const int32_t *kind_of =
      match_words(in, "events", "kind", tw_words_fixed(TW_WORDS_KIND), &n_kind);
  if (kind_of == NULL) return false;
  if (time == NULL || station == NULL || machine == NULL || kind == NULL || part == NULL ||
      value == NULL)
    return false;
  for (int64_t i = 0; i < of.n; i++) {
    const int32_t fact = meaning_of(kind_of, n_kind, kind[i]);
    const bool is_known = station[i] >= 0 && station[i] < in->n_station && fact >= 0;
    in->log->n_row++;
    if (!is_known || !is_instant(in, time[i])) {
      in->log->n_ignored++;
      continue;
    }
    const int64_t us = instant(in, time[i]);
    tw_event event = {.time_us = us,
                      .lo_us = us,
                      .hi_us = us,
                      .entity = in->entity[station[i]],
                      .unit = machine[i] >= 0 && machine[i] <= TW_LOG_UNITS_MAX ? machine[i] : 0,
                      .value = isfinite(value[i]) ? value[i] : (double)NAN,
                      .line = of.first + i + 1};
    if (time[i] > in->until_s) in->until_s = time[i];
    if (!add_fact(in, &event, fact, part[i])) return false;
  }
  return true;
}

// One edge of a spell of processing: the work goes on or stops there, unless a fact says more.
static bool add_edge(run_log *in, tw_event event, tw_transition transition, int64_t id, double s) {
  event.time_us = event.lo_us = event.hi_us = instant(in, s);
  event.transition = (int32_t)transition;
  const edge key = edge_of(&event, id);
  if (tw_log_names_find(&in->edges, (const char *)&key, sizeof key) >= 0) return true;
  return tw_event_log_add(in->log, &event);
}

// The columns of the table of intervals.
typedef struct spells {
  const double *start, *end;
  const int32_t *station, *machine, *state, *cause;
  const int64_t *part;
  const int32_t *state_of;  // [n_state] codes of the file
  int32_t n_state;
} spells;

static bool add_spell(run_log *in, const spells *of, int64_t i, int64_t line,
                      const int32_t *cause_word) {
  const int32_t state = meaning_of(of->state_of, of->n_state, of->state[i]);
  if (of->station[i] < 0 || of->station[i] >= in->n_station || !is_instant(in, of->start[i]) ||
      !is_instant(in, of->end[i]))
    return true;
  tw_event event = {
      .entity = in->entity[of->station[i]],
      .unit = of->machine[i] >= 0 && of->machine[i] <= TW_LOG_UNITS_MAX ? of->machine[i] : 0,
      .what = -1,
      .measure = -1,
      .value = NAN,
      .line = line};
  if (state == TWIN_FAILED_REPAIR || state == TWIN_FAILED_WAITING) {
    event.time_us = instant(in, of->start[i]);
    const edge key = edge_of(&event, 0);
    const int32_t k = tw_log_names_find(&in->fails, (const char *)&key, sizeof key);
    if (k >= 0) in->log->what[in->fail_at[k]] = cause_word[i];
    return true;
  }
  if (state != TWIN_PROCESSING || of->part[i] <= 0) return true;
  event.part = part_name(in, of->part[i]);
  event.type = type_of_part(in, of->part[i]);
  if (!add_edge(in, event, TW_DO_RESUME, of->part[i], of->start[i])) return false;
  // where the record ends nothing has stopped
  return of->end[i] >= in->until_s || add_edge(in, event, TW_DO_SUSPEND, of->part[i], of->end[i]);
}

static bool read_spells(run_log *in) {
  rows of;
  int32_t n_word;
  if (!find_rows(in, "intervals", &of)) return false;
  if (of.n == 0) return true;
  spells at = {.start = read_column(in, &of, "start", sizeof(double)),
               .end = read_column(in, &of, "end", sizeof(double)),
               .station = read_column(in, &of, "station", sizeof(int32_t)),
               .machine = read_column(in, &of, "machine", sizeof(int32_t)),
               .state = read_column(in, &of, "state", sizeof(int32_t)),
               .cause = read_column(in, &of, "cause", sizeof(int32_t)),
               .part = read_column(in, &of, "part", sizeof(int64_t))};
  at.state_of = match_words(in, "intervals", "state", tw_words_fixed(TW_WORDS_STATE), &at.n_state);
  const int32_t *word = enter_words(in, "intervals", "cause", TW_LOG_WHAT, &n_word);
  int32_t *cause = tw_arena_take_array(&in->arena, (size_t)of.n + 1, sizeof *cause);
  if (at.start == NULL || at.end == NULL || at.station == NULL || at.machine == NULL ||
      at.state == NULL || at.cause == NULL || at.part == NULL || word == NULL || cause == NULL ||
      at.state_of == NULL)
    return false;
  for (int64_t i = 0; i < of.n; i++)
    if (at.end[i] > in->until_s) in->until_s = at.end[i];
  for (int64_t i = 0; i < of.n; i++) {
    cause[i] = at.cause[i] >= 0 && at.cause[i] < n_word ? word[at.cause[i]] : -1;
    if (!add_spell(in, &at, i, of.first + i + 1, cause)) return false;
  }
  return true;
}

static bool read_all(run_log *in) {
  if (!read_start(in)) return false;
  in->entity = enter_words(in, "events", "station", TW_LOG_ENTITY, &in->n_station);
  return in->entity != NULL && read_types(in) && read_facts(in) && read_spells(in);
}

twin_status tw_run_log_read(tw_event_log **log, const char *path, int32_t replication,
                            const tw_memory *memory, twin_problems *problems) {
  TW_ASSERT(log != NULL && path != NULL);
  run_log in = {.replication = replication, .problems = problems};
  twin_status status = tw_run_reader_open_with(&in.file, path, memory, problems);
  if (status != TWIN_OK) return status;
  tw_arena_init_with(&in.arena, memory);
  tw_log_names_init(&in.ids, memory);
  tw_log_names_init(&in.edges, memory);
  tw_log_names_init(&in.fails, memory);
  in.log = tw_event_log_new(memory);
  const bool is_read = in.log != NULL && read_all(&in);
  const bool is_short =
      in.log == NULL || in.arena.is_out_of_memory != 0 || in.log->is_out_of_memory;
  status = is_short ? tw_fail(problems, TWIN_ERR_MEMORY, "not enough memory for the log")
           : is_read || in.log->is_full ? TWIN_OK
                                        : TWIN_ERR_FILE;
  tw_log_names_free(&in.ids);
  tw_log_names_free(&in.edges);
  tw_log_names_free(&in.fails);
  tw_memory_free(&in.arena.memory, in.fail_at);
  tw_arena_free(&in.arena);
  tw_run_reader_close(in.file);
  if (status == TWIN_OK)
    *log = in.log;
  else
    tw_event_log_free(in.log);
  return status;
}
