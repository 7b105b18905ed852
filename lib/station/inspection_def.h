// inspection_def.h - what the line file says of an inspection beside what it says of every station.

#ifndef TW_STATION_INSPECTION_DEF_H
#define TW_STATION_INSPECTION_DEF_H

#include "field/field.h"

struct tw_compiler;
struct tw_inspection_param;

typedef struct tw_detect_def {
  tw_def def;
  double missed;
} tw_detect_def;

// Where rejected parts go: {"rework": 0.8, "scrap": 0.2, "max_rework": 1}.
typedef struct tw_on_reject_def {
  tw_weights share;  // of its exits
  int64_t max_rework;
  const tw_node *max_node;  // NULL: no limit
} tw_on_reject_def;

// Which parts are looked at: a share of them, or each n-th.
typedef struct tw_sample_def {
  double share;
  int64_t every;        // 0: by the share
  const tw_node *node;  // NULL: all of them
} tw_sample_def;

typedef struct tw_inspection_def {
  tw_map detects;  // tw_detect_def
  double false_reject;
  tw_on_reject_def on_reject;
  tw_sample_def sample;
} tw_inspection_def;

extern const tw_custom tw_detects_custom, tw_on_reject_custom, tw_sample_custom;

// Rows for the beginning of the list of station fields; `member` is the tw_inspection_def in the struct.
// clang-format off
enum { TW_N_INSPECTION_FIELDS = 4 };
#define TW_INSPECTION_FIELDS(struct_, member)                                                        \
  TW_FIELD(struct_, member.detects, "detects", TW_FIELD_CUSTOM, .sub = &tw_detects_custom,           \
           .help = "defects that it can see, with the share it misses"),                             \
  TW_FIELD(struct_, member.false_reject, "false_reject", TW_FIELD_RATIO, .max = 1, .preset = "0",    \
           .help = "share of the parts without such a defect that it rejects all the same"),         \
  TW_FIELD(struct_, member.on_reject, "on_reject", TW_FIELD_CUSTOM, .sub = &tw_on_reject_custom,     \
           .preset = "{}", .help = "exits of rejected parts with their probabilities; without any all " \
                                   "are scrap; \"max_rework\": reworks of a part, beyond it is scrap"),\
  TW_FIELD(struct_, member.sample, "sample", TW_FIELD_CUSTOM, .sub = &tw_sample_custom,              \
           .help = "which parts are inspected; the others pass in no time; absent: all"),
// clang-format on

// Checks over several of these fields.
void tw_inspection_check(const tw_inspection_def *def, const tw_node *node,
                         const struct tw_reader *reader);

// Parts may go to scrap though no share says so.
bool tw_inspection_can_scrap(const tw_inspection_def *def);

// Compiles what the inspection sees and how it decides. Comes after the place's exits.
const struct tw_inspection_param *tw_inspection_compile(struct tw_compiler *compiler,
                                                        int32_t place_i,
                                                        const tw_inspection_def *def,
                                                        const char *stream);

#endif
