// compile_calendar.c - calendars of the compiled line: the plain week as spans, a week of its own
// for each one that a date touches, and what follows from them (see calendar.h); names of
// calendars.

#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "doc/calendar_def.h"
#include "model/compile_inner.h"

#define MINUTE_US INT64_C(60000000)

// Weeks from the one in which the run starts; nothing that a line file gives is later.
enum { WEEKS_MAX = (int64_t)TW_LONGEST_S / (7 * 86400) + 2 };
enum { A_MONDAY = 4 };  // 1970-01-05

// Of all weeks of a line: many dates on a crowded week ask for large tables.

// A week while it is made.
typedef struct week_maker {
  tw_arena *arena;
  tw_calendar_days days;
  tw_span *span;  // scratch
  int32_t n, n_max;
  int64_t *n_in_all;  // spans of the line
  int64_t monday;     // of week 0, days since 1970-01-01
} week_maker;

// Adds a stretch of the list to the week, which begins one day behind the list. Joins what is the
// same.
static void add_span(week_maker *in, const tw_calendar_piece *shift, int32_t off, int32_t start_min,
                     int32_t end_min) {
  int64_t start_us = (start_min - TW_DAY_MIN) * MINUTE_US;
  int64_t end_us = (end_min - TW_DAY_MIN) * MINUTE_US;
  if (start_us < 0) start_us = 0;
  if (end_us > TW_WEEK_US) end_us = TW_WEEK_US;
  if (start_us >= end_us) return;
  tw_span *last = in->n > 0 ? &in->span[in->n - 1] : NULL;
  if (last != NULL && last->end_us == start_us && last->off == off &&
      last->shift_i == shift->name_i && last->day == shift->day - 1) {
    last->end_us = end_us;
    return;
  }
  TW_ASSERT(in->n < in->n_max && (last == NULL || last->end_us <= start_us));
  in->span[in->n++] = (tw_span){.start_us = start_us,
                                .end_us = end_us,
                                .off = off,
                                .shift_i = shift->name_i,
                                .day = shift->day - 1};
}

// Cuts the breaks out of the shifts; both are in order and do not overlap among themselves.
static void add_spans(week_maker *in) {
  const tw_calendar_days *days = &in->days;
  int32_t k = 0;
  for (int32_t i = 0; i < days->n_shift; i++) {
    const tw_calendar_piece *shift = &days->shift[i];
    int32_t at_min = shift->start_min;
    while (k < days->n_break && days->pause[k].end_min <= at_min) k++;
    for (int32_t p = k; p < days->n_break && days->pause[p].start_min < shift->end_min; p++) {
      const tw_calendar_piece *pause = &days->pause[p];
      const int32_t begin_min = pause->start_min > at_min ? pause->start_min : at_min;
      const int32_t end_min = pause->end_min < shift->end_min ? pause->end_min : shift->end_min;
      add_span(in, shift, TW_ON_SHIFT, at_min, begin_min);
      add_span(in, shift, TW_OFF_BREAK, begin_min, end_min);
      at_min = end_min;
    }
    add_span(in, shift, TW_ON_SHIFT, at_min, shift->end_min);
  }
}

static bool is_same_shift(const tw_span *a, const tw_span *b) {
  return a->shift_i == b->shift_i && a->day == b->day;
}

// Fills in what each span says of its neighbours; returns the working time of the week.
static int64_t link_spans(tw_span *span, int32_t n) {
  for (int32_t i = n - 1; i >= 0; i--) {
    const tw_span *next = i + 1 < n && span[i + 1].start_us == span[i].end_us ? &span[i + 1] : NULL;
    const bool is_same_off = next != NULL && next->off == span[i].off;
    const bool is_shift = next != NULL && is_same_shift(next, &span[i]);
    span[i].off_until_us = is_same_off ? next->off_until_us : span[i].end_us;
    span[i].shift_until_us = is_shift ? next->shift_until_us : span[i].end_us;
  }
  int64_t work_us = 0;
  for (int32_t i = 0; i < n; i++) {
    span[i].work_before_us = work_us;
    if (span[i].off == TW_ON_SHIFT) work_us += span[i].end_us - span[i].start_us;
  }
  TW_ASSERT(work_us <= TW_WEEK_US);
  return work_us;
}

// Makes the week that begins on a Monday.
static tw_week make_week(week_maker *in, int64_t number, int64_t monday, bool is_plain) {
  // the shift of the Sunday before may reach into the week
  tw_calendar_days_list(&in->days, monday - 1, TW_LIST_DAYS, is_plain);
  in->n = 0;
  add_spans(in);
  *in->n_in_all += in->n;
  tw_week week = {.number = number, .n = in->n};
  tw_span *span = tw_arena_take_array(in->arena, (size_t)in->n, sizeof *span);
  if (span == NULL) return (tw_week){.number = number};
  if (in->n > 0) memcpy(span, in->span, (size_t)in->n * sizeof *span);
  week.work_us = link_spans(span, in->n);
  week.span = span;
  return week;
}

// Marks the weeks that a stretch of days touches; a shift of its last day may reach into the next
// week.
static void touch_weeks(const week_maker *in, int64_t first_day, int64_t last_day,
                        bool *is_touched) {
  const int64_t first = first_day - in->monday, last = last_day + 1 - in->monday;
  if (last < 0 || first >= 7 * (int64_t)WEEKS_MAX) return;
  int64_t number = first < 0 ? 0 : first / 7;
  for (; number <= last / 7 && number < WEEKS_MAX; number++) is_touched[number] = true;
}

static void make_special_weeks(week_maker *in, tw_calendar *calendar) {
  const tw_calendar_def *def = in->days.def;
  if (def->closed.n == 0 && def->extra.n == 0) return;
  bool is_touched[WEEKS_MAX] = {false};
  for (int32_t i = 0; i < def->closed.n; i++)
    touch_weeks(in, def->closed.at[i].first_day, def->closed.at[i].last_day, is_touched);
  for (int32_t i = 0; i < def->extra.n; i++)
    touch_weeks(in, def->extra.at[i].day, def->extra.at[i].day, is_touched);
  int32_t n = 0;
  for (int32_t number = 0; number < WEEKS_MAX; number++) n += is_touched[number];
  tw_week *special = tw_arena_take_array(in->arena, (size_t)n, sizeof *special);
  if (special == NULL) return;
  int64_t more_us = 0;
  for (int32_t number = 0; number < WEEKS_MAX; number++) {
    if (!is_touched[number] || *in->n_in_all > TW_CALENDAR_SPANS_MAX) continue;
    tw_week *week = &special[calendar->n_special++];
    *week = make_week(in, number, in->monday + 7 * (int64_t)number, /*is_plain=*/false);
    more_us += week->work_us - calendar->base.work_us;
    week->more_us = more_us;
  }
  TW_ASSERT(calendar->n_special == n || *in->n_in_all > TW_CALENDAR_SPANS_MAX);
  calendar->special = special;
  // last week first: each looks only at those behind it
  for (int32_t i = calendar->n_special - 1; i >= 0; i--) {
    const tw_span *last = special[i].n > 0 ? &special[i].span[special[i].n - 1] : NULL;
    const bool is_on = last != NULL && last->end_us == TW_WEEK_US;
    special[i].change_us =
        tw_calendar_change(calendar, special[i].number + 1, is_on ? last->off : TW_OFF_SHIFT);
  }
}

static bool is_never_off(const tw_calendar *calendar) {
  if (calendar->base.work_us < TW_WEEK_US) return false;
  for (int32_t i = 0; i < calendar->n_special; i++)
    if (calendar->special[i].work_us < TW_WEEK_US) return false;
  return true;
}

// Shifts of a plain week: one that comes in several intervals on a day is one shift.
static int32_t count_shifts(const tw_pattern *shifts) {
  uint32_t days[TW_SHIFT_NAMES_MAX] = {0};
  for (int32_t i = 0; i < shifts->n; i++) days[shifts->at[i].name_i] |= shifts->at[i].days;
  int32_t n = 0;
  for (int32_t i = 0; i < shifts->n_name; i++)
    for (int32_t day = 0; day < 7; day++) n += (int32_t)(days[i] >> day & 1);
  return n;
}

static void compile_one(tw_line *line, const tw_calendar_def *def, int64_t *n_span,
                        tw_calendar *calendar) {
  const int64_t start_s = line->doc.run.start_s;
  int64_t day = start_s / 86400;
  if (start_s % 86400 < 0) day--;
  const int32_t weekday = tw_weekday(day);
  week_maker in = {.arena = &line->arena, .monday = day - weekday};
  calendar->name = def->def.name;
  calendar->n_shift = def->shifts.n_name;
  calendar->shift = def->shifts.name;
  calendar->offset_us = (start_s - in.monday * 86400) * TW_TICKS_PER_S;
  TW_ASSERT(calendar->offset_us >= 0 && calendar->offset_us < TW_WEEK_US);
  if (!tw_calendar_days_init(&in.days, def, in.arena)) return;
  // every span begins where a shift or a break begins or ends
  in.n_max = 2 * TW_LIST_DAYS * (def->shifts.n + def->breaks.n) + 2 * def->extra.n;
  in.n_in_all = n_span;
  in.span = tw_arena_take_array(in.arena, (size_t)in.n_max, sizeof *in.span);
  if (in.span == NULL) return;
  calendar->base = make_week(&in, 0, A_MONDAY, /*is_plain=*/true);
  make_special_weeks(&in, calendar);
  calendar->is_always = is_never_off(calendar);
  calendar->on_share = (double)calendar->base.work_us / (double)TW_WEEK_US;
  const int32_t n_shift = count_shifts(&def->shifts);
  if (n_shift > 0) calendar->shift_s = tw_seconds(calendar->base.work_us) / n_shift;
}

bool tw_compile_week(tw_compiler *compiler, const tw_pattern *pattern, int32_t name_i,
                     tw_calendar *calendar) {
  tw_line *line = compiler->line;
  tw_interval *at = tw_arena_take_array(&line->arena, (size_t)pattern->n, sizeof *at);
  if (at == NULL) return false;
  tw_pattern own = {.n_name = 1, .name = &pattern->name[name_i], .at = at};
  for (int32_t i = 0; i < pattern->n; i++) {
    if (pattern->at[i].name_i != name_i) continue;
    at[own.n] = pattern->at[i];
    at[own.n++].name_i = 0;
  }
  const tw_calendar_def def = {.def.name = pattern->name[name_i], .shifts = own};
  int64_t n_span = 0;
  compile_one(line, &def, &n_span, calendar);
  return !line->arena.is_out_of_memory;
}

static int32_t find_calendar(tw_compiler *compiler, const tw_name *name) {
  const tw_line *line = compiler->line;
  const char *names[256];
  int32_t n = 0;
  for (int32_t i = 0; i < line->n_calendar; i++) {
    if (strcmp(line->calendar[i].name, name->name) == 0) return i;
    if (n < 256) names[n++] = line->calendar[i].name;
  }
  const tw_calendar_def *defs = line->doc.calendars.at;
  for (int32_t i = 0; i < line->doc.calendars.n; i++)
    if (strcmp(defs[i].def.name, name->name) == 0) return TW_NONE;  // one that could not be read
  if (!tw_doc_names(&line->doc, "calendars")) return TW_NONE;
  const char *nearest = tw_text_nearest(name->name, names, (size_t)n);
  tw_compile_problem(compiler, name->node, "E-REF",
                     nearest != NULL
                         ? tw_arena_print(&compiler->line->arena, "did you mean '%s'?", nearest)
                         : "calendars stand in \"calendars\"",
                     "there is no calendar '%s'", name->name);
  return TW_NONE;
}

// A calendar by its name, where something works by it.
static int32_t resolve(tw_compiler *compiler, const tw_name *name) {
  const int32_t i = find_calendar(compiler, name);
  if (i == TW_NONE) return TW_NONE;
  const tw_calendar *calendar = &compiler->line->calendar[i];
  bool has_work = calendar->base.work_us > 0;
  for (int32_t k = 0; k < calendar->n_special; k++)
    has_work = has_work || calendar->special[k].work_us > 0;
  if (!has_work)
    tw_compile_problem(compiler, name->node, "E-CAL", "e.g. \"early\": \"Mon-Fri 06:00-14:00\"",
                       "calendar '%s' has no working time: this would stand still for ever",
                       calendar->name);
  return calendar->is_always ? TW_NONE : i;
}

int32_t tw_compile_calendar(tw_compiler *compiler, const tw_name *name) {
  TW_ASSERT(compiler != NULL);
  if (name == NULL || name->name == NULL) return compiler->default_calendar_i;
  return resolve(compiler, name);
}

double tw_compile_shift_s(const tw_compiler *compiler, const tw_name *name) {
  const tw_line *line = compiler->line;
  const char *of = name != NULL && name->name != NULL ? name->name : line->doc.defaults.calendar.name;
  for (int32_t i = 0; i < line->n_calendar && of != NULL; i++)
    if (strcmp(line->calendar[i].name, of) == 0 && line->calendar[i].shift_s > 0)
      return line->calendar[i].shift_s;
  return TW_PLAIN_SHIFT_S;
}

void tw_compile_calendars(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  const tw_calendar_def *defs = line->doc.calendars.at;
  const int32_t n = line->doc.calendars.n;
  compiler->default_calendar_i = TW_NONE;
  if (tw_compile_lacks(compiler, "calendars")) return;
  tw_calendar *calendars = tw_arena_take_array(&line->arena, (size_t)n, sizeof *calendars);
  if (calendars == NULL) return;
  int64_t n_span = 0;
  for (int32_t i = 0; i < n && n_span <= TW_CALENDAR_SPANS_MAX; i++) {
    compile_one(line, &defs[i], &n_span, &calendars[i]);
    if (n_span > TW_CALENDAR_SPANS_MAX)
      tw_compile_problem(compiler, defs[i].def.node, "E-CAL", "fewer dates, or fewer breaks",
                         "up to here the weeks with dates are %d pieces; there can be no more",
                         (int)TW_CALENDAR_SPANS_MAX);
  }
  if (n_span > TW_CALENDAR_SPANS_MAX) return;
  line->calendar = calendars;
  line->n_calendar = n;
  // once, here: a default that is no good is not the fault of all who use it
  const tw_name *name = &line->doc.defaults.calendar;
  if (name->name != NULL && !line->arena.is_out_of_memory)
    compiler->default_calendar_i = resolve(compiler, name);
}
