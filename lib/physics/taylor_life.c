// taylor_life.c - wear of a cutting tool from its cutting speed, by Taylor's tool life.
//
//   V L^n = C                 V cutting speed, L life in units of `life`; C is V for that life
//   dw/dt = (V/C)^(1/n)/life  while it cuts, else 0
//
// w is the share of the tool's life that is used: 0 is new, 1 worn out. Handbooks give C for a life
// of 1 min; n is about 0.1 to 0.15 for high-speed steel, 0.2 to 0.3 for carbide, 0.4 to 0.6 for
// ceramics.
// Closed form: w = w0 + t/L at one speed; at speeds V_i for t_i the shares add up,
// w = w0 + sum t_i/L_i.

#include "physics/physics.h"

// clang-format off
static const tw_field fields[] = {
  TW_PARAMETER(0, "speed", .dim = {.m = 1, .s = -1}, .flags = TW_REQUIRED, .max = 1e4,
               .help = "cutting speed V; may depend on the part, \"part.speed\""),
  TW_PARAMETER(1, "constant", .dim = {.m = 1, .s = -1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "Taylor's C: the cutting speed at which a tool lives for `life`"),
  TW_PARAMETER(2, "exponent", .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN, .max = 10,
               .help = "Taylor's n, the slope of life against speed"),
  TW_PARAMETER(3, "life", .dim = {.s = 1}, .preset = "\"1 min\"", .flags = TW_EXCLUSIVE_MIN,
               .help = "life that goes with the constant"),
  TW_MODEL_FIELDS,
};
static const tw_model_variable variables[] = {
  {.name = "wear", .preset = "0", .nominal = 1, .equation = "if(active, rate, 0 1/s)",
   .help = "share of the tool's life that is used"},
};
static const tw_model_output outputs[] = {
  {.name = "rate", .dim = {.s = -1}, .text = "pow(speed/constant, 1/exponent)/life",
   .help = "wear per time at this speed, the inverse of the tool's life"},
};
// clang-format on

const tw_model tw_model_taylor_life = {
    .table = TW_MODEL_TABLE("taylor-life", "wear of a cutting tool from its cutting speed", fields),
    .about =
        "A tool that cuts at one speed is worn out after its life by Taylor's equation; at changing "
        "speeds the shares of life add up.",
    .source =
        "F. W. Taylor, On the Art of Cutting Metals, Trans. ASME 28 (1907); shares of life after "
        "Palmgren and Miner.",
    .active = "processing",
    .n_variable = TW_N_FIELDS(variables),
    .variable = variables,
    .n_output = TW_N_FIELDS(outputs),
    .output = outputs};
