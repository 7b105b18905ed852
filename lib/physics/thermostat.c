// thermostat.c - something that is kept between two temperatures by a heater, a cooler or both,
// each switched at two points: hydraulic oil, a coolant tank, a control cabinet, a clean room.
//
//   C dT/dt = heat + u_h P_h - u_c P_c - loss (T - ambient)
//
// The heater (u_h) goes on at or below `heating_on` and off at `heating_off`, the cooler (u_c) on
// at or above `cooling_on` and off at `cooling_off`; both are off while the condition `while` does
// not hold.
// Closed form while nothing switches: T = T_end + (T0 - T_end) exp(-t/tau) with tau = C/loss and
//   T_end = ambient + (heat + u_h P_h - u_c P_c)/loss;
// from T_a to T_b it takes tau ln((T_end - T_a)/(T_end - T_b)).

#include "physics/physics.h"

// clang-format off
static const tw_field fields[] = {
  TW_PARAMETER(0, "heat_capacity", .dim = {.kg = 1, .m = 2, .s = -2, .k = -1}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "heat that warms it by 1 K"),
  TW_PARAMETER(1, "loss", .dim = {.kg = 1, .m = 2, .s = -3, .k = -1}, .flags = TW_REQUIRED, .max = -1,
               .help = "heat that is lost per difference to the surroundings"),
  TW_PARAMETER(2, "ambient", .dim = {.k = 1, .is_absolute = 1}, .preset = "\"20 degC\"",
               .help = "temperature of the surroundings"),
  TW_PARAMETER(3, "heat", .dim = {.kg = 1, .m = 2, .s = -3}, .preset = "\"0 W\"", .max = -1,
               .help = "that the machine gives to it, e.g. \"if(processing, 2 kW, 0 W)\""),
  TW_PARAMETER(4, "heating_power", .dim = {.kg = 1, .m = 2, .s = -3}, .preset = "\"0 W\"", .max = -1,
               .help = "heat of the heater, which it draws"),
  TW_PARAMETER(5, "heating_on", .dim = {.k = 1, .is_absolute = 1}, .preset = "\"-273.15 degC\"",
               .help = "the heater goes on at this and below; the default is never reached"),
  TW_PARAMETER(6, "heating_off", .dim = {.k = 1, .is_absolute = 1}, .preset = "\"heating_on + 2 K\"",
               .help = "the heater goes off at this; above heating_on"),
  TW_PARAMETER(7, "cooling_power", .dim = {.kg = 1, .m = 2, .s = -3}, .preset = "\"0 W\"", .max = -1,
               .help = "heat that the cooler takes away"),
  TW_PARAMETER(8, "cooling_on", .dim = {.k = 1, .is_absolute = 1}, .preset = "\"1e6 degC\"",
               .help = "the cooler goes on at this and above; the default is never reached"),
  TW_PARAMETER(9, "cooling_off", .dim = {.k = 1, .is_absolute = 1}, .preset = "\"cooling_on - 2 K\"",
               .help = "the cooler goes off at this; below cooling_on"),
  TW_PARAMETER(10, "cop", .preset = "3", .flags = TW_EXCLUSIVE_MIN, .max = 100,
               .help = "coefficient of performance: heat that the cooler takes away per energy that it draws"),
  TW_MODEL_FIELDS,
};
static const tw_model_variable variables[] = {
  {.name = "T", .dim = {.k = 1, .is_absolute = 1}, .preset = "ambient", .nominal = 100,
   .equation = "(heat + if(heating >= 0.5, heating_power, 0 W) - if(cooling >= 0.5, cooling_power, 0 W) "
               "- loss*(T - ambient))/heat_capacity",
   .help = "temperature"},
  {.name = "heating", .preset = "0", .help = "1 while the heater is on"},
  {.name = "cooling", .preset = "0", .help = "1 while the cooler is on"},
};
static const tw_model_output outputs[] = {
  {.name = "power", .dim = {.kg = 1, .m = 2, .s = -3},
   .text = "if(heating >= 0.5, heating_power, 0 W) + if(cooling >= 0.5, cooling_power/cop, 0 W)",
   .help = "drawn by heater and cooler"},
};
static const tw_model_switch events[] = {
  {.name = "heating-off", .when = "heating >= 0.5 and (not active or T >= heating_off)",
   .set = {{"heating", "0"}}, .help = "the heater goes off"},
  {.name = "cooling-off", .when = "cooling >= 0.5 and (not active or T <= cooling_off)",
   .set = {{"cooling", "0"}}, .help = "the cooler goes off"},
  {.name = "heating-on", .when = "heating < 0.5 and active and T <= heating_on",
   .set = {{"heating", "1"}}, .help = "the heater goes on"},
  {.name = "cooling-on", .when = "cooling < 0.5 and active and T >= cooling_on",
   .set = {{"cooling", "1"}}, .help = "the cooler goes on"},
};
// clang-format on

const tw_model tw_model_thermostat = {
    .table = TW_MODEL_TABLE("thermostat", "a heater or cooler that is switched at two temperatures",
                            fields),
    .about =
        "One heat capacity with a loss to its surroundings, heat from the machine, and a heater, a "
        "cooler or both under two-point control.",
    .source =
        "Newton's law of cooling with hysteresis: O. Foellinger, Regelungstechnik, two-point control.",
    .active = "not switched-off",
    .n_variable = TW_N_FIELDS(variables),
    .variable = variables,
    .n_output = TW_N_FIELDS(outputs),
    .output = outputs,
    .n_switch = TW_N_FIELDS(events),
    .event = events};
