// part_type.h - a type of part as the compiled line knows it (model/line.h).

#ifndef TW_MODEL_PART_TYPE_H
#define TW_MODEL_PART_TYPE_H

#include <stdint.h>

// How an attribute that a part carries changes by itself: (value - toward) falls by e in a time constant.
typedef struct tw_drift {
  double toward, time_constant_s;  // 0: it stays as it is
} tw_drift;

typedef struct tw_part_type {
  const char *name;
  double mass_kg;
  int32_t family_i;
  int64_t priority;
  double scrap_cost;        // money lost with a part that becomes scrap
  const double *attribute;  // [n_attribute] SI, NAN where the part has none
  const tw_drift *drift;    // [n_attribute]
  int32_t first_step, n_step;  // of its route, into graph.step; n_step 0: it follows chains
} tw_part_type;

#endif
