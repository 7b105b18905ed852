// calendar_def.c - the field table of calendars, and what must fit together in one: shifts do not
// overlap, breaks lie within a shift, extra shifts have names of shifts. Each interval that does
// not fit is reported once, at its text.

#include <stdio.h>

#include "base/assert.h"
#include "base/index.h"
#include "doc/calendar_def.h"

// One check: what is reported already, by source of a piece.
typedef struct check {
  const tw_calendar_def *def;
  const tw_reader *reader;
  tw_calendar_days days;
  bool *is_shift_reported, *is_break_reported;
  int64_t first_day;  // of the list that is looked at
} check;

static const tw_node *shift_node(const tw_calendar_def *def, int32_t source_i) {
  const int32_t n = def->shifts.n;
  return source_i < n ? def->shifts.at[source_i].node : def->extra.at[source_i - n].node;
}

// Reports two pieces of one sort that overlap, at the one that stands later in the file.
static void report_overlap(check *in, bool is_break, const tw_calendar_piece *a,
                           const tw_calendar_piece *b) {
  const tw_calendar_def *def = in->def;
  const tw_calendar_piece *late = a->source_i > b->source_i ? a : b, *early = late == a ? b : a;
  bool *is_reported = is_break ? in->is_break_reported : in->is_shift_reported;
  if (is_reported[late->source_i]) return;
  is_reported[late->source_i] = true;
  const tw_pattern *pattern = is_break ? &def->breaks : &def->shifts;
  char got[TW_GOT_BYTES], begin[TW_CLOCK_BYTES], end[TW_CLOCK_BYTES];
  const tw_node *node =
      is_break ? def->breaks.at[late->source_i].node : shift_node(def, late->source_i);
  const int32_t end_min = a->end_min < b->end_min ? a->end_min : b->end_min;
  tw_reader_problem(
      in->reader, node, "E-CAL", NULL, is_break ? NULL : "one calendar is in one shift at a time",
      "%s of '%.60s' overlaps %s '%.60s' from %s to %s", tw_node_got(node, got),
      pattern->name[late->name_i], is_break ? "break" : "shift", pattern->name[early->name_i],
      tw_clock_text(in->first_day, b->start_min, begin), tw_clock_text(in->first_day, end_min, end));
}

// Looks for overlaps among pieces in the order of their starts.
static void check_overlaps(check *in, bool is_break, const tw_calendar_piece *piece, int32_t n) {
  int32_t latest = 0;
  for (int32_t i = 1; i < n; i++) {
    TW_ASSERT(piece[i - 1].start_min <= piece[i].start_min);
    if (piece[i].start_min < piece[latest].end_min)
      report_overlap(in, is_break, &piece[latest], &piece[i]);
    if (piece[i].end_min > piece[latest].end_min) latest = i;
  }
}

// Does a break lie within one of the shifts from the first on that ends behind its start?
static bool is_in_shift(const tw_calendar_days *days, int32_t first,
                        const tw_calendar_piece *pause) {
  for (int32_t i = first; i < days->n_shift; i++) {
    if (days->shift[i].start_min > pause->start_min) return false;
    if (pause->end_min <= days->shift[i].end_min) return true;
  }
  return false;
}

// Each break of the plain week lies within one shift. Those of the Sunday before may lie in a shift
// of Saturday, which is not in the list; they are seen at the end of the week.
static void check_breaks(check *in) {
  int32_t first = 0;
  for (int32_t i = 0; i < in->days.n_break; i++) {
    const tw_calendar_piece *pause = &in->days.pause[i];
    while (first < in->days.n_shift && in->days.shift[first].end_min <= pause->start_min) first++;
    if (pause->day == 0 || in->is_break_reported[pause->source_i]) continue;
    if (is_in_shift(&in->days, first, pause)) continue;
    in->is_break_reported[pause->source_i] = true;
    char got[TW_GOT_BYTES], begin[TW_CLOCK_BYTES], end[TW_CLOCK_BYTES];
    const tw_node *node = in->def->breaks.at[pause->source_i].node;
    tw_reader_problem(in->reader, node, "E-CAL", NULL,
                      "a break lies within one shift, on each of its days",
                      "%s of '%.60s' is not within a shift from %s to %s", tw_node_got(node, got),
                      in->def->breaks.name[pause->name_i], tw_clock_text(in->first_day, pause->start_min, begin),
                      tw_clock_text(in->first_day, pause->end_min, end));
  }
}

// Extra shifts are shifts of the pattern at another time; each name is looked at once.
static void check_extra_names(check *in) {
  const tw_calendar_def *def = in->def;
  const tw_node *last = NULL;
  for (int32_t i = 0; i < def->extra.n; i++) {
    const tw_name *name = &def->extra.at[i].shift;
    if (in->days.extra_shift_i[i] >= 0 || name->node == last) continue;
    last = name->node;
    char hint[128] = "shifts stand in \"shifts\" of the calendar";
    const char *nearest =
        tw_name_nearest(name->name, def->shifts.name, def->shifts.n_name, in->reader->problems);
    if (nearest != NULL) snprintf(hint, sizeof hint, "did you mean '%.80s'?", nearest);
    const tw_node at = tw_name_place(name);
    tw_reader_problem(in->reader, &at, "E-REF", NULL, hint, "there is no shift '%.80s'",
                      name->name);
  }
}

static void check_calendar(const void *object, const tw_node *node, const tw_reader *reader) {
  (void)node;
  const tw_calendar_def *def = object;
  check in = {.def = def, .reader = reader, .first_day = TW_A_SUNDAY};
  const size_t n_shift = (size_t)(def->shifts.n + def->extra.n), n_break = (size_t)def->breaks.n;
  in.is_shift_reported = tw_arena_take(reader->arena, n_shift + 1);
  in.is_break_reported = tw_arena_take(reader->arena, n_break + 1);
  if (!tw_calendar_days_init(&in.days, def, reader->arena)) return;
  if (in.is_shift_reported == NULL || in.is_break_reported == NULL) return;
  check_extra_names(&in);
  tw_calendar_days_list(&in.days, in.first_day, TW_LIST_DAYS, /*is_plain=*/true);
  check_overlaps(&in, false, in.days.shift, in.days.n_shift);
  check_overlaps(&in, true, in.days.pause, in.days.n_break);
  check_breaks(&in);
  // What the pattern says against itself is reported: only extra shifts are new on their days.
  for (int32_t i = 0; i < def->extra.n; i++) {
    in.first_day = def->extra.at[i].day - 1;
    tw_calendar_days_list(&in.days, in.first_day, 3, /*is_plain=*/false);
    check_overlaps(&in, false, in.days.shift, in.days.n_shift);
  }
}

static const tw_field calendar_fields[] = {
    TW_FIELD(tw_calendar_def, shifts, "shifts", TW_FIELD_CUSTOM, .flags = TW_REQUIRED,
             .sub = &tw_shifts_custom,
             .help = "when work is done; an interval may cross midnight and belongs to the day on "
                     "which it begins"),
    TW_FIELD(tw_calendar_def, breaks, "breaks", TW_FIELD_CUSTOM, .sub = &tw_breaks_custom,
             .help = "pauses within shifts; they cut extra shifts too"),
    TW_FIELD(tw_calendar_def, closed, "closed", TW_FIELD_CUSTOM, .sub = &tw_closed_custom,
             .help = "days on which no shift of the pattern begins"),
    TW_FIELD(tw_calendar_def, extra, "extra", TW_FIELD_CUSTOM, .sub = &tw_extra_custom,
             .help = "further shifts on single days, closed ones too"),
};
const tw_table tw_calendar_table = {
    .name = "calendar",
    .help = "Working time: a week of named shifts with breaks, and dates that are otherwise.",
    .size = sizeof(tw_calendar_def),
    .fields = calendar_fields,
    .n_field = TW_N_FIELDS(calendar_fields),
    .check = check_calendar,
};
