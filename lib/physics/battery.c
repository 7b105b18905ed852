// battery.c - state of charge of a battery, e.g. of a truck, a robot or a tool that loads between
// its jobs.
//
//   E ds/dt = e_c P_c - load/e_d - E k s   s charge as a share of the capacity E
//   P_c = P                                while it charges below `taper`: constant current
//   P_c = P (1 - s)/(1 - taper)            while it charges above: constant voltage
//
// It charges while the condition `while` holds and it is not full; it is full at `stop` and charges
// again at `restart`. e_c and e_d are the efficiencies of charging and discharging, k is its
// self-discharge. With nothing left the load gets nothing until the charger gives more than it
// takes. Linear between its events: solved exactly.
// Closed form without self-discharge: below `taper` s is linear in time; above it
//   s = s_end + (s0 - s_end) exp(-r t),  r = e_c P/(E (1 - taper)),
//   s_end = 1 - load (1 - taper)/(e_c e_d P).

#include "physics/physics.h"

#define GAINS "(active and charging_efficiency*charger > load/discharging_efficiency)"

// clang-format off
static const tw_field fields[] = {
  TW_PARAMETER(0, "capacity", .dim = {.kg = 1, .m = 2, .s = -2}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "energy that it holds when it is full, e.g. \"4.8 kWh\""),
  TW_PARAMETER(1, "load", .dim = {.kg = 1, .m = 2, .s = -3}, .flags = TW_REQUIRED, .max = -1,
               .help = "power that is taken from it, e.g. \"if(processing, 900 W, 60 W)\""),
  TW_PARAMETER(2, "charger", .dim = {.kg = 1, .m = 2, .s = -3}, .flags = TW_REQUIRED, .max = -1,
               .help = "power that the charger draws while it charges at full current"),
  TW_PARAMETER(3, "charging_efficiency", .preset = "0.95", .flags = TW_EXCLUSIVE_MIN, .max = 1,
               .help = "energy that is stored per energy that the charger draws"),
  TW_PARAMETER(4, "discharging_efficiency", .preset = "0.97", .flags = TW_EXCLUSIVE_MIN, .max = 1,
               .help = "energy for the load per energy that is taken from the store"),
  TW_PARAMETER(5, "self_discharge", .dim = {.s = -1}, .preset = "\"0 1/d\"", .max = -1,
               .help = "share of the charge that is lost per time, e.g. \"0.001 1/d\""),
  TW_PARAMETER(6, "taper", .preset = "0.8", .max = 1,
               .help = "charge above which the charger's power falls; 1: it never does"),
  TW_PARAMETER(7, "stop", .preset = "0.99", .flags = TW_EXCLUSIVE_MIN, .max = 1,
               .help = "charge at which charging ends"),
  TW_PARAMETER(8, "restart", .preset = "\"stop - 0.05\"", .max = 1,
               .help = "charge at which it begins again; below stop"),
  TW_MODEL_FIELDS,
};
static const tw_model_variable variables[] = {
  {.name = "soc", .preset = "stop", .nominal = 1,
   .equation = "if(depleted >= 0.5, 0 1/s, (charging_efficiency*power - supplied/discharging_efficiency)/capacity "
               "- self_discharge*soc)",
   .help = "state of charge, a share of the capacity"},
  {.name = "full", .preset = "0", .help = "1 from the end of charging until it begins again"},
  {.name = "tapering", .preset = "0", .help = "1 while the charger's power falls"},
  {.name = "depleted", .preset = "0", .help = "1 while nothing is left"},
};
static const tw_model_output outputs[] = {
  {.name = "power", .dim = {.kg = 1, .m = 2, .s = -3},
   .text = "if(not active or full >= 0.5, 0 W, if(tapering >= 0.5, charger*(1 - soc)/(1 - taper), charger))",
   .help = "drawn by the charger"},
  {.name = "supplied", .dim = {.kg = 1, .m = 2, .s = -3}, .text = "if(depleted >= 0.5, 0 W, load)",
   .help = "power that the load gets"},
};
static const tw_model_switch events[] = {
  {.name = "charged", .when = "full < 0.5 and soc >= stop", .set = {{"full", "1"}, {"tapering", "0"}},
   .help = "charging ends"},
  {.name = "taper", .when = "tapering < 0.5 and full < 0.5 and active and soc >= taper", .set = {{"tapering", "1"}},
   .help = "the charger's power begins to fall"},
  {.name = "full-current", .when = "tapering >= 0.5 and soc < taper", .set = {{"tapering", "0"}},
   .help = "the charger works at its full power again"},
  {.name = "restart", .when = "full >= 0.5 and soc <= restart", .set = {{"full", "0"}},
   .help = "it may be charged again"},
  {.name = "depleted", .when = "depleted < 0.5 and soc <= 0 and not " GAINS, .set = {{"depleted", "1"}, {"soc", "0"}},
   .help = "nothing is left"},
  {.name = "revived", .when = "depleted >= 0.5 and " GAINS, .set = {{"depleted", "0"}}, .help = "the charger gives more than the load takes"},
};
// clang-format on

const tw_model tw_model_battery = {
    .table = TW_MODEL_TABLE("battery", "state of charge of a battery with its charger", fields),
    .about =
        "The charge of a battery that a load empties and a charger fills, at full current first and with "
        "falling power near its end.",
    .source =
        "Energy balance of a reservoir with charging at constant current, then constant voltage: G. L. "
        "Plett, Battery Management Systems, Vol. 1.",
    .active = "idle or starved",
    .n_variable = TW_N_FIELDS(variables),
    .variable = variables,
    .n_output = TW_N_FIELDS(outputs),
    .output = outputs,
    .n_switch = TW_N_FIELDS(events),
    .event = events};
