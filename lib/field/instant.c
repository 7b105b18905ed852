// instant.c - instants of the plant's local clock, "2026-03-02T06:00:00", without zones:
// seconds since 1970-01-01T00:00:00 of the same clock, in the Gregorian calendar.

#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "core/date.h"
#include "core/ticks.h"
#include "field/inner.h"

// Matches the first n characters of "0000-00-00T00:00:00" and reads up to six numbers.
static bool split(const char *text, size_t n, int64_t part[6]) {
  static const char shape[] = "0000-00-00T00:00:00";
  TW_ASSERT(n < sizeof shape);
  memset(part, 0, 6 * sizeof part[0]);
  int32_t part_i = 0;
  for (size_t i = 0; i < n; i++) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == '0' ? !is_digit : text[i] != shape[i]) return false;
    if (is_digit) {
      part[part_i] = part[part_i] * 10 + (text[i] - '0');
    } else {
      part_i++;
    }
  }
  return true;
}

static bool is_date(const int64_t part[6]) {
  return part[0] >= 1900 && part[1] >= 1 && part[1] <= 12 && part[2] >= 1 &&
         part[2] <= tw_date_month_days(part[0], part[1]);
}

tw_date_result tw_date_read(const char *text, int64_t *day) {
  TW_ASSERT(text != NULL && day != NULL);
  int64_t part[6];
  if (!split(text, TW_DATE_CHARACTERS, part)) return TW_DATE_MALFORMED;
  if (!is_date(part)) return TW_DATE_IMPOSSIBLE;
  *day = tw_date_day(part[0], part[1], part[2]);
  return TW_DATE_OK;
}

bool tw_instant_parse(const tw_node *node, const tw_reader *reader, int64_t *instant_s) {
  TW_ASSERT(node != NULL && reader != NULL && instant_s != NULL);
  static const char wanted[] = "an instant of the plant's clock, without a zone,";
  int64_t part[6];
  const size_t n = node->type == TW_NODE_TEXT ? strlen(node->text) : 0;
  if ((n != 16 && n != 19) || !split(node->text, n, part)) {
    tw_reader_wrong_type(reader, node, wanted, "\"2026-03-02T06:00:00\"");
    return false;
  }
  if (!is_date(part) || part[3] > 23 || part[4] > 59 || part[5] > 59) {
    tw_reader_problem(reader, node, "E-RANGE", wanted, NULL, "\"%s\" is no day and time since 1900",
                      node->text);
    return false;
  }
  *instant_s =
      tw_date_day(part[0], part[1], part[2]) * 86400 + part[3] * 3600 + part[4] * 60 + part[5];
  return true;
}

bool tw_parse_instant(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  (void)field;
  return tw_instant_parse(node, in->reader, target);
}

// Instants of the clock begin with their year, "2026-"; a duration may too, but never goes on so.
static bool is_of_clock(const tw_node *node) {
  if (node->type != TW_NODE_TEXT) return false;
  for (int i = 0; i < 4; i++)
    if (node->text[i] < '0' || node->text[i] > '9') return false;
  return node->text[4] == '-';
}

static bool parse_when(const tw_node *node, const tw_reader *reader, void *target) {
  // Before the start is allowed: what is late already, or was released before.
  static const tw_field field = {
      .type = TW_FIELD_QUANTITY, .dim = {.s = 1}, .min = -TW_LONGEST_S, .max = TW_LONGEST_S};
  const tw_parse in = {.reader = reader};
  tw_when when = {.node = node, .is_of_clock = is_of_clock(node)};
  if (when.is_of_clock) {
    int64_t instant_s;
    if (!tw_instant_parse(node, reader, &instant_s)) return false;
    when.s = (double)instant_s;
  } else if (!tw_parse_quantity(&field, (tw_node *)node, &in, &when.s)) {
    return false;
  }
  *(tw_when *)target = when;
  return true;
}

const tw_custom tw_when_custom = {
    .parse = parse_when,
    .shape = "duration after the start of the run, or an instant",
    .schema = "{\"type\": \"string\", \"pattern\": "
              "\"^(-?[0-9.]+([eE][+-]?[0-9]+)? [a-z]+|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}"
              "(:[0-9]{2})?)$\"}",
};

double tw_when_s(const tw_when *when, int64_t start_s) {
  return when->is_of_clock ? when->s - (double)start_s : when->s;
}
