// dist.c - distributions as they are written: one field table each, with named moments and
// never bare scale or location, and what a tw_dist needs of it. The tables drive the schema and the
// reference too. Impossible parameters are for tw_dist_prepare to find, in core.

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "field/inner.h"

typedef struct stop_args {
  double probability;
  tw_value duration;
} stop_args;

// The arguments of any distribution. Numbers that were not given are NAN.
typedef struct tw_dist_args {
  double value, mean, sd, cv, shape, min, mode, max, step, base;
  int64_t n_stage;
  tw_series values, weights;
  stop_args stop;
  bool is_repeated;
} tw_dist_args;

#define AMOUNT(member, flags_, ...) \
  TW_FIELD(tw_dist_args, member, #member, TW_FIELD_QUANTITY, .flags = TW_OF_VALUE | (flags_), \
           __VA_ARGS__)
#define SPREAD(flags_, help_) \
  TW_FIELD(tw_dist_args, sd, "sd", TW_FIELD_QUANTITY, \
           .flags = TW_OF_VALUE | TW_DIFFERENCE | (flags_), .max = INFINITY, .help = (help_))
#define NUMBER(member, flags_, help_) \
  TW_FIELD(tw_dist_args, member, #member, TW_FIELD_NUMBER, .flags = TW_EXCLUSIVE_MIN | (flags_), \
           .max = INFINITY, .help = (help_))
#define VALUES(help_) \
  TW_FIELD(tw_dist_args, values, "values", TW_FIELD_QUANTITIES, \
           .flags = TW_OF_VALUE | TW_REQUIRED, .help = (help_))
#define MEAN AMOUNT(mean, TW_REQUIRED, .help = "mean")

static const tw_field constant_fields[] = {AMOUNT(value, TW_REQUIRED, .help = "the value")};
static const tw_field uniform_fields[] = {AMOUNT(min, TW_REQUIRED, .help = "least value"),
                                          AMOUNT(max, TW_REQUIRED, .help = "greatest value")};
static const tw_field mode_fields[] = {AMOUNT(min, TW_REQUIRED, .help = "least value"),
                                       AMOUNT(mode, TW_REQUIRED, .help = "likeliest value"),
                                       AMOUNT(max, TW_REQUIRED, .help = "greatest value")};
static const tw_field normal_fields[] = {
    AMOUNT(mean, TW_REQUIRED, .help = "mean before it is cut off"),
    SPREAD(TW_REQUIRED, "standard deviation before it is cut off"),
    AMOUNT(min, 0, .help = "values below are drawn again; required for a duration"),
    AMOUNT(max, 0, .help = "values above are drawn again")};
static const tw_field lognormal_fields[] = {
    AMOUNT(mean, TW_REQUIRED, .help = "mean of the value itself"),
    SPREAD(0, "standard deviation of the value itself; this or cv"),
    NUMBER(cv, 0, "coefficient of variation, sd / mean; this or sd")};
static const tw_field exponential_fields[] = {MEAN};
static const tw_field gamma_fields[] = {
    MEAN, SPREAD(0, "standard deviation; this or cv"),
    NUMBER(cv, 0, "coefficient of variation, sd / mean; this or sd")};
static const tw_field erlang_fields[] = {
    MEAN, TW_FIELD(tw_dist_args, n_stage, "shape", TW_FIELD_COUNT, .flags = TW_REQUIRED, .min = 1,
                   .max = 1e6, .help = "number of exponential stages")};
static const tw_field weibull_fields[] = {
    MEAN, NUMBER(shape, TW_REQUIRED, "shape; above 1 wears out, below 1 fails early")};
static const tw_field hyper_fields[] = {
    MEAN, NUMBER(cv, TW_REQUIRED, "coefficient of variation, above 1; the two means are balanced")};
static const tw_field geometric_fields[] = {
    MEAN, AMOUNT(step, TW_REQUIRED, .help = "values are step, 2 step, 3 step, ...")};
static const tw_field counted_geometric_fields[] = {
    MEAN, AMOUNT(step, 0, .preset = "1", .help = "values are step, 2 step, 3 step, ...")};
static const tw_field discrete_fields[] = {
    VALUES("the possible values"),
    TW_FIELD(tw_dist_args, weights, "weights", TW_FIELD_QUANTITIES, .flags = TW_REQUIRED,
             .max = INFINITY, .help = "their weights, as many as values")};
static const tw_field empirical_fields[] = {VALUES("measured values, equally likely")};
static const tw_field trace_fields[] = {
    VALUES("values in the order in which they are used"),
    TW_FIELD(tw_dist_args, is_repeated, "repeat", TW_FIELD_BOOL, .preset = "false",
             .help = "begin again after the last one; else the run stops there")};

typedef struct mixture_element {
  double weight;
  tw_value of;
} mixture_element;

static const tw_field mixture_fields[] = {
    TW_FIELD(mixture_element, weight, "weight", TW_FIELD_NUMBER, .flags = TW_REQUIRED,
             .max = INFINITY, .help = "share of this part, relative to the others"),
    TW_FIELD(mixture_element, of, "of", TW_FIELD_VALUE,
             .flags = TW_REQUIRED | TW_OF_VALUE | TW_CONSTANT, .help = "its distribution")};

static const tw_field stop_fields[] = {
    TW_FIELD(stop_args, probability, "probability", TW_FIELD_RATIO, .flags = TW_REQUIRED, .max = 1,
             .help = "of a stop in one cycle"),
    TW_FIELD(stop_args, duration, "duration", TW_FIELD_VALUE,
             .flags = TW_REQUIRED | TW_OF_VALUE | TW_CONSTANT, .help = "added by a stop")};
static const tw_table stop_table = {.name = "stop",
                                    .help = "A short stop that some cycles have.",
                                    .size = sizeof(stop_args),
                                    .fields = stop_fields,
                                    .n_field = TW_N_FIELDS(stop_fields)};
static const tw_field cycle_fields[] = {
    AMOUNT(base, TW_REQUIRED, .help = "the cycle without a stop"),
    TW_FIELD(tw_dist_args, stop, "stop", TW_FIELD_OBJECT, .flags = TW_REQUIRED, .sub = &stop_table,
             .help = "rare stops")};

#define TABLE(word, size_, fields_, help_) \
  { \
    .name = (word), .help = (help_), .size = (size_), .fields = (fields_), \
    .n_field = TW_N_FIELDS(fields_) \
  }
#define DIST_TABLE(word, fields_, help_) TABLE(word, sizeof(tw_dist_args), fields_, help_)

static const tw_table tables[TW_N_DIST_FORM] = {
    [TW_DIST_CONSTANT] = DIST_TABLE("constant", constant_fields,
                                    "Always the same; a plain quantity says it shorter."),
    [TW_DIST_UNIFORM] = DIST_TABLE("uniform", uniform_fields, "Equally likely between two ends."),
    [TW_DIST_TRIANGULAR] = DIST_TABLE("triangular", mode_fields, "Two ends and a likeliest value."),
    [TW_DIST_NORMAL] = DIST_TABLE("normal", normal_fields, "Normal, cut off at min and max."),
    [TW_DIST_LOGNORMAL] = DIST_TABLE("lognormal", lognormal_fields,
                                     "Its logarithm is normal; repair times often are."),
    [TW_DIST_EXPONENTIAL] = DIST_TABLE("exponential", exponential_fields, "Without memory."),
    [TW_DIST_GAMMA] = DIST_TABLE("gamma", gamma_fields, "Positive, with any variation."),
    [TW_DIST_ERLANG] = DIST_TABLE("erlang", erlang_fields, "Sum of exponential stages."),
    [TW_DIST_WEIBULL] = DIST_TABLE("weibull", weibull_fields, "Life times."),
    [TW_DIST_BETA_PERT] =
        DIST_TABLE("beta-pert", mode_fields, "Smooth between two ends with a likeliest value."),
    [TW_DIST_HYPEREXPONENTIAL] =
        DIST_TABLE("hyperexponential", hyper_fields, "More variable than exponential."),
    [TW_DIST_GEOMETRIC] = DIST_TABLE("geometric", geometric_fields, "Whole steps without memory."),
    [TW_DIST_DISCRETE] = DIST_TABLE("discrete", discrete_fields, "A few values with weights."),
    [TW_DIST_EMPIRICAL] = DIST_TABLE("empirical", empirical_fields,
                                     "Drawn from measured values; a list alone will do."),
    [TW_DIST_TRACE] =
        DIST_TABLE("trace", trace_fields, "Recorded values in order; a list alone will do."),
    [TW_DIST_MIXTURE] = TABLE("mixture", sizeof(mixture_element), mixture_fields,
                              "A list of distributions, one of which is chosen for each draw."),
    [TW_DIST_CYCLE] = DIST_TABLE("cycle", cycle_fields,
                                 "Near-constant cycles with rare stops, as machines have."),
};

static const tw_table counted_geometric_table =
    DIST_TABLE("geometric", counted_geometric_fields, "Whole steps without memory.");

// Either the standard deviation or the coefficient of variation; gives both. NAN for neither or
// both.
static bool resolve_spread(const tw_dist_args *args, const tw_node *node, const tw_parse *in,
                           double *sd, double *cv) {
  if (isnan(args->sd) == isnan(args->cv)) {
    tw_reader_problem(in->reader, node, "E-KEY", "sd or cv", "e.g. \"cv\": 0.25",
                      isnan(args->sd) ? "\"sd\" or \"cv\" is required"
                                      : "\"sd\" and \"cv\" say the same; leave one away");
    return false;
  }
  *sd = isnan(args->sd) ? args->cv * args->mean : args->sd;
  *cv = isnan(args->sd) ? args->cv : args->sd / args->mean;
  return true;
}

static bool make_numbers(const tw_dist_args *args, const tw_node *node, const tw_parse *in,
                         tw_dist *dist) {
  double sd, cv;
  switch ((tw_dist_kind)dist->kind) {
    case TW_DIST_CONSTANT: dist->a = args->value; return true;
    case TW_DIST_UNIFORM: dist->a = args->min, dist->b = args->max; return true;
    case TW_DIST_TRIANGULAR:
    case TW_DIST_BETA_PERT:
      dist->a = args->min, dist->b = args->mode, dist->c = args->max;
      return true;
    case TW_DIST_NORMAL:
      dist->a = args->mean, dist->b = args->sd;
      dist->c = isnan(args->min) ? -INFINITY : args->min;
      dist->d = isnan(args->max) ? INFINITY : args->max;
      return true;
    case TW_DIST_LOGNORMAL:
      if (!resolve_spread(args, node, in, &sd, &cv)) return false;
      dist->a = args->mean, dist->b = sd;
      return true;
    case TW_DIST_GAMMA:
      if (!resolve_spread(args, node, in, &sd, &cv)) return false;
      dist->a = args->mean, dist->b = cv;
      return true;
    case TW_DIST_EXPONENTIAL: dist->a = args->mean; return true;
    case TW_DIST_ERLANG: dist->a = args->mean, dist->b = (double)args->n_stage; return true;
    case TW_DIST_WEIBULL: dist->a = args->mean, dist->b = args->shape; return true;
    case TW_DIST_HYPEREXPONENTIAL: dist->a = args->mean, dist->b = args->cv; return true;
    case TW_DIST_GEOMETRIC: dist->a = args->mean, dist->b = args->step; return true;
    default: TW_ASSERT(false); return false;
  }
}

static bool make_values(const tw_dist_args *args, const tw_node *node, const tw_parse *in,
                        tw_dist *dist) {
  dist->n_value = args->values.n;
  dist->values = args->values.at;
  dist->is_repeated = args->is_repeated;
  if (dist->kind == TW_DIST_DISCRETE) {
    if (args->weights.n != args->values.n) {
      tw_reader_problem(in->reader, node, "E-RANGE", NULL, NULL, "%d values have %d weights",
                        (int)args->values.n, (int)args->weights.n);
      return false;
    }
    dist->weights = args->weights.at;
  }
  return true;
}

static bool make_cycle(const tw_dist_args *args, const tw_node *node, const tw_parse *in,
                       tw_dist *dist) {
  (void)node;
  const tw_dist **of = tw_arena_take_array(in->reader->arena, 1, sizeof *of);
  if (of == NULL) return false;
  of[0] = args->stop.duration.dist;
  dist->a = args->base;
  dist->b = args->stop.probability;
  dist->of = of;
  dist->n_value = 1;
  return true;
}

#define FORM(kind_, make_, counted_table_, can_be_list_) \
  [kind_] = {.kind = (kind_), \
             .table = &tables[kind_], \
             .make = (make_), \
             .counted_table = (counted_table_), \
             .can_be_list = (can_be_list_)}

const tw_dist_form tw_dist_forms[TW_N_DIST_FORM] = {
    FORM(TW_DIST_CONSTANT, make_numbers, NULL, false),
    FORM(TW_DIST_UNIFORM, make_numbers, NULL, false),
    FORM(TW_DIST_TRIANGULAR, make_numbers, NULL, false),
    FORM(TW_DIST_NORMAL, make_numbers, NULL, false),
    FORM(TW_DIST_LOGNORMAL, make_numbers, NULL, false),
    FORM(TW_DIST_EXPONENTIAL, make_numbers, NULL, false),
    FORM(TW_DIST_GAMMA, make_numbers, NULL, false),
    FORM(TW_DIST_ERLANG, make_numbers, NULL, false),
    FORM(TW_DIST_WEIBULL, make_numbers, NULL, false),
    FORM(TW_DIST_BETA_PERT, make_numbers, NULL, false),
    FORM(TW_DIST_HYPEREXPONENTIAL, make_numbers, NULL, false),
    FORM(TW_DIST_GEOMETRIC, make_numbers, &counted_geometric_table, false),
    FORM(TW_DIST_DISCRETE, make_values, NULL, false),
    FORM(TW_DIST_EMPIRICAL, make_values, NULL, true),
    FORM(TW_DIST_TRACE, make_values, NULL, true),
    FORM(TW_DIST_MIXTURE, NULL, NULL, false),
    FORM(TW_DIST_CYCLE, make_cycle, NULL, false),
};

const tw_dist_form *tw_dist_form_find(const char *word) {
  TW_ASSERT(word != NULL);
  for (int32_t i = 0; i < TW_N_DIST_FORM; i++) {
    if (strcmp(tw_dist_forms[i].table->name, word) == 0) return &tw_dist_forms[i];
  }
  return NULL;
}

// A mixture is a list: an element each, weights and distributions in two arrays.
static bool parse_mixture(tw_node *node, const tw_parse *in, tw_dist *dist) {
  if (node->type == TW_NODE_LIST && node->n_child == 0) {
    tw_reader_problem(in->reader, node, "E-RANGE", "at least one distribution", NULL,
                      "there is no distribution to mix");
    return false;
  }
  if (node->type != TW_NODE_LIST) {
    tw_reader_wrong_type(in->reader, node, "a list of weighted distributions",
                         "[{\"weight\": 0.3, \"of\": {...}}, {\"weight\": 0.7, \"of\": {...}}]");
    return false;
  }
  const size_t n = (size_t)node->n_child;
  double *weights = tw_arena_take_array(in->reader->arena, n, sizeof *weights);
  const tw_dist **of = tw_arena_take_array(in->reader->arena, n, sizeof *of);
  if (weights == NULL || of == NULL) return false;
  bool is_good = true;
  int32_t i = 0;
  for (tw_node *item = node->first; item != NULL; item = item->next, i++) {
    mixture_element element = {0};
    if (!tw_object_parse(&tables[TW_DIST_MIXTURE], item, in, NULL, &element)) is_good = false;
    weights[i] = element.weight;
    of[i] = element.of.dist;
  }
  dist->n_value = node->n_child;
  dist->weights = weights;
  dist->of = of;
  return is_good;
}

// Reads the arguments; a list of values may stand alone.
static bool parse_arguments(const tw_dist_form *form, tw_node *node, const tw_parse *in,
                            tw_dist_args *args) {
  *args = (tw_dist_args){.value = NAN,
                         .mean = NAN,
                         .sd = NAN,
                         .cv = NAN,
                         .shape = NAN,
                         .min = NAN,
                         .mode = NAN,
                         .max = NAN,
                         .step = NAN,
                         .base = NAN};
  if (form->can_be_list && (node->type == TW_NODE_LIST || tw_node_member(node, "csv") != NULL)) {
    return tw_field_parse(&form->table->fields[0], node, in, &args->values);
  }
  if (form->can_be_list && node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(in->reader, node, "a list of values or a column of a CSV file",
                         "{\"csv\": \"times.csv\", \"column\": \"cycle\", \"unit\": \"s\"}");
    return false;
  }
  const bool is_counted = tw_dim_is_one(tw_field_dim(in->of, in));
  const tw_table *table =
      is_counted && form->counted_table != NULL ? form->counted_table : form->table;
  return tw_object_parse(table, node, in, NULL, args);
}

// Finds a duration that could be negative, or another value out of the field's bounds.
bool tw_dist_check_bounds(const tw_dist *dist, const tw_node *node, const tw_parse *in) {
  char text[96];
  const tw_dim dim = tw_field_dim(in->of, in);
  const tw_bounds bounds = tw_field_bounds(in->of, dim);
  if (dist->kind == TW_DIST_CONSTANT) return tw_field_check_bounds(in->of, node, in, dist->a);
  if (tw_dist_min(dist) >= bounds.min) return true;
  const bool is_normal = dist->kind == TW_DIST_NORMAL;
  tw_reader_problem(in->reader, node, "E-RANGE", NULL,
                    is_normal ? "a normal needs \"min\" here, e.g. \"min\": \"0 s\"" : NULL,
                    "this %s can give values below %s", tw_dist_name((tw_dist_kind)dist->kind),
                    tw_number_text(bounds.min, dim, text));
  return false;
}

// Derived parameters; "impossible" is said in the words of core.
static bool prepare(tw_dist *dist, const tw_node *node, const tw_parse *in) {
  const size_t n = dist->n_value > 0 ? (size_t)dist->n_value : 1;
  dist->cumulative = tw_arena_take_array(in->reader->arena, n, sizeof *dist->cumulative);
  if (dist->cumulative == NULL) return false;
  const char *wrong = tw_dist_prepare(dist);
  if (wrong != NULL) {
    tw_reader_problem(in->reader, node, "E-RANGE", NULL, NULL, "this %s is impossible: %s",
                      tw_dist_name((tw_dist_kind)dist->kind), wrong);
    return false;
  }
  return tw_dist_check_bounds(dist, node, in);
}

const tw_dist *tw_dist_form_parse(const tw_dist_form *form, tw_node *node, const tw_parse *in) {
  TW_ASSERT(form != NULL && in->of != NULL);
  tw_dist *dist = tw_arena_take(in->reader->arena, sizeof *dist);
  if (dist == NULL) return NULL;
  dist->kind = (int32_t)form->kind;
  if (form->kind == TW_DIST_MIXTURE) {
    if (!parse_mixture(node, in, dist)) return NULL;
  } else {
    tw_dist_args args;
    if (!parse_arguments(form, node, in, &args)) return NULL;
    if (!form->make(&args, node, in, dist)) return NULL;
  }
  return prepare(dist, node, in) ? dist : NULL;
}

const tw_dist *tw_dist_make_constant(double value, const tw_parse *in) {
  tw_dist *dist = tw_arena_take(in->reader->arena, sizeof *dist);
  if (dist == NULL) return NULL;
  *dist = (tw_dist){.kind = TW_DIST_CONSTANT, .a = value};
  const char *wrong = tw_dist_prepare(dist);
  TW_ASSERT(wrong == NULL);
  return wrong == NULL ? dist : NULL;
}
