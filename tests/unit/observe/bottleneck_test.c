// bottleneck_test.c - the four methods on lines where everybody knows the answer, the test of the
// answer itself (a faster bottleneck helps most), and what is said when the methods do not agree.

#include "observe/bottleneck.h"

#include "analytic/sentences.h"

// The bottleneck of a line after a run, and what is said of it.
static void find(const char *sections, double until_s, tw_bottleneck *b, tw_text *said,
                 tw_line **line_out) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert(line != NULL, "%s", why.at != NULL ? why.at : "");
  tw_run *run = test_run(line, 1);
  tw_losses *losses = tw_losses_new(line);
  cr_assert_eq(tw_losses_attach(losses, run), TWIN_OK);
  cr_assert_eq(test_until(run, until_s), TWIN_OK);
  tw_loss_table table;
  cr_assert_eq(tw_losses_read(losses, &table), TWIN_OK);
  cr_assert(tw_bottleneck_measure(line, &table, b));
  tw_bottleneck_say(line, b, said);
  tw_loss_table_free(&table);
  tw_losses_free(losses);
  tw_run_free(run);
  *line_out = line;
}

static void expect_said(const char *sections, double until_s, const char *wanted) {
  tw_bottleneck b;
  tw_text said = {0};
  tw_line *line;
  find(sections, until_s, &b, &said, &line);
  cr_expect_str_eq(said.at, wanted, "\n  said   %s\n  wanted %s", said.at, wanted);
  tw_text_free(&said);
  tw_bottleneck_free(&b);
  tw_line_unref(line);
}

#define FIVE(a, b, c, d, e) \
  "'sources': {" ALWAYS("raw") "}, 'stations': {" MACHINE("A", "'time': " a) "," \
    MACHINE("B", "'time': " b) "," MACHINE("C", "'time': " c) "," MACHINE("D", "'time': " d) "," \
    MACHINE("E", "'time': " e) "}, 'buffers': {" BUFFER("b1", "3") "," BUFFER("b2", "3") "," \
    BUFFER("b3", "3") "," BUFFER("b4", "3") "}," \
  "'flow': [['raw', 'A', 'b1', 'B', 'b2', 'C', 'b3', 'D', 'b4', 'E', 'out']]"
#define EXP(mean) "{'exponential': {'mean': '" mean "'}}"

Test(bottleneck, is_named_by_all_four_methods_where_it_is_plain) {
  expect_said(FIVE("'20 s'", "'22 s'", "'50 s'", "'20 s'", "'25 s'"), 40000,
              "all four methods name C");
  expect_said(FIVE(EXP("20 s"), EXP("22 s"), EXP("20 s"), EXP("50 s"), EXP("25 s")), 400000,
              "all four methods name D");
  expect_said(FIVE("'60 s'", "'22 s'", "'20 s'", "'20 s'", "'25 s'"), 40000,
              "all four methods name A");
  expect_said(FIVE("'20 s'", "'22 s'", "'20 s'", "'20 s'", "'45 s'"), 40000,
              "all four methods name E");
}

Test(bottleneck, is_the_station_that_stops_longest_though_it_works_fastest) {
  expect_said("'sources': {" ALWAYS("raw") "}, 'stations': {" MACHINE("A", "'time': '20 s'") ","
              MACHINE("B", "'time': '10 s'," WEAR("processing", EXP("200 s"), "600 s", "")) ","
              MACHINE("C", "'time': '20 s'") "}, 'buffers': {" BUFFER("b1", "3") ","
              BUFFER("b2", "3") "}, 'flow': [['raw', 'A', 'b1', 'B', 'b2', 'C', 'out']]",
              400000, "all four methods name B");
}

Test(bottleneck, is_a_station_of_parallel_machines_as_well) {
  expect_said("'sources': {" ALWAYS("raw") "}, 'stations': {" MACHINE("A", "'time': '20 s'") ","
              MACHINE("B", "'machines': 3, 'time': " EXP("120 s")) ","
              MACHINE("C", "'time': '20 s'") "}, 'buffers': {" BUFFER("b1", "3") ","
              BUFFER("b2", "3") "}, 'flow': [['raw', 'A', 'b1', 'B', 'b2', 'C', 'out']]",
              400000, "all four methods name B");
}

Test(bottleneck, says_what_the_others_name_when_they_do_not_agree) {
  tw_bottleneck b;
  tw_text said = {0};
  tw_line *line;
  find(FIVE("'20 s'", "'22 s'", "'50 s'", "'20 s'", "'25 s'"), 40000, &b, &said, &line);
  b.named[TW_METHOD_ACTIVE_PERIOD] = 0;
  b.station[0].sole = 0.5;
  b.station[0].shifting = 0.22;
  b.named[TW_METHOD_TURNING_POINT] = TW_NONE;
  tw_text_clear(&said);
  tw_bottleneck_say(line, &b, &said);
  cr_expect_str_eq(said.at, "two methods name C, the turning point names none, the active period "
                            "names A (61 %)");
  tw_text_free(&said);
  tw_bottleneck_free(&b);
  tw_line_unref(line);
}

// Sets the shares of stations in a row and decides anew.
static void decide(const double (*wait)[2], int32_t n, tw_bottleneck *b, tw_line **line) {
  tw_text said = {0};
  find(FIVE("'20 s'", "'22 s'", "'50 s'", "'20 s'", "'25 s'"), 100, b, &said, line);
  tw_text_free(&said);
  for (int32_t i = 0; i < n; i++) {
    b->station[i].blocked = wait[i][0];
    b->station[i].starved = wait[i][1];
  }
  cr_assert(tw_bottleneck_decide(*line, b));
}

Test(bottleneck, arrow_takes_the_largest_differences_of_several_without_an_arrow_away) {
  // arrows: A > B (0.3 > 0.1), B < C (0.05 < 0.2)... between C and D: C < D? 0.02 < 0.1: D > C,
  // D > E (0.3 > 0.1): B and E have none away, and E's differences are smaller than B's
  const double wait[][2] = {{0.3, 0}, {0.05, 0.1}, {0.02, 0.2}, {0.3, 0.1}, {0, 0.1}};
  tw_bottleneck b;
  tw_line *line;
  decide(wait, 5, &b, &line);
  cr_expect_eq(b.station[0].n_away, 1);
  cr_expect_eq(b.station[1].n_away, 0);
  cr_expect_eq(b.station[2].n_away, 1);
  cr_expect_eq(b.station[3].n_away, 2);
  cr_expect_eq(b.station[4].n_away, 0);
  cr_expect_float_eq(b.station[1].severity, 0.35, 1e-12);
  cr_expect_eq(b.named[TW_METHOD_ARROW], 1);
  tw_bottleneck_free(&b);
  tw_line_unref(line);
}

Test(bottleneck, turning_point_waits_less_than_both_neighbours) {
  const double wait[][2] = {{0.3, 0}, {0.2, 0.1}, {0.1, 0.1}, {0.05, 0.4}, {0, 0.5}};
  tw_bottleneck b;
  tw_line *line;
  decide(wait, 5, &b, &line);
  cr_expect(b.has_turn);
  cr_expect_eq(b.named[TW_METHOD_TURNING_POINT], 2);
  tw_bottleneck_free(&b);
  tw_line_unref(line);
  // nothing turns: everybody waits for the side that is the wrong one; the least waiting is named
  const double none[][2] = {{0, 0.3}, {0, 0.2}, {0.1, 0.25}, {0.4, 0}, {0.5, 0}};
  decide(none, 5, &b, &line);
  cr_expect_not(b.has_turn);
  cr_expect_eq(b.named[TW_METHOD_TURNING_POINT], 1);
  tw_bottleneck_free(&b);
  tw_line_unref(line);
}

static double shipped_with(const char *sections) {
  tw_run *run = run_of(sections, 2000000);
  const double shipped = test_value(run, "line/shipped");
  tw_run_free(run);
  return shipped;
}

// The proof of a bottleneck: twice its speed raises the output more than twice anybody else's. With
// exponential times of means 30 to 40 s and 50,000 parts the differences are far above chance.
Test(bottleneck, is_the_one_whose_speed_helps_most) {
  const double base = shipped_with(
      FIVE(EXP("30 s"), EXP("28 s"), EXP("30 s"), EXP("40 s"), EXP("30 s")));
  const double faster[] = {
      shipped_with(FIVE(EXP("15 s"), EXP("28 s"), EXP("30 s"), EXP("40 s"), EXP("30 s"))),
      shipped_with(FIVE(EXP("30 s"), EXP("14 s"), EXP("30 s"), EXP("40 s"), EXP("30 s"))),
      shipped_with(FIVE(EXP("30 s"), EXP("28 s"), EXP("15 s"), EXP("40 s"), EXP("30 s"))),
      shipped_with(FIVE(EXP("30 s"), EXP("28 s"), EXP("30 s"), EXP("20 s"), EXP("30 s"))),
      shipped_with(FIVE(EXP("30 s"), EXP("28 s"), EXP("30 s"), EXP("40 s"), EXP("15 s")))};
  for (int32_t i = 0; i < 5; i++)
    if (i != 3) cr_expect_gt(faster[3] - base, 1.2 * (faster[i] - base), "station %d", (int)i);
  expect_said(FIVE(EXP("30 s"), EXP("28 s"), EXP("30 s"), EXP("40 s"), EXP("30 s")), 2000000,
              "all four methods name D");
}
