// tank.c - an upright tank, filled at the top, that runs out at the bottom by its own pressure.
//
//   A dh/dt = inflow - outflow
//   outflow = c a sqrt(2 g h)     Torricelli; g = 9.80665 m/s^2
//
// h is the level above the outlet, A the tank's area, a the outlet's, c its discharge coefficient.
// The outlet is open while the condition `while` holds. At and below `residue` the tank counts as
// dry: what comes in runs out, unless more comes in than the outlet takes there; so the root is
// never taken near 0, where its slope is infinite. At `height` it is full and overflows.
// Closed form without inflow: sqrt(h) = sqrt(h0) - (c a/A) sqrt(g/2) t. With a constant inflow q it
// comes to rest at h = (q/(c a))^2/(2 g), and with k = c a sqrt(2 g) and r = sqrt(h)
//   t = (2 A/k^2) (q ln((q - k r0)/(q - k r)) + k (r0 - r)).

#include "physics/physics.h"

#define OUTFLOW_AT(level) \
  "if(active, discharge_coefficient*outlet, 0 m^2)*sqrt(2*(9.80665 m/s^2)*" level ")"

// clang-format off
static const tw_field fields[] = {
  TW_PARAMETER(0, "area", .dim = {.m = 2}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "of the tank's cross-section"),
  TW_PARAMETER(1, "height", .dim = {.m = 1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "level at which it overflows"),
  TW_PARAMETER(2, "outlet", .dim = {.m = 2}, .flags = TW_REQUIRED, .max = -1,
               .help = "area of the outlet"),
  TW_PARAMETER(3, "discharge_coefficient", .preset = "0.61", .max = 1,
               .help = "0.61 for a sharp edge, about 0.8 for a short pipe, 0.97 for a rounded one"),
  TW_PARAMETER(4, "inflow", .dim = {.m = 3, .s = -1}, .preset = "\"0 l/min\"", .max = -1,
               .help = "volume that comes in per time, e.g. \"if(processing, 20 l/min, 0 l/min)\""),
  TW_PARAMETER(5, "residue", .dim = {.m = 1}, .preset = "\"1 mm\"", .flags = TW_EXCLUSIVE_MIN,
               .help = "level at which it counts as dry"),
  TW_MODEL_FIELDS,
};
static const tw_model_variable variables[] = {
  {.name = "level", .dim = {.m = 1}, .preset = "0 m", .nominal = 1,
   .equation = "if(dry >= 0.5 or full >= 0.5, 0 m/s, (inflow - drain)/area)", .help = "above the outlet"},
  {.name = "dry", .preset = "0", .help = "1 while what comes in runs out at once"},
  {.name = "full", .preset = "0", .help = "1 while it overflows"},
};
static const tw_model_output outputs[] = {
  {.name = "drain", .dim = {.m = 3, .s = -1}, .text = OUTFLOW_AT("max(level, residue)"),
   .help = "what the outlet takes at this level"},
  {.name = "outflow", .dim = {.m = 3, .s = -1}, .text = "if(dry >= 0.5, min(inflow, drain), drain)",
   .help = "what runs out at the bottom"},
  {.name = "overflow", .dim = {.m = 3, .s = -1}, .text = "if(full >= 0.5, max(inflow - drain, 0 l/min), 0 l/min)",
   .help = "what runs over"},
};
static const tw_model_switch events[] = {
  {.name = "dry", .when = "dry < 0.5 and level <= residue and inflow <= " OUTFLOW_AT("residue"),
   .set = {{"dry", "1"}}, .help = "it has run dry"},
  {.name = "filling", .when = "dry >= 0.5 and inflow > " OUTFLOW_AT("residue"),
   .set = {{"dry", "0"}}, .help = "more comes in than runs out"},
  {.name = "overflow", .when = "full < 0.5 and level >= height and inflow > " OUTFLOW_AT("height"),
   .set = {{"full", "1"}, {"level", "height"}}, .help = "it begins to overflow"},
  {.name = "falling", .when = "full >= 0.5 and inflow <= " OUTFLOW_AT("height"),
   .set = {{"full", "0"}}, .help = "it has ceased to overflow"},
};
// clang-format on

const tw_model tw_model_tank = {
    .table = TW_MODEL_TABLE("tank", "a tank that runs out by its own pressure", fields),
    .about =
        "The level of a tank with an inflow and an outlet at the bottom that takes more the higher the "
        "level; it can run dry and overflow.",
    .source =
        "E. Torricelli, De motu gravium (1644), with a discharge coefficient: F. M. White, Fluid "
        "Mechanics, tank draining.",
    .n_variable = TW_N_FIELDS(variables),
    .variable = variables,
    .n_output = TW_N_FIELDS(outputs),
    .output = outputs,
    .n_switch = TW_N_FIELDS(events),
    .event = events};
