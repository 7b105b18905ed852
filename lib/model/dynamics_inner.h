// dynamics_inner.h - what the files that compile machine models share: dynamics_build.c reads the texts of
// one station into a graph of formulas, dynamics_system.c makes systems, bodies and programs of it.

#ifndef TW_MODEL_DYNAMICS_INNER_H
#define TW_MODEL_DYNAMICS_INNER_H

#include "model/compile.h"
#include "model/dynamics.h"

enum { TW_BUILD_EVENTS_MAX = 256, TW_BUILD_OUTPUTS_MAX = 128, TW_BUILD_MODELS_MAX = 64 };

typedef struct tw_build_variable {
  const char *name;      // "tool.wear"
  int32_t model_i;
  tw_dim dim;
  double nominal;
  tw_formula slope;      // negative: it is kept
  tw_formula start;
} tw_build_variable;

typedef struct tw_build_output {
  const char *name;      // "heat.power"
  const char *own_name;  // "power"
  int32_t model_i;
  tw_dim dim;
  tw_formula node;
} tw_build_output;

typedef struct tw_build_event {
  const char *name;      // "tool/worn"
  int32_t model_i;
  const tw_node *node;   // for problems
  int32_t moment;
  tw_formula condition;  // negative with a moment
  double hysteresis;
  double dwell_s;
  int32_t n_set;
  int32_t *variable;     // [n_set] of the station
  tw_formula *value;     // [n_set]
  int32_t action, target, soak_site;
} tw_build_event;

// The models of one station while they are compiled.
typedef struct tw_build {
  tw_compiler *compiler;
  int32_t place_i;
  tw_arena scratch;
  tw_formulas *formulas;
  int32_t n_model;                   // of the file, then one for each wish
  const tw_dynamics_def *def;        // [n_def]
  int32_t n_def;
  const char **model_name;           // [n_model]
  int32_t n_variable, n_output, n_event;
  tw_build_variable *variable;       // [TW_STATION_VARIABLES_MAX]
  tw_build_output *output;           // [TW_BUILD_OUTPUTS_MAX]
  tw_build_event *event;             // [TW_BUILD_EVENTS_MAX]
  int32_t n_word;
  tw_model_word *word;               // [n_word] every word; input n_variables + its number
  int32_t n_input;                   // variables, words, time
  int32_t n_symbol, n_common;        // the common ones stand behind a model's own
  tw_formula_symbol *symbol;
  bool is_bad;
} tw_build;

// Reads all texts of the station. False when a problem was reported.
bool tw_build_read(tw_build *build, tw_compiler *compiler, int32_t place_i);
void tw_build_free(tw_build *build);

// Makes systems of what belongs together, and a body for each on each machine.
void tw_build_systems(tw_build *build);

#endif
