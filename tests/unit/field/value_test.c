// Random values: constants, distributions with named moments, by_part, by_machine, bare names.

#include <math.h>

#include "support/sample.h"

static const tw_field time_field = {.name = "time", .type = TW_FIELD_VALUE, .dim = {.s = 1}};
static const tw_field count_field = {
    .name = "mtbf", .type = TW_FIELD_VALUE, .dim = {.s = 1}, .flags = TW_DISCRETE};
static const tw_field ratio_field = {.name = "ratio", .type = TW_FIELD_VALUE, .max = 1};
static const tw_field positive_field = {
    .name = "mtbf", .type = TW_FIELD_VALUE, .dim = {.s = 1}, .flags = TW_EXCLUSIVE_MIN};
static const tw_field heat_field = {
    .name = "heat", .type = TW_FIELD_VALUE, .dim = {.k = 1, .is_absolute = 1}};

static bool read_value(sample *at, const char *text, const tw_field *field, tw_value *value) {
  *value = (tw_value){0};
  cr_assert_not_null(read_tree(at, text), "%s", text);
  return tw_value_parse(at->root, field, &at->reader, value);
}

static const tw_dist *expect_dist(sample *at, const char *text, const tw_field *field) {
  tw_value value;
  cr_assert(read_value(at, text, field, &value), "%s: %s", text,
            twin_problems_text(at->problems, 0));
  expect_good(at);
  cr_assert_eq(value.node, at->root);
  cr_assert_eq(value.n_part + value.n_machine, 0);
  return value.dist;
}

static void expect_refused(const char *text, const tw_field *field, const char *code,
                           const char *pointer, const char *words) {
  sample at;
  tw_value value;
  cr_assert_not(read_value(&at, text, field, &value), "%s was read", text);
  cr_assert_null(value.node);
  expect_only(&at, code, pointer, words);
  close_sample(&at);
}

Test(field_value, constants_are_quantities_or_counts) {
  sample at;
  const tw_dist *dist = expect_dist(&at, "\"2.5 min\"", &time_field);
  cr_assert_eq(dist->kind, TW_DIST_CONSTANT);
  cr_assert_eq(dist->a, 150);
  close_sample(&at);
  cr_assert_eq(expect_dist(&at, "140", &count_field)->a, 140);
  close_sample(&at);
  cr_assert_eq(expect_dist(&at, "\"2 %\"", &ratio_field)->a, 0.02);
  close_sample(&at);
  expect_refused("2.6", &time_field, "E-UNIT", "", "2.6 has no unit");
  expect_refused("\"140 s\"", &count_field, "E-UNIT", "", "\"140 s\" is a duration");
  expect_refused("\"-1 s\"", &time_field, "E-RANGE", "", "at least 0 s");
  expect_refused("\"0 s\"", &positive_field, "E-RANGE", "", "above 0 s");
  expect_refused("1.5", &ratio_field, "E-RANGE", "", "at most 1");
  expect_refused("true", &time_field, "E-TYPE", "", "true is a truth value");
}

// Each distribution with its parameters a, b, c, d as dist.h orders them.
typedef struct one_case {
  const char *text;
  tw_dist_kind kind;
  double a, b, c, d;
} one_case;

Test(field_value, every_distribution_is_read_by_its_moments) {
  static const one_case cases[] = {
      {"{\"constant\": {\"value\": \"1 min\"}}", TW_DIST_CONSTANT, 60, 0, 0, 0},
      {"{\"uniform\": {\"min\": \"1 s\", \"max\": \"2 s\"}}", TW_DIST_UNIFORM, 1, 2, 0, 0},
      {"{\"triangular\": {\"min\": \"1 s\", \"mode\": \"2 s\", \"max\": \"4 s\"}}",
       TW_DIST_TRIANGULAR, 1, 2, 4, 0},
      {"{\"normal\": {\"mean\": \"9 s\", \"sd\": \"2 s\", \"min\": \"1 s\", \"max\": \"20 s\"}}",
       TW_DIST_NORMAL, 9, 2, 1, 20},
      {"{\"lognormal\": {\"mean\": \"9 s\", \"sd\": \"2 s\"}}", TW_DIST_LOGNORMAL, 9, 2, 0, 0},
      {"{\"lognormal\": {\"mean\": \"8 s\", \"cv\": 0.5}}", TW_DIST_LOGNORMAL, 8, 4, 0, 0},
      {"{\"exponential\": {\"mean\": \"9 s\"}}", TW_DIST_EXPONENTIAL, 9, 0, 0, 0},
      {"{\"gamma\": {\"mean\": \"8 s\", \"cv\": 0.5}}", TW_DIST_GAMMA, 8, 0.5, 0, 0},
      {"{\"gamma\": {\"mean\": \"8 s\", \"sd\": \"2 s\"}}", TW_DIST_GAMMA, 8, 0.25, 0, 0},
      {"{\"erlang\": {\"mean\": \"8 s\", \"shape\": 3}}", TW_DIST_ERLANG, 8, 3, 0, 0},
      {"{\"weibull\": {\"mean\": \"8 s\", \"shape\": 1.6}}", TW_DIST_WEIBULL, 8, 1.6, 0, 0},
      {"{\"beta-pert\": {\"min\": \"1 s\", \"mode\": \"2 s\", \"max\": \"4 s\"}}",
       TW_DIST_BETA_PERT, 1, 2, 4, 0},
      {"{\"hyperexponential\": {\"mean\": \"8 s\", \"cv\": 2}}", TW_DIST_HYPEREXPONENTIAL, 8, 2, 0,
       0},
      {"{\"geometric\": {\"mean\": \"10 min\", \"step\": \"1 min\"}}", TW_DIST_GEOMETRIC, 600, 60,
       0, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sample at;
    const tw_dist *dist = expect_dist(&at, cases[i].text, &time_field);
    cr_assert_eq(dist->kind, (int32_t)cases[i].kind, "%s", cases[i].text);
    cr_assert(dist->a == cases[i].a && dist->b == cases[i].b, "%s", cases[i].text);
    cr_assert(dist->c == cases[i].c && dist->d == cases[i].d, "%s", cases[i].text);
    cr_assert(isfinite(tw_dist_mean(dist)), "%s", cases[i].text);
    close_sample(&at);
  }
}

Test(field_value, words_of_the_tables_are_those_of_core) {
  for (int32_t i = 0; i < TW_N_DIST_FORM; i++) {
    cr_assert_str_eq(tw_dist_forms[i].table->name, tw_dist_name((tw_dist_kind)i));
    cr_assert_eq((int32_t)tw_dist_forms[i].kind, i);
  }
}

Test(field_value, lists_of_values_are_drawn_from_or_followed) {
  sample at;
  const tw_dist *dist = expect_dist(&at, "{\"empirical\": [\"2 s\", \"1 s\"]}", &time_field);
  cr_assert_eq(dist->kind, TW_DIST_EMPIRICAL);
  cr_assert(dist->n_value == 2 && dist->values[0] == 2);
  cr_assert_eq(tw_dist_mean(dist), 1.5);
  close_sample(&at);
  dist = expect_dist(&at, "{\"trace\": {\"values\": [\"2 s\", \"1 s\"], \"repeat\": true}}",
                     &time_field);
  cr_assert(dist->kind == TW_DIST_TRACE && dist->is_repeated && dist->values[1] == 1);
  close_sample(&at);
  cr_assert_not(expect_dist(&at, "{\"trace\": [\"2 s\"]}", &time_field)->is_repeated);
  close_sample(&at);
  dist =
      expect_dist(&at, "{\"discrete\": {\"values\": [1, 5], \"weights\": [3, 1]}}", &count_field);
  cr_assert(dist->kind == TW_DIST_DISCRETE && dist->weights[0] == 3);
  cr_assert_eq(tw_dist_mean(dist), 2);
  close_sample(&at);
}

Test(field_value, mixtures_and_cycles_hold_distributions) {
  sample at;
  const tw_dist *dist =
      expect_dist(&at,
                  "{\"mixture\": [{\"weight\": 0.75, \"of\": \"4 s\"}, {\"weight\": 0.25, \"of\": "
                  "{\"exponential\": {\"mean\": \"8 s\"}}}]}",
                  &time_field);
  cr_assert(dist->kind == TW_DIST_MIXTURE && dist->n_value == 2);
  cr_assert_eq(dist->of[1]->kind, TW_DIST_EXPONENTIAL);
  cr_assert_float_eq(tw_dist_mean(dist), 5, 1e-12);
  close_sample(&at);
  dist = expect_dist(&at,
                     "{\"cycle\": {\"base\": \"48 s\", \"stop\": {\"probability\": \"2 %\", "
                     "\"duration\": {\"exponential\": {\"mean\": \"100 s\"}}}}}",
                     &time_field);
  cr_assert(dist->kind == TW_DIST_CYCLE && dist->a == 48 && dist->b == 0.02);
  cr_assert_float_eq(tw_dist_mean(dist), 50, 1e-12);
  close_sample(&at);
}

Test(field_value, counted_values_have_a_step_of_one) {
  sample at;
  const tw_dist *dist = expect_dist(&at, "{\"geometric\": {\"mean\": 140}}", &count_field);
  cr_assert(dist->a == 140 && dist->b == 1);
  const tw_node *step = tw_node_member(at.root->first, "step");
  cr_assert(step != NULL && step->is_default);
  close_sample(&at);
  expect_refused("{\"geometric\": {\"mean\": \"10 min\"}}", &time_field, "E-KEY", "/geometric",
                 "\"step\" is required");
}

Test(field_value, a_spread_of_temperatures_is_a_difference) {
  sample at;
  const tw_dist *dist =
      expect_dist(&at, "{\"normal\": {\"mean\": \"20 degC\", \"sd\": \"2 K\"}}", &heat_field);
  cr_assert_float_eq(dist->a, 293.15, 1e-12);
  cr_assert_eq(dist->b, 2);
  cr_assert(isinf(dist->c) && isinf(dist->d));
  close_sample(&at);
  expect_refused("{\"normal\": {\"mean\": \"20 degC\", \"sd\": \"2 degC\"}}", &heat_field, "E-UNIT",
                 "/normal/sd", "temperature difference is needed");
}

Test(field_value, impossible_parameters_are_said_in_the_words_of_core) {
  expect_refused("{\"triangular\": {\"min\": \"3 s\", \"mode\": \"2 s\", \"max\": \"4 s\"}}",
                 &time_field, "E-RANGE", "/triangular", "this triangular is impossible: ");
  expect_refused("{\"hyperexponential\": {\"mean\": \"3 s\", \"cv\": 0.5}}", &time_field, "E-RANGE",
                 "/hyperexponential", "impossible");
  expect_refused("{\"exponential\": {\"mean\": \"0 s\"}}", &time_field, "E-RANGE", "/exponential",
                 "impossible");
}

Test(field_value, a_duration_is_never_negative) {
  expect_refused("{\"normal\": {\"mean\": \"60 s\", \"sd\": \"1 s\"}}", &time_field, "E-RANGE",
                 "/normal", "a normal needs \"min\" here");
  expect_refused("{\"uniform\": {\"min\": \"-1 s\", \"max\": \"1 s\"}}", &time_field, "E-RANGE",
                 "/uniform/min", "at least 0 s");
  expect_refused("{\"trace\": [\"1 s\", \"-1 s\"]}", &time_field, "E-RANGE", "/trace/1",
                 "at least 0 s");
  sample at;
  // What is no duration may be.
  expect_dist(&at, "{\"uniform\": {\"min\": \"-5 degC\", \"max\": \"5 degC\"}}", &heat_field);
  close_sample(&at);
}

Test(field_value, one_key_names_the_distribution) {
  expect_refused("{}", &time_field, "E-TYPE", "", "the name of a distribution is needed");
  expect_refused("{\"about\": \"measured\"}", &time_field, "E-TYPE", "",
                 "the name of a distribution");
  expect_refused("{\"gama\": {}}", &time_field, "E-KEY", "/gama", "did you mean \"gamma\"?");
  expect_refused("{\"gamma\": {}, \"x-1\": 1, \"normal\": {}}", &time_field, "E-KEY", "/normal",
                 "stands beside \"gamma\"");
  expect_refused("{\"exponential\": \"3 min\"}", &time_field, "E-TYPE", "/exponential",
                 "an object is needed");
  expect_refused("{\"exponential\": {\"mean\": \"3 min\", \"rate\": 1}}", &time_field, "E-KEY",
                 "/exponential/rate", "no key of exponential");
  expect_refused("{\"mixture\": []}", &time_field, "E-RANGE", "/mixture", "no distribution to mix");
  expect_refused("{\"mixture\": [{\"weight\": 1, \"of\": {\"by_part\": {\"a\": \"1 s\"}}}]}",
                 &time_field, "E-KEY", "/mixture/0/of/by_part", "cannot stand here");
}

Test(field_value, by_part_has_a_default_for_the_others) {
  sample at;
  tw_value value;
  cr_assert(read_value(&at,
                       "{\"by_part\": {\"b\": \"2 s\", \"default\": \"9 s\", \"a\": \"1 s\", "
                       "\"about\": \"measured\"}}",
                       &time_field, &value));
  cr_assert_eq(value.dist->a, 9);
  cr_assert_eq(value.n_part, 2);
  cr_assert_str_eq(value.part[0].name, "b");
  cr_assert_eq(value.part_dist[1]->a, 1);
  close_sample(&at);
  cr_assert(read_value(&at, "{\"by_part\": {\"b\": \"2 s\"}}", &time_field, &value));
  cr_assert_null(value.dist);
  close_sample(&at);
  expect_refused("{\"by_part\": [1]}", &time_field, "E-TYPE", "/by_part", "an object of parts");
  expect_refused("{\"by_part\": {\"a\": 3}}", &time_field, "E-UNIT", "/by_part/a", "no unit");
  expect_refused("{\"by_part\": {\"a\": \"3 s\"}, \"default\": \"4 s\"}", &time_field, "E-KEY",
                 "/default", "\"default\" stands inside it");
}

Test(field_value, by_machine_counts_from_one_and_may_hold_by_part) {
  sample at;
  tw_value value;
  cr_assert(read_value(&at,
                       "{\"by_machine\": {\"3\": {\"by_part\": {\"a\": \"1 s\"}}, \"1\": \"2 s\","
                       " \"default\": {\"by_part\": {\"b\": \"4 s\", \"default\": \"5 s\"}}}}",
                       &time_field, &value));
  cr_assert_eq(value.n_machine, 2);
  cr_assert_eq(value.machine_i[0], 2);
  cr_assert_str_eq(value.machine_value[0].part[0].name, "a");
  cr_assert_null(value.machine_value[0].dist);
  cr_assert_eq(value.machine_i[1], 0);
  cr_assert_eq(value.machine_value[1].dist->a, 2);
  cr_assert(value.dist->a == 5 && value.n_part == 1);
  close_sample(&at);
  static const char *const keys[] = {"0", "01", "-1", "1.5", "one", "", "99999999999"};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    char text[80], pointer[40];
    snprintf(text, sizeof text, "{\"by_machine\": {\"%s\": \"1 s\"}}", keys[i]);
    snprintf(pointer, sizeof pointer, "/by_machine/%s", keys[i]);
    expect_refused(text, &time_field, "E-KEY", pointer, "machines count from 1");
  }
  expect_refused("{\"by_part\": {\"a\": {\"by_machine\": {\"1\": \"1 s\"}}}}", &time_field, "E-KEY",
                 "/by_part/a/by_machine", "cannot stand here");
}

Test(field_value, a_bare_name_finds_a_definition) {
  sample at;
  tw_value value;
  const tw_node *root = read_tree(
      &at, "{\"distributions\": {\"jam\": {\"exponential\": {\"mean\": \"3 s\"}}, \"b\": \"jam\"}, "
           "\"t\": \"jam\", \"u\": \"mja\", \"v\": \"b\"}");
  at.reader.distributions = tw_node_member(root, "distributions");
  cr_assert(tw_value_parse(tw_node_member(root, "t"), &time_field, &at.reader, &value));
  cr_assert_eq(value.dist->a, 3);
  cr_assert_not(tw_value_parse(tw_node_member(root, "u"), &time_field, &at.reader, &value));
  cr_assert_eq(count_problems(&at, "E-REF", "/u"), 1);
  // A definition stands on its own.
  cr_assert_not(tw_value_parse(tw_node_member(root, "v"), &time_field, &at.reader, &value));
  cr_assert_eq(count_problems(&at, "E-REF", "/distributions/b"), 1);
  close_sample(&at);
}
