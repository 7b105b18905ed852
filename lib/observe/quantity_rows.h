// quantity_rows.h - the table of quantity_table.inl as data, between quantity.c (paths and handles)
// and quantity_value.c (the evaluators). Only these two include it.

#ifndef TW_OBSERVE_QUANTITY_ROWS_H
#define TW_OBSERVE_QUANTITY_ROWS_H

#include "observe/quantity.h"

typedef enum tw_quantity_sub {
  TW_SUB_NONE,
  TW_SUB_PART,   // {part}: type of part
  TW_SUB_STATE,  // {state}
  TW_SUB_OWN,    // {own}: what the place's kind offers
  TW_SUB_DEFECT, // {defect}: of the line; of a station those that it makes
  TW_SUB_SHIFT,  // {shift}: of the calendar in "defaults"
  TW_SUB_TARIFF, // {tariff}: "Mon-Fri 07:00-20:00"
  TW_SUB_MODE,   // {mode}: failure or maintenance of a station
  TW_SUB_SERIES, // {series}: state or output of a machine model, "heat.T"
  TW_SUB_EVENT,  // {event}: of a machine model, "heat/events/off"
  TW_SUB_TIME    // {duration}: "5 min"
} tw_quantity_sub;

typedef struct tw_quantity_row {
  tw_quantity_scope scope;
  const char *rest;
  const char *unit;
  bool is_listed;
  tw_quantity_sub sub;
  double (*value)(const tw_run *run, const tw_quantity_ref *ref);
  int32_t argument;
} tw_quantity_row;

// The rows in order; the count in *n.
const tw_quantity_row *tw_quantity_rows(int32_t *n);

#endif
