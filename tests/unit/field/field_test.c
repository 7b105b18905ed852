// Field tables: each type of field, bounds, defaults, order of members, and what people get wrong.

#include <math.h>

#include "support/sample.h"

typedef struct inner {
  double a_s;
  int64_t n;
} inner;

typedef struct element {
  tw_def def;
  int64_t n;
} element;

typedef struct bare {
  int64_t n;
} bare;

typedef struct thing {
  bool truth;
  int64_t count, places;
  double number, ratio, time_s, temperature_k, mass_kg;
  int64_t instant_s;
  tw_series series, counts;
  tw_value value;
  tw_expr_text expr, time_expr;
  int32_t choice;
  tw_name name;
  tw_names names;
  const char *text;
  inner inside;
  tw_map map, list, bare_list;
  tw_needs needs;
  tw_weights weights;
  double pair[2];
} thing;

static const tw_field inner_fields[] = {
    TW_FIELD(inner, a_s, "a", TW_FIELD_QUANTITY, .dim = {.s = 1}, .preset = "\"5 s\""),
    TW_FIELD(inner, n, "n", TW_FIELD_COUNT, .flags = TW_REQUIRED, .min = 1, .max = 9),
};
static const tw_table inner_table = {.name = "inner",
                                     .size = sizeof(inner),
                                     .fields = inner_fields,
                                     .n_field = TW_N_FIELDS(inner_fields)};
static const tw_field element_fields[] = {
    TW_FIELD(element, n, "n", TW_FIELD_COUNT, .preset = "7"),
};
static const tw_table element_table = {.name = "element",
                                       .size = sizeof(element),
                                       .fields = element_fields,
                                       .n_field = TW_N_FIELDS(element_fields)};
static const tw_field bare_fields[] = {TW_FIELD(bare, n, "n", TW_FIELD_COUNT)};
static const tw_table bare_table = {.name = "bare",
                                    .size = sizeof(bare),
                                    .fields = bare_fields,
                                    .n_field = TW_N_FIELDS(bare_fields)};
static const char *const words[] = {"north", "south", "south-west", NULL};

static bool parse_pair(const tw_node *node, const tw_reader *reader, void *target) {
  double pair[2];
  if (node->type != TW_NODE_LIST || node->n_child != 2) {
    tw_reader_wrong_type(reader, node, "a pair of times", "[\"1 s\", \"2 s\"]");
    return false;
  }
  if (!tw_quantity_parse(node->first, TW_DIM_TIME, reader, &pair[0])) return false;
  if (!tw_quantity_parse(node->last, TW_DIM_TIME, reader, &pair[1])) return false;
  memcpy(target, pair, sizeof pair);
  return true;
}
static const tw_custom pair_custom = {.parse = parse_pair, .shape = "a pair of times"};

static const tw_field thing_fields[] = {
    TW_FIELD(thing, truth, "truth", TW_FIELD_BOOL),
    TW_FIELD(thing, count, "count", TW_FIELD_COUNT, .min = -5, .max = 10),
    TW_FIELD(thing, places, "places", TW_FIELD_COUNT, .flags = TW_CAN_BE_UNLIMITED, .min = 1),
    TW_FIELD(thing, number, "number", TW_FIELD_NUMBER, .flags = TW_EXCLUSIVE_MIN),
    TW_FIELD(thing, ratio, "ratio", TW_FIELD_RATIO, .max = 1),
    TW_FIELD(thing, time_s, "time", TW_FIELD_QUANTITY, .dim = {.s = 1}),
    TW_FIELD(thing, temperature_k, "temperature", TW_FIELD_QUANTITY,
             .dim = {.k = 1, .is_absolute = 1}),
    TW_FIELD(thing, mass_kg, "mass", TW_FIELD_QUANTITY, .dim = {.kg = 1}, .min = 1, .max = 2),
    TW_FIELD(thing, instant_s, "instant", TW_FIELD_INSTANT),
    TW_FIELD(thing, series, "series", TW_FIELD_QUANTITIES, .dim = {.s = 1}),
    TW_FIELD(thing, counts, "counts", TW_FIELD_QUANTITIES),
    TW_FIELD(thing, value, "value", TW_FIELD_VALUE, .dim = {.s = 1}),
    TW_FIELD(thing, expr, "expr", TW_FIELD_EXPR, .max = 1),
    TW_FIELD(thing, time_expr, "time_expr", TW_FIELD_EXPR, .dim = {.s = 1}),
    TW_FIELD(thing, choice, "choice", TW_FIELD_CHOICE, .sub = words),
    TW_FIELD(thing, name, "name", TW_FIELD_NAME),
    TW_FIELD(thing, names, "names", TW_FIELD_NAMES),
    TW_FIELD(thing, text, "text", TW_FIELD_TEXT),
    TW_FIELD(thing, inside, "inside", TW_FIELD_OBJECT, .sub = &inner_table),
    TW_FIELD(thing, map, "map", TW_FIELD_MAP, .sub = &element_table),
    TW_FIELD(thing, list, "list", TW_FIELD_LIST, .sub = &element_table),
    TW_FIELD(thing, bare_list, "bare_list", TW_FIELD_LIST, .sub = &bare_table),
    TW_FIELD(thing, needs, "needs", TW_FIELD_NEEDS),
    TW_FIELD(thing, weights, "weights", TW_FIELD_WEIGHTS, .max = 1),
    TW_FIELD(thing, pair, "pair", TW_FIELD_CUSTOM, .sub = &pair_custom),
};
static const tw_table thing_table = {.name = "thing",
                                     .size = sizeof(thing),
                                     .fields = thing_fields,
                                     .n_field = TW_N_FIELDS(thing_fields)};

static bool read_thing(sample *at, const char *text, thing *made) {
  *made = (thing){0};
  cr_assert_not_null(read_tree(at, text), "%s", text);
  at->is_good = tw_table_parse(&thing_table, at->root, &at->reader, made);
  return at->is_good && twin_problems_count(at->problems, TWIN_ERROR) == 0;
}

static void expect_thing(const char *text, thing *made, sample *at) {
  cr_assert(read_thing(at, text, made), "%s: %s", text, twin_problems_text(at->problems, 0));
  expect_good(at);
}

static void expect_refused(const char *text, const char *code, const char *pointer,
                           const char *sentence) {
  sample at;
  thing made;
  cr_assert_not(read_thing(&at, text, &made), "%s was read", text);
  expect_only(&at, code, pointer, sentence);
  close_sample(&at);
}

Test(field, scalars_are_read_in_si) {
  sample at;
  thing made;
  expect_thing(
      "{\"truth\": true, \"count\": -5, \"places\": 3e2, \"number\": 0.25, \"ratio\": \"2 %\","
      "\"time\": \"1.5 min\", \"temperature\": \"-10 degC\", \"mass\": \"1500 g\","
      "\"choice\": \"south-west\", \"name\": \"n\", \"text\": \"\"}",
      &made, &at);
  cr_assert(made.truth);
  cr_assert_eq(made.count, -5);
  cr_assert_eq(made.places, 300);
  cr_assert_eq(made.number, 0.25);
  cr_assert_eq(made.ratio, 0.02);
  cr_assert_eq(made.time_s, 90);
  cr_assert_float_eq(made.temperature_k, 263.15, 1e-12);
  cr_assert_eq(made.mass_kg, 1.5);
  cr_assert_eq(made.choice, 2);
  cr_assert_str_eq(made.name.name, "n");
  cr_assert_eq(made.name.node->line, 1);
  cr_assert_str_eq(made.text, "");
  close_sample(&at);
}

Test(field, what_is_absent_stays_zero) {
  sample at;
  thing made, none = {0};
  expect_thing("{}", &made, &at);
  cr_assert_eq(memcmp(&made, &none, sizeof made), 0);
  cr_assert_eq(at.root->n_child, 0);
  close_sample(&at);
}

Test(field, counts_are_whole_and_exact) {
  sample at;
  thing made;
  expect_thing("{\"places\": \"unlimited\"}", &made, &at);
  cr_assert_eq(made.places, TW_UNLIMITED);
  close_sample(&at);
  expect_thing("{\"places\": 9007199254740993}", &made, &at);
  cr_assert_eq(made.places, 9007199254740993);
  close_sample(&at);
  expect_refused("{\"count\": 2.5}", "E-TYPE", "/count", "2.5 is not a whole number");
  expect_refused("{\"count\": \"3\"}", "E-TYPE", "/count", "\"3\" is a text; a whole number");
  expect_refused("{\"count\": \"unlimited\"}", "E-TYPE", "/count", "a whole number is needed");
  expect_refused("{\"count\": 1e30}", "E-RANGE", "/count", "too large");
  expect_refused("{\"places\": 99999999999999999999}", "E-RANGE", "/places", "too large");
  expect_refused("{\"count\": null}", "E-TYPE", "/count", "null is no value");
}

Test(field, bounds_are_checked_and_named) {
  sample at;
  thing made;
  expect_thing("{\"count\": 10, \"mass\": \"1 kg\", \"ratio\": 1, \"time\": \"0 s\"}", &made, &at);
  close_sample(&at);
  expect_refused("{\"count\": 11}", "E-RANGE", "/count", "it must be at most 10");
  expect_refused("{\"count\": -6}", "E-RANGE", "/count", "it must be at least -5");
  expect_refused("{\"places\": 0}", "E-RANGE", "/places", "at least 1");
  expect_refused("{\"number\": 0}", "E-RANGE", "/number", "it must be above 0");
  expect_refused("{\"ratio\": \"101 %\"}", "E-RANGE", "/ratio", "at most 1");
  expect_refused("{\"mass\": \"2001 g\"}", "E-RANGE", "/mass", "at most 2 kg");
  expect_refused("{\"time\": \"-1 h\"}", "E-RANGE", "/time", "\"-1 h\" is out of range");
  expect_refused("{\"expr\": 1.5}", "E-RANGE", "/expr", "at most 1");
}

Test(field, a_quantity_needs_its_unit_and_the_example_keeps_the_number) {
  expect_refused("{\"time\": 2.6}", "E-UNIT", "/time",
                 "2.6 has no unit; a duration is needed, e.g. \"2.6 min\" [E-UNIT]");
  expect_refused("{\"time\": \"45\"}", "E-UNIT", "/time", "e.g. \"45 min\"");
  expect_refused("{\"mass\": 3}", "E-UNIT", "/mass", "a mass is needed, e.g. \"3 kg\"");
  expect_refused("{\"time\": \"5min\"}", "E-UNIT", "/time", "exactly one space");
  expect_refused("{\"time\": \"5 mins\"}", "E-UNIT", "/time", "did you mean \"min\"?");
  expect_refused("{\"time\": \"5 kg\"}", "E-UNIT", "/time", "\"5 kg\" is a mass");
  expect_refused("{\"temperature\": \"5 K\"}", "E-UNIT", "/temperature", "temperature difference");
  expect_refused("{\"time\": \"soon\"}", "E-TYPE", "/time", "\"soon\" is not a quantity");
  expect_refused("{\"time\": [1]}", "E-TYPE", "/time", "this is a list; a duration is needed");
  expect_refused("{\"ratio\": \"0.5\"}", "E-TYPE", "/ratio", "is a text");
  expect_refused("{\"time\": \"1e308 d\"}", "E-RANGE", "/time", "too large");
}

Test(field, instants_are_seconds_of_the_local_clock) {
  static const struct {
    const char *text;
    int64_t s;
  } cases[] = {{"1970-01-01T00:00:00", 0},          {"1970-01-02T00:00", 86400},
               {"2026-03-02T06:00:00", 1772431200}, {"2000-02-29T23:59:59", 951868799},
               {"1900-01-01T00:00", -2208988800},   {"2026-01-05T06:00:00", 1767592800}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sample at;
    thing made;
    char text[80];
    snprintf(text, sizeof text, "{\"instant\": \"%s\"}", cases[i].text);
    expect_thing(text, &made, &at);
    cr_assert_eq(made.instant_s, cases[i].s, "%s is %lld", cases[i].text,
                 (long long)made.instant_s);
    close_sample(&at);
  }
  expect_refused("{\"instant\": \"2026-02-29T00:00\"}", "E-RANGE", "/instant", "no day and time");
  expect_refused("{\"instant\": \"2100-02-29T00:00\"}", "E-RANGE", "/instant", "no day and time");
  expect_refused("{\"instant\": \"2026-13-01T00:00\"}", "E-RANGE", "/instant", "no day and time");
  expect_refused("{\"instant\": \"2026-01-01T00:60\"}", "E-RANGE", "/instant", "no day and time");
  expect_refused("{\"instant\": \"2026-01-01\"}", "E-TYPE", "/instant", "without a zone");
  expect_refused("{\"instant\": \"2026-01-01T00:00:00Z\"}", "E-TYPE", "/instant", "an instant");
  expect_refused("{\"instant\": \"2026-1-01T00:00:00\"}", "E-TYPE", "/instant", "an instant");
  expect_refused("{\"instant\": 5}", "E-TYPE", "/instant", "5 is a number");
}

Test(field, lists_of_quantities_report_each_bad_element) {
  sample at;
  thing made;
  expect_thing("{\"series\": [\"1 s\", \"2 min\"], \"counts\": [1, 2.5, \"3 %\"]}", &made, &at);
  cr_assert_eq(made.series.n, 2);
  cr_assert_eq(made.series.at[1], 120);
  cr_assert_eq(made.counts.at[2], 0.03);
  close_sample(&at);
  cr_assert_not(read_thing(&at, "{\"series\": [\"1 s\", 2, \"-3 s\", \"4 kg\"]}", &made));
  cr_assert_eq(count_problems(&at, "E-UNIT", "/series/1"), 1);
  cr_assert_eq(count_problems(&at, "E-RANGE", "/series/2"), 1);
  cr_assert_eq(count_problems(&at, "E-UNIT", "/series/3"), 1);
  cr_assert_eq(count_all(&at), 3);
  cr_assert_eq(made.series.n, 0);
  close_sample(&at);
  expect_refused("{\"series\": []}", "E-RANGE", "/series", "there is no value");
  expect_refused("{\"series\": \"1 s\"}", "E-TYPE", "/series", "a list of values");
  expect_refused("{\"series\": {\"csv\": \"a.csv\", \"column\": \"b\"}}", "E-TYPE", "/series",
                 "files cannot be read here");
}

Test(field, expressions_are_kept_as_text) {
  sample at;
  thing made;
  expect_thing("{\"expr\": \"1 + wear\", \"time_expr\": \"2*age\"}", &made, &at);
  cr_assert_str_eq(made.expr.text, "1 + wear");
  cr_assert_str_eq(made.time_expr.text, "2*age");
  close_sample(&at);
  expect_thing("{\"expr\": 0.50}", &made, &at);
  cr_assert_str_eq(made.expr.text, "0.50");
  close_sample(&at);
  expect_refused("{\"time_expr\": 5}", "E-UNIT", "/time_expr", "5 has no unit");
  expect_refused("{\"expr\": true}", "E-TYPE", "/expr", "an expression is needed");
}

Test(field, a_word_outside_of_the_choice_gives_the_nearest) {
  expect_refused("{\"choice\": \"suoth\"}", "E-TYPE", "/choice",
                 "\"suoth\" is none of \"north\", \"south\", \"south-west\"; did you mean "
                 "\"south\"?");
  expect_refused("{\"choice\": 1}", "E-TYPE", "/choice", "1 is none of");
}

Test(field, one_name_may_stand_for_a_list) {
  sample at;
  thing made;
  expect_thing("{\"names\": \"a\"}", &made, &at);
  cr_assert_eq(made.names.n, 1);
  cr_assert_str_eq(made.names.at[0].name, "a");
  close_sample(&at);
  expect_thing("{\"names\": [\"a\", \"b\", \"a\"]}", &made, &at);
  cr_assert_eq(made.names.n, 3);
  cr_assert_eq(made.names.at[1].node, at.root->first->first->next);
  close_sample(&at);
  expect_thing("{\"names\": []}", &made, &at);
  cr_assert_eq(made.names.n, 0);
  close_sample(&at);
  expect_refused("{\"names\": [\"a\", 3]}", "E-TYPE", "/names/1", "3 is a number; a name");
  expect_refused("{\"names\": [\"\"]}", "E-TYPE", "/names/0", "a name is needed");
}

Test(field, needs_are_skills_and_resources_with_counts) {
  sample at;
  thing made;
  expect_thing("{\"needs\": [\"repair\", {\"skill\": \"die-set\", \"count\": 2}, {\"resource\": "
               "\"crane\", \"about\": \"the big one\"}]}",
               &made, &at);
  cr_assert_eq(made.needs.n, 3);
  cr_assert_eq(made.needs.at[0].count, 1);
  cr_assert_str_eq(made.needs.at[1].what.name, "die-set");
  cr_assert_eq(made.needs.at[1].count, 2);
  cr_assert_str_eq(made.needs.at[2].what.name, "crane");
  cr_assert_eq(made.needs.at[2].count, 1);
  close_sample(&at);
  expect_refused("{\"needs\": [{\"skill\": \"a\", \"resource\": \"b\"}]}", "E-KEY", "/needs/0",
                 "either \"skill\" or \"resource\"");
  expect_refused("{\"needs\": [{\"skil\": \"a\", \"skill\": \"b\"}]}", "E-KEY", "/needs/0/skil",
                 "did you mean \"skill\"?");
  expect_refused("{\"needs\": [3]}", "E-TYPE", "/needs/0", "3 is a number");
}

Test(field, weights_are_names_with_numbers) {
  sample at;
  thing made;
  expect_thing("{\"weights\": {\"again\": \"20 %\", \"x-note\": 3, \"pass\": 0.8}}", &made, &at);
  cr_assert_eq(made.weights.n, 2);
  cr_assert_str_eq(made.weights.name[1].name, "pass");
  cr_assert_eq(made.weights.weight[0], 0.2);
  cr_assert(tw_weights_check_sum(&made.weights, at.root->first, &at.reader));
  made.weights.n = 1;
  cr_assert_not(tw_weights_check_sum(&made.weights, at.root->first, &at.reader));
  expect_only(&at, "E-RANGE", "/weights", "sum to 0.2; their sum must be 1");
  close_sample(&at);
  expect_refused("{\"weights\": {\"a\": -0.1}}", "E-RANGE", "/weights/a", "at least 0");
  expect_refused("{\"weights\": {\"a\": 1.5}}", "E-RANGE", "/weights/a", "at most 1");
  expect_refused("{\"weights\": {\"a b\": 0.5}}", "E-KEY", "/weights/a b", "is no name");
  expect_refused("{\"weights\": [0.5]}", "E-TYPE", "/weights", "this is a list");
}

Test(field, objects_maps_and_lists_hold_structs) {
  sample at;
  thing made;
  expect_thing(
      "{\"inside\": {\"n\": 3}, \"map\": {\"b\": {\"n\": 1}, \"about\": \"two\", \"x-1\": 0,"
      " \"a\": {}}, \"list\": [{\"n\": 4}, {}], \"bare_list\": [{\"n\": 5}]}",
      &made, &at);
  cr_assert_eq(made.inside.a_s, 5);
  cr_assert_eq(made.inside.n, 3);
  const element *map = made.map.at, *list = made.list.at;
  const bare *bare_list = made.bare_list.at;
  cr_assert_eq(made.map.n, 2);
  cr_assert_str_eq(map[0].def.name, "b");
  cr_assert_str_eq(map[1].def.name, "a");
  cr_assert_eq(map[1].n, 7);
  cr_assert_eq(map[1].def.node, tw_node_member(tw_node_member(at.root, "map"), "a"));
  cr_assert_eq(made.list.n, 2);
  cr_assert_null(list[0].def.name);
  cr_assert_eq(list[1].def.node, tw_node_member(at.root, "list")->last);
  cr_assert_eq(list[1].n, 7);
  cr_assert_eq(bare_list[0].n, 5);
  close_sample(&at);
  expect_refused("{\"inside\": 3}", "E-TYPE", "/inside", "3 is a number; an object is needed");
  expect_refused("{\"map\": []}", "E-TYPE", "/map", "this is a list");
  expect_refused("{\"map\": {\"1a\": {}}}", "E-KEY", "/map/1a", "\"1a\" is no name");
  expect_refused("{\"map\": {\"a\": 1}}", "E-TYPE", "/map/a", "an object is needed");
  expect_refused("{\"list\": {}}", "E-TYPE", "/list", "this is an object");
  expect_refused("{\"list\": [1]}", "E-TYPE", "/list/0", "an object is needed");
}

Test(field, custom_readers_report_for_themselves) {
  sample at;
  thing made;
  expect_thing("{\"pair\": [\"1 s\", \"1 min\"]}", &made, &at);
  cr_assert_eq(made.pair[1], 60);
  close_sample(&at);
  expect_refused("{\"pair\": [\"1 s\"]}", "E-TYPE", "/pair", "a pair of times is needed, e.g. [");
  expect_refused("{\"pair\": [\"1 s\", 2]}", "E-UNIT", "/pair/1", "2 has no unit");
}

Test(field, unknown_keys_are_named_with_the_nearest) {
  expect_refused("{\"tiem\": \"2 s\"}", "E-KEY", "/tiem",
                 "\"tiem\" is no key of thing; did you mean \"time\"?");
  expect_refused("{\"qqqqqq\": 1}", "E-KEY", "/qqqqqq",
                 "\"qqqqqq\" is no key of thing; there are truth, count, places, ");
  expect_refused("{\"inside\": {\"n\": 1, \"b\": 1}}", "E-KEY", "/inside/b", "no key of inner");
}

Test(field, a_slip_is_reported_and_taken_for_the_key_that_is_meant) {
  sample at;
  thing made;
  cr_assert_not(read_thing(&at, "{\"tiem\": \"2 s\", \"inside\": {\"m\": 4}}", &made));
  cr_assert(at.is_good);
  cr_assert_eq(twin_problems_count(at.problems, -1), 2);
  cr_assert_eq(made.time_s, 2);
  cr_assert_eq(made.inside.n, 4);
  cr_assert_str_eq(tw_node_member(at.root, "time")->key, "tiem");
  close_sample(&at);
}

Test(field, what_a_slip_holds_is_not_reported_as_the_guess_may_be_wrong) {
  sample at;
  thing made;
  cr_assert_not(read_thing(&at, "{\"tiem\": 2}", &made));
  cr_assert_not(at.is_good);
  expect_only(&at, "E-KEY", "/tiem", "did you mean \"time\"?");
  close_sample(&at);
  // the one that is meant is there: this one is something else
  cr_assert_not(read_thing(&at, "{\"tiem\": \"2 s\", \"time\": \"3 s\"}", &made));
  cr_assert_not(at.is_good);
  cr_assert_eq(made.time_s, 3);
  expect_only(&at, "E-KEY", "/tiem", "did you mean \"time\"?");
  close_sample(&at);
}

Test(field, the_users_own_keys_are_kept) {
  sample at;
  thing made;
  expect_thing("{\"x-owner\": {\"any\": [1]}, \"about\": \"why\", \"count\": 1}", &made, &at);
  cr_assert_not_null(tw_node_member(at.root, "x-owner"));
  cr_assert_str_eq(at.root->first->key, "about");
  cr_assert_str_eq(at.root->last->key, "x-owner");
  close_sample(&at);
  expect_refused("{\"about\": 3}", "E-TYPE", "/about", "a text for people");
}

Test(field, what_is_required_is_asked_for_with_an_example) {
  sample at;
  thing made;
  cr_assert_not(read_thing(&at, "{\"inside\": {}}", &made));
  expect_only(&at, "E-KEY", "/inside", "\"n\" is required; e.g. \"n\": 1");
  close_sample(&at);
}

Test(field, members_are_put_in_the_order_of_the_table) {
  static const char *const order[] = {"about", "truth", "count", "text", "inside", "x-b", "x-a"};
  sample at;
  thing made;
  expect_thing("{\"x-b\": 1, \"inside\": {\"n\": 2}, \"text\": \"t\", \"count\": 1, \"x-a\": 2, "
               "\"about\": \"?\", \"truth\": false}",
               &made, &at);
  const tw_node *member = at.root->first;
  for (size_t i = 0; i < sizeof order / sizeof order[0]; i++, member = member->next) {
    cr_assert_not_null(member);
    cr_assert_str_eq(member->key, order[i]);
    cr_assert_eq(member->parent, at.root);
  }
  cr_assert_null(member);
  const tw_node *inside = tw_node_member(at.root, "inside");
  cr_assert_str_eq(inside->first->key, "a");
  cr_assert(inside->first->is_default);
  cr_assert_not(inside->last->is_default);
  close_sample(&at);
}

Test(field, all_problems_come_at_once_in_the_order_of_the_file) {
  static const char *const pointers[] = {"/text", "/time", "/tiem", "/inside/n", "/count"};
  sample at;
  thing made;
  cr_assert_not(read_thing(&at,
                           "{\"text\": 1, \"time\": 2, \"tiem\": 3, \"inside\": {\"n\": 0}, "
                           "\"mass\": \"1 kg\", \"count\": \"4\"}",
                           &made));
  cr_assert_eq(count_all(&at), 5);
  twin_problem problem = {.struct_size = sizeof problem};
  for (size_t i = 0; i < 5; i++) {
    twin_problems_get(at.problems, i, &problem);
    cr_assert_str_eq(problem.pointer, pointers[i]);
  }
  cr_assert_eq(made.mass_kg, 1);
  close_sample(&at);
}

Test(field, a_hundred_thousand_unknown_keys_end_soon, .timeout = 10) {
  const size_t n = 100000;
  char *text = malloc(n * 20 + 10), *end = text;
  *end++ = '{';
  for (size_t i = 0; i < n; i++) end += sprintf(end, "%s\"kaunt%zu\": 1", i == 0 ? "" : ",", i);
  strcpy(end, "}");
  sample at;
  thing made;
  cr_assert_not(read_thing(&at, text, &made));
  cr_assert_eq(twin_problems_count(at.problems, TWIN_ERROR), n);
  close_sample(&at);
  free(text);
}
