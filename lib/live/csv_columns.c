// csv_columns.c - finds the columns that a mapping names in the first row of a CSV log, and what
// the words of their cells mean. All that are missing are reported.

#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/text.h"
#include "base/units.h"
#include "live/csv_in_inner.h"

static void report_column(tw_csv_log *in, const char *name) {
  const char *names[64] = {0};
  size_t n = 0;
  char hint[160];
  for (int32_t i = 0; i < in->scan.n_cell && n < 64; i++) {
    const char *text = tw_arena_text_n(&in->arena, in->scan.cell[i].at, in->scan.cell[i].n);
    if (text != NULL) names[n++] = text;
  }
  const char *nearest = tw_text_nearest(name, names, n);
  snprintf(hint, sizeof hint,
           nearest != NULL ? "did you mean \"%.80s\"?" : "the first is \"%.80s\"",
           nearest != NULL ? nearest
           : n > 0         ? names[0]
                           : "");
  const tw_problem_text text = {.status = TWIN_ERR_FILE,
                                .code = "E-REF",
                                .file = in->file,
                                .line = 1,
                                .column = 1,
                                .got = name,
                                .wanted = nearest,
                                .hint = hint};
  tw_problems_add(in->problems, &text, "there is no column \"%.80s\"", name);
  in->is_good = false;
}

// Number of a column; -1 with a problem.
static int32_t find_column(tw_csv_log *in, const char *name) {
  if (name == NULL) return -1;
  for (int32_t i = 0; i < in->scan.n_cell; i++) {
    if (!tw_csv_is(in->scan.cell[i], name)) continue;
    if (i >= in->n_needed) in->n_needed = i + 1;
    return i;
  }
  report_column(in, name);
  return -1;
}

// The number of a text in the list of a field.
static int32_t number_of(tw_csv_log *in, const tw_csv_field *of, const char *text) {
  if (of->list >= 0) {
    const int32_t i = tw_log_names_enter(&in->log->names[of->list], text, strlen(text));
    if (i < 0) in->log->is_out_of_memory = true;
    return i;
  }
  if (of->list == TW_LIST_TRANSITION)
    return tw_log_names_find(&in->transitions, text, strlen(text));
  double number;
  const size_t n = tw_number_read(text, &number);
  const bool is_unit = n > 0 && text[n] == 0 && number >= 0 && number <= TW_LOG_UNITS_MAX &&
                       number == (int32_t)number;
  return is_unit ? (int32_t)number : TW_CELL_UNKNOWN;
}

static void open_field(tw_csv_log *in, tw_csv_field *of, const tw_log_cell *cell, int32_t list) {
  *of = (tw_csv_field){.cell = cell, .list = list, .constant = -1};
  tw_log_names_init(&of->words, &in->arena.memory);
  TW_ASSERT(cell->columns.n <= TW_LOG_JOINED_MAX);
  for (int32_t i = 0; i < cell->columns.n; i++)
    of->column[of->n_column++] = find_column(in, cell->columns.at[i]);
  if (cell->is != NULL) of->constant = number_of(in, of, cell->is);
  if (cell->words.n == 0) return;
  of->meaning = tw_arena_take_array(&in->arena, (size_t)cell->words.n, sizeof *of->meaning);
  for (int32_t i = 0; i < cell->words.n && of->meaning != NULL; i++) {
    const char *meaning = cell->words.meaning[i];
    const int32_t k =
        tw_log_names_enter(&of->words, cell->words.word[i], strlen(cell->words.word[i]));
    if (k < 0)
      in->log->is_out_of_memory = true;
    else
      of->meaning[k] = meaning == NULL ? TW_CELL_IGNORED : number_of(in, of, meaning);
  }
}

static void open_value(tw_csv_log *in, tw_csv_event *event) {
  const tw_log_value *value = &event->def.value;
  tw_dim dim;
  char buffer[64];
  event->value_column = value->columns.n > 0 ? find_column(in, value->columns.at[0]) : -1;
  event->measure_column = find_column(in, value->measure);
  event->measure = -1;
  event->scale = 1;
  if (event->value_column < 0 || value->unit == NULL || event->measure_column >= 0) return;
  if (tw_unit_read(value->unit, &event->scale, &event->offset, &dim) == 0) return;
  const char *measure = tw_dim_unit(dim, buffer);
  event->measure = tw_log_names_enter(&in->log->names[TW_LOG_MEASURE], measure, strlen(measure));
}

static void open_event(tw_csv_log *in, tw_csv_event *event, int32_t i) {
  event->def = tw_log_map_event(in->map, i);
  const tw_log_event_def *def = &event->def;
  event->time_column = find_column(in, def->at != NULL ? def->at : in->map->time.column);
  open_field(in, &event->transition, &def->transition, TW_LIST_TRANSITION);
  open_field(in, &event->entity, &def->entity, TW_LOG_ENTITY);
  open_field(in, &event->unit, &def->unit, TW_LIST_UNIT);
  open_field(in, &event->part, &def->part, TW_LOG_PART);
  open_field(in, &event->type, &def->type, TW_LOG_TYPE);
  open_field(in, &event->what, &def->what, TW_LOG_WHAT);
  open_value(in, event);
  event->when_cell = (tw_log_cell){.columns = def->when.columns, .joined = "-"};
  open_field(in, &event->when, &event->when_cell, TW_LIST_UNIT);
}

// Reads the first row and finds every column in it.
bool tw_csv_open_columns(tw_csv_log *in) {
  if (tw_csv_scan_next(&in->scan) != TW_CSV_ROW) {
    const tw_problem_text text = {.status = TWIN_ERR_FILE, .code = "E-FILE", .file = in->file};
    tw_problems_add(in->problems, &text, "there is no row with the names of the columns");
    return false;
  }
  tw_csv_piece *first = &in->scan.cell[0];
  if (first->n >= 3 && memcmp(first->at, "\xef\xbb\xbf", 3) == 0) {
    first->at += 3;
    first->n -= 3;
  }
  for (int32_t i = 0; i < TW_TRANSITION_N; i++)
    tw_log_names_enter(&in->transitions, tw_transition_words[i], strlen(tw_transition_words[i]));
  in->n_event = tw_log_map_events(in->map);
  in->event = tw_arena_take_array(&in->arena, (size_t)in->n_event, sizeof *in->event);
  if (in->event == NULL) return false;
  in->lo_column = find_column(in, in->map->time.lo);
  in->hi_column = find_column(in, in->map->time.hi);
  for (int32_t i = 0; i < in->n_event; i++) open_event(in, &in->event[i], i);
  in->scan.n_wanted = in->n_needed;
  return in->is_good;
}

void tw_csv_close_event(tw_csv_event *event) {
  tw_log_names_free(&event->transition.words);
  tw_log_names_free(&event->entity.words);
  tw_log_names_free(&event->unit.words);
  tw_log_names_free(&event->part.words);
  tw_log_names_free(&event->type.words);
  tw_log_names_free(&event->what.words);
}
