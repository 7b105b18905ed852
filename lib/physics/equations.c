// equations.c - the model whose states, parameters, equations and outputs the line file says itself.

#include "physics/physics.h"

// clang-format off
static const tw_field fields[] = {
  TW_FIELD(tw_dynamics_def, parameters, "parameters", TW_FIELD_CUSTOM, .sub = &tw_named_texts_custom,
           .help = "names for values and expressions that the equations use; each may use those before it"),
  TW_FIELD(tw_dynamics_def, equations, "equations", TW_FIELD_CUSTOM, .sub = &tw_equations_custom,
           .help = "derivatives by time; a state without one is kept between events"),
  TW_FIELD(tw_dynamics_def, outputs, "outputs", TW_FIELD_CUSTOM, .sub = &tw_named_texts_custom,
           .help = "what can be read beside the states; \"power\" is what the machine draws"),
  TW_MODEL_FIELDS,
};
// clang-format on

const tw_model tw_model_equations = {
    .table = TW_MODEL_TABLE("equations", "a machine model written in the line file", fields),
    .about = "States, parameters, equations, outputs and events stand in the line file. Units are "
             "checked, the Jacobian is derived, and what is linear is solved exactly.",
    .source = "the line file",
    .is_free = true};
