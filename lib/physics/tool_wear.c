// tool_wear.c - wear of a tool by use, dimensionless: 0 is a new tool, 1 usually its end.
//
//   dw/dt = rate (1 + growth w)   while it works, else 0
//
// Closed form: w(t) = ((1 + growth w0) exp(rate growth t) - 1)/growth, or w0 + rate t where growth is 0;
// from new to 1 it takes ln(1 + growth)/(rate growth).

#include "physics/physics.h"

// clang-format off
static const tw_field fields[] = {
  TW_PARAMETER(0, "rate", .dim = {.s = -1}, .flags = TW_REQUIRED, .max = 1e6,
               .help = "wear per time of a new tool"),
  TW_PARAMETER(1, "growth", .preset = "0", .max = 1e6,
               .help = "by how much faster a tool wears that has worn to 1"),
  TW_MODEL_FIELDS,
};
static const tw_model_variable variables[] = {
  {.name = "wear", .preset = "0", .nominal = 1, .equation = "if(active, rate*(1 + growth*wear), 0 1/s)",
   .help = "wear of the tool, 0 when it is new"},
};
// clang-format on

const tw_model tw_model_tool_wear = {
    .table = TW_MODEL_TABLE("tool-wear", "wear of a tool by use, faster the more it has worn", fields),
    .about = "Wear grows while the condition `while` holds, here usually \"processing\", at a rate "
             "that grows with the wear itself.",
    .source = "Linear wear law with feedback; growth 0 is Taylor's constant rate, growth 1 doubles "
              "the rate over a life.",
    .active = "processing",
    .n_variable = 1,
    .variable = variables};
