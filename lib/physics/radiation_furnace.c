// radiation_furnace.c - an electric furnace at high temperature: a thin heating element radiates to
// lining and load, heat goes through the lining and into the load, a sensor lags behind. Seven
// states from seconds to hours: the thinner the element, the stiffer.
//
//   C_e dE/dt = u P - hl - hw                     element
//   C/4 dW/dt = hw - wl - 2 k (W - L)             hot face of the lining
//   C/2 dL/dt = 2 k (W - L) - 2 k (L - H)         its middle
//   C/4 dH/dt = 2 k (L - H) - loss (H - ambient)  its shell
//   C_l dS/dt = hl + wl - k_l (S - K)             surface of load and tray
//   C_l dK/dt = k_l (S - K)                       their core, C_l = (tray + m load_heat)/2
//   lag dM/dt = W - M                             sensor
//   hl = sigma eps v A (E^4 - S^4)                from element to load
//   hw = sigma eps (1 - v) A (E^4 - W^4)          from element to lining
//   wl = sigma eps A_l (W^4 - S^4)                from lining to load
//
// sigma = 5.670374419e-8 W/m^2/K^4; eps is the emissivity of the exchange, v the share of the
// element's radiation that meets the load, A and A_l the radiating areas of element and load, m the
// mass of the part inside. The heater is on (u) at or below target - band of the sensor and off at
// the target. A load that comes in mixes with the tray.
// Closed form: energy is conserved, and at constant power all comes to rest with
//   H = ambient + P/loss,  W = H + P/k,
//   E^4 - W^4 = P/(sigma eps ((1 - v) A + v A A_l/(v A + A_l))).

#include "physics/physics.h"

// Without a standby, which is 0 K then, the control has nothing to keep while the furnace is empty.
#define WORKS "active and (occupied or standby > -273.15 degC)"
#define SIGMA "(5.670374419e-8 W/m^2/K^4)"
#define MIXED(state) \
  state " + (load_temperature - " state ")*(load.mass*load_heat/(tray + load.mass*load_heat))"

// clang-format off
static const tw_field heater_fields[] = {
  TW_PARAMETER(0, "power", .dim = {.kg = 1, .m = 2, .s = -3}, .flags = TW_REQUIRED, .max = -1,
               .help = "what the heater draws and gives while it is on"),
  TW_PARAMETER(1, "setpoint", .dim = {.k = 1, .is_absolute = 1}, .flags = TW_REQUIRED,
               .help = "of the sensor with a load inside"),
  TW_PARAMETER(2, "band", .dim = {.k = 1}, .preset = "\"5 K\"", .flags = TW_EXCLUSIVE_MIN,
               .help = "on below the target - band, off at the target"),
  TW_PARAMETER(3, "heat_capacity", .dim = {.kg = 1, .m = 2, .s = -2, .k = -1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "of the element"),
  TW_PARAMETER(4, "area", .dim = {.m = 2}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "that the element radiates with"),
};
static const tw_field lining_fields[] = {
  TW_PARAMETER(5, "heat_capacity", .dim = {.kg = 1, .m = 2, .s = -2, .k = -1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "of the whole lining"),
  TW_PARAMETER(6, "conductance", .dim = {.kg = 1, .m = 2, .s = -3, .k = -1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "heat through the lining per difference, conductivity*area/thickness"),
};
static const tw_table heater_table = {.name = "heater", .help = "an element that radiates, under two-point control",
  .size = sizeof(tw_dynamics_def), .fields = heater_fields, .n_field = TW_N_FIELDS(heater_fields)};
static const tw_table lining_table = {.name = "lining", .help = "what insulates the furnace",
  .size = sizeof(tw_dynamics_def), .fields = lining_fields, .n_field = TW_N_FIELDS(lining_fields)};

static const tw_field fields[] = {
  TW_FIELD(tw_dynamics_def, def, "heater", TW_FIELD_OBJECT, .sub = &heater_table, .flags = TW_REQUIRED,
           .help = "the heating element and its control"),
  TW_FIELD(tw_dynamics_def, def, "lining", TW_FIELD_OBJECT, .sub = &lining_table, .flags = TW_REQUIRED,
           .help = "what insulates the furnace"),
  TW_PARAMETER(7, "ambient", .dim = {.k = 1, .is_absolute = 1}, .preset = "\"20 degC\"",
               .help = "temperature of the surroundings"),
  TW_PARAMETER(8, "loss", .dim = {.kg = 1, .m = 2, .s = -3, .k = -1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "heat from the shell to the surroundings per difference"),
  TW_PARAMETER(9, "emissivity", .preset = "0.8", .flags = TW_EXCLUSIVE_MIN, .max = 1,
               .help = "of the exchange by radiation"),
  TW_PARAMETER(10, "view", .preset = "0.5", .max = 1,
               .help = "share of the element's radiation that meets the load"),
  TW_PARAMETER(11, "load_area", .dim = {.m = 2}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "with which load and tray face the lining"),
  TW_PARAMETER(12, "load_conductance", .dim = {.kg = 1, .m = 2, .s = -3, .k = -1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "heat from the load's surface to its core per difference"),
  TW_PARAMETER(13, "load_heat", .dim = {.m = 2, .s = -2, .k = -1}, .preset = "\"0 J/kg/K\"", .max = -1,
               .help = "heat capacity of a load, per mass"),
  TW_PARAMETER(14, "tray", .dim = {.kg = 1, .m = 2, .s = -2, .k = -1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "heat capacity of what stays inside and carries the load"),
  TW_PARAMETER(15, "load_temperature", .dim = {.k = 1, .is_absolute = 1}, .preset = "\"ambient\"",
               .help = "of a load that comes in"),
  TW_PARAMETER(16, "standby", .dim = {.k = 1, .is_absolute = 1}, .preset = "\"-273.15 degC\"",
               .help = "of the sensor while the furnace is empty; without it the heater is off then"),
  TW_PARAMETER(17, "lag", .dim = {.s = 1}, .preset = "\"20 s\"", .flags = TW_EXCLUSIVE_MIN,
               .help = "time constant of the sensor"),
  TW_MODEL_FIELDS,
};
static const tw_model_variable variables[] = {
  {.name = "element", .dim = {.k = 1, .is_absolute = 1}, .preset = "ambient", .nominal = 100,
   .equation = "(power - to_load - to_lining)/heater.heat_capacity", .help = "temperature of the heating element"},
  {.name = "wall", .dim = {.k = 1, .is_absolute = 1}, .preset = "ambient", .nominal = 100,
   .equation = "(to_lining - from_lining - 2*lining.conductance*(wall - middle))/(lining.heat_capacity/4)",
   .help = "temperature of the lining's hot face"},
  {.name = "middle", .dim = {.k = 1, .is_absolute = 1}, .preset = "ambient", .nominal = 100,
   .equation = "2*lining.conductance*((wall - middle) - (middle - shell))/(lining.heat_capacity/2)",
   .help = "temperature in the middle of the lining"},
  {.name = "shell", .dim = {.k = 1, .is_absolute = 1}, .preset = "ambient", .nominal = 100,
   .equation = "(2*lining.conductance*(middle - shell) - lost)/(lining.heat_capacity/4)",
   .help = "temperature of the shell"},
  {.name = "surface", .dim = {.k = 1, .is_absolute = 1}, .preset = "ambient", .nominal = 100,
   .equation = "(to_load + from_lining - load_conductance*(surface - core))/((tray + load.mass*load_heat)/2)",
   .help = "temperature of the surface of load and tray"},
  {.name = "core", .dim = {.k = 1, .is_absolute = 1}, .preset = "ambient", .nominal = 100,
   .equation = "load_conductance*(surface - core)/((tray + load.mass*load_heat)/2)",
   .help = "temperature of their core"},
  {.name = "sensor", .dim = {.k = 1, .is_absolute = 1}, .preset = "ambient", .nominal = 100,
   .equation = "(wall - sensor)/lag", .help = "what the control sees"},
  {.name = "heating", .preset = "0", .help = "1 while the heater is on"},
};
static const tw_model_output outputs[] = {
  {.name = "target", .dim = {.k = 1, .is_absolute = 1}, .text = "if(occupied or standby <= -273.15 degC, heater.setpoint, standby)",
   .help = "what the control aims at; without standby the setpoint, also while the heater is off"},
  {.name = "power", .dim = {.kg = 1, .m = 2, .s = -3}, .text = "if(heating >= 0.5, heater.power, 0 W)",
   .help = "drawn by the heater"},
  {.name = "to_load", .dim = {.kg = 1, .m = 2, .s = -3},
   .text = SIGMA "*emissivity*view*heater.area*(element^4 - surface^4)", .help = "radiation from element to load"},
  {.name = "to_lining", .dim = {.kg = 1, .m = 2, .s = -3},
   .text = SIGMA "*emissivity*(1 - view)*heater.area*(element^4 - wall^4)", .help = "radiation from element to lining"},
  {.name = "from_lining", .dim = {.kg = 1, .m = 2, .s = -3},
   .text = SIGMA "*emissivity*load_area*(wall^4 - surface^4)", .help = "radiation from lining to load"},
  {.name = "lost", .dim = {.kg = 1, .m = 2, .s = -3}, .text = "loss*(shell - ambient)",
   .help = "heat that the surroundings take"},
};
static const tw_model_switch events[] = {
  {.name = "charged", .moment = TW_MOMENT_LOAD, .set = {{"surface", MIXED("surface")}, {"core", MIXED("core")}},
   .help = "a load has come in and mixes with the tray"},
  {.name = "off", .when = "heating >= 0.5 and (not (" WORKS ") or sensor >= target)", .set = {{"heating", "0"}},
   .help = "the heater goes off"},
  {.name = "on", .when = "heating < 0.5 and " WORKS " and sensor <= target - heater.band", .set = {{"heating", "1"}},
   .help = "the heater goes on"},
};
// clang-format on

const tw_model tw_model_radiation_furnace = {
    .table = TW_MODEL_TABLE("radiation-furnace",
                            "an electric furnace with radiation, lining and load", fields),
    .about =
        "A heating element radiates to lining and load; heat goes through the lining to the shell and into "
        "the load; the control sees a sensor that lags. Seven temperatures from seconds to hours: stiff.",
    .source =
        "Radiation by the law of Stefan and Boltzmann between grey surfaces, conduction by nodes: F. P. "
        "Incropera and D. P. DeWitt, Fundamentals of Heat and Mass Transfer; W. Trinks et al., Industrial "
        "Furnaces.",
    .active = "not down and not switched-off",
    .n_variable = TW_N_FIELDS(variables),
    .variable = variables,
    .n_output = TW_N_FIELDS(outputs),
    .output = outputs,
    .n_switch = TW_N_FIELDS(events),
    .event = events};
