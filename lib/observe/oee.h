// oee.h - the KPIs of ISO 22400-2 by its names, from booked state times alone. The mapping from
// states to time elements is the table in oee.c; the standard does not name blocked, starved and
// waiting, which count as delay while an order is active (SEMANTICS 11.4).

#ifndef TW_OBSERVE_OEE_H
#define TW_OBSERVE_OEE_H

#include "engine/run.h"

// Time elements. POT, planned operation time, is all but off-shift; PBT, planned busy time, is POT
// without planned downtime; AUBT = APT + AUST + ADET; AUBT + ADOT = PBT.
typedef enum tw_element {
  TW_ELEMENT_APT,      // actual production time
  TW_ELEMENT_AUST,     // actual unit setup time
  TW_ELEMENT_ADET,     // actual unit delay time
  TW_ELEMENT_ADOT,     // actual unit down time: no order
  TW_ELEMENT_PLANNED,  // planned downtime: breaks, planned maintenance
  TW_ELEMENT_OFF,      // outside the planned operation time
  TW_ELEMENT_N
} tw_element;

// The element of a state (a twin_state).
tw_element tw_element_of(int32_t state);

typedef enum tw_oee {
  TW_OEE_OEE,                     // availability x effectiveness x quality ratio
  TW_OEE_AVAILABILITY,            // APT / PBT
  TW_OEE_EFFECTIVENESS,           // PRI x PQ / APT
  TW_OEE_QUALITY_RATIO,           // GQ / PQ
  TW_OEE_NEE,                     // (APT + AUST) / PBT x effectiveness x quality ratio
  TW_OEE_ALLOCATION_EFFICIENCY,   // AUBT / PBT
  TW_OEE_UTILISATION_EFFICIENCY,  // APT / AUBT
  TW_OEE_SETUP_RATIO,             // AUST / (APT + AUST)
  TW_OEE_TECHNICAL_EFFICIENCY,    // APT / (APT + ADET)
  TW_OEE_SCRAP_RATIO,             // SQ / PQ
  TW_OEE_MTBF,                    // planned busy time that it was up, per failure, s
  TW_OEE_FAILURE_RATE,            // failures per production time, 1/s
  TW_OEE_N
} tw_oee;

// A figure of a station over the window; NAN where its divisor is nothing. PQ are the passes, GQ
// those that were not scrapped at their end; PRI is the ideal cycle (ideal.h), weighted with the
// process times that were drawn where it differs by part type or machine.
double tw_oee_value(const tw_run *run, int32_t place_i, tw_oee figure);

// The station whose figures stand for the line: busy or down for its own reasons for the largest
// share of its planned time; TW_NONE: there is no station.
int32_t tw_oee_station(const tw_run *run);

// Shifts that a machine of the station was planned for in the window, on average.
double tw_oee_shifts(const tw_run *run, int32_t place_i);

#endif
