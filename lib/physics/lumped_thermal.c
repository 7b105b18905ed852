// lumped_thermal.c - a furnace or oven as one heat capacity with a loss to its surroundings, a heater
// under two-point control and loads that mix on entry.
//
//   C dT/dt = P u - loss (T - ambient),   C = heat_capacity + m load_heat
//
// m is the mass of the part inside, 0 while it is empty: from the start of unloading to the end of loading.
// The heater is on below target - band and off at target + band; with the band "ideal" it holds the target
// with what the loss takes. The target is the setpoint with a load and `standby` without one. A load that
// comes in mixes with energy conserved: T = (heat_capacity T + m load_heat T_load)/C. Without `standby` the heater
// is off while it is empty, and the target is the setpoint all the time: that of the load that was, or will be.

#include "physics/physics.h"

// The control works. Without a standby, which is 0 K then, it has nothing to keep while the furnace is empty.
#define WORKS "active and (occupied or standby > -273.15 degC)"

// clang-format off
static const tw_field heater_fields[] = {
  TW_PARAMETER(0, "power", .dim = {.kg = 1, .m = 2, .s = -3}, .flags = TW_REQUIRED, .max = -1,
               .help = "what the heater draws and gives while it is on"),
  TW_PARAMETER(1, "setpoint", .dim = {.k = 1, .is_absolute = 1}, .flags = TW_REQUIRED,
               .help = "temperature that is kept with a load inside"),
  TW_PARAMETER(2, "band", .dim = {.k = 1}, .preset = "\"ideal\"", .max = -1,
               .help = "on below setpoint - band, off at setpoint + band; \"ideal\" holds the setpoint"),
};
static const tw_table heater_table = {.name = "heater", .help = "heats under two-point control",
  .size = sizeof(tw_dynamics_def), .fields = heater_fields, .n_field = TW_N_FIELDS(heater_fields)};

static const tw_field fields[] = {
  TW_PARAMETER(3, "ambient", .dim = {.k = 1, .is_absolute = 1}, .preset = "\"20 degC\"",
               .help = "temperature of the surroundings"),
  TW_PARAMETER(4, "heat_capacity", .dim = {.kg = 1, .m = 2, .s = -2, .k = -1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "of the empty furnace"),
  TW_PARAMETER(5, "load_heat", .dim = {.m = 2, .s = -2, .k = -1}, .preset = "\"0 J/kg/K\"", .max = -1,
               .help = "heat capacity of a load, per mass"),
  TW_PARAMETER(6, "loss", .dim = {.kg = 1, .m = 2, .s = -3, .k = -1}, .flags = TW_REQUIRED, .max = -1,
               .help = "heat that is lost per difference to the surroundings"),
  TW_PARAMETER(7, "standby", .dim = {.k = 1, .is_absolute = 1}, .preset = "\"-273.15 degC\"",
               .help = "temperature that is kept while it is empty; without it the heater is off then"),
  TW_PARAMETER(8, "load_temperature", .dim = {.k = 1, .is_absolute = 1}, .preset = "\"ambient\"",
               .help = "of a load that comes in"),
  TW_FIELD(tw_dynamics_def, def, "heater", TW_FIELD_OBJECT, .sub = &heater_table, .flags = TW_REQUIRED,
           .help = "the heater and its control"),
  TW_MODEL_FIELDS,
};

static const tw_model_variable variables[] = {
  {.name = "T", .dim = {.k = 1, .is_absolute = 1}, .preset = "ambient", .nominal = 100,
   .equation = "if(holding >= 0.5, 0 K/s, (if(heating >= 0.5, heater.power, 0 W) - loss*(T - ambient))"
               "/(heat_capacity + load.mass*load_heat))",
   .help = "temperature"},
  {.name = "heating", .preset = "0", .help = "1 while the heater is on"},
  {.name = "holding", .preset = "0", .help = "1 while an ideal control holds the target"},
};
static const tw_model_output outputs[] = {
  {.name = "target", .dim = {.k = 1, .is_absolute = 1}, .text = "if(occupied or standby <= -273.15 degC, heater.setpoint, standby)",
   .help = "what the control aims at; without standby the setpoint, also while the heater is off"},
  {.name = "power", .dim = {.kg = 1, .m = 2, .s = -3},
   .text = "if(holding >= 0.5 and ambient < target, loss*(T - ambient), "
           "if(heating >= 0.5, heater.power, 0 W))",
   .help = "drawn by the heater"},
};
static const tw_model_switch events[] = {
  {.name = "charged", .moment = TW_MOMENT_LOAD,
   .set = {{"T", "T + (load_temperature - T)*(load.mass*load_heat/(heat_capacity + load.mass*load_heat))"},
           {"holding", "0"}},
   .help = "a load has come in and mixes"},
  {.name = "off", .when = "heating >= 0.5 and (not (" WORKS ") or T >= target + heater.band)",
   .set = {{"heating", "0"},
           {"holding", "if(" WORKS " and heater.band <= 0 K and abs(T - target) < 0.001 K, 1, 0)"},
           {"T", "if(" WORKS " and heater.band <= 0 K and abs(T - target) < 0.001 K, target, T)"}},
   .help = "the heater goes off"},
  {.name = "lost", .when = "holding >= 0.5 and (not (" WORKS ") or T > target + 0.001 K or T < target - 0.001 K)",
   .set = {{"holding", "0"}},
   .help = "the target has changed, or a load has come in"},
  {.name = "on", .when = "heating < 0.5 and holding < 0.5 and " WORKS " and T <= target - heater.band",
   .set = {{"heating", "1"}},
   .help = "the heater goes on"},
};
// clang-format on

const tw_model tw_model_lumped_thermal = {
    .table = TW_MODEL_TABLE("lumped-thermal", "an oven or furnace as one heat capacity, with a heater",
                            fields),
    .about = "One heat capacity with a loss to its surroundings, a heater under two-point control, and "
             "loads that mix on entry with energy conserved.",
    .source = "Newton's law of cooling: C dT/dt = P - loss (T - ambient).",
    .active = "not down and not switched-off",
    .n_variable = TW_N_FIELDS(variables),
    .variable = variables,
    .n_output = TW_N_FIELDS(outputs),
    .output = outputs,
    .n_switch = TW_N_FIELDS(events),
    .event = events};
