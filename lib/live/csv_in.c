// csv_in.c - see csv_in.h. Columns are looked up once; what the words of a cell mean is found by
// hash.

#include "live/csv_in.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "base/text.h"
#include "core/ticks.h"
#include "live/csv_in_inner.h"

enum { NUMBER_BYTES = 63 };

static void found(tw_csv_log *in, tw_finding_code code, tw_csv_piece cell, double value) {
  const tw_finding finding = {
      .line = in->scan.line, .code = (int32_t)code, .entity = -1, .part = -1, .value = value};
  tw_findings_add(&in->log->found, &finding, cell.n > 0 ? cell.at : NULL, cell.n);
}

static bool is_text(tw_csv_piece cell) {
  if (cell.n > TW_LOG_NAME_BYTES_MAX) return false;
  for (size_t i = 0; i < cell.n;) {
    const size_t n = tw_utf8_length(cell.at + i, cell.n - i);
    if (n == 0 || (unsigned char)cell.at[i] < 0x20 || cell.at[i] == 0x7f) return false;
    i += n;
  }
  return true;
}

// A name that is not in the list yet; TW_CELL_UNKNOWN with a finding when it is no text.
static int32_t enter_name(tw_csv_log *in, tw_log_names *names, tw_csv_piece cell) {
  if (!is_text(cell)) {
    found(in, TW_FOUND_TEXT, cell, NAN);
    return TW_CELL_UNKNOWN;
  }
  const int32_t i = tw_log_names_enter(names, cell.at, cell.n);
  if (i >= 0) return i;
  in->log->is_out_of_memory = names->n < TW_LOG_NAMES_MAX;
  in->log->is_full |= !in->log->is_out_of_memory;
  return TW_CELL_UNKNOWN;
}

// The text of a field, of several columns in `joined`. An empty column of several makes all of it
// empty.
static tw_csv_piece text_of(tw_csv_log *in, const tw_csv_field *of, char *joined, size_t n_joined) {
  if (of->n_column == 1) return in->scan.cell[of->column[0]];
  size_t n = 0;
  for (int32_t i = 0; i < of->n_column; i++) {
    const tw_csv_piece cell = in->scan.cell[of->column[i]];
    const size_t n_between = i > 0 ? strlen(of->cell->joined) : 0;
    if (cell.n == 0) return (tw_csv_piece){joined, 0};
    if (n + n_between + cell.n > n_joined) return (tw_csv_piece){joined, n_joined};
    if (i > 0) memcpy(joined + n, of->cell->joined, n_between);
    memcpy(joined + n + n_between, cell.at, cell.n);
    n += n_between + cell.n;
  }
  return (tw_csv_piece){joined, n};
}

// A number without a name: the transition or the unit. TW_CELL_UNKNOWN: it is neither.
static int32_t plain_number(const tw_csv_log *in, const tw_csv_field *of, tw_csv_piece cell) {
  if (of->list == TW_LIST_TRANSITION) {
    const int32_t i = tw_log_names_find(&in->transitions, cell.at, cell.n);
    return i >= 0 ? i : TW_CELL_UNKNOWN;
  }
  int32_t number = 0;
  for (size_t i = 0; i < cell.n; i++) {
    if (cell.at[i] < '0' || cell.at[i] > '9' || number > TW_LOG_UNITS_MAX) return TW_CELL_UNKNOWN;
    number = number * 10 + (cell.at[i] - '0');
  }
  return number <= TW_LOG_UNITS_MAX ? number : TW_CELL_UNKNOWN;
}

// What a field says in this row: a number, -1: nothing, TW_CELL_IGNORED, or TW_CELL_UNKNOWN with a
// finding.
static int32_t read_field(tw_csv_log *in, const tw_csv_field *of) {
  char joined[TW_LOG_NAME_BYTES_MAX + 1];
  if (of->n_column == 0) return of->constant;
  const tw_csv_piece cell = text_of(in, of, joined, sizeof joined);
  if (of->words.n > 0) {
    const int32_t i = tw_log_names_find(&of->words, cell.at, cell.n);
    if (i >= 0) return of->meaning[i];
    if (of->cell->otherwise == TW_OTHERWISE_IGNORE) return TW_CELL_IGNORED;
  }
  if (cell.n == 0) return -1;
  const bool is_reported = of->words.n > 0 && of->cell->otherwise == TW_OTHERWISE_REPORT;
  if (of->list >= 0 && !is_reported) {
    tw_log_names *names = &in->log->names[of->list];
    const int32_t i = tw_log_names_find(names, cell.at, cell.n);
    return i >= 0 ? i : enter_name(in, names, cell);
  }
  const int32_t number = is_reported ? TW_CELL_UNKNOWN : plain_number(in, of, cell);
  if (number == TW_CELL_UNKNOWN)
    found(in, of->list == TW_LIST_UNIT && !is_reported ? TW_FOUND_UNIT : TW_FOUND_WORD, cell, NAN);
  return number;
}

static bool has_word(const tw_log_texts *texts, tw_csv_piece cell) {
  for (int32_t i = 0; i < texts->n; i++) {
    if (tw_csv_is(cell, texts->at[i])) return true;
    if (cell.n == 0 && strcmp(texts->at[i], "-empty-") == 0) return true;
  }
  return false;
}

static bool is_meant(tw_csv_log *in, const tw_csv_event *event) {
  char joined[TW_LOG_NAME_BYTES_MAX + 1];
  if (event->when.n_column == 0) return true;
  const tw_csv_piece cell = text_of(in, &event->when, joined, sizeof joined);
  const tw_log_when *when = &event->def.when;
  if (when->is.n > 0 && !has_word(&when->is, cell)) return false;
  return !has_word(&when->is_not, cell);
}

static void read_value(tw_csv_log *in, const tw_csv_event *event, tw_event *made) {
  made->value = NAN;
  made->measure = -1;
  if (event->value_column < 0) return;
  const tw_csv_piece cell = in->scan.cell[event->value_column];
  char text[NUMBER_BYTES + 1];
  double number;
  if (cell.n == 0) return;
  const size_t n = cell.n <= NUMBER_BYTES ? cell.n : 0;
  memcpy(text, cell.at, n);
  text[n] = 0;
  const bool has_comma = in->map->file.decimal[0] == ',';
  const bool has_wrong = memchr(text, has_comma ? '.' : ',', n) != NULL;
  char *comma = has_comma ? strchr(text, ',') : NULL;
  if (comma != NULL) *comma = '.';
  if (n == 0 || has_wrong || tw_number_read(text, &number) != n || !isfinite(number)) {
    found(in, TW_FOUND_NUMBER, cell, NAN);
    return;
  }
  made->value = event->scale * number + event->offset;
  if (!isfinite(made->value)) {
    found(in, TW_FOUND_NUMBER, cell, NAN);
    made->value = NAN;
    return;
  }
  made->measure = event->measure;
  if (event->measure_column < 0) return;
  const tw_csv_piece unit = in->scan.cell[event->measure_column];
  made->measure = unit.n > 0 ? enter_name(in, &in->log->names[TW_LOG_MEASURE], unit) : -1;
  if (made->measure == TW_CELL_UNKNOWN) made->measure = -1;
}

// ---- Instants --------------------------------------------------------------------------------

// A stamp as instants of the log: the interval that it may mean. False with a finding.
static bool place_stamp(tw_csv_log *in, const tw_stamp *stamp, tw_csv_piece cell, tw_event *made) {
  int64_t us = stamp->local_us, last_us;
  bool is_aware = stamp->has_zone;
  if (stamp->has_zone) us -= stamp->offset_s * (int64_t)TW_TICKS_PER_S;
  last_us = us;
  if (!stamp->has_zone && in->map->zone.n > 0) {
    const tw_zone_result result = tw_zone_instant(&in->map->zone, stamp->local_us, &us, &last_us);
    is_aware = true;
    if (result != TW_ZONE_ONE)
      found(in, result == TW_ZONE_TWO ? TW_FOUND_CLOCK_BACK : TW_FOUND_CLOCK_FORWARD, cell, NAN);
    if (result == TW_ZONE_NONE) return false;
  }
  if (!in->log->has_stamp) in->log->is_aware = is_aware;
  in->log->has_stamp = true;
  if (is_aware != in->log->is_aware) {
    found(in, TW_FOUND_MIXED_ZONE, cell, NAN);
    return false;
  }
  const double resolution_s = in->map->time.resolution_s;
  const int64_t width_us = resolution_s > 0 ? tw_ticks(resolution_s) : stamp->resolution_us;
  const bool is_nearest = in->map->time.rounding == 1 && width_us > 1;
  made->time_us = us;
  made->lo_us = is_nearest ? us - width_us / 2 : us;
  made->hi_us = is_nearest ? last_us + width_us / 2 : last_us + (width_us > 1 ? width_us - 1 : 0);
  if (made->lo_us >= TW_STAMP_MIN_US && made->hi_us <= TW_STAMP_MAX_US) return true;
  found(in, TW_FOUND_STAMP, cell, NAN);
  return false;
}

static bool read_stamp(tw_csv_log *in, int32_t column, tw_event *made) {
  const tw_csv_piece cell = in->scan.cell[column];
  tw_stamp stamp;
  if (cell.n == 0) {
    found(in, TW_FOUND_NO_TIME, cell, NAN);
    return false;
  }
  if (tw_stamp_read(&in->map->format, cell.at, cell.n, &stamp))
    return place_stamp(in, &stamp, cell, made);
  found(in, TW_FOUND_STAMP, cell, NAN);
  return false;
}

// An end of the interval that stands in a column of its own; the stamp itself lies in it.
static void read_bound(tw_csv_log *in, int32_t column, bool is_lo, tw_event *made) {
  tw_event bound = *made;
  if (column < 0 || in->scan.cell[column].n == 0 || !read_stamp(in, column, &bound)) return;
  const bool is_good = is_lo ? bound.time_us <= made->time_us : bound.time_us >= made->time_us;
  if (!is_good)
    found(in, TW_FOUND_STAMP, in->scan.cell[column], NAN);
  else if (is_lo)
    made->lo_us = bound.time_us;
  else
    made->hi_us = bound.time_us;
}

static bool read_time(tw_csv_log *in, const tw_csv_event *event, tw_event *made) {
  if (!read_stamp(in, event->time_column, made)) return false;
  read_bound(in, in->lo_column, /*is_lo=*/true, made);
  read_bound(in, in->hi_column, /*is_lo=*/false, made);
  return true;
}

// ---- Rows ------------------------------------------------------------------------------------

// One event of the row; false: there is none.
static bool read_event(tw_csv_log *in, const tw_csv_event *event, tw_event *made) {
  *made = (tw_event){.line = in->scan.line};
  if (!is_meant(in, event)) return false;
  made->transition = read_field(in, &event->transition);
  made->entity = made->transition >= 0 ? read_field(in, &event->entity) : TW_CELL_IGNORED;
  if (made->transition == -1) found(in, TW_FOUND_WORD, (tw_csv_piece){"", 0}, NAN);
  if (made->entity == -1) found(in, TW_FOUND_NO_ENTITY, (tw_csv_piece){"", 0}, NAN);
  if (made->transition < 0 || made->entity < 0 || !read_time(in, event, made)) return false;
  made->unit = read_field(in, &event->unit);
  made->part = read_field(in, &event->part);
  made->type = read_field(in, &event->type);
  made->what = read_field(in, &event->what);
  if (made->unit == TW_CELL_IGNORED || made->part == TW_CELL_IGNORED ||
      made->type == TW_CELL_IGNORED || made->what == TW_CELL_IGNORED)
    return false;
  if (made->unit < 0) made->unit = 0;
  if (made->part < 0) made->part = -1;
  if (made->type < 0) made->type = -1;
  if (made->what < 0) made->what = -1;
  read_value(in, event, made);
  return true;
}

// Says where a row stands in time, and whether its own events do.
static void check_order(tw_csv_log *in, const tw_event *made, const tw_event *before) {
  if (before != NULL) {
    if (made->hi_us < before->lo_us)
      found(in, TW_FOUND_NEGATIVE, (tw_csv_piece){"", 0},
            tw_seconds(made->time_us - before->time_us));
    return;
  }
  if (made->time_us < in->latest_us)
    found(in, TW_FOUND_OUT_OF_ORDER, (tw_csv_piece){"", 0},
          tw_seconds(in->latest_us - made->time_us));
  else
    in->latest_us = made->time_us;
}

static void read_row(tw_csv_log *in) {
  tw_event made, before = {0};
  int32_t n = 0;
  if (in->scan.n_cell < in->n_needed) {
    found(in, TW_FOUND_ROW, in->scan.cell[0], NAN);
    return;
  }
  const int64_t n_found = in->log->found.n;
  for (int32_t i = 0; i < in->n_event; i++) {
    if (!read_event(in, &in->event[i], &made)) continue;
    check_order(in, &made, n > 0 ? &before : NULL);
    if (!tw_event_log_add(in->log, &made)) return;
    before = made;
    n++;
  }
  if (n == 0 && in->log->found.n == n_found) in->log->n_ignored++;
}

static void read_rows(tw_csv_log *in) {
  for (;;) {
    const tw_csv_result result = tw_csv_scan_next(&in->scan);
    if (result == TW_CSV_END || in->log->is_full || in->log->is_out_of_memory) return;
    in->log->n_row++;
    if (result == TW_CSV_ROW)
      read_row(in);
    else
      found(in, result == TW_CSV_LONG_ROW ? TW_FOUND_LONG_ROW : TW_FOUND_QUOTE,
            (tw_csv_piece){"", 0}, NAN);
  }
}

static twin_status read_with(tw_csv_log *in, tw_byte_source source, tw_event_log **log) {
  const char *separator = in->map->file.separator;
  const char sign = strcmp(separator, "tab") == 0 ? '\t' : separator[0];
  if (in->map->zone_name != NULL && in->map->zone.n == 0)
    return tw_fail(
        in->problems, TWIN_ERR_UNSUPPORTED,
        "the mapping's zone \"%s\" has rules that the host must hand over: use an offset, \"+08:00\", "
        "or the command twin or Python, which know them",
        in->map->zone_name);
  in->log = tw_event_log_new(&in->arena.memory);
  const bool is_open =
      in->log != NULL && tw_csv_scan_open(&in->scan, source, sign, &in->arena.memory);
  in->is_good = true;
  in->latest_us = INT64_MIN;
  tw_log_names_init(&in->transitions, &in->arena.memory);
  const bool has_columns = is_open && tw_csv_open_columns(in);
  if (has_columns) read_rows(in);
  for (int32_t i = 0; i < in->n_event && in->event != NULL; i++) tw_csv_close_event(&in->event[i]);
  tw_log_names_free(&in->transitions);
  if (is_open) tw_csv_scan_close(&in->scan);
  const bool is_short = !is_open || in->arena.is_out_of_memory != 0;
  if (has_columns && !is_short) {
    *log = in->log;
    return TWIN_OK;
  }
  tw_event_log_free(in->log);
  return is_short ? tw_fail(in->problems, TWIN_ERR_MEMORY, "not enough memory for the log")
                  : TWIN_ERR_FILE;
}

twin_status tw_csv_log_read(tw_event_log **log, tw_byte_source source, const char *file,
                            const tw_log_map *map, const tw_memory *memory,
                            twin_problems *problems) {
  TW_ASSERT(log != NULL && file != NULL);
  tw_csv_log in = {.map = map, .file = file, .problems = problems};
  tw_log_map *own = NULL;
  if (map == NULL) {
    const twin_status status =
        tw_log_map_read(&own, tw_log_own_map, strlen(tw_log_own_map), "own", memory, problems);
    if (status != TWIN_OK) return status;
    in.map = own;
  }
  tw_arena_init_with(&in.arena, memory);
  const twin_status status = read_with(&in, source, log);
  tw_arena_free(&in.arena);
  tw_log_map_free(own);
  return status;
}
