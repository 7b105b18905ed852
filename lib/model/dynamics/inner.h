// inner.h - what the files that compile machine models share: build.c reads the texts of
// one station into a graph of formulas, system.c makes systems, bodies and programs of it.

#ifndef TW_MODEL_DYNAMICS_INNER_H
#define TW_MODEL_DYNAMICS_INNER_H

#include <string.h>

#include "base/assert.h"
#include "model/compile.h"
#include "model/dynamics/dynamics.h"


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

// What an event gives another value.
typedef struct tw_build_set {
  int32_t variable;      // of the station; TW_NONE: an attribute of the part
  int32_t attribute_i;
  bool is_added;
  tw_formula value;      // negative: drawn
  int32_t site;
} tw_build_set;

typedef struct tw_build_event {
  const char *name;      // "tool/worn"
  int32_t model_i;
  const tw_node *node;   // for problems
  int32_t moment;
  tw_formula condition;  // negative with a moment
  double hysteresis;
  double dwell_s;
  int32_t n_set;
  tw_build_set *set;     // [n_set]
  int32_t action, target, soak_site;
  const char *about;     // of TW_ACT_FINISH
} tw_build_event;

// The name of a variable or output without its model's, "T" of "heat.T".
static inline const char *tw_own_name(const char *name) {
  const char *point = strchr(name, '.');
  TW_ASSERT(point != NULL);
  return point + 1;
}

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
  int32_t time_input;
  int32_t first_foreign, n_foreign;  // states of shared models, for stations
  int32_t n_sum;                     // "sum.NAME", for shared models
  tw_sum *sum;                       // [n_sum]
  int32_t states_input;              // of what machines draw by their state; no text names it
  int32_t n_input;                   // variables, words, time, foreign, sums
  int32_t n_symbol, n_common;        // the common ones stand behind a model's own
  tw_formula_symbol *symbol;
  bool is_bad, is_full;
} tw_build;

// "dynamics" of a place; TW_NONE: "shared". NULL: it has none.
const tw_map *tw_dynamics_of(const tw_line *line, int32_t place_i);

// Reads all texts of the station. False when a problem was reported.
// place_i TW_NONE: the shared models.
bool tw_build_read(tw_build *build, tw_compiler *compiler, int32_t place_i);
void tw_build_free(tw_build *build);

// A text that comes with the library, with a node for problems.
tw_expr_text tw_build_own_text(const char *text, const tw_node *node);
// Reads a text with the present symbols; negative when it has been reported. dim (NULL: not asked): found.
tw_formula tw_build_text(tw_build *build, const tw_expr_text *text, tw_dim wanted, tw_dim *dim);
// A model's own symbols stand in front of the common ones: the nearer name counts.
void tw_build_add_own(tw_build *build, const char *name, tw_dim dim, int32_t input_i, tw_formula node);
void tw_build_drop_own(tw_build *build);
// All that every model of the station may name, in front of which a model's own stand.
void tw_build_add_common(tw_build *build);
// Number of a model's variable by its short name; TW_NONE: there is none.
int32_t tw_build_variable_of(const tw_build *build, int32_t model_i, const char *name);

// Events (events.c), while the symbols of their model stand: those of the line file, those of the
// model itself, and of all that the station's failures and processing wish for.
void tw_build_event_of(tw_build *build, int32_t model_i, const tw_model_event_def *def);
void tw_build_switch_of(tw_build *build, int32_t model_i, const tw_model_switch *def, const tw_node *node);
void tw_build_wishes(tw_build *build);

// Makes systems of what belongs together, and a body for each on each machine.
void tw_build_systems(tw_build *build);

// Members (body.c): the systems of a station on each of its machines, or of no machine.
void tw_build_members(tw_build *build, tw_system *const *system, int32_t n);

// Solvers (solver.c): which one a system gets on its own, and why. Checks what the file asks for.
typedef struct tw_solver_choice {
  int32_t solver;
  const char *why;
} tw_solver_choice;
tw_solver_choice tw_choose_solver(tw_compiler *compiler, const tw_system *system, bool is_island);

// Names under which others read what the systems of a station have, or the shared ones; the last step.
// first_member: number of the first system's member, as tw_station_variable counts them.
void tw_build_names(tw_build *build, tw_system *const *system, int32_t n, int32_t first_member);

#endif
