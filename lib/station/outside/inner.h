// inner.h - what the files of outside kinds share (outside*.c).

#ifndef TW_STATION_OUTSIDE_INNER_H
#define TW_STATION_OUTSIDE_INNER_H

#include "engine/flow.h"
#include "keys/power_def.h"
#include "keys/push_def.h"
#include "keys/task_def.h"
#include "model/compile.h"
#include "station/outside/outside.h"

// What every such station has in the line file; its own keys stand behind it in the same struct.
typedef struct tw_outside_def {
  tw_def def;
  int64_t priority;
  tw_push_def push;
  tw_map failures, maintenance;
  tw_duty_def duty;
  tw_power_def power;
  double downtime_cost_s;
  const char *stream;
} tw_outside_def;

enum { TW_OUTSIDE_COMMON = 10 };
extern const tw_field tw_outside_common[TW_OUTSIDE_COMMON];

// Which callback it is: what may be done in it.
typedef enum tw_outside_call {
  TW_CALL_CHECK,
  TW_CALL_START,
  TW_CALL_SETTLE,
  TW_CALL_ENDED,
  TW_CALL_HAS_ROOM,
  TW_CALL_CHOOSE,
  TW_CALL_FIGURE
} tw_outside_call;

// A twin_place lives as long as one callback.
struct twin_place {
  tw_run *run;            // NULL in CHECK
  tw_compiler *compiler;  // NULL but in CHECK
  const tw_line *line;
  int32_t place_i;
  tw_outside_call call;
  const tw_outside *outside;
  int32_t offer_for;  // position that the offer was found for, TW_NONE: it is not known
  tw_offer offer;
};

// Model side (compile.c).
int32_t tw_outside_exits(const tw_kind *kind, const void *def, const char **names, int32_t max);
void tw_outside_compile(tw_compiler *compiler, int32_t place_i, const void *def);
double tw_outside_mean_time_s(const tw_line *line, int32_t place_i, int32_t part_type,
                              int32_t step_i);

// Engine side (outside.c): fills in the functions of a kind.
void tw_outside_actions(tw_outside *outside);

// Says what a callback did wrong, and stops the run (place.c).
void tw_outside_fail(const twin_place *place, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// The call has failed already: nothing that it asks for is done any more.
static inline bool tw_outside_is_dead(const twin_place *place) {
  return place->run != NULL && place->call != TW_CALL_FIGURE && place->run->status != TWIN_OK;
}

// Is position number i one of the place's, in a callback that is going on? Otherwise that is told.
bool tw_outside_is_position(const twin_place *place, int32_t position);

// The machine of a position that is known to be one.
static inline int32_t tw_outside_machine(const twin_place *place, int32_t position) {
  return place->line->place[place->place_i].first_machine + position;
}

// A machine as the kind sees it.
static inline int32_t tw_outside_status(const tw_machine *machine) {
  if (machine->phase == TW_FREE) return TWIN_POSITION_FREE;
  if (machine->phase == TW_DONE) return TWIN_POSITION_LEAVES;
  const bool runs = machine->phase >= TW_PROCESS && machine->left_us >= 0;
  return runs ? TWIN_POSITION_RUNS : TWIN_POSITION_HOLDS;
}

static inline const tw_outside_param *tw_outside_param_of(const twin_place *place) {
  return place->line->place[place->place_i].param;
}

// An element of a field of state; NULL: there is none, which is told.
char *tw_outside_state_at(const twin_place *place, int32_t state, int32_t i, int32_t type);

// Is a value one that the field may have?
bool tw_outside_is_whole(const tw_line *line, int32_t place_i, const twin_kind_state *state,
                         int64_t value);
bool tw_outside_is_real(const twin_kind_state *state, double value);

// Could a machine take a part now?
bool tw_outside_is_free(const tw_run *run, int32_t machine_i);

#endif
