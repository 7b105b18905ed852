// common_def.h - rows of field tables that mean the same wherever they stand, in one wording.

#ifndef TW_KEYS_COMMON_DEF_H
#define TW_KEYS_COMMON_DEF_H

#include "field/field.h"
#include "keys/power_def.h"

// Of every place with random numbers; its struct has `stream`.
#define TW_STREAM_FIELD(struct_) \
  TW_FIELD(struct_, stream, "stream", TW_FIELD_TEXT, \
           .help = "keeps the random numbers of this name after a rename")

// Of every station; its struct has `priority`.
#define TW_SERVED_FIELD(struct_) \
  TW_PRIORITY_FIELD(struct_, priority, "priority", \
                    "its parts are served first when several wait equally long; larger first")

// What its machines use up; its struct has `power` and `downtime_cost_s`.
#define TW_UPKEEP_FIELDS(struct_) \
  TW_FIELD(struct_, power, "power", TW_FIELD_OBJECT, .sub = &tw_power_table, \
           .help = "electric power of each machine by state"), \
      TW_FIELD( \
          struct_, downtime_cost_s, "downtime_cost", TW_FIELD_QUANTITY, \
          .dim = {.money = 1, .s = -1}, .min = 0, .max = 1e6, \
          .help = \
              "money per time while a machine is down: failures and maintenance, waiting for people too")

#endif
