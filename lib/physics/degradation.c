// degradation.c - damage that grows by a law of first order, with what makes it faster.
//
//   dx/dt = stress (rate + growth x)   while the condition `while` holds, else 0
//
// x is dimensionless: 0 is new, and what it is at the end is for the user's thresholds. growth 0 is
// damage that adds up evenly, above 0 damage that feeds itself, below 0 damage that comes to rest
// at rate/-growth. Whatever else adds to it, a shock or a random increment, adds to x; a repair
// sets x.
// Closed form: x(t) = (x0 + rate/growth) exp(growth stress t) - rate/growth, or
// x0 + rate stress t where growth is 0.

#include "physics/physics.h"

// clang-format off
static const tw_field fields[] = {
  TW_PARAMETER(0, "rate", .dim = {.s = -1}, .flags = TW_REQUIRED, .max = 1e6,
               .help = "damage per time of a new one"),
  TW_PARAMETER(1, "growth", .dim = {.s = -1}, .preset = "\"0 1/h\"", .min = -1e6, .max = 1e6,
               .help = "by how much the rate grows per damage; below 0: damage comes to rest"),
  TW_PARAMETER(2, "stress", .preset = "1", .max = 1e6,
               .help = "factor of both, e.g. \"if(part.mass > 5 kg, 1.6, 1)\""),
  TW_MODEL_FIELDS,
};
static const tw_model_variable variables[] = {
  {.name = "damage", .preset = "0", .nominal = 1,
   .equation = "if(active, stress*(rate + growth*damage), 0 1/s)", .help = "0 when it is new"},
};
// clang-format on

const tw_model tw_model_degradation = {
    .table = TW_MODEL_TABLE("degradation", "damage that grows by a law of first order", fields),
    .about =
        "Damage grows while the machine works, at a rate that may depend on the damage itself and on a "
        "factor of stress; increments of any other kind can be added to it.",
    .source =
        "Linear degradation paths: W. Q. Meeker and L. A. Escobar, Statistical Methods for Reliability Data.",
    .active = "processing",
    .n_variable = TW_N_FIELDS(variables),
    .variable = variables};
