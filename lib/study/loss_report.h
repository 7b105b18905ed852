// loss_report.h - losses and bottlenecks of one run or of many replications: rows that some of them
// have are joined by their keys (0 where a replication has none), every figure gets its mean and
// its t interval. The same whatever the number of threads, because tables are folded in the order
// of replications.

#ifndef TW_STUDY_LOSS_REPORT_H
#define TW_STUDY_LOSS_REPORT_H

#include "observe/bottleneck.h"
#include "observe/losses.h"
#include "study/interval.h"

// A figure over the replications; half_width NAN where there is no interval.
typedef struct tw_figure {
  double mean, half_width;
} tw_figure;

enum { TW_LOSS_TIME, TW_LOSS_PARTS, TW_LOSS_PER_SHIFT, TW_LOSS_FIGURES };

typedef struct tw_loss_line {
  tw_loss_key key;
  bool is_of_line;  // of the bottleneck: what the line as a whole loses
  tw_figure figure[TW_LOSS_FIGURES];
} tw_loss_line;

typedef enum tw_station_figure {
  TW_STATION_UTILISATION,
  TW_STATION_OCCUPIED,
  TW_STATION_BLOCKED,
  TW_STATION_STARVED,
  TW_STATION_SOLE,
  TW_STATION_SHIFTING,
  TW_STATION_CYCLE,
  TW_STATION_POSSIBLE,
  TW_STATION_GOOD,
  TW_STATION_GAP,
  TW_STATION_SHIFTS,
  TW_STATION_FIGURES
} tw_station_figure;

typedef struct tw_loss_report {
  int32_t n_loss, n_station;
  tw_loss_line *loss;                        // [n_loss] in the order of keys
  tw_figure (*station)[TW_STATION_FIGURES];  // [n_station] in file order
  tw_bottleneck bottleneck;                  // of the means
  const tw_memory *memory;                   // the line's
} tw_loss_report;

// What is known of the losses after some replications. It grows with the number of different rows and
// not with that of replications. Zeroed but for memory it is that of none.
typedef struct tw_loss_fold {
  uint32_t n;  // replications
  int32_t n_loss, n_station;
  struct tw_loss_tally *loss;              // [n_loss] in the order of keys
  tw_tally (*station)[TW_STATION_FIGURES];  // [n_station] in file order
  int32_t *place_i;                        // [n_station]
  const tw_memory *memory;                 // the line's
} tw_loss_fold;

// Adds the next replication. False when memory is short; the fold is then as it was.
bool tw_loss_fold_add(tw_loss_fold *fold, const tw_line *line, const tw_loss_table *table);
void tw_loss_fold_free(tw_loss_fold *fold);

// Of at least one replication. False when memory is short; the report is then empty. Freed with
// tw_loss_report_free.
bool tw_loss_report_make(const tw_line *line, const tw_loss_fold *fold, double confidence,
                         tw_loss_report *report);
void tw_loss_report_free(tw_loss_report *report);

#endif
