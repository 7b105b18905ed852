// calendar_text.c - reads the texts of a calendar: intervals of the week ("Mon-Fri 22:00-06:00"),
// dates ("2026-12-24..2026-12-31") and dated intervals. Each text is judged alone here; what does
// not fit together is found by calendar_def.c.

#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "doc/calendar_def.h"
#include "field/inner.h"

// A place in a text, and what is wrong there.
typedef struct cursor {
  const char *at;
  const char *key;    // the text, where it is a key; NULL: it is the node's own
  const char *fault;  // NULL: nothing
} cursor;

static bool refuse(cursor *in, const char *fault) {
  in->fault = fault;
  return false;
}

static void skip_spaces(cursor *in) {
  while (*in->at == ' ') in->at++;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool read_weekday(cursor *in, int32_t *weekday) {
  for (int32_t i = 0; tw_weekday_words[i] != NULL; i++) {
    if (strncmp(in->at, tw_weekday_words[i], 3) != 0) continue;
    const char after = in->at[3];
    if (after != '-' && after != ',' && after != ' ') continue;
    in->at += 3;
    *weekday = i;
    return true;
  }
  return refuse(in, "a weekday is needed (Mon, Tue, Wed, Thu, Fri, Sat or Sun)");
}

// Reads "Mon-Fri,Sun" up to the time of day. A range may go over Sunday: Sun-Thu.
static bool read_weekdays(cursor *in, uint32_t *days) {
  *days = 0;
  for (;;) {
    int32_t first, last;
    if (!read_weekday(in, &first)) return false;
    last = first;
    if (*in->at == '-') {
      in->at++;
      if (!read_weekday(in, &last)) return false;
    }
    for (int32_t day = first;; day = (day + 1) % 7) {
      *days |= 1U << day;
      if (day == last) break;
    }
    skip_spaces(in);
    if (*in->at != ',') return true;
    in->at++;
    skip_spaces(in);
  }
}

// Reads "06:00" as minutes; "24:00" only where it ends something.
static bool read_time(cursor *in, bool is_end, int32_t *minutes) {
  static const char shape[] = "00:00";
  for (int32_t i = 0; i < 5; i++) {
    const bool fits = shape[i] == ':' ? in->at[i] == ':' : is_digit(in->at[i]);
    if (!fits) return refuse(in, "a time of day is needed, as 06:00");
  }
  const int32_t hour = (in->at[0] - '0') * 10 + in->at[1] - '0';
  const int32_t minute = (in->at[3] - '0') * 10 + in->at[4] - '0';
  *minutes = hour * 60 + minute;
  if (minute > 59) return refuse(in, "an hour has minutes 00 to 59");
  if (*minutes > (is_end ? TW_DAY_MIN : TW_DAY_MIN - 1))
    return refuse(in, is_end ? "times of day end at 24:00" : "the last start is 23:59");
  in->at += 5;
  return true;
}

// Reads "22:00-06:00"; an end that is not behind the start is on the next day.
static bool read_times(cursor *in, int32_t *start_min, int32_t *end_min) {
  skip_spaces(in);
  const cursor begin = *in;
  if (!read_time(in, /*is_end=*/false, start_min)) return false;
  if (*in->at != '-') return refuse(in, "\"-\" and the end are needed");
  in->at++;
  if (!read_time(in, /*is_end=*/true, end_min)) return false;
  if (*end_min == *start_min) {
    *in = begin;
    return refuse(in, "the interval is empty; a whole day is 00:00-24:00");
  }
  if (*end_min < *start_min) *end_min += TW_DAY_MIN;
  TW_ASSERT(*end_min > *start_min && *end_min - *start_min <= TW_DAY_MIN);
  return true;
}

static bool read_date(cursor *in, int64_t *day) {
  const tw_date_result result = tw_date_read(in->at, day);
  if (result == TW_DATE_MALFORMED) return refuse(in, "a date is needed, as 2026-03-19");
  if (result == TW_DATE_IMPOSSIBLE) return refuse(in, "there is no such day since 1900");
  in->at += TW_DATE_CHARACTERS;
  return true;
}

// Reports what is wrong with a text, and where in it.
static bool report(const cursor *in, const tw_node *node, const tw_reader *reader, const char *what,
                   const char *example) {
  char got[TW_GOT_BYTES], hint[96];
  const char *begin = in->key != NULL ? in->key : node->text;
  snprintf(hint, sizeof hint, "e.g. %s", example);
  if (in->key != NULL) snprintf(got, sizeof got, "\"%.*s\"", TW_GOT_BYTES - 4, in->key);
  else tw_node_got(node, got);
  tw_reader_problem(reader, node, "E-CAL", what, hint, "%s is no %s: at character %d: %s", got,
                    what, (int)(in->at - begin) + 1, in->fault);
  return false;
}

static bool report_many(const tw_node *node, const tw_reader *reader, int32_t n_max,
                        const char *what) {
  tw_reader_problem(reader, node, "E-CAL", NULL, NULL, "at most %d %s can stand here",
                    (int)n_max, what);
  return false;
}

// A text, or a list of texts, that is walked item by item.
static const tw_node *first_text(const tw_node *node) {
  return node->type == TW_NODE_LIST ? node->first : node;
}

static const tw_node *next_text(const tw_node *node, const tw_node *item) {
  return node->type == TW_NODE_LIST ? item->next : NULL;
}

static int32_t count_texts(const tw_node *node) {
  return node->type == TW_NODE_LIST ? node->n_child : 1;
}

// A pattern while it is read.
typedef struct pattern_reader {
  const tw_reader *reader;
  const char **names;
  tw_interval *intervals;
  int32_t n_name, n;
  int32_t n_a_week;  // each interval on each of its days
  bool is_good;
} pattern_reader;

static const char week_example[] = "\"Mon-Fri 06:00-14:00\"";

// Reads "Mon-Fri 22:00-06:00, Sun 22:00-06:00" of a node, its key or its own text.
static bool read_intervals(pattern_reader *in, const tw_node *node, bool is_key) {
  if (!is_key && node->type != TW_NODE_TEXT) {
    tw_reader_wrong_type(in->reader, node, "an interval of the week", week_example);
    return false;
  }
  cursor text = {.at = is_key ? node->key : node->text, .key = is_key ? node->key : NULL};
  for (;;) {
    tw_interval interval = {.node = node, .name_i = in->n_name - 1};
    if (!read_weekdays(&text, &interval.days) ||
        !read_times(&text, &interval.start_min, &interval.end_min))
      break;
    for (int32_t day = 0; day < 7; day++) in->n_a_week += (int32_t)(interval.days >> day & 1);
    if (in->n_a_week > TW_A_WEEK_MAX)
      return report_many(node, in->reader, TW_A_WEEK_MAX, "intervals a week");
    TW_ASSERT(in->n < TW_A_WEEK_MAX);
    in->intervals[in->n++] = interval;
    if (*text.at == 0) return true;
    skip_spaces(&text);
    if (*text.at != ',') {
      refuse(&text, "a comma or the end is needed");
      break;
    }
    text.at++;
    skip_spaces(&text);
  }
  return report(&text, node, in->reader, "interval of the week", week_example);
}

// Takes the key as a name; false when there are too many.
static bool add_name(pattern_reader *in, const tw_node *named) {
  if (in->n_name == TW_SHIFT_NAMES_MAX) {
    if (in->is_good) report_many(named, in->reader, TW_SHIFT_NAMES_MAX, "names");
    in->is_good = false;
    return false;
  }
  in->names[in->n_name++] = named->key;
  return true;
}

static void read_named(pattern_reader *in, const tw_node *named) {
  if (!tw_name_check(named->key, named, in->reader)) in->is_good = false;
  if (!add_name(in, named)) return;
  for (const tw_node *item = first_text(named); item != NULL; item = next_text(named, item))
    if (!read_intervals(in, item, /*is_key=*/false)) in->is_good = false;
}

// Gives back the unused end: intervals are read into room for the most there can be.
static bool keep_pattern(const pattern_reader *in, tw_pattern *pattern) {
  tw_arena *arena = in->reader->arena;
  tw_interval *intervals = tw_arena_take_array(arena, (size_t)in->n, sizeof *intervals);
  const char **names = tw_arena_take_array(arena, (size_t)in->n_name, sizeof *names);
  if (intervals == NULL || names == NULL) return false;
  if (in->n > 0) memcpy(intervals, in->intervals, (size_t)in->n * sizeof *intervals);
  for (int32_t i = 0; i < in->n_name; i++) names[i] = in->names[i];
  *pattern = (tw_pattern){.n_name = in->n_name, .n = in->n, .name = names, .at = intervals};
  return true;
}

static bool parse_pattern(const tw_node *node, const tw_reader *reader, void *target) {
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "an object of names with intervals",
                         "{\"early\": \"Mon-Fri 06:00-14:00\"}");
    return false;
  }
  const char *names[TW_SHIFT_NAMES_MAX];
  tw_interval intervals[TW_A_WEEK_MAX];
  pattern_reader in = {.reader = reader, .names = names, .intervals = intervals, .is_good = true};
  for (const tw_node *named = node->first; named != NULL; named = named->next)
    if (!tw_key_is_free(named->key)) read_named(&in, named);
  return keep_pattern(&in, target) && in.is_good;
}

bool tw_pattern_of_keys(const tw_node *node, const char *otherwise, const tw_reader *reader,
                        tw_pattern *pattern) {
  TW_ASSERT(node->type == TW_NODE_OBJECT);
  const char *names[TW_SHIFT_NAMES_MAX];
  tw_interval intervals[TW_A_WEEK_MAX];
  pattern_reader in = {.reader = reader, .names = names, .intervals = intervals, .is_good = true};
  for (const tw_node *named = node->first; named != NULL; named = named->next) {
    if (tw_key_is_free(named->key) || strcmp(named->key, otherwise) == 0) continue;
    if (add_name(&in, named) && !read_intervals(&in, named, /*is_key=*/true)) in.is_good = false;
  }
  return keep_pattern(&in, pattern) && in.is_good;
}

static bool read_closure(const tw_node *node, const tw_reader *reader, tw_closure *closure) {
  static const char example[] = "\"2026-03-19\" or \"2026-12-24..2026-12-31\"";
  if (node->type != TW_NODE_TEXT) {
    tw_reader_wrong_type(reader, node, "a date or a range of dates", example);
    return false;
  }
  cursor text = {.at = node->text};
  bool is_good = read_date(&text, &closure->first_day);
  closure->last_day = closure->first_day;
  if (is_good && strncmp(text.at, "..", 2) == 0) {
    text.at += 2;
    is_good = read_date(&text, &closure->last_day);
    if (is_good && closure->last_day < closure->first_day)
      is_good = refuse(&text, "the last day is before the first");
  }
  if (is_good && *text.at != 0) is_good = refuse(&text, "\"..\" or the end is needed");
  return is_good || report(&text, node, reader, "date", example);
}

static bool parse_closed(const tw_node *node, const tw_reader *reader, void *target) {
  const int32_t n = count_texts(node);
  if (n > TW_DATED_MAX) return report_many(node, reader, TW_DATED_MAX, "dates or ranges of dates");
  tw_closure *closures = tw_arena_take_array(reader->arena, (size_t)n, sizeof *closures);
  if (closures == NULL) return false;
  bool is_good = true;
  int32_t i = 0;
  for (const tw_node *item = first_text(node); item != NULL; item = next_text(node, item))
    if (!read_closure(item, reader, &closures[i++])) is_good = false;
  TW_ASSERT(i == n);
  if (is_good) *(tw_closures *)target = (tw_closures){.n = n, .at = closures};
  return is_good;
}

// Reads "2026-03-21 06:00-12:00".
static bool read_extra(const tw_node *node, const tw_reader *reader, tw_extra *extra) {
  static const char example[] = "\"2026-03-21 06:00-12:00\"";
  if (node->type != TW_NODE_TEXT) {
    tw_reader_wrong_type(reader, node, "a date with an interval", example);
    return false;
  }
  cursor text = {.at = node->text};
  bool is_good = read_date(&text, &extra->day);
  if (is_good && *text.at != ' ') is_good = refuse(&text, "a space and an interval are needed");
  is_good = is_good && read_times(&text, &extra->start_min, &extra->end_min);
  if (is_good && *text.at != 0) is_good = refuse(&text, "the end is needed");
  return is_good || report(&text, node, reader, "date with an interval", example);
}

static bool read_extras(const tw_node *named, const tw_reader *reader, tw_extra *extras) {
  bool is_good = true;
  int32_t i = 0;
  for (const tw_node *item = first_text(named); item != NULL; item = next_text(named, item)) {
    extras[i] = (tw_extra){.shift = {.name = named->key, .node = named}, .node = item};
    if (!read_extra(item, reader, &extras[i++])) is_good = false;
  }
  return is_good;
}

static bool parse_extra(const tw_node *node, const tw_reader *reader, void *target) {
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "an object of shifts with dates",
                         "{\"early\": [\"2026-03-21 06:00-12:00\"]}");
    return false;
  }
  int64_t n_most = 0;
  for (const tw_node *named = node->first; named != NULL; named = named->next)
    if (!tw_key_is_free(named->key)) n_most += count_texts(named);
  if (n_most > TW_DATED_MAX) return report_many(node, reader, TW_DATED_MAX, "extra shifts");
  tw_extra *extras = tw_arena_take_array(reader->arena, (size_t)n_most, sizeof *extras);
  if (extras == NULL) return false;
  bool is_good = true;
  int32_t n = 0;
  for (const tw_node *named = node->first; named != NULL; named = named->next) {
    if (tw_key_is_free(named->key)) continue;
    if (!read_extras(named, reader, &extras[n])) is_good = false;
    n += count_texts(named);
  }
  if (is_good) *(tw_extras *)target = (tw_extras){.n = n, .at = extras};
  return is_good;
}

// For editors. Whether times fit together is for the reader.
#define DAY_PATTERN   "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
#define DAYS_PATTERN  DAY_PATTERN "(-" DAY_PATTERN ")?"
#define START_PATTERN "([01][0-9]|2[0-3]):[0-5][0-9]"
#define TIMES_PATTERN START_PATTERN "-(" START_PATTERN "|24:00)"
#define WEEK_PATTERN  DAYS_PATTERN "( *, *" DAYS_PATTERN ")* +" TIMES_PATTERN
#define DATE_PATTERN  "[0-9]{4}-[0-9]{2}-[0-9]{2}"

#define TEXTS(pattern) \
  "{\"anyOf\": [{\"type\": \"string\", \"pattern\": \"" pattern "\"}, {\"type\": \"array\", " \
  "\"items\": {\"type\": \"string\", \"pattern\": \"" pattern "\"}}]}"
#define NAMED_TEXTS(pattern) \
  "{\"type\": \"object\", \"properties\": {\"about\": {\"type\": \"string\"}}, " \
  "\"patternProperties\": {\"^x-\": true, \"^(?!x-|about$)[A-Za-z][A-Za-z0-9_-]*$\": " TEXTS( \
      pattern) "}, \"additionalProperties\": false}"
#define WEEK_SCHEMA NAMED_TEXTS("^" WEEK_PATTERN "( *, *" WEEK_PATTERN ")*$")

const tw_custom tw_shifts_custom = {
    .parse = parse_pattern,
    .shape = "intervals of the week by name, {\"early\": \"Mon-Fri 06:00-14:00\", \"night\": "
             "\"Sun-Thu 22:00-06:00\"}; several in a list or with commas",
    .schema = WEEK_SCHEMA,
};
const tw_custom tw_breaks_custom = {
    .parse = parse_pattern,
    .shape = "intervals of the week by name, {\"lunch\": \"Mon-Fri 12:00-12:30\"}",
    .schema = WEEK_SCHEMA,
};
const tw_custom tw_closed_custom = {
    .parse = parse_closed,
    .shape = "list of dates and ranges, [\"2026-03-19\", \"2026-12-24..2026-12-31\"]",
    .schema = TEXTS("^" DATE_PATTERN "([.][.]" DATE_PATTERN ")?$"),
};
const tw_custom tw_extra_custom = {
    .parse = parse_extra,
    .shape = "dated intervals by shift, {\"early\": [\"2026-03-21 06:00-12:00\"]}",
    .schema = NAMED_TEXTS("^" DATE_PATTERN " +" TIMES_PATTERN "$"),
};
