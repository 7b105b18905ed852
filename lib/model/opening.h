// opening.h - what there is when a run begins, as the compiled line knows it (model/line.h).

#ifndef TW_MODEL_OPENING_H
#define TW_MODEL_OPENING_H

#include <stdint.h>

// Stock of a buffer when a run begins.
typedef struct tw_opening_stock {
  int32_t place_i, part_type;
  int64_t quantity;
} tw_opening_stock;

// What a machine does when a run begins.
typedef struct tw_opening_machine {
  int32_t machine_i;
  int32_t part_type;     // TW_NONE: none is on it
  int32_t mode_i;        // it is down with; TW_NONE: it is up
  int32_t setup_key;     // TW_NONE: as the station says
  int64_t remaining_us;  // of the process time or the repair; -1: still to be drawn
} tw_opening_machine;

#endif
