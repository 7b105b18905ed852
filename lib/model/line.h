// line.h - the compiled line: constant for ever, shared by threads, counted by its holders. Indices
// instead of names, SI and ticks instead of texts, one list per class of thing in file order.
// It says what there is; the run block (engine/) says what is going on.

#ifndef TW_MODEL_LINE_H
#define TW_MODEL_LINE_H

#include "base/host.h"
#include "core/calendar.h"
#include "core/dist.h"
#include "doc/doc.h"
#include "expr/expr.h"
#include "model/cost.h"
#include "model/dynamics/dynamics.h"
#include "model/energy.h"
#include "model/graph.h"
#include "model/opening.h"
#include "model/part_type.h"
#include "model/signals.h"
#include "model/state_words.h"

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
  TW_CLASS_END = 9,
  TW_CLASS_AHEAD = 10  // one step ahead of a continuous model
} tw_class;

// What a machine does with its part.
typedef enum tw_phase {
  TW_FREE,      // holds no part
  TW_SWITCH,    // changing over to another queue (polling)
  TW_SETUP,     // holds the part that it is being set up for
  TW_LOAD,
  TW_RESERVE,   // loaded, waits until a place downstream is reserved (blocking before service)
  TW_PROCESS,
  TW_APPROVE,   // processed, and one of the first after a setup: somebody looks at it
  TW_UNLOAD,
  TW_DONE,      // finished, waits for the next place to take the part
  TW_HOLD,      // TW_HOLD + s: does what its kind has it do in state s, with a part or without; while
                // nothing runs (left_us TW_NOT_BEGUN) it waits (tw_kind.holds)
  TW_PHASE_N = TW_HOLD + TW_N_STATE
} tw_phase;

// So many members of one group (a skill or a resource).
typedef struct tw_demand {
  int32_t group_i, count;
} tw_demand;

typedef struct tw_demands {
  int32_t n;
  const tw_demand *at;  // [n]
} tw_demands;

// So many pieces out of a stock, used up.
typedef struct tw_use {
  int32_t stock_i, count;
} tw_use;

// What somebody or something is needed for: a phase of the work, a setup, a repair, a maintenance. It
// begins when everything it needs is there at once (SEMANTICS 8.1).
typedef struct tw_task {
  tw_demands needs;
  int64_t priority;   // larger is served first
  bool can_preempt;   // takes people from tasks of lower priority, the last started first
  int32_t n_use;
  const tw_use *use;  // [n_use] spare parts
} tw_task;

// A place of the flow: source, buffer, station or sink.
typedef struct tw_place {
  const char *name;
  const tw_kind *kind;
  const void *param;       // the kind's own compiled parameters
  int32_t kind_i;          // number among the places of its kind
  uint32_t state_offset;   // of its kind's own state in the run block
  uint32_t machine_state_offset;  // of what its kind keeps of each of its machines
  int32_t first_machine, n_machine;
  int32_t mark_i;          // its bit in the marks: position by rank
  int32_t main_exit, scrap_exit;  // into graph.exit; TW_NONE where there is none
  int32_t push_rule;       // tw_push of the main exit
  const double *push_weight;  // [targets of the main exit], ratio and probability
  const int32_t *push_counter;  // [targets] edges that count what was sent by ratio
  int32_t push_site;       // draw site of a random push, TW_NONE
  int64_t priority;        // declared priority of its requests
  int32_t first_made, n_made;  // defects that it can make, in line.made
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
  const tw_task *task;     // [TW_PHASE_N] what each phase needs; NULL: nobody
  const struct tw_setup *setup;  // changeovers; NULL: none
  int32_t calendar_i;      // TW_NONE: always on shift
  double shift_s;          // working time of a shift, breaks not counted, also where it is always on
  int32_t shift_end;       // tw_shift_end
  int32_t open_slot, close_slot;  // its shifts begin and end; TW_NONE
  const uint64_t *power_uw;  // [states] of each machine; NULL: none
  tw_place_cost cost;
  bool has_maintenance;    // some machine may have to begin a maintenance at a visit
  int32_t n_variable;      // states of the models of each of its machines
  const tw_station_variable *variable;  // [n_variable]
  tw_model_names models;   // what can be read of the models of each of its machines
  bool has_progress;       // work on a part is integrated: a state of the machine's models
  int32_t progress_member, progress_i;  // among the machine's members; in that one's system
  int64_t minor_stop_us;   // stops up to this long are minor stops; 0: none are told apart
  bool looks_ahead;        // a new part matters to it though all its machines hold parts
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
  TW_CLOCK_CYCLES,
  TW_CLOCK_WEEK,     // maintenance at fixed times of the week
  TW_CLOCK_REQUEST,  // falls due when it is asked for: by a host, a model, a common cause
  TW_CLOCK_HAZARD    // a rate that depends on states is integrated up to a drawn limit
} tw_clock;

// When a maintenance that is due begins (SEMANTICS 6.7).
typedef enum tw_begin {
  TW_BEGIN_AT_ONCE,      // interrupts the work, as every failure does
  TW_BEGIN_AT_BOUNDARY,  // when no part is on the machine
  TW_BEGIN_WHEN_IDLE     // when no part is on the machine and none could be taken
} tw_begin;

// What a repair or maintenance does to a mode of the same machine.
typedef struct tw_renewal {
  int32_t mode_i;
  double share;  // of its age that is taken away: 1 as good as new
} tw_renewal;

// Part fates of SEMANTICS 5.1.
typedef enum tw_fate {
  TW_FATE_RESUME,
  TW_FATE_RESTART,
  TW_FATE_RESAMPLE,
  TW_FATE_SCRAP,
  TW_FATE_EJECT,
  TW_FATE_N
} tw_fate;

// The setups of one machine.
typedef struct tw_setup_param {
  int32_t machine_i, ahead_slot;
} tw_setup_param;

// One way in which one machine goes down: a failure mode, or a maintenance.
typedef struct tw_mode {
  const char *name;
  int32_t node_i, machine_i;
  int32_t clock, fate;     // tw_clock, tw_fate
  int32_t mtbf_site, repair_site;  // mtbf_site TW_NONE: clocks WEEK and REQUEST
  int32_t slot;            // TW_NONE for a cycle clock that fires at the start
  bool is_at_start;        // cycles: fires when the next cycle would start
  tw_task task;            // of the repair
  double cost;             // money for each time
  int64_t age;             // at the start, on its clock: us or cycles
  const int64_t *wear;     // [n_part_type] cycles: life that a part uses, TW_LIFE is all; NULL: counts
  int32_t n_renewal;
  const tw_renewal *renewal;  // [n_renewal] modes of this machine
  int32_t cause_i;         // of a common cause; TW_NONE: its own

  bool is_maintenance;
  int32_t begin;           // tw_begin; failures always at once
  bool is_from_due;        // the next interval counts from the previous due instant
  int64_t due_within;      // done with another stop when it is due so soon; -1: never
  bool has_until;          // maintenance that ends by a condition: an event of the machine's models
  // clock HAZARD: number of its system among the machine's members; its variables: the integral and its limit
  int32_t hazard_member, hazard_i, hazard_limit_i;
  tw_station_sets sets;    // what the end of the repair gives other values
  int32_t n_week;
  const int64_t *week_us;  // [n_week] fixed times, from Monday 00:00, in order
} tw_mode;

// A defect that a place can make. Names are numbered over the whole line: bits of a part.
typedef struct tw_made_defect {
  int32_t node_i, defect_i;
  const tw_expr *probability;
  int32_t site;
} tw_made_defect;

// A tool's life in units of a part's wear; the largest life in parts is a millionth of it.
#define TW_LIFE ((int64_t)1000000000000)

// Several machines that fail together, on one draw (SEMANTICS 6.8).
typedef struct tw_cause {
  const char *name;
  int32_t mtbf_site, slot;
  int32_t n_mode;
  const int32_t *mode;  // [n_mode] one of each machine
} tw_cause;

typedef struct tw_machine_param {
  int32_t node_i, number;  // number from 0 within the station
  int32_t first_mode, n_mode;
  int32_t work_slot, repair_slot;
  int32_t setup_i;       // its record of setups, TW_NONE: it needs none
  int32_t early_i;       // its record of durations drawn early, TW_NONE: none are
  bool has_processing_clock, has_cycle_clock, has_start_clock;
  int32_t first_member, n_member;  // systems of models on it
  int32_t n_touch;                 // models that look when something on it changes: its own, and
  int32_t n_bus;                   // shared ones that count what its state draws,
  const int32_t *bus;              // [n_bus] their bodies
  const char *name;      // "cnc[2]"
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
  int32_t calendar_i;             // TW_NONE: always there
  int32_t shift_end;              // tw_shift_end
  int32_t open_slot, close_slot;  // TW_NONE
  int64_t walk_us;                // from one station to another
  const int64_t *walk_from_to;    // [n_place * n_place] instead of walk_us; NULL
  int32_t call_at, call_until;    // comes when so many wait and stays until so many are left; 0: always
} tw_pool;

// A loop of cards: what may be in a section of the line at one time (SEMANTICS 8.4).
typedef struct tw_loop {
  const char *name;
  int64_t limit;
  int32_t until_i;   // place whose leaving gives the card back; TW_NONE: the end of the line
  int32_t demand_i;  // base stock: its waiting demands add to the limit; TW_NONE
  bool is_kanban;
  int32_t n_member;
  const int32_t *member;  // [n_member] places where a part takes a card
} tw_loop;

// Pieces that are used up and delivered again: spare parts.
typedef struct tw_stock {
  const char *name;
  bool is_unlimited;
  int64_t n_at_start, n_per_delivery;
  int32_t every_site, slot;  // TW_NONE: never delivered
} tw_stock;

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
  const tw_dist *const *by_part;  // [n_part_type], or [graph.n_step] of "route-time", or [choices] of a table; NULL: dist serves all
  uint64_t key;                   // hash of names; the run mixes in seed and replication
} tw_site;

// One step of a setup on one machine.
typedef struct tw_setup_step {
  const char *name;       // as in the line file; of the last one "setup"
  int32_t site;           // how long it takes; of the last one drawn with the index from * n_key + to
  tw_demands needs;
  int64_t priority;       // of its request for people
  bool is_while_running;  // done while the machine still works on what came before
} tw_setup_step;

// Setups of one station (SEMANTICS 7.1). A key is what a machine is set up for: a family or a part type.
// From a key to itself, and of the first part ever where there is no `initial`, nothing is to be done.
typedef struct tw_setup {
  bool is_by_part;
  int32_t n_key;
  const int32_t *key_of_type;    // [n_part_type]
  const char *const *key_name;   // [n_key]
  int32_t initial;               // key that every machine is set up for at the start; TW_NONE: any
  int32_t min_run;               // parts of a key before another one, while there are such; 0: no matter
  int32_t n_startup_scrap;       // parts behind a setup that are scrap
  int32_t n_step;                // at least 1
  const tw_setup_step *step;     // [n_machine * n_step] step k of machine number m at m * n_step + k:
                                 // those while running, the others in file order, "setup" last
  const tw_expr *factor;         // multiplies the times of steps that stop the machine; NULL: 1
  int32_t n_approval;            // parts behind a setup that must be approved; 0: none
  const int32_t *approval_site;  // [n_machine] for tw_draw with the part's type; NULL: no approval
  tw_demands approval_needs;
  int64_t approval_priority;
  const double *mean_s;          // [n_key * n_key] mean of all steps that stop the machine, at
                                 // from * n_key + to; 0 from a key to itself, NAN where there is none
} tw_setup;

// What an event of the agenda is of. quick: a shortcut for an event that is alone in its round while
// nothing is marked; false: it did nothing, and the event goes its usual way. NULL: there is none.
typedef struct tw_slot {
  int32_t node_i, machine_i, purpose;
  bool (*quick)(struct tw_run *run, const void *quick_of);
  const void *quick_of;
} tw_slot;

// Where each section of the run block is; filled in by engine/layout.c.
enum { TW_SECTION_MAX = 96 };
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
  tw_host host;  // of the line and of everything that is made from it
  tw_line_source source;
  tw_doc doc;
  tw_graph graph;
  uint64_t text_hash, hash;
  int64_t horizon_us, warmup_us, max_parts;
  uint64_t seed;

  int32_t n_part_type, n_attribute, n_family;
  const tw_part_type *part_type;
  const char *const *attribute_name;  // [n_attribute]
  const tw_dim *attribute_dim;
  int32_t n_carried;                  // attributes of which each part has a value of its own
  int32_t *carried;                   // [n_carried] attributes
  int32_t *carried_of;                // [n_attribute] its number among them; TW_NONE

  // mean process time that a part at a place still needs; NULL: nobody asks
  const double *time_left_s;           // [n_place * n_part_type] of parts without a route
  const double *step_left_s;           // [graph.n_step] before that step of a route

  int32_t n_loop, n_order;
  tw_loop *loop;                       // [n_loop]
  bool has_due;                        // some part can have a due date
  bool has_shift_word;                 // some expression asks how old the present shift is
  int32_t n_opening_stock, n_opening_machine;
  const tw_opening_stock *opening_stock;      // [n_opening_stock] in file order
  const tw_opening_machine *opening_machine;  // [n_opening_machine]

  int32_t n_reach_word;
  const uint64_t *reach;               // [n_place * n_reach_word] part types that can get to a place

  int32_t n_calendar;
  const tw_calendar *calendar;         // [n_calendar] in file order

  int32_t n_place, n_machine, n_mode, n_site, n_slot, n_kind;
  tw_place *place;
  const int32_t *place_by_mark;        // [n_place]
  tw_machine_param *machine;
  tw_mode *mode;
  tw_site *site;
  tw_slot *slot;
  uint64_t *slot_low;                  // [n_slot] constant low key words of the agenda
  int32_t end_slot, warmup_slot, wake_slot;

  int32_t shift_calendar_i;      // by whose shifts figures are cut; TW_NONE
  int32_t shift_slot;
  double shift_s;  // working time of a shift of the default calendar, 8 h where there is none
  int64_t week_offset_us;        // start of the run, from Monday 00:00
  tw_energy_param energy;
  tw_cost_param cost;
  int32_t n_cause, n_stock, n_setup, n_early;
  tw_cause *cause;               // [n_cause]
  const tw_stock *stock;         // [n_stock]
  tw_setup_param *setup;         // [n_setup]
  bool has_idle_maintenance;
  bool has_stop_figures;         // minor stops or maintenance: figures of their own
  bool has_factor;               // some time of work or of a setup is multiplied when it is drawn
  bool draws_ahead;              // some pool looks whether a task ends in its shift

  int32_t n_pool, n_worker, n_group;
  tw_pool *pool;
  const tw_worker *worker;
  const tw_group *group;

  int32_t n_defect, n_made;
  const char *const *defect_name;      // [n_defect]
  tw_made_defect *made;                // [n_made] by place
  bool has_quality;                    // something makes defects or inspects

  int32_t n_system, n_body, n_member;  // continuous objects, systems of models on machines
  tw_body *body;
  tw_member *member;
  int32_t n_variable, n_word, n_model_event, n_output;  // of all members
  bool has_model_power;                // some model draws power; then prices and windows have a slot
  int32_t meter_slot;
  int32_t n_shared_variable;
  tw_station_variable *shared_variable;  // [n_shared_variable] states of shared models
  tw_model_names shared_models;
  int32_t n_signal;
  tw_signal *signal;                   // [n_signal] what can be written down of machine models

  const tw_kind *const *kind;          // [n_kind]
  int32_t *n_of_kind;                  // [n_kind] places of each kind
  int32_t first_kind_section;
  bool has_hold_and_wait;              // deadlock is possible: check when a machine blocks
  tw_layout layout;
} tw_line;

static inline const tw_memory *tw_line_memory(const tw_line *line) { return &line->host.memory; }

// Marks of a settle: the places by rank, those who wait for people, the bodies of models.
static inline int32_t tw_n_mark(const tw_line *line) { return line->n_place + 1 + (line->n_body > 0); }

// What can be read of the models of a place's machines; TW_NONE: of the shared ones.
static inline const tw_model_names *tw_line_models(const tw_line *line, int32_t place_i) {
  return place_i == TW_NONE ? &line->shared_models : &line->place[place_i].models;
}

// Can parts of this type get to the place?
static inline bool tw_line_reaches(const tw_line *line, int32_t place_i, int32_t part_type) {
  const uint64_t *word = line->reach + (size_t)place_i * (size_t)line->n_reach_word;
  return word[part_type / 64] >> (part_type % 64) & 1;
}

tw_line *tw_line_ref(tw_line *line);
void tw_line_unref(tw_line *line);

#endif
