// accumulator.c - a gas accumulator of a hydraulic unit: a pump fills it between two pressures, the
// machine takes from it.
//
//   dV/dt = u Q - demand - leakage   V fluid inside, Q flow of the pump, u 1 while it pumps
//   p = p0 (V0/(V0 - V))^n           the gas is compressed by a polytropic change of state
//
// p0 is the precharge, the gas pressure without fluid, V0 the gas volume then; n is 1 for slow
// changes, 1.4 for fast ones of nitrogen. Pressures are absolute (a gauge shows about 1 bar less).
// The pump goes on at or below p_on and off at p_off, decided by the fluid that goes with these
// pressures, V = V0 (1 - (p0/p)^(1/n)), so the equations stay linear and are solved exactly.
// Without fluid nothing is taken that the pump does not give.
// Closed form: V is linear in time; between the two pressures lie
//   V0 ((p0/p_on)^(1/n) - (p0/p_off)^(1/n)) of fluid.

#include "physics/physics.h"

#define FLUID_AT(pressure) "gas_volume*(1 - pow(precharge/" pressure ", 1/exponent))"

// clang-format off
static const tw_field pump_fields[] = {
  TW_PARAMETER(0, "flow", .dim = {.m = 3, .s = -1}, .flags = TW_REQUIRED, .max = -1,
               .help = "volume that it pumps per time"),
  TW_PARAMETER(1, "on", .dim = {.kg = 1, .m = -1, .s = -2}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "absolute pressure at which it goes on, above the precharge"),
  TW_PARAMETER(2, "off", .dim = {.kg = 1, .m = -1, .s = -2}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "absolute pressure at which it goes off"),
  TW_PARAMETER(3, "efficiency", .preset = "0.85", .flags = TW_EXCLUSIVE_MIN, .max = 1,
               .help = "hydraulic power per power that it draws"),
};
static const tw_table pump_table = {.name = "pump", .help = "fills the accumulator between two pressures",
  .size = sizeof(tw_dynamics_def), .fields = pump_fields, .n_field = TW_N_FIELDS(pump_fields)};

static const tw_field fields[] = {
  TW_PARAMETER(4, "precharge", .dim = {.kg = 1, .m = -1, .s = -2}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "absolute pressure of the gas without fluid"),
  TW_PARAMETER(5, "gas_volume", .dim = {.m = 3}, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
               .help = "of the gas without fluid: the size of the accumulator"),
  TW_PARAMETER(6, "exponent", .preset = "1.4", .min = 1, .max = 2,
               .help = "polytropic exponent: 1 isothermal, 1.4 adiabatic"),
  TW_PARAMETER(7, "demand", .dim = {.m = 3, .s = -1}, .flags = TW_REQUIRED, .max = -1,
               .help = "volume that the machine takes per time while the model works"),
  TW_PARAMETER(8, "leakage", .dim = {.m = 3, .s = -1}, .preset = "\"0 l/min\"", .max = -1,
               .help = "volume that is lost per time, always"),
  TW_FIELD(tw_dynamics_def, def, "pump", TW_FIELD_OBJECT, .sub = &pump_table, .flags = TW_REQUIRED,
           .help = "the pump and its control"),
  TW_MODEL_FIELDS,
};
static const tw_model_variable variables[] = {
  {.name = "fluid", .dim = {.m = 3}, .preset = FLUID_AT("pump.off"), .nominal = 1e-3,
   .equation = "if(empty >= 0.5, 0 l/s, inflow - outflow)", .help = "volume of fluid inside; full at the start"},
  {.name = "pumping", .preset = "0", .help = "1 while the pump works"},
  {.name = "empty", .preset = "0", .help = "1 while no fluid is left"},
};
static const tw_model_output outputs[] = {
  {.name = "pressure", .dim = {.kg = 1, .m = -1, .s = -2},
   .text = "precharge*pow(gas_volume/max(gas_volume - fluid, 0.001*gas_volume), exponent)", .help = "absolute"},
  {.name = "inflow", .dim = {.m = 3, .s = -1}, .text = "if(pumping >= 0.5, pump.flow, 0 l/s)", .help = "from the pump"},
  {.name = "outflow", .dim = {.m = 3, .s = -1}, .text = "if(active, demand, 0 l/s) + leakage",
   .help = "that is wanted; less than this is given while it is empty"},
  {.name = "power", .dim = {.kg = 1, .m = 2, .s = -3}, .text = "inflow*pressure/pump.efficiency",
   .help = "drawn by the pump"},
};
static const tw_model_switch events[] = {
  {.name = "pump-off", .when = "pumping >= 0.5 and fluid >= " FLUID_AT("pump.off"),
   .set = {{"pumping", "0"}}, .help = "the pump goes off"},
  {.name = "pump-on", .when = "pumping < 0.5 and fluid <= " FLUID_AT("pump.on"),
   .set = {{"pumping", "1"}}, .help = "the pump goes on"},
  {.name = "emptied", .when = "empty < 0.5 and fluid <= 0 l and outflow > inflow",
   .set = {{"empty", "1"}, {"fluid", "0 l"}}, .help = "no fluid is left and more is wanted than the pump gives"},
  {.name = "refilling", .when = "empty >= 0.5 and inflow >= outflow",
   .set = {{"empty", "0"}}, .help = "the pump gives what is wanted again"},
};
// clang-format on

const tw_model tw_model_accumulator = {
    .table = TW_MODEL_TABLE("accumulator", "a hydraulic accumulator with its pump", fields),
    .about =
        "The fluid in a gas accumulator: a pump fills it between two pressures, the machine takes from "
        "it while it works. Its pressure follows from the fluid.",
    .source =
        "Polytropic change of state p V^n = const; H. E. Merritt, Hydraulic Control Systems; exponents and "
        "sizing as makers of accumulators give them.",
    .active = "processing",
    .n_variable = TW_N_FIELDS(variables),
    .variable = variables,
    .n_output = TW_N_FIELDS(outputs),
    .output = outputs,
    .n_switch = TW_N_FIELDS(events),
    .event = events};
