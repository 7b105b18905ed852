// line.h - the compiled line: constant for ever, shared by threads, counted by its holders. Indices
// instead of names, SI and ticks instead of texts, one list per class of thing in file order.
// It says what there is; the run block (engine/) says what is going on.

#ifndef TW_MODEL_LINE_H
#define TW_MODEL_LINE_H

#include "core/dist.h"
#include "model/doc.h"
#include "model/expr.h"
#include "model/graph.h"

// "No index" of every index type.
#define TW_NONE ((int32_t)-1)
#define TW_NO_PART UINT32_MAX

// Event classes of SEMANTICS 2.1; the order on one tick.
typedef enum tw_class {
  TW_CLASS_LOCATED = 1,
  TW_CLASS_COMPLETION = 2,
  TW_CLASS_REPAIRED = 3,
  TW_CLASS_OPEN = 4,
  TW_CLASS_FAILURE = 5,
  TW_CLASS_CLOSE = 6,
  TW_CLASS_RELEASE = 7,
  TW_CLASS_END = 9
} tw_class;

typedef struct tw_part_type {
  const char *name;
  double mass_kg;
  int32_t family_i;
  int64_t priority;
  const double *attribute;  // [n_attribute] SI, NAN where the part has none
  int32_t first_step, n_step;  // of its route, into graph.step; n_step 0: it follows chains
} tw_part_type;

// A place of the flow: source, buffer, station or sink.
typedef struct tw_place {
  const char *name;
  const tw_kind *kind;
  const void *param;       // the kind's own compiled parameters
  int32_t kind_i;          // number among the places of its kind
  uint32_t state_offset;   // of its kind's own state in the run block
  int32_t first_machine, n_machine;
  int32_t mark_i;          // its bit in the marks: position by rank
  int32_t main_exit, scrap_exit;  // into graph.exit; TW_NONE where there is none
  int32_t push_rule;       // tw_push of the main exit
  const double *push_weight;  // [targets of the main exit], ratio and probability
  const int32_t *push_counter;  // [targets] edges that count what was sent by ratio
  int32_t push_site;       // draw site of a random push, TW_NONE
  int64_t priority;        // declared priority of its requests
  int32_t only_feeder;     // the one place that feeds it, and never reserves; TW_NONE otherwise
  const struct tw_serial *serial;  // of a plain piece of line (station/serial.h); NULL: not
  bool is_before_service;
  bool has_reserving_feeder;  // some feeder starts only when a place here is reserved
  bool frees_reservations;    // a machine that becomes free here may let a feeder reserve
  bool has_choosing_feeder;   // some feeder picks among several targets when one has room
  int32_t loop_i;          // loop whose card a part needs to start here; TW_NONE
  bool returns_cards;      // some loop ends here
  bool is_on_route;        // some step of a route is done here
  bool needs_asker;        // which part it offers depends on the machine that asks
  bool can_preempt;        // a new part may stop the work on another
  bool is_in_cycle;        // parts can come back to it
  bool takes_while_down, gives_while_down;
} tw_place;

typedef enum tw_push {
  TW_PUSH_FIRST_FREE,
  TW_PUSH_ROUND_ROBIN,
  TW_PUSH_SHORTEST,
  TW_PUSH_RATIO,
  TW_PUSH_PROBABILITY
} tw_push;

typedef enum tw_clock {
  TW_CLOCK_CALENDAR,
  TW_CLOCK_ON_SHIFT,
  TW_CLOCK_PROCESSING,
  TW_CLOCK_CYCLES
} tw_clock;

// Part fates of SEMANTICS 5.1.
typedef enum tw_fate {
  TW_FATE_RESUME,
  TW_FATE_RESTART,
  TW_FATE_RESAMPLE,
  TW_FATE_SCRAP,
  TW_FATE_EJECT,
  TW_FATE_N
} tw_fate;

// So many members of one group (a skill or a resource).
typedef struct tw_demand {
  int32_t group_i, count;
} tw_demand;

// What one task can need at most, all demands together.
enum { TW_DEMANDS_MAX = 64 };

typedef struct tw_demands {
  int32_t n;
  const tw_demand *at;  // [n]
} tw_demands;

// One failure mode of one machine.
typedef struct tw_mode {
  const char *name;
  int32_t node_i, machine_i;
  int32_t clock, fate;     // tw_clock, tw_fate
  int32_t mtbf_site, repair_site;
  int32_t slot;            // TW_NONE for a cycle clock that fires at the start
  bool is_at_start;        // cycles: fires when the next cycle would start
  int64_t priority;        // of its request for people
  tw_demands needs;
} tw_mode;

typedef struct tw_machine_param {
  int32_t node_i, number;  // number from 0 within the station
  int32_t first_mode, n_mode;
  int32_t work_slot, repair_slot;
  bool has_processing_clock, has_cycle_clock, has_start_clock;
  const char *name;      // "cnc[2]", set by the api
} tw_machine_param;

// One person or one piece of a resource.
typedef struct tw_worker {
  int32_t pool_i;   // tw_pool
  int32_t n_skill;  // fewer skills are chosen first
} tw_worker;

typedef struct tw_pool {
  const char *name;
  int32_t first_worker, n_worker;
  bool is_resource;
} tw_pool;

// A loop of cards: what may be in a section of the line at one time (SEMANTICS 8.4).
enum { TW_LOOPS_MAX = 32 };
typedef struct tw_loop {
  const char *name;
  int64_t limit;
  int32_t until_i;   // place whose leaving gives the card back; TW_NONE: the end of the line
  int32_t demand_i;  // base stock: its waiting demands add to the limit; TW_NONE
  bool is_kanban;
  int32_t n_member;
  const int32_t *member;  // [n_member] places where a part takes a card
} tw_loop;

// What can be asked for by one word, and who can do it, in the order of choice.
typedef struct tw_group {
  const char *name;
  int32_t n_worker;
  const int32_t *worker;  // [n_worker] fewest skills first, then index
} tw_group;

// A place where a random decision is made. Its numbers come from its own stream.
typedef struct tw_site {
  const char *purpose;            // "time", "mtbf/jam"
  int32_t node_i, machine_i;      // machine TW_NONE: the place's
  const tw_dist *dist;            // NULL: uniform numbers only
  const tw_dist *const *by_part;  // [n_part_type], or [graph.n_step] of "route-time"; NULL: dist serves all
  uint64_t key;                   // hash of names; the run mixes in seed and replication
} tw_site;

// What an event of the agenda is of. quick: a shortcut for an event that is alone in its round while
// nothing is marked; false: it did nothing, and the event goes its usual way. NULL: there is none.
typedef struct tw_slot {
  int32_t node_i, machine_i, purpose;
  bool (*quick)(struct tw_run *run, const void *quick_of);
  const void *quick_of;
} tw_slot;

// Where each section of the run block is; filled in by engine/layout.c.
enum { TW_SECTION_MAX = 40 };
typedef struct tw_layout {
  int32_t n_section;
  const struct tw_state_table *table[TW_SECTION_MAX];
  uint32_t offset[TW_SECTION_MAX];
  uint32_t count[TW_SECTION_MAX];
  uint32_t part_offset;      // parts stand last and may grow
  uint32_t n_part_at_start;
  uint64_t hash;
} tw_layout;

typedef struct tw_line {
  _Atomic uint32_t n_holder;
  tw_arena arena;
  tw_doc doc;
  tw_graph graph;
  uint64_t text_hash, hash;
  int64_t horizon_us, warmup_us, max_parts;
  uint64_t seed;

  int32_t n_part_type, n_attribute, n_family;
  const tw_part_type *part_type;
  const char *const *attribute_name;  // [n_attribute]
  const tw_dim *attribute_dim;

  // mean process time that a part at a place still needs; NULL: nobody asks
  const double *time_left_s;           // [n_place * n_part_type] of parts without a route
  const double *step_left_s;           // [graph.n_step] before that step of a route

  int32_t n_loop, n_order;
  tw_loop *loop;                       // [n_loop]
  bool has_due;                        // some part can have a due date

  int32_t n_place, n_machine, n_mode, n_site, n_slot, n_kind;
  tw_place *place;
  const int32_t *place_by_mark;        // [n_place]
  tw_machine_param *machine;
  tw_mode *mode;
  tw_site *site;
  tw_slot *slot;
  uint64_t *slot_low;                  // [n_slot] constant low key words of the agenda
  int32_t end_slot, warmup_slot, wake_slot;

  int32_t n_pool, n_worker, n_group;
  const tw_pool *pool;
  const tw_worker *worker;
  const tw_group *group;

  const tw_kind *const *kind;          // [n_kind]
  int32_t *n_of_kind;                  // [n_kind] places of each kind
  int32_t first_kind_section;
  bool has_hold_and_wait;              // deadlock is possible: check when a machine blocks
  tw_layout layout;
} tw_line;

tw_line *tw_line_ref(tw_line *line);
void tw_line_unref(tw_line *line);

#endif
