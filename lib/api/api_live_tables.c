// api_live_tables.c - the tables of an event log.

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/live.h"
#include "base/assert.h"
#include "core/ticks.h"

static void add_instants(twin_table *table, const char *name, const int64_t *us) {
  double *at = tw_table_add_doubles(table, name, "s");
  for (int64_t i = 0; at != NULL && i < table->n_row; i++) at[i] = tw_seconds(us[i]);
}

// A column of names: its codes are to be filled in, then `end_names` gives it the texts.
static int32_t *begin_names(twin_table *table, const char *name) {
  return tw_table_add(table, name, "", NULL, TWIN_COLUMN_NAME);
}

static void end_names(twin_table *table, const tw_log_names *names) {
  tw_table_set_names(table, names->at, names->n);
}

static void add_codes(twin_table *table, const char *name, const int32_t *codes,
                      const tw_log_names *names) {
  int32_t *at = begin_names(table, name);
  if (at != NULL) memcpy(at, codes, (size_t)table->n_row * sizeof *at);
  end_names(table, names);
}

static void fill_events(twin_table *table, const tw_event_log *log) {
  add_instants(table, "time", log->time_us);
  add_instants(table, "time_lo", log->lo_us);
  add_instants(table, "time_hi", log->hi_us);
  add_codes(table, "entity", log->entity, &log->names[TW_LOG_ENTITY]);
  int32_t *unit = tw_table_add_ints(table, "unit");
  int32_t *transition = begin_names(table, "transition");
  tw_table_set_names(table, tw_transition_words, TW_TRANSITION_N);
  add_codes(table, "part", log->part, &log->names[TW_LOG_PART]);
  add_codes(table, "type", log->type, &log->names[TW_LOG_TYPE]);
  add_codes(table, "what", log->what, &log->names[TW_LOG_WHAT]);
  double *value = tw_table_add_doubles(table, "value", "");
  add_codes(table, "measure", log->measure, &log->names[TW_LOG_MEASURE]);
  int64_t *line = tw_table_add_counts(table, "line");
  if (table->arena.is_out_of_memory || log->n == 0) return;
  const size_t n = (size_t)log->n;
  memcpy(unit, log->unit, n * sizeof *unit);
  memcpy(transition, log->transition, n * sizeof *transition);
  memcpy(value, log->value, n * sizeof *value);
  memcpy(line, log->line, n * sizeof *line);
}

static void fill_operations(twin_table *table, const tw_event_log *log, const tw_assessment *of) {
  static const struct {
    const char *name;
    tw_log_list list;
  } lists[] = {{"entity", TW_LOG_ENTITY},
               {"what", TW_LOG_WHAT},
               {"part", TW_LOG_PART},
               {"type", TW_LOG_TYPE}};
  static const char *const seconds[] = {"start", "end", "duration", "suspended", "lo", "hi"};
  int32_t *code[4];
  double *at[6];
  for (int32_t k = 0; k < 4; k++) {
    code[k] = begin_names(table, lists[k].name);
    end_names(table, &log->names[lists[k].list]);
  }
  int32_t *unit = tw_table_add_ints(table, "unit");
  for (int32_t k = 0; k < 6; k++) at[k] = tw_table_add_doubles(table, seconds[k], "s");
  int64_t *start_line = tw_table_add_counts(table, "start_line");
  int64_t *end_line = tw_table_add_counts(table, "end_line");
  int32_t *is_cut = tw_table_add_ints(table, "cut");
  if (table->arena.is_out_of_memory) return;
  for (int64_t i = 0; i < of->n_operation; i++) {
    const tw_operation *row = &of->operation[i];
    const int32_t codes[] = {row->entity, row->what, row->part, row->type};
    const int64_t us[] = {row->start_us,     row->end_us, tw_operation_us(row),
                          row->suspended_us, row->lo_us,  row->hi_us};
    for (int32_t k = 0; k < 4; k++) code[k][i] = codes[k];
    for (int32_t k = 0; k < 6; k++) at[k][i] = tw_seconds(us[k]);
    unit[i] = row->unit;
    start_line[i] = row->start_line;
    end_line[i] = row->end_line;
    is_cut[i] = row->end_line == 0;
  }
}

static void fill_groups(twin_table *table, const tw_event_log *log, const tw_log_group *of,
                        bool is_of_values) {
  static const char *const names[] = {"mean", "median", "min", "max"};
  double *at[4];
  int32_t *transition = NULL, *measure = NULL;
  int32_t *entity = begin_names(table, "entity");
  end_names(table, &log->names[TW_LOG_ENTITY]);
  if (is_of_values) {
    transition = begin_names(table, "transition");
    tw_table_set_names(table, tw_transition_words, TW_TRANSITION_N);
  }
  int32_t *what = begin_names(table, "what");
  end_names(table, &log->names[TW_LOG_WHAT]);
  if (is_of_values) {
    measure = begin_names(table, "measure");
    end_names(table, &log->names[TW_LOG_MEASURE]);
  }
  int64_t *n = tw_table_add_counts(table, "n");
  int64_t *n_cut = is_of_values ? NULL : tw_table_add_counts(table, "cut");
  for (int32_t k = 0; k < 4; k++)
    at[k] = tw_table_add_doubles(table, names[k], is_of_values ? "" : "s");
  if (table->arena.is_out_of_memory) return;
  for (int64_t i = 0; i < table->n_row; i++) {
    const double figures[] = {of[i].mean, of[i].median, of[i].min, of[i].max};
    entity[i] = of[i].entity;
    what[i] = of[i].what;
    n[i] = of[i].n;
    if (n_cut != NULL) n_cut[i] = of[i].n_cut;
    if (transition != NULL) transition[i] = of[i].transition;
    if (measure != NULL) measure[i] = of[i].measure;
    for (int32_t k = 0; k < 4; k++) at[k][i] = figures[k];
  }
}

static void fill_coverage(twin_table *table, const tw_event_log *log, const tw_assessment *of) {
  int64_t *count[TW_TRANSITION_N];
  int32_t *entity = begin_names(table, "entity");
  end_names(table, &log->names[TW_LOG_ENTITY]);
  int32_t *unit = tw_table_add_ints(table, "unit");
  double *first = tw_table_add_doubles(table, "first", "s");
  double *last = tw_table_add_doubles(table, "last", "s");
  for (int32_t k = 0; k < TW_TRANSITION_N; k++)
    count[k] = tw_table_add_counts(table, tw_transition_words[k]);
  int64_t *rounded = tw_table_add_counts(table, "rounded");
  int64_t *operations = tw_table_add_counts(table, "operations");
  if (table->arena.is_out_of_memory) return;
  for (int32_t i = 0; i < of->n_coverage; i++) {
    const tw_coverage *row = &of->coverage[i];
    entity[i] = row->entity;
    unit[i] = row->unit;
    first[i] = tw_seconds(row->first_us);
    last[i] = tw_seconds(row->last_us);
    for (int32_t k = 0; k < TW_TRANSITION_N; k++) count[k][i] = row->count[k];
    rounded[i] = row->n_rounded;
    operations[i] = row->n_operation;
  }
}

// Findings of the reader and of the assessment, by line; of one line the reader's first, as they
// came.
typedef struct ranked {
  const tw_finding *finding;
  const char *text;
  int64_t i;
} ranked;

static int compare(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->finding->line != y->finding->line) return x->finding->line < y->finding->line ? -1 : 1;
  return x->i < y->i ? -1 : 1;
}

static const char *text_of(const void *user, int32_t i) { return ((const ranked *)user)[i].text; }
static const char *code_of(const void *user, int32_t i) {
  return tw_finding_words[((const ranked *)user)[i].finding->code];
}
static const char *class_of(const void *user, int32_t i) {
  return tw_class_words[tw_finding_classes[((const ranked *)user)[i].finding->code]];
}

static ranked *rank(twin_table *table, const tw_findings *a, const tw_findings *b) {
  ranked *made = tw_arena_take_array(&table->arena, (size_t)table->n_row + 1, sizeof *made);
  if (made == NULL) return NULL;
  TW_ASSERT(table->n_row == a->n + b->n);
  for (int64_t i = 0; i < table->n_row; i++) {
    const tw_findings *of = i < a->n ? a : b;
    const tw_finding *finding = &of->at[i < a->n ? i : i - a->n];
    made[i] = (ranked){finding, tw_log_names_text(&of->texts, finding->text), i};
  }
  qsort(made, (size_t)table->n_row, sizeof *made, compare);
  return made;
}

static void fill_findings(twin_table *table, const tw_event_log *log, const tw_assessment *of) {
  const ranked *rows = rank(table, &log->found, &of->found);
  if (rows == NULL) return;
  int64_t *line = tw_table_add_counts(table, "line");
  tw_table_add_names(table, "code", code_of, rows);
  tw_table_add_names(table, "class", class_of, rows);
  int32_t *entity = begin_names(table, "entity");
  end_names(table, &log->names[TW_LOG_ENTITY]);
  int32_t *unit = tw_table_add_ints(table, "unit");
  int32_t *part = begin_names(table, "part");
  end_names(table, &log->names[TW_LOG_PART]);
  double *value = tw_table_add_doubles(table, "value", "");
  tw_table_add_names(table, "text", text_of, rows);
  if (table->arena.is_out_of_memory) return;
  for (int64_t i = 0; i < table->n_row; i++) {
    const tw_finding *finding = rows[i].finding;
    line[i] = finding->line;
    entity[i] = finding->entity;
    unit[i] = finding->unit;
    part[i] = finding->part;
    value[i] = finding->value;
  }
}

static const char *listed_code(const void *user, int32_t i) {
  (void)user;
  return tw_finding_words[i];
}
static const char *listed_class(const void *user, int32_t i) {
  (void)user;
  return tw_class_words[tw_finding_classes[i]];
}
static const char *listed_help(const void *user, int32_t i) {
  (void)user;
  return tw_finding_helps[i];
}

static void fill_listed(twin_table *table, const tw_event_log *log, const tw_assessment *of) {
  tw_table_add_names(table, "code", listed_code, NULL);
  tw_table_add_names(table, "class", listed_class, NULL);
  int64_t *n = tw_table_add_counts(table, "n");
  tw_table_add_names(table, "help", listed_help, NULL);
  for (int32_t i = 0; n != NULL && i < TW_FOUND_N; i++)
    n[i] = log->found.count[i] + of->found.count[i];
}

static bool assess(twin_event_log *log) {
  if (log->is_assessed) return true;
  const bool is_good = tw_assess(log->log, &log->assessment);
  if (!is_good) tw_assessment_free(&log->assessment);
  log->is_assessed = is_good;
  return is_good;
}

static twin_table *table_of_groups(const tw_event_log *log, const tw_assessment *of,
                                   bool is_of_values) {
  int64_t n;
  tw_log_group *rows = is_of_values ? tw_assess_values(log, &n) : tw_assess_durations(of, &n);
  const char *name = is_of_values ? "values" : "durations";
  twin_table *made = rows != NULL ? tw_table_new(name, n, &log->memory) : NULL;
  if (made != NULL) fill_groups(made, log, rows, is_of_values);
  tw_memory_free(&log->memory, rows);
  return made;
}

// Makes a table of an assessed log; *is_known: there is one of this name.
static twin_table *make(const tw_event_log *log, const tw_assessment *of, const char *name,
                        bool *is_known) {
  const struct {
    const char *name;
    int64_t n_row;
    void (*fill)(twin_table *table, const tw_event_log *log, const tw_assessment *of);
  } tables[] = {{"operations", of->n_operation, fill_operations},
                {"coverage", of->n_coverage, fill_coverage},
                {"findings", log->found.n + of->found.n, fill_findings},
                {"codes", TW_FOUND_N, fill_listed}};
  *is_known = true;
  if (strcmp(name, "durations") == 0) return table_of_groups(log, of, /*is_of_values=*/false);
  if (strcmp(name, "values") == 0) return table_of_groups(log, of, /*is_of_values=*/true);
  for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
    if (strcmp(name, tables[i].name) != 0) continue;
    twin_table *made = tw_table_new(name, tables[i].n_row, &log->memory);
    if (made != NULL) tables[i].fill(made, log, of);
    return made;
  }
  *is_known = false;
  return NULL;
}

twin_status twin_event_log_table(twin_event_log *log, const char *name, twin_table **table,
                                 twin_problems *problems) {
  if (log == NULL || name == NULL || table == NULL) return TWIN_ERR_ARGUMENT;
  if (strcmp(name, "events") == 0) {
    twin_table *made = tw_table_new("events", log->log->n, &log->log->memory);
    if (made != NULL) fill_events(made, log->log);
    return tw_table_give(made, true, table, problems);
  }
  if (!assess(log))
    return tw_fail(problems, TWIN_ERR_MEMORY, "not enough memory to assess the log");
  bool is_known;
  twin_table *made = make(log->log, &log->assessment, name, &is_known);
  if (!is_known)
    return tw_fail(
        problems, TWIN_ERR_NOT_FOUND,
        "\"%.40s\" is no table of a log: events, operations, durations, values, coverage, findings, codes",
        name);
  return tw_table_give(made, true, table, problems);
}
