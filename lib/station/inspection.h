// inspection.h - state and compiled parameters of an inspection: a machine station that sees defects,
// or misses them, and chooses the exit by what it saw (SEMANTICS 7.4, 7.5).

#ifndef TW_STATION_INSPECTION_H
#define TW_STATION_INSPECTION_H

#include "engine/run.h"

typedef struct tw_detected {
  int32_t defect_i;
  double missed;
  int32_t site;
} tw_detected;

typedef struct tw_inspection_param {
  int32_t n_detected;
  const tw_detected *detected;  // [n_detected]
  uint32_t detects;             // their bits
  double false_reject;
  int32_t false_site;
  double sample;                // share of the parts that are inspected
  int32_t sample_site;          // TW_NONE: not by a share
  int64_t every;                // each n-th part is inspected; 0: not by count
  int32_t rework_exit;          // TW_NONE: there is none
  int64_t max_rework;
} tw_inspection_param;

// clang-format off
#define TW_INSPECTION_STATE(F)                                                               \
  F(tw_i64, n_since,         , "1",  TW_PATH,    TW_NOT_NEGATIVE) /* parts passed by count */\
  F(tw_i64, n_inspected,     , "1",  TW_STAT,    TW_ANY)                                     \
  F(tw_i64, n_unsampled,     , "1",  TW_STAT,    TW_ANY)                                     \
  F(tw_i64, n_rejected,      , "1",  TW_STAT,    TW_ANY)                                     \
  F(tw_i64, n_reworked,      , "1",  TW_STAT,    TW_ANY)                                     \
  F(tw_i64, n_false_reject,  , "1",  TW_STAT,    TW_ANY)                                     \
  F(tw_i64, n_missed,        , "1",  TW_STAT,    TW_ANY) /* parts, not defects */
// clang-format on
TW_RECORD(tw_inspection, TW_INSPECTION_STATE)

extern const tw_state_table tw_inspection_state_table;

// The processing of a part begins, its time is drawn: one that is not in the sample takes none. That is
// decided once a visit.
void tw_inspection_begin(tw_run *run, int32_t place_i, int32_t machine_i);

// Inspects the finished part on a machine and gives the exit it takes.
int32_t tw_inspection_exit(tw_run *run, int32_t place_i, int32_t machine_i);

// For the kind.
void tw_inspection_start(tw_run *run, int32_t place_i);
void tw_inspection_reset(tw_run *run, int32_t place_i);
bool tw_inspection_is_valid(const tw_run *run, int32_t place_i, uint8_t *is_seen, char *why,
                            size_t n_why);
enum { TW_INSPECTION_QUANTITIES = 6 };
extern const tw_kind_quantity tw_inspection_quantities[TW_INSPECTION_QUANTITIES];

#endif
