// energy.h - what the compiled line knows of energy: prices and their times, carbon, the windows of the
// peak. Power stands at the places (tw_place.power_uw).

#ifndef TW_MODEL_ENERGY_H
#define TW_MODEL_ENERGY_H

#include "core/calendar.h"

// A price of energy and when it holds.
typedef struct tw_tariff {
  const char *name;             // as the line file spells its time
  double price;                 // per J
  const tw_calendar *calendar;  // on shift while it holds; NULL: whenever no other does
} tw_tariff;

// Energy of the line (engine/energy.h). Power is whole uW, so that it times ticks is whole pJ.
typedef struct tw_energy_param {
  bool is_there;              // something draws power
  int32_t n_tariff;           // 0: energy has no price
  const tw_tariff *tariff;    // [n_tariff] in file order
  double carbon_kg_j;         // NAN: not said
  int64_t window_us;          // of the peak; windows begin at midnight
  double peak_price;          // per W; NAN: not said
} tw_energy_param;

#endif
