// spindle.c - a motor spindle: temperatures of shaft and housing, how far it has grown, the life of
// its bearings that is used, and the energy it has taken.
//
//   C_s dTs/dt = F - k (Ts - Th)                        shaft with bearings
//   C_h dTh/dt = M + k (Ts - Th) - loss (Th - ambient)  housing with the motor's stator
//   dw/dt = n (P/C)^p 2^(max(0, Ts - hot)/halving)/1e6  wear of the bearings
//   dE/dt = standby + (cut + F)/efficiency              energy
//   F = 2 pi n M_f (1 + friction_growth w)              friction
//   M = (cut + F) (1/efficiency - 1)                    loss of the motor
//   growth = expansion length (Ts - ambient)
//
// n is the speed in revolutions per time, P the bearing's equivalent load, C its dynamic load
// rating, p 3 for balls and 10/3 for rollers: 1e6 (C/P)^p revolutions are the basic rating life, w
// is the share that is used. Above `hot` grease ages twice as fast for every `halving`. While the
// condition `while` does not hold, n, cut and F are 0.
// Closed form while Ts <= hot and friction_growth is 0: w and E are linear in time; at rest
//   Th = ambient + (F + M)/loss,  Ts = Th + F/k.

#include "physics/physics.h"

// clang-format off
static const tw_field fields[] = {
  TW_PARAMETER(0, "speed", .dim = {.s = -1}, .flags = TW_REQUIRED, .max = -1,
               .help = "revolutions per time while it works, e.g. \"12000 1/min\""),
  TW_PARAMETER(1, "cutting_power", .dim = {.kg = 1, .m = 2, .s = -3}, .preset = "\"0 W\"", .max = -1,
               .help = "mechanical power at the tool while it works"),
  TW_PARAMETER(2, "efficiency", .preset = "0.9", .flags = TW_EXCLUSIVE_MIN, .max = 1,
               .help = "of the motor with its drive"),
  TW_PARAMETER(3, "standby", .dim = {.kg = 1, .m = 2, .s = -3}, .preset = "\"0 W\"", .max = -1,
               .help = "power that is drawn always"),
  TW_PARAMETER(4, "friction_torque", .dim = {.kg = 1, .m = 2, .s = -2}, .flags = TW_REQUIRED, .max = -1,
               .help = "of the bearings when new, e.g. \"0.4 N*m\""),
  TW_PARAMETER(5, "friction_growth", .preset = "0", .max = -1,
               .help = "by how much friction has grown at wear 1: 0.5 is by half"),
  TW_PARAMETER(6, "shaft_capacity", .dim = {.kg = 1, .m = 2, .s = -2, .k = -1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "heat capacity of shaft and bearings"),
  TW_PARAMETER(7, "housing_capacity", .dim = {.kg = 1, .m = 2, .s = -2, .k = -1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "heat capacity of the housing"),
  TW_PARAMETER(8, "exchange", .dim = {.kg = 1, .m = 2, .s = -3, .k = -1}, .flags = TW_REQUIRED, .max = -1,
               .help = "heat from shaft to housing per difference"),
  TW_PARAMETER(9, "loss", .dim = {.kg = 1, .m = 2, .s = -3, .k = -1}, .flags = TW_REQUIRED, .max = -1,
               .help = "heat from the housing to the surroundings or the coolant per difference"),
  TW_PARAMETER(10, "ambient", .dim = {.k = 1, .is_absolute = 1}, .preset = "\"20 degC\"",
               .help = "temperature of the surroundings or the coolant"),
  TW_PARAMETER(11, "length", .dim = {.m = 1}, .preset = "\"0 mm\"", .max = -1,
               .help = "of the shaft from its fixed bearing to the tool"),
  TW_PARAMETER(12, "expansion", .dim = {.k = -1}, .preset = "\"1.15e-5 1/K\"", .max = -1,
               .help = "coefficient of thermal expansion; the default is that of steel"),
  TW_PARAMETER(13, "load", .dim = {.kg = 1, .m = 1, .s = -2}, .flags = TW_REQUIRED, .max = -1,
               .help = "equivalent dynamic load of the bearing, P"),
  TW_PARAMETER(14, "load_rating", .dim = {.kg = 1, .m = 1, .s = -2}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "its basic dynamic load rating, C"),
  TW_PARAMETER(15, "life_exponent", .preset = "3", .min = 1, .max = 10,
               .help = "3 for ball bearings, 3.333 for roller bearings"),
  TW_PARAMETER(16, "hot", .dim = {.k = 1, .is_absolute = 1}, .preset = "\"70 degC\"",
               .help = "shaft temperature above which life becomes shorter"),
  TW_PARAMETER(17, "halving", .dim = {.k = 1}, .preset = "\"15 K\"", .flags = TW_EXCLUSIVE_MIN,
               .help = "rise of temperature that halves the life"),
  TW_MODEL_FIELDS,
};
static const tw_model_variable variables[] = {
  {.name = "shaft", .dim = {.k = 1, .is_absolute = 1}, .preset = "ambient", .nominal = 100,
   .equation = "(friction - exchange*(shaft - housing))/shaft_capacity", .help = "temperature of shaft and bearings"},
  {.name = "housing", .dim = {.k = 1, .is_absolute = 1}, .preset = "ambient", .nominal = 100,
   .equation = "(motor_loss + exchange*(shaft - housing) - loss*(housing - ambient))/housing_capacity",
   .help = "temperature of the housing"},
  {.name = "wear", .preset = "0", .nominal = 1,
   .equation = "if(active, 1e-6*speed*pow(load/load_rating, life_exponent), 0 1/s)"
               "*exp(log(2)*max(shaft - hot, 0 K)/halving)",
   .help = "share of the bearings' rating life that is used"},
  {.name = "energy", .dim = {.kg = 1, .m = 2, .s = -2}, .preset = "0 J", .nominal = 1e6, .equation = "power",
   .help = "that it has drawn"},
};
static const tw_model_output outputs[] = {
  {.name = "friction", .dim = {.kg = 1, .m = 2, .s = -3},
   .text = "if(active, 2*pi*speed*friction_torque, 0 W)*(1 + friction_growth*wear)", .help = "heat of the bearings"},
  {.name = "motor_loss", .dim = {.kg = 1, .m = 2, .s = -3},
   .text = "(if(active, cutting_power, 0 W) + friction)*(1/efficiency - 1)", .help = "heat of the motor"},
  {.name = "power", .dim = {.kg = 1, .m = 2, .s = -3},
   .text = "standby + (if(active, cutting_power, 0 W) + friction)/efficiency", .help = "drawn by the motor"},
  {.name = "growth", .dim = {.m = 1}, .text = "expansion*length*(shaft - ambient)",
   .help = "by how much the shaft is longer than in the cold"},
};
// clang-format on

const tw_model tw_model_spindle = {
    .table = TW_MODEL_TABLE("spindle", "temperatures, growth, wear and energy of a motor spindle",
                            fields),
    .about =
        "Friction and the motor's loss warm shaft and housing, the shaft grows, its bearings use up their "
        "rating life, faster when they are hot, and worn bearings rub more.",
    .source =
        "Bearing life: ISO 281. Heat: B. Bossmanns and J. F. Tu, A thermal model for high speed motorized "
        "spindles, Int. J. Mach. Tools Manuf. 39 (1999), with two nodes. Life of grease above 70 degC: "
        "makers of bearings halve it for every 15 K.",
    .active = "processing",
    .n_variable = TW_N_FIELDS(variables),
    .variable = variables,
    .n_output = TW_N_FIELDS(outputs),
    .output = outputs};
