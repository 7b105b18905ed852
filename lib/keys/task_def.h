// task_def.h - what work at a machine needs, as the line file writes it: people by skill, resources,
// priority; for the phases of the cycle, repairs and maintenance.

#ifndef TW_KEYS_TASK_DEF_H
#define TW_KEYS_TASK_DEF_H

#include "model/line.h"

struct tw_compiler;

// A part of the cycle beside processing.
typedef struct tw_task_def {
  tw_value time;
  tw_needs needs;
  int64_t priority;
  bool can_preempt;
} tw_task_def;
extern const tw_table tw_task_table;

// Age of a clock at the start of the run.
typedef struct tw_age_def {
  const tw_node *node;  // NULL: new
  bool is_spread;       // machine k of n has used k/n of its first interval
  bool is_count;
  double value;         // s, or cycles
} tw_age_def;
extern const tw_custom tw_age_custom;

// How long working times concern a station, and what happens at their end.
typedef struct tw_duty_def {
  tw_name calendar;
  int32_t shift_end;
  double minor_stop_s;
} tw_duty_def;

#define TW_DUTY_DEF_FIELDS(struct_, duty)                                                          \
  TW_FIELD(struct_, duty.calendar, "calendar", TW_FIELD_NAME,                                      \
           .help = "when it is on shift; the default stands in \"defaults\""),                     \
  TW_FIELD(struct_, duty.shift_end, "on_shift_end", TW_FIELD_CHOICE, .sub = tw_shift_end_words,    \
           .help = "what happens to the part at work when the shift ends"),                        \
  TW_FIELD(struct_, duty.minor_stop_s, "minor_stop", TW_FIELD_QUANTITY, .dim = {.s = 1},           \
           .max = TW_LONGEST_S, .help = "stops up to this long count as minor stops, not as breakdowns")

// Resolves calendar and policies; comes after the place's machines are compiled.
void tw_duty_compile(struct tw_compiler *compiler, int32_t place_i, const tw_duty_def *def,
                     const tw_node *node);

// Resolves what a task needs.
tw_task tw_task_compile(struct tw_compiler *compiler, const tw_task_def *def);

// Spare parts by name, {"cartridge": 1}.
void tw_task_compile_use(struct tw_compiler *compiler, const tw_weights *spares, tw_task *task);

// The age in units of a clock: us or cycles, or `interval` of machine `number` of n where it is spread.
int64_t tw_age_compile(struct tw_compiler *compiler, const tw_age_def *def, bool is_count,
                       double interval, double share);

#endif
