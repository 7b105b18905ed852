// oee_test.c - the ISO 22400 figures on small lines by hand, and their identities on random lines.

#include "observe/oee.h"

#include <math.h>

#include "analytic/sentences.h"
#include "observe/quantity.h"
#include "support/generate.h"

// A: 10 s a part, fails after 20 s of work for 25 s. By 90: worked 40, down 50, 4 parts.
#define FAILING \
  "'sources': {" ALWAYS("raw") "}," \
  "'stations': {" \
    MACHINE("A", "'time': '10 s'," WEAR("processing", "'20 s'", "25 s", "")) "}," \
  "'flow': [['raw', 'A', 'out']]"

Test(oee, sentence_11_4_is_computed_from_booked_states) {
  tw_run *run = run_of(FAILING, 90);
  expect_value(run, "stations/A/availability", 40 / 90.0);
  expect_value(run, "stations/A/effectiveness", 1);
  expect_value(run, "stations/A/quality_ratio", 1);
  expect_value(run, "stations/A/oee", 40 / 90.0);
  expect_value(run, "stations/A/nee", 40 / 90.0);
  expect_value(run, "stations/A/technical_efficiency", 40 / 90.0);
  expect_value(run, "stations/A/allocation_efficiency", 1);
  expect_value(run, "stations/A/utilisation_efficiency", 40 / 90.0);
  expect_value(run, "stations/A/technical_availability", 40 / 90.0);
  expect_value(run, "stations/A/setup_ratio", 0);
  expect_value(run, "stations/A/mtbf", 20);
  expect_value(run, "stations/A/failure_rate", 2 / 40.0);
  expect_value(run, "line/oee", 40 / 90.0);
  expect_value(run, "line/good_per_shift", 4 * 28800 / 90.0);
  tw_run_free(run);
}

Test(oee, counts_blocked_and_starved_as_delay_and_availability_does_not) {
  // B is starved until 10 and works 10-40, 40-70; A is blocked 20-40 and 50-70
  tw_run *run = run_of("'sources': {" ALWAYS("raw") "}, 'stations': {"
                       MACHINE("A", "'time': '10 s'") "," MACHINE("B", "'time': '30 s'") "},"
                       "'flow': [['raw', 'A', 'B', 'out']]", 70);
  expect_value(run, "stations/A/availability", 30 / 70.0);
  expect_value(run, "stations/A/technical_availability", 1);
  expect_value(run, "stations/B/availability", 60 / 70.0);
  // B stands for the line: it waits least
  expect_value(run, "line/oee", 60 / 70.0);
  expect_value(run, "line/technical_availability", 1);
  tw_run_free(run);
}

Test(oee, counts_slow_work_and_scrap) {
  tw_run *run = run_of("'sources': {" ALWAYS("raw") "}, 'stations': {"
                       MACHINE("A", "'time': '10 s', 'factor': '2', 'scrap': '1'") "},"
                       "'flow': [['raw', 'A', 'out']]", 60);
  expect_value(run, "stations/A/effectiveness", 0.5);
  expect_value(run, "stations/A/quality_ratio", 0);
  expect_value(run, "stations/A/scrap_ratio", 1);
  expect_value(run, "stations/A/oee", 0);
  tw_run_free(run);
}

Test(oee, leaves_out_what_has_no_divisor) {
  tw_run *run = run_of(FAILING, 5);
  cr_expect(isnan(test_value(run, "stations/A/quality_ratio")));
  cr_expect(isnan(test_value(run, "stations/A/mtbf")));
  cr_expect(isnan(test_value(run, "stations/A/oee")));
  tw_run_free(run);
}

Test(oee, puts_every_state_into_one_element) {
  int32_t n[TW_ELEMENT_N] = {0};
  for (int32_t state = 0; state < TW_N_STATE; state++) {
    const tw_element element = tw_element_of(state);
    cr_assert(element < TW_ELEMENT_N);
    n[element]++;
  }
  cr_expect_eq(n[TW_ELEMENT_APT], 3);
  cr_expect_eq(n[TW_ELEMENT_OFF], 1);
  cr_expect_eq(n[TW_ELEMENT_PLANNED], 2);
  cr_expect_eq(tw_element_of(TWIN_BLOCKED), TW_ELEMENT_ADET);
  cr_expect_eq(tw_element_of(TWIN_IDLE), TW_ELEMENT_ADOT);
}

static bool is_near(double a, double b) {
  return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-12 * (1 + fabs(a));
}

static void expect_identities(const tw_run *run, int32_t place_i) {
  double v[TW_OEE_N];
  for (int32_t i = 0; i < TW_OEE_N; i++) v[i] = tw_oee_value(run, place_i, (tw_oee)i);
  const tw_place *place = &run->line->place[place_i];
  // 11.5: OEE = availability x effectiveness x quality; no. 4 x no. 5 = no. 8; NEE >= OEE
  cr_assert(is_near(v[TW_OEE_OEE], v[TW_OEE_AVAILABILITY] * v[TW_OEE_EFFECTIVENESS] *
                                       v[TW_OEE_QUALITY_RATIO]), "%s", place->name);
  if (!isnan(v[TW_OEE_UTILISATION_EFFICIENCY]))
    cr_assert(is_near(v[TW_OEE_ALLOCATION_EFFICIENCY] * v[TW_OEE_UTILISATION_EFFICIENCY],
                      v[TW_OEE_AVAILABILITY]), "%s", place->name);
  if (!isnan(v[TW_OEE_OEE])) cr_assert(v[TW_OEE_NEE] >= v[TW_OEE_OEE] - 1e-12);
  cr_assert(is_near(v[TW_OEE_SCRAP_RATIO], 1 - v[TW_OEE_QUALITY_RATIO]), "%s", place->name);
  for (int32_t i = 0; i < TW_OEE_N; i++) {
    const bool is_share = i != TW_OEE_EFFECTIVENESS && i != TW_OEE_OEE && i != TW_OEE_NEE &&
                          i != TW_OEE_MTBF && i != TW_OEE_FAILURE_RATE;
    if (is_share && !isnan(v[i])) cr_assert(v[i] >= 0 && v[i] <= 1 + 1e-12, "%d: %g", (int)i, v[i]);
  }
}

Test(oee, sentence_11_5_keeps_its_identities_in_random_lines) {
  for (uint64_t seed = 1; seed <= 80; seed++) {
    tw_line *line = test_seed_line(seed);
    if (line == NULL) continue;
    tw_run *run = test_run(line, seed);
    test_until(run, 700);
    for (int32_t i = 0; i < line->n_place; i++)
      if (line->place[i].n_machine > 0) expect_identities(run, i);
    tw_run_free(run);
    tw_line_unref(line);
  }
}
