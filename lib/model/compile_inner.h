// compile_inner.h - what the files of the compiler share.

#ifndef TW_MODEL_COMPILE_INNER_H
#define TW_MODEL_COMPILE_INNER_H

#include "model/compile.h"

// Event purposes that the compiler itself plans for; the engine's tw_purpose spells the same numbers.
enum {
  TW_ON_WORK_SLOT = 0,
  TW_ON_REPAIRED_SLOT = 2,
  TW_ON_WARMUP_SLOT = 4,
  TW_ON_WAKE_SLOT = 5,
  TW_ON_POOL_SHIFT_SLOT = 7,
  TW_ON_FIGURES_SLOT = 8,
  TW_ON_AHEAD_SLOT = 9,
  TW_ON_CAUSE_SLOT = 10,
  TW_ON_DELIVERY_SLOT = 11,
  TW_ON_STEP_SLOT = 12,
  TW_ON_LOCATED_SLOT = 13,
  TW_ON_METER_SLOT = 14
};

// True when a section of the document could not be read whole. What it says is passed over then, and
// so is what asks for it; has_bad stays.
bool tw_compile_lacks(const tw_compiler *compiler, const char *section);

void tw_compile_part_types(tw_compiler *compiler);
void tw_compile_calendars(tw_compiler *compiler);
void tw_compile_energy(tw_compiler *compiler);  // after all machines
void tw_compile_costs(tw_compiler *compiler);   // after all machines
// All money of a line is in the currency that is met first. node: where this one stands.
void tw_compile_currency(tw_compiler *compiler, const tw_node *node, const char *currency);
// A calendar that is on in the intervals of one name of a pattern, every week alike.
bool tw_compile_week(tw_compiler *compiler, const tw_pattern *pattern, int32_t name_i,
                     tw_calendar *calendar);
void tw_compile_people(tw_compiler *compiler);
void tw_compile_defects(tw_compiler *compiler);  // what the kinds' places can make
void tw_compile_pools(tw_compiler *compiler);   // what of people needs the places
void tw_compile_stocks(tw_compiler *compiler);
void tw_compile_causes(tw_compiler *compiler);
bool tw_compile_check_places(tw_compiler *compiler);  // not more of them than can be kept
void tw_compile_reach(tw_compiler *compiler);   // which part types get where
void tw_compile_junctions(tw_compiler *compiler);  // where two rules would choose
void tw_compile_cycles(tw_compiler *compiler);  // which places parts can come back to
void tw_compile_routes(tw_compiler *compiler);        // part types and places learn of their routes
void tw_compile_check_routes(tw_compiler *compiler);  // after tw_compile_reach
void tw_compile_members(tw_compiler *compiler);  // of loops
void tw_compile_time_left(tw_compiler *compiler);
const tw_kind *tw_compile_sink_kind(const tw_line *line, const char *name);

#endif
