// Kinds from outside: the rotary table by hand, its keys as problems, dump, schema and reference;
// what a table of a kind may say; what a record holds; what is said where the kind is not known.

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <twin/twin.h>

#include "core/ticks.h"
#include "support/outside.h"

// A table behind an endless source: work of 5, 17, 12 and 5 s, a turn of 3 s. The first turn ends
// at 8 s, the others 17 + 3 s behind each other; part j is at the last position from turn j + 2 on
// and leaves 5 s later.
static const char rotary_line[] =
    "'run': {'horizon': '1 h'}, 'sources': {'in': {'sequence': ['p'], 'repeat': true}}, 'stations': {'t': {'type': 'rotary', "
    "'positions': 4, 'turn': '3 s', 'work': {'by_machine': {'1': '5 s', '2': '17 s', '3': '12 s', '4': '5 s'}}}}, "
    "'flow': [['in', 't', 'out']]";

static tw_line *make(const char *sections) {
  tw_text why = {0};
  tw_line *line = test_outside_line(sections, test_kinds, &why);
  cr_assert_not_null(line, "%s", why.at);
  tw_text_free(&why);
  return line;
}

int example_05(void);

Test(outside, the_example_runs) { cr_assert_eq(example_05(), 0); }

Test(outside, a_rotary_table_gives_what_is_worked_out_by_hand) {
  tw_line *line = make(rotary_line);
  tw_run *run = test_run(line, 1);
  test_story story;
  test_tell(&story, run, "ship");
  for (int32_t t = 0; t <= 3600; t += 7) {
    cr_assert_eq(test_until(run, t), TWIN_OK);
    const int32_t shipped = t < 53 ? 0 : (t - 33) / 20, turns = t < 8 ? 0 : (t - 8) / 20 + 1;
    cr_assert_eq(run->head->n_shipped, shipped, "at %d s", (int)t);
    if (t > 0) cr_assert_eq(test_value(run, "stations/t/turns"), turns, "at %d s", (int)t);
  }
  cr_assert_eq(test_until(run, 3600), TWIN_OK);
  cr_assert_eq(run->head->n_shipped, 178);
  cr_assert_eq(strncmp(story.text.at, "53 ship out 1; 73 ship out 2", 28), 0, "%.40s",
               story.text.at);
  // the second position works for 17 of 20 s from 8 s on: 179 times and 12 s
  cr_assert_eq(run->machine_stat[1].state_us[TWIN_PROCESSING] + 3600000000 -
                   run->machine[1].since_us,
               (179 * 17 + 12) * (int64_t)1000000);
  cr_assert_eq(run->place_stat[test_place(line, "t")].n_start, 181 + 180 + 179 + 178);
  tw_text_free(&story.text);
  tw_run_free(run);
  tw_line_unref(line);
}

Test(outside, states_of_all_positions_sum_to_the_window_and_stand_in_figures) {
  tw_line *line = make(rotary_line);
  tw_run *run = test_run(line, 1);
  test_until(run, 3600);
  double sum = 0;
  char path[80];
  for (int32_t s = 0; s < TW_N_STATE; s++) {
    snprintf(path, sizeof path, "stations/t[4]/state/%s", twin_state_name(s));
    sum += test_value(run, path);
  }
  cr_assert_float_eq(sum, 1, 1e-12);
  // the first position works for 5 s of 20, turns for 3 and waits for the second in between
  cr_assert_float_eq(test_value(run, "stations/t[1]/state/waiting-transport"), 3.0 * 180 / 3600,
                     1e-9);
  cr_assert_float_eq(test_value(run, "stations/t[1]/state/stopped-by-other"),
                     (12.0 * 179 + 7) / 3600, 1e-9);
  tw_run_free(run);
  tw_line_unref(line);
}

// ---- what the file says ------------------------------------------------------------------------

static void expect_problem(const char *station, const char *part) {
  char text[1000];
  tw_text why = {0};
  snprintf(
      text, sizeof text,
      "'sources': {'in': {'sequence': ['p'], 'repeat': true}}, 'stations': {'t': {%s}}, 'flow': [['in', 't', 'out']]",
      station);
  tw_line *line = test_outside_line(text, test_kinds, &why);
  cr_assert_null(line, "%s", station);
  cr_assert_not_null(strstr(why.at, part), "%s: %s", station, why.at);
  tw_text_free(&why);
}

Test(outside, keys_are_read_with_units_bounds_and_hints_as_all_are) {
  expect_problem("'type': 'rotary', 'positions': 3, 'work': 5",
                 "/stations/t/work: 5 has no unit; a duration is needed");
  expect_problem("'type': 'rotary', 'positions': 1, 'work': '5 s'", "/stations/t/positions: ");
  expect_problem("'type': 'rotary', 'positions': 3, 'work': '5 s', 'turn': '0 s'", "[E-RANGE]");
  expect_problem("'type': 'rotary', 'positions': 3, 'work': '5 s', 'trun': '2 s'", "\"turn\"");
  expect_problem("'type': 'rotary', 'work': '5 s'", "\"positions\" is required");
  expect_problem(
      "'type': 'rotary', 'positions': 3, 'work': {'by_part': {'q': '5 s', 'default': '1 s'}}",
      "[E-REF]");
}

Test(outside, a_check_of_the_kind_reports_at_its_key) {
  expect_problem("'type': 'rotary', 'positions': 3, 'work': '2 h'",
                 "/stations/t/work: no table works for more than an hour");
  expect_problem("'type': 'rotary', 'positions': 3, 'work': '2 h'", "a shorter time");
}

Test(outside, an_unknown_type_says_how_a_kind_is_handed_over) {
  tw_text why = {0};
  cr_assert_null(test_outside_line(rotary_line, NULL, &why));
  cr_assert_not_null(strstr(why.at, "/stations/t/type: \"rotary\" is no kind of stations"), "%s",
                     why.at);
  cr_assert_not_null(strstr(why.at, "handed over in the options (kinds)"), "%s", why.at);
  tw_text_free(&why);
}

Test(outside, what_stands_in_no_step_and_on_no_machine_at_the_start_is_refused) {
  tw_text why = {0};
  cr_assert_null(test_outside_line(
      "'sources': {'in': {'sequence': ['p'], 'repeat': true}}, 'stations': {'t': {'type': 'plain', 'time': '1 s'}}, "
      "'flow': [['in', 't', 'out']], 'opening': {'stations': {'t': {'part': 'p'}}}",
      test_kinds, &why));
  cr_assert_not_null(strstr(why.at, "/opening/stations/t/part"), "%s", why.at);
  tw_text_free(&why);
  cr_assert_null(test_outside_line(
      "'sources': {'in': {'sequence': ['p'], 'repeat': true}}, 'stations': {'t': {'type': 'plain', 'time': '1 s'}, 'm': {'type': "
      "'machine', 'time': '1 s'}}, 'routes': {'p': [{'station': 't'}, {'station': 'm'}]}, 'flow': [['in', 'out']]",
      test_kinds, &why));
  cr_assert_not_null(strstr(why.at, "[E-ROUTE]"), "%s", why.at);
  tw_text_free(&why);
}

Test(outside, dump_schema_and_reference_know_the_kind) {
  tw_line *line = make(rotary_line);
  char *text = NULL;
  cr_assert_eq(twin_line_dump((twin_line *)line, &text), TWIN_OK);
  cr_assert_not_null(strstr(text, "\"positions\": 4"));
  cr_assert_not_null(strstr(text, "\"turn\": \"3 s\""));
  twin_line_options options;
  twin_line_options_init(&options);
  options.kinds = test_kinds;
  twin_line *again = NULL;
  cr_assert_eq(twin_line_parse(&again, text, strlen(text), &options, NULL), TWIN_OK);
  cr_assert_eq(twin_line_hash(again), line->hash);
  twin_line_unref(again);
  twin_text_free(text);
  cr_assert_eq(twin_kinds_schema(test_kinds, &text, NULL), TWIN_OK);
  cr_assert_not_null(strstr(text, "stations.rotary"));
  twin_text_free(text);
  cr_assert_eq(twin_kinds_reference(test_kinds, &text, NULL), TWIN_OK);
  cr_assert_not_null(strstr(text, "time of a turn by one position"));
  twin_text_free(text);
  char *plain = NULL;
  cr_assert_eq(twin_kinds_reference(NULL, &text, NULL), TWIN_OK);
  cr_assert_eq(twin_line_reference(&plain), TWIN_OK);
  cr_assert_str_eq(text, plain);
  twin_text_free(text);
  twin_text_free(plain);
  tw_line_unref(line);
}

// ---- what a kind may say -----------------------------------------------------------------------

static void settle_nothing(twin_place *place) { (void)place; }

static void expect_refused(twin_kind kind, const char *part) {
  twin_problems *problems = twin_problems_new();
  const twin_kind *const kinds[] = {&kind, NULL};
  char *text = NULL;
  cr_assert_eq(twin_kinds_schema(kinds, &text, problems), TWIN_ERR_KIND, "%s", part);
  cr_assert_null(text);
  const char *said = twin_problems_text(problems, 0);
  cr_assert_not_null(strstr(said, part), "%s", said);
  twin_problems_free(problems);
}

Test(outside, a_struct_that_cannot_be_a_kind_is_refused_with_its_reason) {
  const twin_kind good = {.struct_size = sizeof(twin_kind),
                          .abi = TWIN_KIND_ABI,
                          .name = "k",
                          .n_position = 1,
                          .settle = settle_nothing};
  twin_kind bad = good;
  bad.abi = 99;
  expect_refused(bad, "another version of twin/kind.h");
  bad = good, bad.struct_size = 8;
  expect_refused(bad, "another version");
  bad = good, bad.name = "two words";
  expect_refused(bad, "no name as kinds have");
  bad = good, bad.name = "machine";
  expect_refused(bad, "there is one of this name");
  bad = good, bad.settle = NULL;
  expect_refused(bad, "no callback `settle`");
  bad = good, bad.n_position = 0;
  expect_refused(bad, "n_position");
  bad = good, bad.n_field = 1;
  expect_refused(bad, "a table is missing");
  const twin_kind_field unit = {.name = "x", .type = TWIN_FIELD_QUANTITY, .unit = "furlong"};
  bad = good, bad.n_field = 1, bad.fields = &unit;
  expect_refused(bad, "no unit that there is");
  const twin_kind_field preset = {
      .name = "x", .type = TWIN_FIELD_QUANTITY, .unit = "s", .preset = "{\"a\": 1"};
  bad.fields = &preset;
  expect_refused(bad, "no plain JSON constant");
  const twin_kind_field taken = {.name = "push", .type = TWIN_FIELD_COUNT};
  bad.fields = &taken;
  expect_refused(bad, "is there already");
  const twin_kind_field typeless = {.name = "x", .type = 77};
  bad.fields = &typeless;
  expect_refused(bad, "no type that there is");
  const twin_kind_state index = {.name = "x", .type = TWIN_STATE_REAL, .flags = TWIN_IS_POSITION};
  bad = good, bad.n_state = 1, bad.states = &index;
  expect_refused(bad, "must be a whole number");
  const twin_kind_state bounds = {.name = "x", .type = TWIN_STATE_REAL, .min = 1, .max = 2};
  bad.states = &bounds;
  expect_refused(bad, "begins at 0");
  bad = good, bad.position_field = "x";
  expect_refused(bad, "position_field must be");
  const twin_kind_figure figure = {"mean", "1"};
  bad = good, bad.n_figure = 1, bad.figures = &figure;
  expect_refused(bad, "no callback `figure`");
}

Test(outside, another_version_of_a_kind_is_another_line) {
  twin_kind newer = test_plain;
  newer.version = 2;
  const twin_kind *const kinds[] = {&newer, NULL};
  const char *text =
      "'sources': {'in': {'sequence': ['p'], 'repeat': true}}, 'stations': {'t': {'type': 'plain', 'time': '1 s'}}, "
      "'flow': [['in', 't', 'out']]";
  tw_line *old = make(text), *line = test_outside_line(text, kinds, NULL);
  cr_assert_not_null(line);
  cr_assert_neq(old->hash, line->hash);
  tw_line_unref(old);
  tw_line_unref(line);
}

Test(outside, a_loop_that_is_full_is_a_deadlock_with_such_a_station_too) {
  static const char *const types[] = {"machine", "plain"};
  for (int32_t i = 0; i < 2; i++) {
    char text[800];
    snprintf(text, sizeof text,
             "'run': {'horizon': '1 h'}, 'sources': {'in': {'sequence': ['p'], 'repeat': true}}, 'buffers': {'q': "
             "{'capacity': 1}}, 'stations': {'p': {'type': '%s', 'time': '1 s'}, 'm': {'type': 'machine', 'time': '1 s', "
             "'exits': {'ratio': {'again': 1, 'ok': 1}}}}, 'flow': [['in', 'q', 'p', 'm'], ['m.again', 'q'], "
             "['m.ok', 'out']]",
             types[i]);
    tw_line *line = make(text);
    tw_run *run = test_run(line, 1);
    cr_assert_eq(test_until(run, 3600), TWIN_ERR_DEADLOCK, "%s", types[i]);
    cr_assert_eq(run->head->now_us, 2000000, "%s", types[i]);
    tw_run_free(run);
    tw_line_unref(line);
  }
}

// ---- records and losses ------------------------------------------------------------------------

Test(outside, a_record_has_its_visits_and_opens_where_the_kind_is_not_known) {
  char path[300];
  const char *scratch = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/outside.h5", scratch != NULL ? scratch : ".");
  tw_line *line = make(rotary_line);
  twin_recorder *recorder = NULL;
  const twin_status status = twin_recorder_open(&recorder, path, (twin_line *)line, NULL, NULL);
  if (status == TWIN_ERR_UNSUPPORTED) cr_skip_test("built without HDF5");
  cr_assert_eq(status, TWIN_OK);
  twin_run *run = NULL;
  cr_assert_eq(twin_run_new(&run, (twin_line *)line, NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_recorder_attach(recorder, run, 0, NULL), TWIN_OK);
  cr_assert_eq(twin_run_until(run, 100, NULL), TWIN_OK);
  cr_assert_eq(twin_recorder_close(recorder, NULL), TWIN_OK);
  twin_run_free(run);
  tw_line_unref(line);

  twin_file *file = NULL;
  twin_problems *problems = twin_problems_new();
  cr_assert_eq(twin_file_open(&file, path, NULL), TWIN_OK);
  // turns end at 8, 28, 48, 68 and 88 s; so many parts have left the first, second, ... position
  cr_assert_eq(twin_file_rows(file, "visits"), 5 + 4 + 3 + 3 + 3);  // and three are there
  const char *json = twin_file_line_json(file);
  twin_line *read = NULL;
  cr_assert_eq(twin_line_parse(&read, json, strlen(json), NULL, problems), TWIN_ERR_LINE);
  cr_assert_not_null(strstr(twin_problems_text(problems, 0), "(kinds)"));
  twin_line_options options;
  twin_line_options_init(&options);
  options.kinds = test_kinds;
  cr_assert_eq(twin_line_parse(&read, json, strlen(json), &options, NULL), TWIN_OK);
  twin_line_unref(read);
  twin_problems_free(problems);
  twin_file_close(file);
}

Test(outside, losses_load_and_check_know_stations_of_the_kind) {
  tw_line *line = make(
      "'run': {'horizon': '1 h'}, 'sources': {'in': {'sequence': ['p'], 'repeat': true, 'every': '4 s'}}, 'buffers': {'q': "
      "{'capacity': 2}}, 'stations': {'t': {'type': 'plain', 'time': '5 s'}, 'm': {'type': 'machine', 'time': '6 s'}}, "
      "'flow': [['in', 't', 'q', 'm', 'out']]");
  twin_run *run = NULL;
  twin_table *table = NULL;
  cr_assert_eq(twin_run_new(&run, (twin_line *)line, NULL, NULL), TWIN_OK);
  cr_assert_eq(twin_run_losses_attach(run), TWIN_OK);
  cr_assert_eq(twin_run_until(run, 3600, NULL), TWIN_OK);
  cr_assert_eq(twin_run_table(run, "losses", &table, NULL), TWIN_OK);
  cr_assert_gt(twin_table_rows(table), 0);
  twin_table_unref(table);
  cr_assert_eq(twin_line_table((twin_line *)line, "load", &table, NULL), TWIN_OK);
  cr_assert_eq(twin_table_rows(table), 2);
  twin_table_unref(table);
  cr_assert_eq(twin_line_check((twin_line *)line, NULL), TWIN_OK);
  char verdict[400];
  cr_assert_eq(twin_run_verdict(run, verdict, sizeof verdict), TWIN_OK);
  cr_assert_not_null(strstr(verdict, "m"), "%s", verdict);
  twin_run_free(run);
  tw_line_unref(line);
}
