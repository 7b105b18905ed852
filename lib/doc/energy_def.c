// energy_def.c - the section "energy" of the line file: one price, or prices by intervals of the week
// that do not overlap and leave no gap; carbon; the peak. Intervals are those of calendars.

#include "doc/energy_def.h"

#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "core/calendar.h"
#include "core/ticks.h"
#include "field/inner.h"

#define PRICE_OF_ENERGY ((tw_dim){.money = 1, .kg = -1, .m = -2, .s = 2})

// Of 1e6 a kWh: sums of years of it are numbers.
static const double PRICE_MAX = 1e6 / 3.6e6;

// Reads one price; all of a tariff are in one currency.
static bool read_price(const tw_node *node, const tw_reader *reader, tw_tariff_def *tariff,
                       double *price) {
  if (!tw_quantity_parse(node, PRICE_OF_ENERGY, reader, price)) return false;
  const char *currency = tw_money_name(node->text);
  if (tariff->currency == NULL) tariff->currency = currency;
  if (strcmp(tariff->currency, currency) != 0) {
    tw_reader_problem(reader, node, "E-UNIT", tariff->currency, NULL,
                      "prices are in %s and in %s; nothing is known of their rate",
                      tariff->currency, currency);
    return false;
  }
  if (*price >= -PRICE_MAX && *price <= PRICE_MAX) return true;
  char got[TW_GOT_BYTES];
  tw_reader_problem(reader, node, "E-RANGE", "up to 1e6 a kWh", "e.g. \"0.24 EUR/kWh\"",
                    "%s is no price of energy", tw_node_got(node, got));
  return false;
}

// Two intervals at one time, in the order of their starts; reported at the one later in the file.
static void report_overlap(const tw_pattern *when, const tw_reader *reader,
                           const tw_calendar_piece *a, const tw_calendar_piece *b) {
  char begin[TW_CLOCK_BYTES], end[TW_CLOCK_BYTES];
  const tw_calendar_piece *late = a->source_i > b->source_i ? a : b, *early = late == a ? b : a;
  const int32_t end_min = a->end_min < b->end_min ? a->end_min : b->end_min;
  const tw_node at = tw_node_name(when->at[late->source_i].node);
  tw_reader_problem(reader, &at, "E-CAL", NULL,
                    "energy has one price at a time",
                    "\"%.60s\" overlaps \"%.60s\" from %s to %s", when->name[late->name_i],
                    when->name[early->name_i], tw_clock_text(TW_A_SUNDAY, b->start_min, begin),
                    tw_clock_text(TW_A_SUNDAY, end_min, end));
}

static void report_gap(const tw_node *node, const tw_reader *reader, int32_t minute) {
  char from[TW_CLOCK_BYTES];
  tw_reader_problem(reader, node, "E-CAL", NULL, "e.g. \"otherwise\": \"0.16 EUR/kWh\"",
                    "nothing says the price from %s on",
                    tw_clock_text(TW_A_SUNDAY, minute, from));
}

// Looks at a week of the pattern for the first overlap, and for a gap where none may be. The list begins
// on the Sunday before, so that what reaches over Sunday midnight is seen.
static bool is_week_good(const tw_node *node, const tw_pattern *when, bool has_otherwise,
                         const tw_reader *reader) {
  tw_calendar_days days;
  const tw_calendar_def def = {.shifts = *when};
  if (!tw_calendar_days_init(&days, &def, reader->arena)) return false;
  tw_calendar_days_list(&days, TW_A_SUNDAY, TW_LIST_DAYS, /*is_plain=*/true);
  int32_t covered_min = TW_DAY_MIN;  // without a gap from Monday 00:00 up to here
  for (int32_t i = 0; i < days.n_shift; i++) {
    const tw_calendar_piece *piece = &days.shift[i];
    if (i > 0 && piece->start_min < days.shift[i - 1].end_min) {
      report_overlap(when, reader, &days.shift[i - 1], piece);
      return false;
    }
    if (piece->start_min <= covered_min && piece->end_min > covered_min)
      covered_min = piece->end_min;
  }
  if (has_otherwise || covered_min >= TW_LIST_DAYS * TW_DAY_MIN) return true;
  report_gap(node, reader, covered_min);
  return false;
}

// One price at all times.
static bool parse_one_price(const tw_node *node, const tw_reader *reader, tw_tariff_def *tariff) {
  static const char *const always[] = {"always"};
  double *price = tw_arena_take(reader->arena, sizeof *price);
  if (price == NULL || !read_price(node, reader, tariff, price)) return false;
  tariff->n = 1;
  tariff->name = always;
  tariff->price = price;
  return true;
}

static bool parse_prices(const tw_node *node, const tw_reader *reader, tw_tariff_def *tariff) {
  const size_t n_most = (size_t)node->n_child;
  const char **name = tw_arena_take_array(reader->arena, n_most, sizeof *name);
  double *price = tw_arena_take_array(reader->arena, n_most, sizeof *price);
  if (name == NULL || price == NULL) return false;
  bool has_otherwise = false, is_good = true;
  for (const tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    if (strcmp(item->key, TW_TARIFF_OTHERWISE) == 0) has_otherwise = true;
    name[tariff->n] = item->key;
    if (!read_price(item, reader, tariff, &price[tariff->n++])) is_good = false;
  }
  TW_ASSERT((size_t)tariff->n <= n_most);
  tariff->name = name;
  tariff->price = price;
  if (!tw_pattern_of_keys(node, TW_TARIFF_OTHERWISE, reader, &tariff->when)) return false;
  return is_week_good(node, &tariff->when, has_otherwise, reader) && is_good;
}

static bool parse_tariff(const tw_node *node, const tw_reader *reader, void *target) {
  tw_tariff_def tariff = {.node = node};
  if (node->type != TW_NODE_TEXT && node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "a price, or prices by intervals of the week",
                         "{\"Mon-Fri 07:00-20:00\": \"0.24 EUR/kWh\", \"otherwise\": \"0.16 EUR/kWh\"}");
    return false;
  }
  const bool is_good = node->type == TW_NODE_TEXT ? parse_one_price(node, reader, &tariff)
                                                  : parse_prices(node, reader, &tariff);
  if (is_good) *(tw_tariff_def *)target = tariff;
  return is_good;
}

static const tw_custom tariff_custom = {
    .parse = parse_tariff,
    .shape = "a price, `\"0.24 EUR/kWh\"`, or prices by intervals of the week, "
             "`{\"Mon-Fri 07:00-20:00\": \"0.24 EUR/kWh\", \"otherwise\": \"0.16 EUR/kWh\"}`",
    .schema = "{\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"object\", "
              "\"patternProperties\": {\"^x-\": true}, \"additionalProperties\": "
              "{\"type\": \"string\"}}]}",
};

static void check_peak(const void *object, const tw_node *node, const tw_reader *reader) {
  const tw_peak_def *peak = object;
  const int64_t window_us = tw_ticks(peak->window_s);
  if (window_us <= 0 || TW_DAY_US % window_us == 0) return;
  tw_reader_problem(reader, tw_node_member(node, "window"), "E-RANGE", "a part of a day",
                    "e.g. \"15 min\"", "windows begin at midnight: a day must hold a whole number");
}

// clang-format off
static const tw_field peak_fields[] = {
  TW_FIELD(tw_peak_def, window_s, "window", TW_FIELD_QUANTITY, .dim = {.s = 1}, .min = 60, .max = 86400,
           .preset = "\"15 min\"", .help = "length of the windows, which begin at local midnight"),
  TW_FIELD(tw_peak_def, price, "price", TW_FIELD_QUANTITY, .dim = {.money = 1, .kg = -1, .m = -2, .s = 3},
           .min = 0, .max = 1e6, .help = "of the largest mean power of a window"),
};
static const tw_table peak_table = {.name = "peak",
  .help = "The largest mean power of the line in a window of the clock, and what it costs.",
  .size = sizeof(tw_peak_def), .fields = peak_fields, .n_field = TW_N_FIELDS(peak_fields),
  .check = check_peak};

static const tw_field energy_fields[] = {
  TW_FIELD(tw_energy_def, tariff, "tariff", TW_FIELD_CUSTOM, .sub = &tariff_custom,
           .help = "what energy costs"),
  TW_FIELD(tw_energy_def, carbon_kg_j, "carbon", TW_FIELD_QUANTITY, .dim = {.m = -2, .s = 2},
           .min = 0, .max = 1e-3, .help = "carbon dioxide that its generation sets free"),
  TW_FIELD(tw_energy_def, peak, "peak", TW_FIELD_OBJECT, .sub = &peak_table,
           .help = "the demand charge"),
};
// clang-format on
const tw_table tw_energy_table = {
    .name = "energy",
    .help = "What the energy of the line costs; power stands at the stations.",
    .size = sizeof(tw_energy_def),
    .fields = energy_fields,
    .n_field = TW_N_FIELDS(energy_fields),
};
