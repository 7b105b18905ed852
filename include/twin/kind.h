// kind.h - station kinds from outside the library. EXPERIMENTAL: this header may change with any
// version; TWIN_KIND_ABI says which one a kind was written for, and another one is refused.
//
// A kind is one constant struct: the keys that its stations have in the line file, the state that
// one of them keeps, and a few callbacks. It is handed over in twin_line_options.kinds; nothing is
// registered and nothing is global. A station of the kind has *positions*; each holds at most one
// part and is a machine to everybody else: it has a state at any time, breaks down, goes off shift,
// draws power, stands in visits, intervals and losses as "NAME[1]".
//
// How it works: whenever something may have changed (a part waits, one has left, a run or a timer
// has ended, a repair is done) the kind's `settle` is called. It looks at its positions and does
// all that can be done now; when nothing can be done it returns. An outside kind never plans,
// stores or counts what the library keeps: parts, states, random numbers, time.
//
// Callbacks are pure: what they decide follows from the line file and the station's state. They
// keep nothing between two calls, least of all the twin_place they are given. Runs of one line call
// them from many threads at a time, for different runs. What a callback does wrong stops the run
// with TWIN_ERR_KIND, and the problem names kind, place and mistake; all later calls of that
// callback do nothing and give 0. A callback must not throw.
//
// In C++17, which has no designated initialisers: `twin_kind kind{}` and then one assignment a field;
// a lambda without captures is a callback, and what it needs goes behind `user`.

#ifndef TWIN_KIND_H
#define TWIN_KIND_H

#include <twin/run.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TWIN_KIND_ABI 1u
enum { TWIN_KINDS_MAX = 16, TWIN_POSITIONS_MAX = 10000 };

// One station of the kind, as a callback sees it.
typedef struct twin_place twin_place;

// What a key of the line file holds, and what twin_place_param gives for it.
typedef enum twin_kind_field_type {
  TWIN_FIELD_COUNT = 1,     // a whole number
  TWIN_FIELD_NUMBER = 2,    // a number without unit
  TWIN_FIELD_RATIO = 3,     // a number or "2 %"
  TWIN_FIELD_QUANTITY = 4,  // "90 s", in SI
  TWIN_FIELD_TRUTH = 5,     // true or false: 1 or 0
  TWIN_FIELD_CHOICE = 6,    // one of `words`: its number from 0
  TWIN_FIELD_LIST = 7,      // a list of quantities: their count; each by twin_place_param_at
  TWIN_FIELD_VALUE = 8      // constant or random, by part and by position: see twin_place_draw
} twin_kind_field_type;

enum {
  TWIN_REQUIRED = 1,   // field: the file must give it
  TWIN_ABOVE_MIN = 2,  // field: `min` itself is not allowed
  TWIN_PER_POSITION =
      4,               // field VALUE: each position draws by itself; state: one record a position
  TWIN_STATISTIC = 8,  // state: decides nothing, is 0 again when the window begins
  TWIN_IS_POSITION = 16,  // state WHOLE: number of a position, or -1
  TWIN_IS_PART_TYPE = 32  // state WHOLE: index of a part type, or -1
};

// One key of the line file. min and max as the file's numbers in SI; both 0: no bounds, but
// durations are never negative; max below min: no upper one.
typedef struct twin_kind_field {
  const char *name;
  int32_t type;  // twin_kind_field_type
  uint32_t flags;
  const char *unit;  // QUANTITY, LIST, VALUE: any unit of the dimension, "s"; NULL: none
  double min, max;
  const char *preset;  // default as JSON text, "\"0 s\"", "6"; NULL: none, it is NaN where absent
  const char *const *words;  // CHOICE, ended by NULL
  const char *help;          // one line for the reference
} twin_kind_field;

typedef enum twin_kind_state_type {
  TWIN_STATE_WHOLE = 1,  // int64_t
  TWIN_STATE_REAL = 2    // double, never NaN or infinite
} twin_kind_state_type;

// One field of state, 0 when a run is made. It is in the run's block: forked, saved, hashed,
// checked against its bounds and moved to other lines by its name. What a callback trusts of it
// needs bounds: a state that is read back from a file can be anything within them.
typedef struct twin_kind_state {
  const char *name;
  int32_t type;    // twin_kind_state_type
  uint32_t count;  // elements, 1 to 1024; 0 counts as 1
  uint32_t flags;
  const char *unit;  // "s"; NULL: "1"
  double min, max;   // both 0: any
} twin_kind_state;

// A figure of its own, read by the path "stations/NAME/FIGURE".
typedef struct twin_kind_figure {
  const char *name;  // "turns", "filled/mean"
  const char *unit;
} twin_kind_figure;

// A part as a callback sees it.
typedef struct twin_place_part {
  uint32_t struct_size;
  int32_t type;  // index of TWIN_PART
  uint64_t id;   // from 1; 0: it is made when it is taken
  int64_t priority;
  double due_s;      // infinite: none
  double waiting_s;  // on offer for so long; of a part on a position: there for so long
} twin_place_part;

// What a position does.
typedef enum twin_position {
  TWIN_POSITION_FREE = 0,   // no part, nothing runs
  TWIN_POSITION_HOLDS = 1,  // a part, or waits in a state; nothing runs
  TWIN_POSITION_RUNS =
      2,  // until its time is over; it may stand still because it is down or off shift
  TWIN_POSITION_LEAVES = 3  // its part waits for the next place
} twin_position;

// A kind. The library copies the struct and its tables; functions, `words` and what `user` points
// to must stay as long as a line of the kind. Callbacks may be NULL, but for settle.
typedef struct twin_kind {
  uint32_t struct_size;
  uint32_t abi;      // TWIN_KIND_ABI
  const char *name;  // the word of "type"
  const char *help;
  uint32_t version;    // in the line's hash: raise it when the same state means something else
  const void *user;    // for the callbacks; constant
  int32_t n_position;  // of each station
  const char *position_field;  // or the COUNT field that says how many; NULL
  int32_t n_field;
  const twin_kind_field *fields;  // [n_field]
  int32_t n_state;
  const twin_kind_state *states;  // [n_state]
  int32_t n_figure;
  const twin_kind_figure *figures;  // [n_figure]
  int32_t n_exit;
  const char *const *exits;  // [n_exit] beside the main one; chains must use all of them
  int32_t n_timer;
  const char *const *timers;  // [n_timer] names of events of its own
  int32_t n_chance;
  const char *const *chances;  // [n_chance] uniform random decisions

  // The line is compiled: parameters can be read and problems told.
  void (*check)(twin_place *place);
  // Time zero: state may be set and timers planned.
  void (*start)(twin_place *place);
  // Does all that can be done now.
  void (*settle)(twin_place *place);
  // A run on a position is over, before anything settles: state may be set, chances drawn, the part
  // released. Without it settle finds a position that holds a part.
  void (*ended)(twin_place *place, int32_t position);
  // Would it take one more part now? Without it: while a position that is up is free. Changes
  // nothing.
  int32_t (*has_room)(const twin_place *place);
  // Which of n positions, whose parts could all go to the next place, gives first. Without it the
  // one that waits longest. Changes nothing.
  int32_t (*choose)(const twin_place *place, const int32_t *positions, int32_t n);
  // Value of a figure up to now; NaN: none yet. Changes nothing.
  double (*figure)(const twin_place *place, int32_t figure);
} twin_kind;

// What belongs to the line: the kind's user pointer, the station's name and positions, a parameter
// of the file (NaN: absent), an element of a list, the mean of a VALUE for a part type (-1: any).
// field: number in the kind's table. position: from 0; 0 for a VALUE that is not per position.
// Returns: the value; NaN for a number that is not there.
// Owns: texts stay the line's.
// Thread: that of the callback.
// Since: 1.0, experimental
TWIN_API const void *twin_place_user(const twin_place *place);
TWIN_API const char *twin_place_name(const twin_place *place);
TWIN_API int32_t twin_place_positions(const twin_place *place);
TWIN_API double twin_place_param(const twin_place *place, int32_t field);
TWIN_API double twin_place_param_at(const twin_place *place, int32_t field, int32_t i);
TWIN_API double twin_place_mean(const twin_place *place, int32_t field, int32_t position,
                                int32_t part_type);

// Tells a problem at a field of the line file; in check only.
// field: -1 for the station itself. hint: what to do, or NULL.
// Thread: that of the callback.
// Since: 1.0, experimental
TWIN_API void twin_place_problem(twin_place *place, int32_t field, const char *message,
                                 const char *hint);

// Stops the run because the kind itself finds that it cannot go on.
// Thread: that of the callback.
// Since: 1.0, experimental
TWIN_API void twin_place_fail(twin_place *place, const char *message);

// Simulated time in seconds, and the instant at which the statistics window began.
// Returns: the instant; 0 in check.
// Thread: that of the callback.
// Since: 1.0, experimental
TWIN_API double twin_place_time_s(const twin_place *place);
TWIN_API double twin_place_window_s(const twin_place *place);

// Reads and sets the station's state. state: number in the kind's table. i: element; for what is
// per position the position.
// Returns: the value.
// Thread: that of the callback.
// Since: 1.0, experimental
TWIN_API int64_t twin_place_whole(const twin_place *place, int32_t state, int32_t i);
TWIN_API double twin_place_real(const twin_place *place, int32_t state, int32_t i);
TWIN_API void twin_place_whole_set(twin_place *place, int32_t state, int32_t i, int64_t value);
TWIN_API void twin_place_real_set(twin_place *place, int32_t state, int32_t i, double value);

// Plans a timer's event, or moves it; settle is called when it comes. Takes it back; asks for it.
// timer: number in the kind's table. delay_s: from now, at least 0.
// Returns: 1 while it is planned.
// Thread: that of the callback.
// Since: 1.0, experimental
TWIN_API void twin_place_plan(twin_place *place, int32_t timer, double delay_s);
TWIN_API void twin_place_cancel(twin_place *place, int32_t timer);
TWIN_API int32_t twin_place_is_planned(const twin_place *place, int32_t timer);

// Random numbers: of a VALUE field, for the part on a position, and uniform in (0, 1]. Number n of
// a field or chance is the same whatever else is drawn.
// Returns: the value.
// Thread: that of the callback.
// Since: 1.0, experimental
TWIN_API double twin_place_draw(twin_place *place, int32_t field, int32_t position);
TWIN_API double twin_place_chance(twin_place *place, int32_t chance);

// What a position does, whether it is neither down nor off shift, whether its part has been
// processed there, and its state as everybody sees it.
// Returns: a twin_position; 1 or 0; 1 or 0; a twin_state.
// Thread: that of the callback.
// Since: 1.0, experimental
TWIN_API int32_t twin_place_status(const twin_place *place, int32_t position);
TWIN_API int32_t twin_place_is_up(const twin_place *place, int32_t position);
TWIN_API int32_t twin_place_is_through(const twin_place *place, int32_t position);
TWIN_API int32_t twin_place_state(const twin_place *place, int32_t position);

// The part on a position, and an attribute of it by its name in the line file.
// part: struct_size is set by the caller.
// Returns: 1, or 0 where there is none; the attribute in SI, NaN where it has none.
// Thread: that of the callback.
// Since: 1.0, experimental
TWIN_API int32_t twin_place_part_on(const twin_place *place, int32_t position,
                                    twin_place_part *part);
TWIN_API double twin_place_attribute(const twin_place *place, int32_t position, const char *name);

// The part that a free position would get now: the one that waits longest of all that are offered.
// part: may be NULL.
// Returns: 1, or 0 when nothing is offered or the position cannot take it.
// Thread: that of the callback; in settle only.
// Since: 1.0, experimental
TWIN_API int32_t twin_place_offered(twin_place *place, int32_t position, twin_place_part *part);

// Takes the offered part onto a free position, where it waits (waiting-batch) until it is told
// more.
// Thread: that of the callback; in settle only.
// Since: 1.0, experimental
TWIN_API void twin_place_take(twin_place *place, int32_t position);

// Lets a position run for a time in a state: processing needs a part, is counted, and done once
// while the part is there; setup, warming-up, loading, unloading, waiting-transport, -components,
// -batch, idle, switched-off and stopped-by-other can be without one. Behind it the position holds
// its part in stopped-by-other, or is free.
// duration_s: at least 0; stands still while the position is down or off shift.
// Thread: that of the callback; in settle only.
// Since: 1.0, experimental
TWIN_API void twin_place_run(twin_place *place, int32_t position, int32_t state, double duration_s);

// Lets a position wait in such a state, but processing, until it is told more; starved makes one
// without a part free again.
// Thread: that of the callback; in settle and ended.
// Since: 1.0, experimental
TWIN_API void twin_place_wait(twin_place *place, int32_t position, int32_t state);

// Moves a part that nothing is done with to a free position, both up; there it waits in waiting-
// batch.
// Thread: that of the callback; in settle only.
// Since: 1.0, experimental
TWIN_API void twin_place_move(twin_place *place, int32_t from, int32_t to);

// The part that a position holds may leave: it is blocked until the next place takes it.
// exit: -1 the main one, else number in the kind's table.
// Thread: that of the callback; in settle and ended.
// Since: 1.0, experimental
TWIN_API void twin_place_release(twin_place *place, int32_t position, int32_t exit);

// JSON Schema and reference of the line format with kinds from outside.
// kinds: ended by NULL; NULL: none.
// Returns: TWIN_OK and a text.
// Errors: TWIN_ERR_KIND (a kind cannot be used: problems say why), TWIN_ERR_MEMORY,
// TWIN_ERR_ARGUMENT.
// Owns: the caller frees *text with twin_text_free.
// Thread: any.
// Since: 1.0, experimental
TWIN_API twin_status twin_kinds_schema(const twin_kind *const *kinds, char **text,
                                       twin_problems *problems);
TWIN_API twin_status twin_kinds_reference(const twin_kind *const *kinds, char **text,
                                          twin_problems *problems);

#ifdef __cplusplus
}
#endif
#endif
