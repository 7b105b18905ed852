// records.h - what a run block is made of: one list per record, from which struct and state table are
// made. Times are ticks (us). A kind's own state is declared beside the kind.

#ifndef TW_ENGINE_RECORDS_H
#define TW_ENGINE_RECORDS_H

#include "core/ode.h"
#include "core/stream.h"
#include "engine/energy_fields.h"
#include "engine/stat_fields.h"
#include "engine/state_table.h"
#include "model/line.h"
#include "model/state_words.h"

typedef enum tw_down { TW_UP, TW_DOWN_WAITING, TW_DOWN_REPAIR, TW_DOWN_BY_HOST, TW_DOWN_N } tw_down;

// Is a part in the sample of the inspection that it is at?
typedef enum tw_sample { TW_SAMPLE_OPEN, TW_SAMPLE_IN, TW_SAMPLE_OUT, TW_SAMPLE_N } tw_sample;

typedef enum tw_clock_state {
  TW_CLOCK_COUNTS,   // runs, or stands still until its condition holds
  TW_CLOCK_DUE,      // fell due during another repair, or waits for the next start
  TW_CLOCK_REPAIR,   // its own repair is waited for or done
  TW_CLOCK_STATE_N
} tw_clock_state;

// clang-format off
// People at a machine.
typedef enum tw_crew_state {
  TW_CREW_NONE,
  TW_CREW_THERE,
  TW_CREW_WAITED_FOR,
  TW_CREW_WALKING,   // seized, on their way
  TW_CREW_STATE_N
} tw_crew_state;

// How far the steps of a setup are that are done while the machine still works.
typedef enum tw_ahead_state { TW_AHEAD_NONE, TW_AHEAD_WAITS, TW_AHEAD_RUNS, TW_AHEAD_DONE, TW_AHEAD_STATE_N } tw_ahead_state;

#define TW_HEAD_FIELDS(F)                                                                          \
  F(tw_i64, now_us,          , "us", TW_PATH,    TW_NOT_NEGATIVE)                                  \
  F(tw_u64, n_part_made,     , "1",  TW_PATH,    TW_ANY) /* id of the next part */                 \
  F(tw_i64, n_created,       , "1",  TW_PATH,    TW_NOT_NEGATIVE)                                  \
  F(tw_i64, n_shipped,       , "1",  TW_PATH,    TW_NOT_NEGATIVE)                                  \
  F(tw_i64, n_scrapped,      , "1",  TW_PATH,    TW_NOT_NEGATIVE)                                  \
  F(tw_i64, n_lost,          , "1",  TW_PATH,    TW_NOT_NEGATIVE)                                  \
  F(tw_i64, n_consumed,      , "1",  TW_PATH,    TW_NOT_NEGATIVE)                                  \
  F(tw_u32, free_part,       , "1",  TW_DERIVED, TW_OF_PART)                                       \
  F(tw_u32, n_part_slot,     , "1",  TW_DERIVED, TW_ANY)                                           \
  F(tw_u32, n_part,          , "1",  TW_DERIVED, TW_ANY) /* parts in the system */                 \
  F(tw_u32, n_pending,       , "1",  TW_DERIVED, TW_ANY)                                           \
  F(tw_i32, first_waiting,   , "1",  TW_DERIVED, TW_OF_HOLDER) /* who waits for people */          \
  F(tw_i32, n_overtime,      , "1",  TW_DERIVED, TW_NOT_NEGATIVE) /* machines in overtime */       \
  F(tw_i32, n_open_source,   , "1",  TW_DERIVED, TW_NOT_NEGATIVE)                                  \
  F(tw_i32, poison,          , "1",  TW_PATH,    TW_ANY) /* twin_status of a broken run, or 0 */   \
  F(tw_u8,  has_started,     , "1",  TW_PATH,    TW_BOOLEAN)                                       \
  F(tw_u8,  has_statistics,  , "1",  TW_STAT,    TW_BOOLEAN)                                       \
  F(tw_u8,  has_ended_warmup,, "1",  TW_PATH,    TW_BOOLEAN)                                       \
  F(tw_u8,  is_drained,      , "1",  TW_DERIVED, TW_BOOLEAN) /* no order left: free is idle */     \
  F(tw_u32, replication,     , "1",  TW_PATH,    TW_ANY)                                           \
  F(tw_u64, seed,            , "1",  TW_PATH,    TW_ANY)                                           \
  F(tw_i64, window_us,       , "us", TW_PATH,    TW_NOT_NEGATIVE) /* statistics count from here */ \
  F(tw_i64, warmup_us,       , "us", TW_PATH,    TW_NOT_NEGATIVE)                                  \
  F(tw_i64, horizon_us,      , "us", TW_PATH,    TW_NOT_NEGATIVE)                                  \
  F(tw_u64, n_event,         , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, n_on_tick,       , "1",  TW_DERIVED, TW_NOT_NEGATIVE)                                  \
  F(tw_i64, wip_since_us,    , "us", TW_STAT,    TW_ANY)                                           \
  F(tw_i64, wip_max,         , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_f64, wip_us,          , "us", TW_STAT,    TW_ANY)                                           \
  F(tw_i64, shipped_before,  , "1",  TW_STAT,    TW_ANY) /* at the end of the warm-up */           \
  F(tw_i64, scrapped_before, , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, lost_before,     , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, created_before,  , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, n_pass,          , "1",  TW_STAT,    TW_ANY)

#define TW_HEAP_FIELDS(F)                                                                          \
  F(tw_u64, low,             , "1",  TW_DERIVED, TW_ANY)                                           \
  F(tw_i64, tick,            , "us", TW_DERIVED, TW_NOT_NEGATIVE)

#define TW_POSITION_FIELDS(F)                                                                      \
  F(tw_u32, at,              , "1",  TW_DERIVED, TW_ANY)

#define TW_MARK_FIELDS(F)                                                                          \
  F(tw_u64, word,            , "1",  TW_DERIVED, TW_ANY)

#define TW_STREAM_FIELDS(F)                                                                        \
  F(tw_u64, key,             , "1",  TW_PATH,    TW_ANY)                                           \
  F(tw_u64, n,               , "1",  TW_PATH,    TW_ANY)

#define TW_MACHINE_FIELDS(F)                                                                       \
  F(tw_i64, since_us,        , "us", TW_STAT,    TW_NOT_NEGATIVE) /* of the present state */       \
  F(tw_i64, spell_us,        , "us", TW_PATH,    TW_NOT_NEGATIVE) /* this spell of work began */   \
  F(tw_i64, end_us,          , "us", TW_PATH,    TW_NOT_NEGATIVE) /* planned end while it runs */  \
  F(tw_i64, left_us,         , "us", TW_PATH,    TW_ANY)          /* of the phase when it stands */\
  F(tw_i64, drawn_us,        , "us", TW_PATH,    TW_NOT_NEGATIVE) /* of the phase, as drawn */     \
  F(tw_i64, waiting_us,      , "us", TW_PATH,    TW_NOT_NEGATIVE) /* free, or finished, since */   \
  F(tw_i64, down_us,         , "us", TW_PATH,    TW_NOT_NEGATIVE) /* down since */                 \
  F(tw_u32, part,            , "1",  TW_PATH,    TW_OF_PART)                                       \
  F(tw_i32, exit_i,          , "1",  TW_PATH,    TW_OF_EXIT)                                       \
  F(tw_i32, target,          , "1",  TW_PATH,    TW_OF_PLACE) /* TW_NONE: any of the exit's */     \
  F(tw_i32, reserved,        , "1",  TW_PATH,    TW_OF_PLACE) /* holds a place reserved there */   \
  F(tw_i32, mode,            , "1",  TW_PATH,    TW_OF_MODE)  /* failure mode it is down with */   \
  F(tw_i32, from,            , "1",  TW_PATH,    TW_OF_PLACE) /* where the part came from */       \
  F(tw_u32, held,            , "1",  TW_PATH,    TW_OF_PART) /* pre-empted parts, latest first */  \
  F(tw_i32, next_waiting,    , "1",  TW_DERIVED, TW_OF_HOLDER)                                     \
  F(tw_u32, n_since_stop,    , "1",  TW_PATH,    TW_ANY)                                           \
  F(tw_u8,  phase,           , "1",  TW_PATH,    TW_OF_PHASE)                                      \
  F(tw_u8,  down,            , "1",  TW_PATH,    TW_OF_DOWN)                                       \
  F(tw_u8,  off,             , "1",  TW_PATH,    TW_OF_OFF)                                        \
  F(tw_u8,  state,           , "1",  TW_PATH,    TW_OF_STATE)                                      \
  F(tw_u8,  is_running,      , "1",  TW_PATH,    TW_BOOLEAN) /* its work event is pending */       \
  F(tw_u8,  has_request,     , "1",  TW_PATH,    TW_BOOLEAN) /* counted in its targets */          \
  F(tw_u8,  must_start,      , "1",  TW_PATH,    TW_BOOLEAN) /* next phase starts in the settle */ \
  F(tw_u8,  is_leaving,      , "1",  TW_PATH,    TW_BOOLEAN) /* scrapped or ejected while down */  \
  F(tw_u8,  host_down,       , "1",  TW_PATH,    TW_BOOLEAN)                                       \
  F(tw_u8,  crew,            , "1",  TW_PATH,    TW_OF_CREW)                                       \
  F(tw_u8,  is_suspended,    , "1",  TW_PATH,    TW_BOOLEAN) /* its people left in mid-task */     \
  F(tw_u8,  is_overtime,     , "1",  TW_PATH,    TW_BOOLEAN) /* its shift is over */

#define TW_MACHINE_STAT_FIELDS(F)                                                                  \
  F(tw_i64, state_us, [TW_N_STATE], "us", TW_STAT, TW_ANY)

#define TW_PLACE_FIELDS(F)                                                                         \
  F(tw_i32, n_request,       , "1",  TW_DERIVED, TW_NOT_NEGATIVE) /* parts that wait for room */   \
  F(tw_i32, n_reserved,      , "1",  TW_DERIVED, TW_NOT_NEGATIVE)                                  \
  F(tw_i32, n_on,            , "1",  TW_DERIVED, TW_NOT_NEGATIVE) /* parts on its machines */      \
  F(tw_i32, n_start,         , "1",  TW_DERIVED, TW_NOT_NEGATIVE) /* machines that must start */   \
  F(tw_i32, pull_at,         , "1",  TW_PATH,    TW_ANY) /* feeder number that is next in turn */  \
  F(tw_i32, push_at,         , "1",  TW_PATH,    TW_ANY) /* target number that is next in turn */

#define TW_PLACE_STAT_FIELDS(F)                                                                    \
  F(tw_i64, n_start,         , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, n_completion,    , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, n_failure,       , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, n_scrapped,      , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_u32, n_fate, [TW_FATE_N], "1", TW_STAT,   TW_ANY)                                           \
  F(tw_i64, n_processing,    , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_f64, processing_s,    , "s",  TW_STAT,    TW_ANY)                                           \
  F(tw_f64, processing_s2,   , "s2", TW_STAT,    TW_ANY)                                           \
  F(tw_i64, n_down,          , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_f64, down_s,          , "s",  TW_STAT,    TW_ANY)                                           \
  F(tw_f64, down_s2,         , "s2", TW_STAT,    TW_ANY)

#define TW_EDGE_FIELDS(F)                                                                          \
  F(tw_u64, n_sent,          , "1",  TW_PATH,    TW_ANY) /* parts sent by ratio */

#define TW_MODE_FIELDS(F)                                                                          \
  F(tw_i64, left,            , "us", TW_PATH,    TW_ANY) /* on its clock: ticks or cycles */       \
  F(tw_i64, since_us,        , "us", TW_PATH,    TW_NOT_NEGATIVE) /* clock runs since */           \
  F(tw_u8,  clock,           , "1",  TW_PATH,    TW_OF_CLOCK_STATE)                                \
  F(tw_u8,  is_running,      , "1",  TW_PATH,    TW_BOOLEAN)                                       \
  F(tw_u8,  is_told,         , "1",  TW_PATH,    TW_BOOLEAN) /* what is left, by a host */         \
  F(tw_i64, drawn,           , "us", TW_PATH,    TW_ANY) /* the interval; when due: overdue by */

#define TW_WORKER_FIELDS(F)                                                                        \
  F(tw_i64, since_us,        , "us", TW_PATH,    TW_NOT_NEGATIVE) /* busy, or idle, since */       \
  F(tw_i32, machine,         , "1",  TW_PATH,    TW_OF_HOLDER) /* TW_NONE: free */                 \
  F(tw_i32, at,              , "1",  TW_PATH,    TW_OF_PLACE) /* where he worked last */           \
  F(tw_i64, there_us,        , "us", TW_PATH,    TW_NOT_NEGATIVE) /* his last walk ends */         \
  F(tw_u8,  is_on,           , "1",  TW_PATH,    TW_BOOLEAN) /* on shift */                        \
  F(tw_i64, busy_us,         , "us", TW_STAT,    TW_ANY) /* walking and overtime count */          \
  F(tw_i64, walk_us,         , "us", TW_STAT,    TW_ANY) /* on shift */                            \
  F(tw_i64, overtime_us,     , "us", TW_STAT,    TW_ANY)

#define TW_POOL_FIELDS(F)                                                                          \
  F(tw_u8,  is_called,       , "1",  TW_PATH,    TW_BOOLEAN) /* pools that come late */

// Who waits for people: machines, then the setups ahead of their machines. Only in lines with people.
#define TW_WAIT_FIELDS(F)                                                                          \
  F(tw_i32, group_i,         , "1",  TW_STAT,    TW_OF_GROUP) /* that is short */                  \
  F(tw_i64, since_us,        , "us", TW_STAT,    TW_ANY)                                           \
  F(tw_i64, worked_us,       , "us", TW_PATH,    TW_NOT_NEGATIVE) /* on a repair, or a step ahead, before its people left */

#define TW_GROUP_STAT_FIELDS(F)                                                                    \
  F(tw_i64, n_waited,        , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_f64, waited_s,        , "s",  TW_STAT,    TW_ANY) /* machines waited for it */

#define TW_SETUP_STATE_FIELDS(F)                                                                   \
  F(tw_i32, key,             , "1",  TW_PATH,    TW_ANY) /* set up for; TW_NONE: nothing yet */    \
  F(tw_i32, next_key,        , "1",  TW_PATH,    TW_ANY) /* being set up for, or prepared for */   \
  F(tw_i32, step,            , "1",  TW_PATH,    TW_NOT_NEGATIVE) /* of the setup under way */     \
  F(tw_u32, n_since,         , "1",  TW_PATH,    TW_ANY) /* parts since the last setup */          \
  F(tw_i64, ahead_end_us,    , "us", TW_PATH,    TW_NOT_NEGATIVE)                                  \
  F(tw_i64, ahead_left_us,   , "us", TW_PATH,    TW_ANY)                                           \
  F(tw_i64, ahead_since_us,  , "us", TW_PATH,    TW_NOT_NEGATIVE) /* asked, or begun */            \
  F(tw_i32, next_waiting,    , "1",  TW_DERIVED, TW_OF_HOLDER)                                     \
  F(tw_i32, ahead_step,      , "1",  TW_PATH,    TW_NOT_NEGATIVE)                                  \
  F(tw_u8,  ahead,           , "1",  TW_PATH,    TW_OF_AHEAD)                                      \
  F(tw_u8,  is_suspended,    , "1",  TW_PATH,    TW_BOOLEAN)                                       \
  F(tw_i64, n_setup,         , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, began_us,        , "us", TW_STAT,    TW_NOT_NEGATIVE)                                  \
  F(tw_f64, setup_s,         , "s",  TW_STAT,    TW_ANY)                                           \
  F(tw_f64, setup_s2,        , "s2", TW_STAT,    TW_ANY)

// Durations drawn before a part is taken, kept until they are used; TW_NOT_BEGUN: none.
#define TW_EARLY_FIELDS(F)                                                                         \
  F(tw_i32, type,            , "1",  TW_PATH,    TW_OF_PART_TYPE)                                  \
  F(tw_u32, step,            , "1",  TW_PATH,    TW_ANY) /* of the part's route */                 \
  F(tw_i64, load_us,         , "us", TW_PATH,    TW_ANY)                                           \
  F(tw_i64, process_us,      , "us", TW_PATH,    TW_ANY)                                           \
  F(tw_i64, unload_us,       , "us", TW_PATH,    TW_ANY)                                           \
  F(tw_i64, setup_us,        , "us", TW_PATH,    TW_ANY)                                           \
  F(tw_u8,  is_declining,    , "1",  TW_PATH,    TW_BOOLEAN) /* they go beyond this shift */

// What the times of a machine's work or setup were multiplied with when they were drawn; 0: nothing was.
// Where something has a factor.
#define TW_FACTOR_FIELDS(F)                                                                        \
  F(tw_f64, value,           , "1",  TW_PATH,    TW_ANY)

#define TW_CAUSE_STATE_FIELDS(F)                                                                   \
  F(tw_i64, since_us,        , "us", TW_PATH,    TW_NOT_NEGATIVE) /* its interval began */         \
  F(tw_i32, n_down,          , "1",  TW_DERIVED, TW_NOT_NEGATIVE) /* machines not yet repaired */

#define TW_STOCK_STATE_FIELDS(F)                                                                   \
  F(tw_i64, n,               , "1",  TW_PATH,    TW_NOT_NEGATIVE)                                  \
  F(tw_i64, since_us,        , "us", TW_PATH,    TW_NOT_NEGATIVE) /* the last delivery */          \
  F(tw_i64, n_used,          , "1",  TW_STAT,    TW_ANY)

// Machines of lines with calendars.
#define TW_DUTY_FIELDS(F)                                                                          \
  F(tw_i64, since_us,        , "us", TW_STAT,    TW_ANY) /* overtime began */                      \
  F(tw_i64, overtime_us,     , "us", TW_STAT,    TW_ANY)

#define TW_PART_TYPE_FIELDS(F)                                                                     \
  F(tw_i64, n_created,       , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, n_shipped,       , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, n_scrapped,      , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, n_lost,          , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_f64, lead_s,          , "s",  TW_STAT,    TW_ANY)                                           \
  F(tw_f64, lead_s2,         , "s2", TW_STAT,    TW_ANY)                                           \
  F(tw_f64, wait_s,          , "s",  TW_STAT,    TW_ANY)                                           \
  F(tw_f64, wait_s2,         , "s2", TW_STAT,    TW_ANY)

#define TW_LOOP_FIELDS(F)                                                                          \
  F(tw_i64, n_out,           , "1",  TW_DERIVED, TW_NOT_NEGATIVE) /* parts that hold a card */     \
  F(tw_i64, n_backorder,     , "1",  TW_PATH,    TW_NOT_NEGATIVE) /* demands that wait */

#define TW_ORDER_FIELDS(F)                                                                         \
  F(tw_i64, n_made,          , "1",  TW_PATH,    TW_NOT_NEGATIVE) /* parts released of an order */

#define TW_TARDINESS_FIELDS(F)                                                                     \
  F(tw_i64, n_due,           , "1",  TW_STAT,    TW_ANY) /* shipped with a due date */             \
  F(tw_i64, n_tardy,         , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_f64, tardy_s,         , "s",  TW_STAT,    TW_ANY)

#define TW_HISTOGRAM_FIELDS(F)                                                                     \
  F(tw_u32, n, [TW_HISTOGRAM_BINS], "1", TW_STAT, TW_ANY)

#define TW_QUALITY_FIELDS(F)                                                                       \
  F(tw_i64, n_first_pass,    , "1",  TW_STAT,    TW_ANY) /* shipped, never rejected */             \
  F(tw_i64, n_rework,        , "1",  TW_STAT,    TW_ANY) /* of the parts that left */              \
  F(tw_i64, n_escaped,       , "1",  TW_STAT,    TW_ANY) /* shipped with a defect */

#define TW_DEFECT_FIELDS(F)                                                                        \
  F(tw_i64, n_escaped,       , "1",  TW_STAT,    TW_ANY)

#define TW_MADE_FIELDS(F)                                                                          \
  F(tw_i64, n_made,          , "1",  TW_STAT,    TW_ANY) /* parts that were without it */

// One continuous object. Its segment began at origin_us + origin_s; steps are counted from there.
#define TW_BODY_FIELDS(F)                                                                          \
  F(tw_i64, origin_us,       , "us", TW_PATH,    TW_ANY)                                           \
  F(tw_f64, origin_s,        , "s",  TW_PATH,    TW_ANY) /* 0 to 1 us */                           \
  F(tw_f64, t_s,             , "s",  TW_PATH,    TW_ANY) /* the present step begins; in closed form: no event up to here, 0: ever */ \
  F(tw_f64, h_s,             , "s",  TW_PATH,    TW_ANY) /* its length; 0: none is made yet */     \
  F(tw_f64, next_h_s,        , "s",  TW_PATH,    TW_ANY) /* to try next; 0: to be estimated */     \
  F(tw_f64, first_h_s,       , "s",  TW_PATH,    TW_ANY) /* cvode: that its first step tried */    \
  F(tw_f64, error,           , "1",  TW_PATH,    TW_ANY) /* of the step, for the next one's size */\
  F(tw_f64, pending_s,       , "s",  TW_PATH,    TW_ANY) /* a located event of this step */        \
  F(tw_i64, burst_us,        , "us", TW_PATH,    TW_ANY) /* located events are counted since */    \
  F(tw_i32, n_burst,         , "1",  TW_PATH,    TW_NOT_NEGATIVE)                                  \
  F(tw_i32, pending,         , "1",  TW_PATH,    TW_OF_MODEL_EVENT)                                \
  F(tw_i32, n_in_segment,    , "1",  TW_PATH,    TW_NOT_NEGATIVE) /* steps made in it */           \
  F(tw_u32, n_segment,       , "1",  TW_PATH,    TW_ANY) /* counts up */                           \
  F(tw_u8,  is_closed,       , "1",  TW_PATH,    TW_BOOLEAN) /* the next segment is not begun */   \
  F(tw_u8,  is_still,        , "1",  TW_PATH,    TW_BOOLEAN) /* nothing changes in this segment */ \
  F(tw_u8,  is_fall,         , "1",  TW_PATH,    TW_BOOLEAN) /* pending: it becomes false */       \
  F(tw_u8,  is_exact,        , "1",  TW_PATH,    TW_BOOLEAN) /* in closed form in this segment */  \
  F(tw_f64, booked_s,        , "s",  TW_STAT,    TW_ANY) /* statistics count the segment up to here */\
  F(tw_f64, metered_s,       , "s",  TW_STAT,    TW_ANY) /* and the energy ledger up to here */    \
  F(tw_i64, n_step,          , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, n_reject,        , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, n_rhs,           , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, n_located,       , "1",  TW_STAT,    TW_ANY)

// A state of a model: a polynomial of the present step, x from 0 to 1. What is kept between events, and
// states in closed form, have c[0] only: the value at the segment's start.
#define TW_VARIABLE_FIELDS(F)                                                                      \
  F(tw_f64, c, [TW_ODE_N_COEFFICIENT], "", TW_PATH, TW_ANY)                                        \
  F(tw_f64, slope,           , "",   TW_PATH,    TW_ANY) /* derivative at the end of the step */   \
  F(tw_f64, start,           , "",   TW_PATH,    TW_ANY) /* of the segment */                      \
  F(tw_f64, integral_s,      , "",   TW_STAT,    TW_ANY) /* unit times s */                        \
  F(tw_f64, least,           , "",   TW_STAT,    TW_OR_INFINITE)                                           \
  F(tw_f64, greatest,        , "",   TW_STAT,    TW_OR_INFINITE)

// What a model's equations read of its machine, as it was when the segment began.
#define TW_WORD_FIELDS(F)                                                                          \
  F(tw_f64, value,           , "",   TW_PATH,    TW_ANY)

#define TW_MODEL_EVENT_FIELDS(F)                                                                   \
  F(tw_i64, last_us,         , "us", TW_PATH,    TW_ANY) /* it came last; -1: never */             \
  F(tw_f64, last_s,          , "s",  TW_PATH,    TW_ANY) /* so much after that tick */             \
  F(tw_i32, n_close,         , "1",  TW_PATH,    TW_NOT_NEGATIVE) /* times within a tick of the one before */ \
  F(tw_u8,  is_true,         , "1",  TW_PATH,    TW_BOOLEAN)                                       \
  F(tw_i64, n,               , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_f64, first_s,         , "s",  TW_STAT,    TW_ANY) /* of the window */

#define TW_OUTPUT_FIELDS(F)                                                                        \
  F(tw_f64, steady_w,        , "W",  TW_STAT,    TW_ANY) /* power: what does not change in the segment */ \
  F(tw_u8,  is_metered,      , "1",  TW_STAT,    TW_BOOLEAN) /* power: changes all the time */     \
  F(tw_f64, integral_s,      , "",   TW_STAT,    TW_ANY)                                           \
  F(tw_f64, least,           , "",   TW_STAT,    TW_OR_INFINITE)                                           \
  F(tw_f64, greatest,        , "",   TW_STAT,    TW_OR_INFINITE)

#define TW_PART_FIELDS(F)                                                                          \
  F(tw_u64, id,              , "1",  TW_PATH,    TW_ANY)                                           \
  F(tw_i64, created_us,      , "us", TW_PATH,    TW_NOT_NEGATIVE)                                  \
  F(tw_i64, entered_us,      , "us", TW_PATH,    TW_NOT_NEGATIVE) /* its present place */          \
  F(tw_i64, worked_us,       , "us", TW_PATH,    TW_NOT_NEGATIVE)                                  \
  F(tw_i64, left_us,         , "us", TW_PATH,    TW_NOT_NEGATIVE) /* of a pre-empted process */    \
  F(tw_i64, drawn_us,        , "us", TW_PATH,    TW_NOT_NEGATIVE)                                  \
  F(tw_i64, due_us,          , "us", TW_PATH,    TW_ANY) /* INT64_MAX: none */                     \
  F(tw_i64, priority,        , "1",  TW_PATH,    TW_ANY)                                           \
  F(tw_f64, key,             , "1",  TW_PATH,    TW_ANY) /* sorts an attribute queue */            \
  F(tw_i32, type,            , "1",  TW_PATH,    TW_OF_PART_TYPE) /* TW_NONE: a free record */     \
  F(tw_i32, place,           , "1",  TW_PATH,    TW_OF_PLACE)                                      \
  F(tw_u32, next,            , "1",  TW_PATH,    TW_OF_PART) /* in its queue, or free list */      \
  F(tw_u32, prev,            , "1",  TW_DERIVED, TW_OF_PART)                                       \
  F(tw_u32, newer,           , "1",  TW_PATH,    TW_OF_PART) /* by arrival in its place */         \
  F(tw_u32, older,           , "1",  TW_DERIVED, TW_OF_PART)                                       \
  F(tw_u32, rework,          , "1",  TW_PATH,    TW_ANY)                                           \
  F(tw_u32, defects,         , "1",  TW_PATH,    TW_ANY) /* bit i: has defect i, seen or not */    \
  F(tw_u32, cards,           , "1",  TW_PATH,    TW_ANY) /* bit i: holds a card of loop i */       \
  F(tw_u32, step,            , "1",  TW_PATH,    TW_ANY) /* of its route: the next one */          \
  F(tw_i32, from,            , "1",  TW_PATH,    TW_OF_PLACE) /* of a pre-empted part */           \
  F(tw_u8,  was_rejected,    , "1",  TW_PATH,    TW_BOOLEAN) /* by some inspection, ever */        \
  F(tw_u8,  sample,          , "1",  TW_PATH,    TW_ANY) /* tw_sample of its visit */

// An attribute that a part carries, as it was written last; what it is now follows (engine/carried.h).
#define TW_CARRIED_FIELDS(F)                                                                       \
  F(tw_f64, value,           , "",   TW_PATH,    TW_ANY)                                           \
  F(tw_i64, at_us,           , "us", TW_PATH,    TW_ANY)
// clang-format on

// The histogram of core/histogram.h, as long as the table says.
#include "core/histogram.h"

#define TW_RECORD(name, FIELDS) \
  typedef struct name { FIELDS(TW_STATE_MEMBER) } name;
TW_RECORD(tw_head, TW_HEAD_FIELDS)
TW_RECORD(tw_heap_entry, TW_HEAP_FIELDS)
TW_RECORD(tw_position, TW_POSITION_FIELDS)
TW_RECORD(tw_mark_word, TW_MARK_FIELDS)
TW_RECORD(tw_stream_state, TW_STREAM_FIELDS)
TW_RECORD(tw_machine, TW_MACHINE_FIELDS)
TW_RECORD(tw_machine_stat, TW_MACHINE_STAT_FIELDS)
TW_RECORD(tw_place_state, TW_PLACE_FIELDS)
TW_RECORD(tw_place_stat, TW_PLACE_STAT_FIELDS)
TW_RECORD(tw_edge_state, TW_EDGE_FIELDS)
TW_RECORD(tw_mode_state, TW_MODE_FIELDS)
TW_RECORD(tw_worker_state, TW_WORKER_FIELDS)
TW_RECORD(tw_pool_state, TW_POOL_FIELDS)
TW_RECORD(tw_wait, TW_WAIT_FIELDS)
TW_RECORD(tw_group_stat, TW_GROUP_STAT_FIELDS)
TW_RECORD(tw_setup_state, TW_SETUP_STATE_FIELDS)
TW_RECORD(tw_early, TW_EARLY_FIELDS)
TW_RECORD(tw_factor, TW_FACTOR_FIELDS)
TW_RECORD(tw_cause_state, TW_CAUSE_STATE_FIELDS)
TW_RECORD(tw_stock_state, TW_STOCK_STATE_FIELDS)
TW_RECORD(tw_duty, TW_DUTY_FIELDS)
TW_RECORD(tw_stop_stat, TW_STOP_FIELDS)
TW_RECORD(tw_mode_stat, TW_MODE_STAT_FIELDS)
TW_RECORD(tw_scrap_stat, TW_SCRAP_FIELDS)
TW_RECORD(tw_shift, TW_SHIFT_FIELDS)
TW_RECORD(tw_part_type_stat, TW_PART_TYPE_FIELDS)
TW_RECORD(tw_histogram, TW_HISTOGRAM_FIELDS)
TW_RECORD(tw_quality, TW_QUALITY_FIELDS)
TW_RECORD(tw_defect_stat, TW_DEFECT_FIELDS)
TW_RECORD(tw_made_stat, TW_MADE_FIELDS)
TW_RECORD(tw_loop_state, TW_LOOP_FIELDS)
TW_RECORD(tw_order_state, TW_ORDER_FIELDS)
TW_RECORD(tw_tardiness, TW_TARDINESS_FIELDS)
TW_RECORD(tw_body_state, TW_BODY_FIELDS)
TW_RECORD(tw_variable, TW_VARIABLE_FIELDS)
TW_RECORD(tw_word, TW_WORD_FIELDS)
TW_RECORD(tw_model_event_state, TW_MODEL_EVENT_FIELDS)
TW_RECORD(tw_output, TW_OUTPUT_FIELDS)
TW_RECORD(tw_machine_energy, TW_MACHINE_ENERGY_FIELDS)
TW_RECORD(tw_part_energy, TW_PART_ENERGY_FIELDS)
TW_RECORD(tw_tariff_energy, TW_TARIFF_ENERGY_FIELDS)
TW_RECORD(tw_line_energy, TW_LINE_ENERGY_FIELDS)
TW_RECORD(tw_part, TW_PART_FIELDS)
TW_RECORD(tw_carried, TW_CARRIED_FIELDS)

// Sections of the block in their order; the kinds' own sections follow, then the parts.
typedef enum tw_section {
  TW_SECTION_HEAD,
  TW_SECTION_HEAP,
  TW_SECTION_POSITION,
  TW_SECTION_MARK,
  TW_SECTION_PLACE,
  TW_SECTION_MACHINE,
  TW_SECTION_MODE,
  TW_SECTION_STREAM,
  TW_SECTION_EDGE,
  TW_SECTION_WORKER,
  TW_SECTION_POOL,
  TW_SECTION_SETUP,
  TW_SECTION_EARLY,
  TW_SECTION_FACTOR,
  TW_SECTION_CAUSE,
  TW_SECTION_STOCK,
  TW_SECTION_WAIT,
  TW_SECTION_GROUP_STAT,
  TW_SECTION_DUTY,
  TW_SECTION_STOP,
  TW_SECTION_MODE_STAT,  // in lines where some failure or maintenance costs money
  TW_SECTION_SHIFT,
  TW_SECTION_SHIFT_BEFORE,
  TW_SECTION_SHIFT_STATE,
  TW_SECTION_MACHINE_STAT,
  TW_SECTION_PLACE_STAT,
  TW_SECTION_PART_TYPE,
  TW_SECTION_HISTOGRAM,
  TW_SECTION_QUALITY,  // one record, or none where nothing makes defects or inspects
  TW_SECTION_DEFECT,
  TW_SECTION_MADE,
  TW_SECTION_LOOP,
  TW_SECTION_ORDER,
  TW_SECTION_TARDINESS,  // by part type; none in a line without due dates
  TW_SECTION_SCRAP,      // by station and part type; none where scrap costs nothing
  TW_SECTION_BODY,
  TW_SECTION_BODY_MARK,
  TW_SECTION_VARIABLE,
  TW_SECTION_WORD,
  TW_SECTION_MODEL_EVENT,
  TW_SECTION_OUTPUT,
  TW_SECTION_MACHINE_ENERGY,  // these four in lines that draw power
  TW_SECTION_PART_ENERGY,
  TW_SECTION_TARIFF_ENERGY,
  TW_SECTION_LINE_ENERGY,
  TW_SECTION_N
} tw_section;

#endif
