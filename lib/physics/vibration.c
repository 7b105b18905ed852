// vibration.c - a stand-in for what a vibration sensor shows of wear: severity, a velocity (root
// mean square).
//
//   averaging dv/dt = target - v                      while it runs
//   target = factor baseline (worn/baseline)^wear
//
// The logarithm of severity grows with wear, from `baseline` at 0 to `worn` at 1. While the
// condition `while` does not hold the last value stays. Zones are thresholds of the user's events;
// for medium machines on rigid foundations ISO 10816-3, now 20816-3, has 1.4, 2.8 and 4.5 mm/s
// between the zones A, B, C and D.
// Closed form at constant wear: v = target + (v0 - target) exp(-t/averaging). With wear r t:
//   v = v1 exp(a t) + (v0 - v1) exp(-t/averaging),
//   a = r ln(worn/baseline),  v1 = baseline/(1 + a averaging).

#include "physics/physics.h"

// clang-format off
static const tw_field fields[] = {
  TW_PARAMETER(0, "wear", .flags = TW_REQUIRED, .max = -1,
               .help = "what the severity grows with, e.g. \"tool.wear\" of another model: 0 new, 1 worn"),
  TW_PARAMETER(1, "baseline", .dim = {.m = 1, .s = -1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "severity when new, e.g. \"0.9 mm/s\""),
  TW_PARAMETER(2, "worn", .dim = {.m = 1, .s = -1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "severity at wear 1, e.g. \"4.5 mm/s\""),
  TW_PARAMETER(3, "factor", .preset = "1", .max = -1,
               .help = "of the severity, for speed or part"),
  TW_PARAMETER(4, "averaging", .dim = {.s = 1}, .preset = "\"1 min\"", .flags = TW_EXCLUSIVE_MIN,
               .help = "time constant of the measurement"),
  TW_MODEL_FIELDS,
};
static const tw_model_variable variables[] = {
  {.name = "severity", .dim = {.m = 1, .s = -1}, .preset = "baseline", .nominal = 1e-3,
   .equation = "if(active, (target - severity)/averaging, 0 m/s^2)", .help = "vibration velocity, root mean square"},
};
static const tw_model_output outputs[] = {
  {.name = "target", .dim = {.m = 1, .s = -1}, .text = "factor*baseline*pow(worn/baseline, wear)",
   .help = "severity at this wear"},
};
// clang-format on

const tw_model tw_model_vibration = {
    .table = TW_MODEL_TABLE("vibration", "vibration severity that grows with wear", fields),
    .about =
        "What a sensor shows of wear: the severity grows exponentially with a wear that another model or "
        "an expression gives, smoothed by the measurement.",
    .source =
        "Severity as root mean square velocity and its zones: ISO 20816-1 and -3; exponential growth with "
        "wear is an assumption, to be fitted to the machine's own trend.",
    .active = "processing",
    .n_variable = TW_N_FIELDS(variables),
    .variable = variables,
    .n_output = TW_N_FIELDS(outputs),
    .output = outputs};
