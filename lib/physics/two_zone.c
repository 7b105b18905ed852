// two_zone.c - two heat capacities that exchange heat, each with a source and a loss of its own:
// two zones of an oven, a mould and its platen, a motor's winding and its case.
//
//   C1 dT1/dt = P1 - k (T1 - T2) - loss1 (T1 - ambient)
//   C2 dT2/dt = P2 - k (T2 - T1) - loss2 (T2 - ambient)
//
// P1 and P2 are given off while the condition `while` holds. Linear, so solved exactly.
// Closed form: T = T_rest + v1 exp(s1 t) + v2 exp(s2 t) with the two real negative eigenvalues of
// the matrix; at rest P1 + P2 = loss1 (T1 - ambient) + loss2 (T2 - ambient).

#include "physics/physics.h"

// clang-format off
static const tw_field first_fields[] = {
  TW_PARAMETER(0, "power", .dim = {.kg = 1, .m = 2, .s = -3}, .preset = "\"0 W\"", .max = -1,
               .help = "heat that is given to it while the model works"),
  TW_PARAMETER(1, "heat_capacity", .dim = {.kg = 1, .m = 2, .s = -2, .k = -1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "heat that warms it by 1 K"),
  TW_PARAMETER(2, "loss", .dim = {.kg = 1, .m = 2, .s = -3, .k = -1}, .preset = "\"0 W/K\"", .max = -1,
               .help = "heat that is lost per difference to the surroundings"),
};
static const tw_field second_fields[] = {
  TW_PARAMETER(3, "power", .dim = {.kg = 1, .m = 2, .s = -3}, .preset = "\"0 W\"", .max = -1,
               .help = "heat that is given to it while the model works"),
  TW_PARAMETER(4, "heat_capacity", .dim = {.kg = 1, .m = 2, .s = -2, .k = -1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "heat that warms it by 1 K"),
  TW_PARAMETER(5, "loss", .dim = {.kg = 1, .m = 2, .s = -3, .k = -1}, .preset = "\"0 W/K\"", .max = -1,
               .help = "heat that is lost per difference to the surroundings"),
};
static const tw_table first_table = {.name = "first zone", .help = "the first zone, T1",
  .size = sizeof(tw_dynamics_def), .fields = first_fields, .n_field = TW_N_FIELDS(first_fields)};
static const tw_table second_table = {.name = "second zone", .help = "the second zone, T2",
  .size = sizeof(tw_dynamics_def), .fields = second_fields, .n_field = TW_N_FIELDS(second_fields)};

static const tw_field fields[] = {
  TW_FIELD(tw_dynamics_def, def, "zone1", TW_FIELD_OBJECT, .sub = &first_table, .flags = TW_REQUIRED,
           .help = "the first zone"),
  TW_FIELD(tw_dynamics_def, def, "zone2", TW_FIELD_OBJECT, .sub = &second_table, .flags = TW_REQUIRED,
           .help = "the second zone"),
  TW_PARAMETER(6, "exchange", .dim = {.kg = 1, .m = 2, .s = -3, .k = -1}, .flags = TW_REQUIRED, .max = -1,
               .help = "heat that flows between the zones per difference of their temperatures"),
  TW_PARAMETER(7, "ambient", .dim = {.k = 1, .is_absolute = 1}, .preset = "\"20 degC\"",
               .help = "temperature of the surroundings"),
  TW_MODEL_FIELDS,
};
static const tw_model_variable variables[] = {
  {.name = "T1", .dim = {.k = 1, .is_absolute = 1}, .preset = "ambient", .nominal = 100,
   .equation = "(if(active, zone1.power, 0 W) - exchange*(T1 - T2) - zone1.loss*(T1 - ambient))/zone1.heat_capacity",
   .help = "temperature of the first zone"},
  {.name = "T2", .dim = {.k = 1, .is_absolute = 1}, .preset = "ambient", .nominal = 100,
   .equation = "(if(active, zone2.power, 0 W) - exchange*(T2 - T1) - zone2.loss*(T2 - ambient))/zone2.heat_capacity",
   .help = "temperature of the second zone"},
};
static const tw_model_output outputs[] = {
  {.name = "power", .dim = {.kg = 1, .m = 2, .s = -3}, .text = "if(active, zone1.power + zone2.power, 0 W)",
   .help = "drawn for both zones"},
  {.name = "lost", .dim = {.kg = 1, .m = 2, .s = -3},
   .text = "zone1.loss*(T1 - ambient) + zone2.loss*(T2 - ambient)", .help = "heat that the surroundings take"},
};
// clang-format on

const tw_model tw_model_two_zone = {
    .table = TW_MODEL_TABLE("two-zone", "two heat capacities that exchange heat", fields),
    .about =
        "Each zone has a heat capacity, a source that gives heat while the model works, and a loss to "
        "the surroundings; heat flows between them.",
    .source =
        "Thermal network of two nodes: F. P. Incropera and D. P. DeWitt, Fundamentals of Heat and "
        "Mass Transfer, lumped capacitance.",
    .active = "processing",
    .n_variable = TW_N_FIELDS(variables),
    .variable = variables,
    .n_output = TW_N_FIELDS(outputs),
    .output = outputs};
