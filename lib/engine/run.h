// run.h - a run: the block that holds all state, and the wiring around it (line, sink, callbacks),
// which is not state and is never saved or forked. Whoever has a tw_run may change the block only
// through the functions of this floor.

#ifndef TW_ENGINE_RUN_H
#define TW_ENGINE_RUN_H

#include "base/assert.h"
#include "core/agenda.h"
#include "engine/records.h"
#include "engine/sink.h"
#include "model/line.h"

// Draws of one site replaced by given values (SEMANTICS 10.2): a recorded trace, or a constant.
typedef struct tw_feed {
  const double *values;  // NULL: the site's own stream
  uint64_t n_value;
  bool is_constant;      // values[0] for ever
} tw_feed;

typedef struct tw_run {
  tw_line *line;
  char *block;
  size_t n_byte, n_byte_capacity;

  // Section starts inside the block, set by tw_run_wire after every move of it.
  tw_head *head;
  tw_heap_entry *heap;
  uint32_t *position;
  uint64_t *mark, *mark_top;  // the top word is 0 when nothing is marked
  tw_place_state *place;
  tw_machine *machine;
  tw_mode_state *mode;
  tw_stream_state *stream;
  tw_edge_state *edge;
  tw_worker_state *worker;
  tw_pool_state *pool;
  tw_setup_state *setup;
  tw_early *early;
  tw_factor *factor;  // [n_machine] where line->has_factor
  tw_cause_state *cause;
  tw_stock_state *stock;
  tw_wait *wait;
  tw_group_stat *group_stat;
  tw_duty *duty;
  tw_stop_stat *stop_stat;
  tw_mode_stat *mode_stat;  // [n_mode] where line->cost.is_by_mode
  tw_shift *shift;
  tw_machine_stat *shift_before;  // [n_machine] state times when the present shift began
  tw_machine_stat *shift_state;   // [shifts * n_machine]
  tw_machine_stat *machine_stat;
  tw_place_stat *place_stat;
  tw_part_type_stat *part_type;
  tw_histogram *histogram;  // [0] lead time, [1] wait
  tw_quality *quality;      // [line->has_quality]
  tw_defect_stat *defect;   // [line->n_defect]
  tw_made_stat *made;       // [line->n_made]
  tw_loop_state *loop;      // [line->n_loop]
  tw_order_state *order;    // [line->n_order] of sources that need cards
  tw_tardiness *tardiness;  // [n_part_type] where line->has_due
  tw_scrap_stat *scrap;     // [line->cost.n_scrap]
  tw_body_state *body;      // [line->n_body]
  uint64_t *body_mark;      // bodies to look at in this settle
  tw_variable *variable;    // [line->n_variable]
  tw_word *word;            // [line->n_word]
  tw_model_event_state *model_event;  // [line->n_model_event]
  tw_output *output;        // [line->n_output]
  tw_machine_energy *machine_energy;  // [n_machine]; NULL where nothing draws power
  tw_part_energy *part_energy;        // [n_part_type]
  tw_tariff_energy *tariff_energy;    // [line->energy.n_tariff]
  tw_line_energy *line_energy;        // [1]
  tw_part *part;            // [head->n_part_slot]

  // Host wiring.
  tw_sink sink;             // sink.fact NULL: nobody looks
  tw_sink observer[TW_SINKS_MAX];
  int32_t n_observer;       // who looks (sink.c)
  const tw_feed *feed;      // [n_site] or NULL
  struct tw_physics *physics;  // work areas and caches of bodies (body.h), no state; NULL: there are none
  struct tw_ahead *ahead;   // [n_site] draws made ahead of their time (draw.h), no state
  int (*on_progress)(struct tw_run *run, void *user);
  void *progress_user;
  void *recorder;           // whoever is attached, for the api
  void *losses;             // the same for its losses
  struct tw_op_log *log;       // of operations (log.h); NULL: none
  int32_t stepped_slot;     // event that the last operation "step" ran
  twin_problems *problems;  // of the present call
  twin_status status;       // of the present call; the first error wins
  twin_status ended;        // how the last call ended that moved the run, no state
  bool has_visits_only;     // tests: no shortcut through plain pieces of line (station/serial.h)
  bool is_alone;            // the present event is the only one of its round so far
                            // (nothing else due or marked)
  bool has_new_block;       // during one settle: some machine was blocked just now
  struct {
    int64_t from_us, until_us;
    int32_t tariff_i;
  } price;                  // which tariff holds in this stretch, as found last (energy.c)
  int32_t *scratch;         // of the deadlock search, made when it is first needed
  double next_poll_s;
  int32_t n_until_poll;
} tw_run;

typedef struct tw_run_setup {
  uint64_t seed;
  uint32_t replication;
  bool has_statistics;
  int64_t warmup_us, horizon_us;
} tw_run_setup;

// Makes a run of a line at time zero; NULL when memory is short. Holds the line.
tw_run *tw_run_new(tw_line *line, const tw_run_setup *setup);
void tw_run_free(tw_run *run);

// Sets the section pointers from the block.
void tw_run_wire(tw_run *run);

// Copies state; both runs are of one line. TWIN_ERR_MEMORY leaves dst untouched.
twin_status tw_run_copy(tw_run *dst, const tw_run *src);
tw_run *tw_run_fork(const tw_run *run);
// Gives every stream a key from its old key and salt; what was drawn stays (engine/redraw.h).
void tw_run_reseed(tw_run *run, uint64_t salt);

// Makes room for at least one more part; false (with the run's status set) at max_parts.
bool tw_run_grow(tw_run *run);

// Gives the block exactly n_part_slot part records, the new ones free but in no list; none in use may be
// behind them. False when memory is short.
bool tw_run_resize(tw_run *run, uint32_t n_part_slot);

// Bytes of a block with n_part part records; of one more part.
size_t tw_run_bytes(const tw_line *line, uint32_t n_part);
size_t tw_part_bytes(const tw_line *line);

// State of one place of a kind that declares its own record.
static inline void *tw_run_kind_state(const tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  return run->block + place->state_offset;
}

// Stops the run with an error: the first one counts, and an internal one poisons the run.
void tw_run_stop(tw_run *run, twin_status status, int32_t place_i, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static inline tw_agenda tw_run_agenda(const tw_run *run) {
  return (tw_agenda){.heap = (tw_agenda_key *)run->heap,
                     .position = run->position,
                     .n_pending = &run->head->n_pending,
                     .low = run->line->slot_low};
}

static inline int64_t tw_now(const tw_run *run) {
  return run->head->now_us;
}

// Plans, moves or cancels the event of a slot.
static inline void tw_plan(tw_run *run, int32_t slot, int64_t tick) {
  TW_ASSERT(tick >= run->head->now_us);
  if (tick == run->head->now_us) run->is_alone = false;
  const tw_agenda agenda = tw_run_agenda(run);
  tw_agenda_put(&agenda, (uint32_t)slot, tick);
}

// The same for the event that is being handled: it comes again, on a later tick.
static inline void tw_plan_again(tw_run *run, int32_t slot, int64_t tick) {
  TW_ASSERT(tick > run->head->now_us);
  const tw_agenda agenda = tw_run_agenda(run);
  tw_agenda_put_open(&agenda, (uint32_t)slot, tick);
}
static inline void tw_cancel(tw_run *run, int32_t slot) {
  const tw_agenda agenda = tw_run_agenda(run);
  tw_agenda_cancel(&agenda, (uint32_t)slot);
}

// The pending event of a slot; false: there is none.
static inline bool tw_find_due(const tw_run *run, int32_t slot, int64_t *tick) {
  const tw_agenda agenda = tw_run_agenda(run);
  if (!tw_agenda_is_pending(&agenda, (uint32_t)slot)) return false;
  *tick = tw_agenda_tick(&agenda, (uint32_t)slot);
  return true;
}

// The loop (loop.c).
twin_status tw_run_until(tw_run *run, int64_t tick, twin_problems *problems);
twin_status tw_run_step(tw_run *run, int32_t *slot, twin_problems *problems);
int64_t tw_run_next_tick(const tw_run *run);  // INT64_MAX: nothing is pending
void tw_run_settle(tw_run *run);
// Statistics begin anew at this instant, as at the end of a warm-up, and the file's warm-up is over. Between
// events only.
void tw_run_begin_window(tw_run *run);
// Kinds plan their first events and clocks start, at time zero; or now, for what a state that moves to
// another line does not have. Nothing settles yet.
void tw_run_begin(tw_run *run);

// Layout of a compiled line (layout.c). Returns the bytes before the parts; beyond TW_BLOCK_BYTES_MAX
// the line cannot be run, and the layout is not to be used.
uint64_t tw_layout_make(tw_line *line);

#endif
