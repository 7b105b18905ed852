// states_test.c - where lines and models meet, a run to T is the same to the bit however one gets there: work
// at a rate, what completions set, values that parts carry and that cool, setups with a factor, maintenance
// until a condition; cut by snapshots, texts, moves to a line of the same meaning, forks and reads; while the
// number of parts grows.

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ticks.h"
#include "engine/body/body.h"
#include "engine/carried.h"
#include "io/state_json.h"
#include "observe/quantity.h"
#include "state/adopt.h"
#include "state/hash.h"
#include "state/snapshot.h"
#include "state/validate.h"
#include "support/line_text.h"

enum { END_S = 3000, N_CUT = 150, SEED = 3 };

static const char states_line[] =
    "{\"libtwin\": \"1.0\", \"run\": {\"start\": \"2026-03-02T06:00:00\", \"horizon\": \"2 h\", \"warmup\": \"5 min\"},"
    "\"calendars\": {\"c\": {\"shifts\": {\"a\": \"Mon 06:00-06:20\", \"b\": \"Mon 06:23-12:00\"}}},"
    "\"parts\": {"
    " \"hot\": {\"mass\": \"2 kg\", \"family\": \"h\", \"attributes\": {\"T\": \"20 degC\", \"runout\": 0},"
    "  \"carried\": {\"T\": {\"toward\": \"20 degC\", \"time_constant\": \"2 min\"}}},"
    " \"cold\": {\"mass\": \"1 kg\", \"family\": \"c\", \"attributes\": {\"T\": \"5 degC\"},"
    "  \"carried\": {\"T\": {\"toward\": \"15 degC\", \"time_constant\": \"1 min\"}}}},"
    "\"sources\": {\"in\": {\"sequence\": [\"2 hot\", \"1 cold\"], \"repeat\": true, \"every\": {\"exponential\": {\"mean\": \"9 s\"}}}},"
    "\"workers\": {\"w\": {\"count\": 1, \"skills\": [\"look\"]}},"
    "\"buffers\": {\"q\": {\"capacity\": \"unlimited\", \"queue\": \"expression\", \"key\": \"(part.T - 0 degC)/(1 K)\"}, \"b\": {\"capacity\": 60}, \"again\": {\"capacity\": 60}},"
    "\"stations\": {"
    " \"cut\": {\"type\": \"machine\", \"machines\": 2, \"calendar\": \"c\", \"on_shift_end\": \"restart\","
    "  \"rate\": \"(1 - 0.3*tool.wear)*if(part.mass > 1.5 kg, 3.5 1/min, 5 1/min)\","
    "  \"dynamics\": {\"tool\": {\"model\": \"tool-wear\", \"rate\": \"0.002 1/s\", \"growth\": 1,"
    "   \"events\": {\"worn\": {\"when\": \"wear >= 1\", \"request\": \"change\"}}}},"
    "  \"sets\": {\"tool.wear\": {\"add\": {\"exponential\": {\"mean\": 0.02}}}, \"part.runout\": {\"normal\": {\"mean\": 0.3, \"sd\": 0.1, \"min\": 0}},"
    "   \"part.T\": {\"add\": \"10 K*(1 + tool.wear)\"}},"
    "  \"setup\": {\"by\": \"family\", \"time\": \"4 s\", \"factor\": \"1 + tool.wear + t_since_shift_start/(1 h)\"},"
    "  \"maintenance\": {\"change\": {\"trigger\": \"request\", \"duration\": \"20 s\", \"set\": {\"tool.wear\": \"0.1*tool.wear\"}, \"needs\": [\"look\"]}},"
    "  \"failures\": {"
    "   \"jam\": {\"clock\": \"processing\", \"mtbf\": {\"exponential\": {\"mean\": \"90 s\"}}, \"repair\": \"3 s\", \"part\": \"restart\"},"
    "   \"trip\": {\"clock\": \"calendar\", \"mtbf\": {\"exponential\": {\"mean\": \"150 s\"}}, \"repair\": \"4 s\", \"part\": \"resume\"},"
    "   \"slip\": {\"clock\": \"calendar\", \"mtbf\": {\"exponential\": {\"mean\": \"200 s\"}}, \"repair\": \"2 s\", \"part\": \"resample\"}}},"
    " \"oven\": {\"type\": \"machine\", \"load\": {\"time\": \"2 s\"}, \"finish\": {\"when\": \"heat.T >= 178 degC\", \"soak\": {\"uniform\": {\"min\": \"1 s\", \"max\": \"5 s\"}}},"
    "  \"dynamics\": {\"heat\": {\"model\": \"lumped-thermal\", \"states\": {\"T\": \"180 degC\"}, \"heat_capacity\": \"20 kJ/K\", \"load_heat\": \"500 J/kg/K\","
    "   \"loss\": \"20 W/K\", \"load_temperature\": \"part.T\", \"heater\": {\"power\": \"60 kW\", \"setpoint\": \"180 degC\", \"band\": \"2 K\"}, \"standby\": \"180 degC\"}},"
    "  \"sets\": {\"part.T\": \"heat.T\"}, \"exits\": {\"probability\": {\"again\": 0.2, \"on\": 0.8}},"
    "  \"maintenance\": {\"cool\": {\"trigger\": {\"every\": 25, \"clock\": \"cycles\"}, \"until\": \"heat.T <= 174 degC\", \"needs\": [\"look\"]}}},"
    " \"press\": {\"type\": \"machine\", \"rate\": \"1 1/s/(2 + (part.T - 0 degC)/(50 K))\", \"scrap\": \"if(part.T < 120 degC, 0.5, 0.05)\","
    "  \"defects\": {\"bent\": \"min(1, part.runout/10)\"}}},"
    "\"flow\": [[\"in\", \"q\", \"cut\", \"again\", \"oven\"], [\"oven.again\", \"again\"], [\"oven.on\", \"b\", \"press\", \"out\"], [\"press.scrap\", \"scrap\"]]}";

static tw_line *read_line(void) {
  tw_text why = {0};
  tw_line *line = test_line(states_line, &why);
  cr_assert_not_null(line, "%s", why.at);
  tw_text_free(&why);
  return line;
}

static void expect_same(const tw_run *run, const tw_run *wanted, const char *when) {
  tw_text text = {0};
  const bool is_other = tw_run_difference(wanted, run, &text);
  cr_assert_not(is_other, "%s: %s", when, text.at);
  cr_assert_eq(tw_run_hash(run, true), tw_run_hash(wanted, true), "%s", when);
  tw_text_free(&text);
}

static void expect_valid(const tw_run *run) {
  char why[200] = "";
  cr_assert(tw_run_is_valid(run, why, sizeof why), "%s", why);
}

// Reads what parts carry and every figure.
static void read_all(const tw_run *run) {
  for (uint32_t i = 0; i < run->head->n_part_slot; i++)
    for (int32_t a = 0; a < run->line->n_attribute; a++)
      if (run->part[i].type != TW_NONE) tw_part_attribute(run, &run->part[i], a);
  for (int32_t i = 0; i < tw_quantity_count(run->line); i++)
    tw_quantity_value(run, tw_quantity_at(run->line, i));
}

static void by_snapshot(tw_run *run, tw_run *other) {
  size_t n_byte;
  void *bytes = test_save(run, &n_byte);
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(tw_run_restore(other, bytes, n_byte, problems), TWIN_OK, "%s", twin_problems_text(problems, 0));
  twin_problems_free(problems);
  free(bytes);
}

static void by_text(tw_run *run, tw_run *other) {
  tw_text text = {0};
  twin_problems *problems = twin_problems_new();
  cr_assert(tw_state_write(run, &text));
  cr_assert_eq(tw_state_read(other, text.at, text.n, "state", problems), TWIN_OK, "%s",
               twin_problems_text(problems, 0));
  twin_problems_free(problems);
  tw_text_free(&text);
}

static void by_another_line(tw_run *run, tw_run *other, tw_line *twin) {
  tw_run *there = test_run(twin, 5);
  cr_assert_eq(tw_run_adopt(there, run, NULL, NULL), TWIN_OK);
  cr_assert_eq(tw_run_adopt(other, there, NULL, NULL), TWIN_OK);
  tw_run_free(there);
}

// What is done at a cut; true: the run goes on in `other`.
static bool disturb(int32_t what, tw_run *run, tw_run *other, tw_line *twin) {
  tw_run *fork;
  int32_t slot;
  switch (what) {
  case 0: by_snapshot(run, other); return true;
  case 1: by_text(run, other); return true;
  case 2: by_another_line(run, other, twin); return true;
  case 3: cr_assert_eq(tw_run_copy(other, run), TWIN_OK); return true;
  case 4:
    fork = tw_run_fork(run);
    tw_run_reseed(fork, 9);
    test_until(fork, tw_seconds(run->head->now_us) + 100);
    tw_run_free(fork);
    return false;
  case 5:
    for (int i = 0; i < 4; i++) {
      tw_run_step(run, &slot, NULL);
      expect_valid(run);
    }
    return false;
  default: read_all(run); return false;
  }
}

Test(states, of_parts_and_models_are_the_same_however_a_run_is_cut, .timeout = 120) {
  tw_line *line = read_line(), *twin = read_line();
  tw_run *wanted = test_run(line, SEED), *a = test_run(line, SEED), *b = test_run(line, SEED + 1);
  cr_assert_eq(test_until(wanted, END_S), TWIN_OK);
  // rich indeed: the block has grown, tools were changed, ovens cooled, every fate was applied
  cr_assert(wanted->head->n_part_slot > wanted->line->layout.n_part_at_start);
  cr_assert(wanted->head->n_shipped > 50 && wanted->head->n_scrapped > 5, "%d %d", (int)wanted->head->n_shipped,
            (int)wanted->head->n_scrapped);
  const tw_place_stat *stat = &wanted->place_stat[test_place(line, "cut")];
  for (int32_t f = 0; f <= TW_FATE_RESAMPLE; f++) cr_assert(stat->n_fate[f] > 3, "fate %d", (int)f);
  for (int32_t i = 0; i < line->n_place; i++)
    if (line->place[i].has_maintenance) cr_assert(wanted->stop_stat[i].n_maintenance > 2);
  test_until(b, 500);
  test_random random = {.seed = 1};
  for (int32_t i = 1; i < N_CUT; i++) {
    const double at_s = (double)END_S * i / N_CUT;
    const double cut_s = test_chance(&random, 50) ? at_s : at_s + 1e-6 * (double)test_pick(&random, 1000000);
    if (tw_ticks(cut_s) < a->head->now_us) continue;  // single events went further
    twin_problems *problems = twin_problems_new();
    cr_assert_eq(tw_run_until(a, tw_ticks(cut_s), problems), TWIN_OK, "%s", twin_problems_text(problems, 0));
    twin_problems_free(problems);
    expect_valid(a);
    if (!disturb(test_pick(&random, 7), a, b, twin)) continue;
    expect_same(b, a, "behind the change");
    tw_run *next = b;
    b = a;
    a = next;
    if (i % 5 == 0) cr_assert_eq(test_until(b, tw_seconds(b->head->now_us) + 200), TWIN_OK);
  }
  test_until(a, END_S);
  expect_same(a, wanted, "at the end");
  tw_run_free(wanted);
  tw_run_free(a);
  tw_run_free(b);
  tw_line_unref(line);
  tw_line_unref(twin);
}

// A state moves to a line in which another attribute is carried: values go by name, what is new is as its type says.
Test(states, that_parts_carry_move_to_another_line_by_name) {
  static const char text[] =
      "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {\"attributes\": {%s}}}, \"sources\": {\"in\": {\"sequence\": [\"3 p\"]}},"
      "\"buffers\": {\"b\": {\"capacity\": 9, \"min_stay\": \"1 h\"}}, \"stations\": {\"A\": {\"type\": \"machine\", \"time\": \"1 s\", \"sets\": {%s}}},"
      "\"flow\": [[\"in\", \"A\", \"b\", \"out\"]]}";
  char from_text[1024], to_text[1024];
  snprintf(from_text, sizeof from_text, text, "\"x\": 1, \"y\": 2", "\"part.y\": {\"add\": 5}");
  snprintf(to_text, sizeof to_text, text, "\"z\": 3, \"y\": 4, \"x\": 8", "\"part.x\": 9, \"part.y\": 9");
  tw_line *from = test_line(from_text, NULL), *to = test_line(to_text, NULL);
  cr_assert(from != NULL && to != NULL);
  tw_run *src = test_run(from, 1), *dst = test_run(to, 1);
  test_until(src, 10);
  cr_assert_eq(tw_run_adopt(dst, src, NULL, NULL), TWIN_OK);
  cr_assert_eq(dst->head->n_part, 3);
  for (uint32_t i = 0; i < dst->head->n_part_slot; i++) {
    if (dst->part[i].type == TW_NONE) continue;
    cr_expect_eq(tw_part_attribute(dst, &dst->part[i], 0), 3);
    cr_expect_eq(tw_part_attribute(dst, &dst->part[i], 1), 7);  // 2 + 5
    cr_expect_eq(tw_part_attribute(dst, &dst->part[i], 2), 8);
  }
  tw_run_free(src);
  tw_run_free(dst);
  tw_line_unref(from);
  tw_line_unref(to);
}

// What a text says of a part that is new to the run, and of one that it has.
Test(states, that_parts_carry_can_be_said_in_a_text) {
  tw_line *line = read_line();
  tw_run *run = test_run(line, SEED);
  test_until(run, 300);
  tw_text text = {0};
  cr_assert(tw_state_write(run, &text));
  cr_expect(strstr(text.at, "\"carried\": {") != NULL);
  static const char *const bad[] = {"{\"libtwin_state\": 1, \"carried\": {\"999999\": {}}}",
                                    "{\"libtwin_state\": 1, \"carried\": {\"x\": {}}}",
                                    "{\"libtwin_state\": 1, \"carried\": 5}"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    cr_expect_neq(tw_state_read(run, bad[i], strlen(bad[i]), "state", NULL), TWIN_OK, "%s", bad[i]);
  uint32_t slot = 0;
  while (run->part[slot].type == TW_NONE) slot++;
  char change[200];
  snprintf(change, sizeof change, "{\"libtwin_state\": 1, \"carried\": {\"%d\": {\"runout\": {\"value\": 7}}}}",
           (int)run->part[slot].id);
  cr_expect_eq(tw_state_read(run, change, strlen(change), "state", NULL), TWIN_OK);
  cr_expect_eq(tw_part_attribute(run, &run->part[slot], 1), 7);
  snprintf(change, sizeof change, "{\"libtwin_state\": 1, \"carried\": {\"%d\": {\"runout\": {\"at_us\": -7}}}}",
           (int)run->part[slot].id);
  cr_expect_neq(tw_state_read(run, change, strlen(change), "state", NULL), TWIN_OK);
  snprintf(change, sizeof change, "{\"libtwin_state\": 1, \"carried\": {\"%d\": {\"colour\": {\"value\": 7}}}}",
           (int)run->part[slot].id);
  cr_expect_neq(tw_state_read(run, change, strlen(change), "state", NULL), TWIN_OK);
  tw_text_free(&text);
  tw_run_free(run);
  tw_line_unref(line);
}
