// dynamics_def.h - machine models as data: what a model of the line file ("dynamics") is made of, and the
// struct that its keys fill. A model is a table of parameters, states, equations, outputs and events,
// written in the language of expr/expr.h; the models that come with the library stand one to a file in
// physics/, and the model "equations" says all of it in the line file. Nothing here is solved.

#ifndef TW_DOC_DYNAMICS_DEF_H
#define TW_DOC_DYNAMICS_DEF_H

#include "field/field.h"

enum { TW_PARAMETERS_MAX = 32 };

// What an event of a model can happen on, beside a condition.
typedef enum tw_occasion {
  TW_MOMENT_NONE,
  TW_MOMENT_LOAD,        // the part is in the machine: loading has ended
  TW_MOMENT_START,       // processing of a part begins
  TW_MOMENT_COMPLETION,  // processing of a part has ended
  TW_MOMENT_N
} tw_occasion;

// A state of a model: follows its equation, or is kept between events where it has none.
typedef struct tw_model_variable {
  const char *name;      // "wear"
  tw_dim dim;
  const char *preset;    // initial value, "0"; NULL: must be given
  const char *equation;  // of its derivative by time; NULL: it is kept
  double nominal;        // its usual size in SI, for error control; 0: its initial value, else 1
  const char *help;
} tw_model_variable;

typedef struct tw_model_output {
  const char *name;  // "power" is what the machine draws
  tw_dim dim;
  const char *text;
  const char *help;
} tw_model_output;

enum { TW_MODEL_SETS_MAX = 4 };
typedef struct tw_model_switch {
  const char *name;
  const char *when;    // condition; NULL where it has a moment
  tw_occasion moment;
  struct {
    const char *variable, *text;
  } set[TW_MODEL_SETS_MAX];  // right sides use the values before
  const char *help;
} tw_model_switch;

typedef struct tw_model {
  tw_table table;        // its keys: parameters, and those that every model has (TW_MODEL_FIELDS)
  const char *about;     // what it is, in two or three sentences
  const char *source;    // where the formula comes from
  const char *active;    // condition in which `active` holds where the file has no "while"
  bool is_free;          // the file says its states, equations, outputs: the model "equations"
  int32_t n_variable, n_output, n_switch;
  const tw_model_variable *variable;
  const tw_model_output *output;
  const tw_model_switch *event;
} tw_model;

// Name with a text: an initial value, a parameter, an output, a value that is set.
typedef struct tw_named_text {
  tw_def def;
  tw_expr_text text;
} tw_named_text;

// "dT/dt" of one mode of the model "equations".
typedef struct tw_equation_def {
  tw_def def;         // name: the state
  const char *state;  // state of the machine in which it holds; NULL: in every other
  tw_expr_text text;
} tw_equation_def;

typedef struct tw_model_event_def {
  tw_def def;
  tw_expr_text when;
  int32_t moment;     // tw_occasion
  tw_name request;    // a maintenance of the station
  tw_map set;         // tw_set_def
  tw_expr_text hysteresis;
  double dwell_s;     // it does not come again within this
} tw_model_event_def;

// Solvers by their words in the line file.
typedef enum tw_solver { TW_SOLVER_AUTO, TW_SOLVER_EXACT, TW_SOLVER_RK, TW_SOLVER_BDF, TW_SOLVER_ADAMS, TW_SOLVER_N } tw_solver;
extern const char *const tw_solver_words[];  // "auto", "exact", "rk", "cvode", "cvode-adams"

// One entry of "dynamics".
typedef struct tw_dynamics_def {
  tw_def def;
  const tw_model *model;  // NULL only in a doc with problems
  tw_expr_text parameter[TW_PARAMETERS_MAX];
  tw_expr_text active;
  tw_map states;      // tw_named_text
  tw_map nominal;     // tw_named_text
  tw_map parameters;  // tw_named_text, of the model "equations"
  tw_map equations;   // tw_equation_def
  tw_map outputs;     // tw_named_text
  tw_map events;      // tw_model_event_def
  tw_names stations;  // of a shared model: whose outputs its sums count; none: all
  int32_t solver;     // tw_solver
  double rtol;
} tw_dynamics_def;

// Parameter number i of a model, as a row of its table. Its dimension is braced there.
#define TW_PARAMETER(i, name_, ...)                                                          \
  { .name = (name_), .type = TW_FIELD_EXPR,                                                  \
    .offset = (uint32_t)(offsetof(tw_dynamics_def, parameter) + (i) * sizeof(tw_expr_text)), \
    __VA_ARGS__ }

// The keys that every model has.
#define TW_MODEL_FIELDS                                                                           \
  TW_FIELD(tw_dynamics_def, active, "while", TW_FIELD_EXPR, .dim = {.is_absolute = 2},            \
           .help = "condition in which the model works, e.g. \"processing\" or \"not down\""),    \
  TW_FIELD(tw_dynamics_def, states, "states", TW_FIELD_CUSTOM, .sub = &tw_named_texts_custom,     \
           .help = "values at the start of the run"),                                             \
  TW_FIELD(tw_dynamics_def, nominal, "nominal", TW_FIELD_CUSTOM, .sub = &tw_named_texts_custom,   \
           .help = "usual sizes of states: errors below rtol times this do not count; else the "  \
                   "model's, or 100 K of a temperature, or the value at the start"),              \
  TW_FIELD(tw_dynamics_def, events, "events", TW_FIELD_MAP, .sub = &tw_model_event_table,         \
           .help = "what happens when a condition becomes true"),                                 \
  TW_FIELD(tw_dynamics_def, stations, "stations", TW_FIELD_NAMES,                                 \
           .help = "of a model in \"shared\": the stations that its sums count; without it all"), \
  TW_FIELD(tw_dynamics_def, solver, "solver", TW_FIELD_CHOICE, .sub = tw_solver_words,            \
           .preset = "\"auto\"", .help = "how its equations are solved"),                         \
  TW_FIELD(tw_dynamics_def, rtol, "rtol", TW_FIELD_NUMBER, .preset = "1e-6", .min = 1e-13,        \
           .max = 1e-2, .help = "relative error that a step may make")

// A table of a model's keys.
#define TW_MODEL_TABLE(name_, help_, fields_)                           \
  { .name = (name_), .help = (help_), .size = sizeof(tw_dynamics_def),  \
    .fields = (fields_), .n_field = TW_N_FIELDS(fields_) }

extern const tw_custom tw_named_texts_custom;  // {"T": "20 degC"} -> tw_map of tw_named_text
extern const tw_custom tw_equations_custom;    // -> tw_map of tw_equation_def
extern const tw_table tw_model_event_table;
extern const tw_table tw_model_common_table;       // TW_MODEL_FIELDS alone, for the reference

// Reads "dynamics" with the given models into a tw_map of tw_dynamics_def.
bool tw_dynamics_parse(const tw_node *node, const tw_reader *reader, const tw_model *const *models,
                       int32_t n_model, tw_map *dynamics);

// Parameter number i: its field (NULL: there is none of that number) and its name, "heater.power",
// in a buffer of 64 bytes.
const tw_field *tw_model_parameter(const tw_model *model, int32_t i, char *name,
                                   const tw_memory *memory);

#endif
