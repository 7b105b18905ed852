// inner.h - what the files of continuous objects share: body.c segments, steps and events;
// programs.c equations as numbers; watch.c thresholds; course.c statistics and reads.

#ifndef TW_ENGINE_BODY_INNER_H
#define TW_ENGINE_BODY_INNER_H

#include <float.h>

#include "core/ode_cvode.h"
#include "core/ode_exact.h"
#include "core/ode_rk.h"
#include "core/ode_root.h"
#include "engine/body/body.h"

// The range of what has not been counted yet runs from here down to minus this: statistics are finite.
#define TW_RANGE_NONE DBL_MAX

// An event is located to within this.
#define TW_LOCATED_WITHIN_S 1e-9

// The closed form of one body in its present segment, a function of its state.
typedef struct tw_closed {
  uint64_t epoch;
  uint32_t n_segment;
  tw_exact exact;
  tw_motion motion;
  double read_s, read[TW_EXACT_N_MAX];  // the states where they were asked for last; below 0: nowhere
  double sum[TW_EXACT_N_MAX];           // and their integrals up to there
} tw_closed;

// What follows for a system in closed form from its words and kept states alone. Modes come back, so some
// are remembered, whichever machine they were met on.
typedef struct tw_setting {
  bool is_used, is_apart;
  double *inputs;                 // [n_word + n_variable - n_state]
  double *at_zero;                // [outputs of the program of roots] at y = 0
  tw_exact exact;
  double drive[TW_EXACT_N_MAX];   // derivatives at y = 0
} tw_setting;
enum { TW_SETTINGS = 8 };

// The functions of a member's roots in its present segment, and whether all stay on their sides in a step.
typedef struct tw_watched {
  uint64_t epoch;
  uint32_t n_segment;
  int32_t away_step;       // n_in_segment of a step in which no condition can turn; 0: none
  double *at_zero;         // [outputs of the program of roots]
} tw_watched;

typedef struct tw_physics {
  uint64_t epoch;                // counts exchanges of the block; from 1
  int32_t n_system, n_body;
  double **area;                 // [n_system * TW_PROGRAM_N] work areas of programs, prepared
  tw_closed *closed;             // [n_body]
  struct tw_stiff *stiff;        // [n_body] solvers with a memory, made when they are needed
  tw_watched *watched;           // [n_member]
  tw_setting *setting;           // [n_system * TW_SETTINGS] those of affine systems are used
  double **atol;                 // [n_body] of each [n_state]
  double *memory;                // of everything below, sized for the largest body, and what is kept for members and settings
  double *y, *z, *dy, *c, *rk_work, *out, *sum_out;
  const tw_memory *from;  // the line's
} tw_physics;

// A body while it is worked on. self of the solvers' callbacks.
typedef struct tw_solve {
  const tw_run *run;
  tw_physics *physics;
  const tw_body *body;
  const tw_body_state *state;
  int32_t body_i;
  const tw_system *rhs_system;   // of a body with one member, by tw_body_ode
  double *rhs_area;
} tw_solve;

// A solver with a memory: where it stands, and what its callbacks point to.
typedef struct tw_stiff {
  tw_cvode *cvode;     // NULL until needed
  uint64_t epoch;      // of the memory; with n_segment and n_step where it stands
  uint32_t n_segment;
  int32_t n_step;
  tw_solve solve;
  double *atol;        // [n_state]
} tw_stiff;

static inline tw_solve tw_solve_of(const tw_run *run, int32_t body_i) {
  return (tw_solve){.run = run,
                    .physics = run->physics,
                    .body = &run->line->body[body_i],
                    .state = &run->body[body_i],
                    .body_i = body_i};
}

static inline const tw_member *tw_member_of(const tw_solve *solve, int32_t k) {
  return &solve->run->line->member[solve->body->member[k]];
}

// Seconds since the origin of the present segment.
static inline double tw_body_elapsed_at(const tw_body_state *state, int64_t at_us) {
  return 1e-6 * (double)(at_us - state->origin_us) - state->origin_s;
}
static inline double tw_body_elapsed_s(const tw_run *run, const tw_body_state *state) {
  return tw_body_elapsed_at(state, run->head->now_us);
}

// Programs (programs.c). The inputs of a program: words and kept states are loaded by `load`, states
// and time by `run`. y: [n_state of the body]; t_s since the origin.
void tw_program_load(const tw_solve *solve, const tw_member *member, tw_system_program which);
void tw_program_at(const tw_solve *solve, const tw_member *member, tw_system_program which, double t_s,
                   const double *y, double *out);
// For one use: both.
void tw_program_once(const tw_solve *solve, const tw_member *member, tw_system_program which, double t_s,
                     const double *y, double *out);
// The system of a body for its solvers. With one member its equations are loaded; several load each time.
tw_ode tw_body_ode(tw_solve *solve);
// A function of roots or outputs, from what its program put out; n: states of its system.
double tw_function_value(const tw_model_function *function, const double *out, int32_t n);

// The body's states t_s behind the origin, at most the end of the present step. y: [n_state].
void tw_body_state_at(const tw_solve *solve, double t_s, double *y);
// At the end of the present step, to the bit what the next one begins with.
void tw_body_end_state(const tw_solve *solve, double *y);
// One of them: state i of a member's system.
double tw_body_read(const tw_solve *solve, const tw_member *member, int32_t i, double t_s);
// The closed form of the present segment, made when it is not there. False: it has none.
const tw_closed *tw_body_closed(const tw_solve *solve);

// Thresholds (watch.c). Finds the first event of the present step (or of a motion in closed form)
// behind from_s: sets pending, pending_s, is_fall of state.
void tw_body_find_event(tw_run *run, int32_t body_i, double from_s);
// Does the comparison of an event with a hysteresis, of the body's member k, fail by so much at y, or has it since the
// present step (or motion) began? Then it can come again, also where the state is back in the band.
bool tw_body_is_behind_band(const tw_solve *solve, int32_t k, const tw_event_param *event, double t_s, const double *y);
// Is it known of the present step that no condition turns in it, nor at its end by rounding? Then nobody has to look.
bool tw_body_is_away(const tw_solve *solve);
// At y, in an open segment: is it plain from comparisons alone, beyond any rounding, that all events of a member that count
// as true still do (is_true), or that none of the others holds?
bool tw_body_is_plain(const tw_solve *solve, int32_t member_i, const double *y, bool is_true);
// Conditions of all events of a member at y. truth: [n_event]; events of moments are false.
void tw_body_truths(const tw_solve *solve, const tw_member *member, double t_s, const double *y,
                    bool *truth);

// Segments (body.c). Ends the present one t_s behind its origin: the state there is where the next begins.
void tw_body_close(tw_run *run, int32_t body_i, double t_s);
// Begins one where the last was closed. is_new_mode: a step as long as before says nothing.
void tw_body_open(tw_run *run, int32_t body_i, bool is_new_mode);
// Events whose condition no longer holds at y can come again.
// is_changed: something has been set, so that one that came on this tick is looked at, too.
void tw_body_clear(tw_run *run, int32_t body_i, double t_s, const double *y, bool is_changed);
// The first event whose condition holds at y and was not counted as true; TW_NONE: none.
int32_t tw_body_find_true(tw_run *run, int32_t body_i, double t_s, const double *y);

// Steps (step.c): makes them until the present instant lies inside one or an event comes before, and
// plans what comes first.
void tw_body_make_steps(tw_run *run, int32_t body_i);
void tw_body_plan(tw_run *run, int32_t body_i);
// Stops the run: the model `what`.
void tw_body_stop(tw_run *run, int32_t body_i, const char *format, ...) __attribute__((format(printf, 3, 4)));
// What a value is that is not finite, in words.
const char *tw_body_fault(double value);
// Behind the first steps of a segment: an event that has just set states so that its threshold is left has not
// left it, as the way there and back is shorter than the solver's error. Then the run has stopped.
bool tw_body_is_lost(tw_run *run, int32_t body_i);

// Events (event.c): the event comes at the origin of the closed segment, or ceases there.
void tw_body_fire(tw_run *run, int32_t body_i, const tw_member *member, int32_t event_i, bool is_fall);

// Statistics (course.c): counts the segment up to t_s.
void tw_body_book(tw_run *run, int32_t body_i, double t_s);

// All outputs of a member between two instants of the present segment. course: [n_output].
void tw_output_courses(const tw_solve *solve, const tw_member *member, double from_s, double to_s,
                       tw_course *course);

// Power (power.c): the segment begins, or has passed up to t_s.
void tw_body_power_begin(tw_run *run, int32_t body_i);
void tw_body_power_book(tw_run *run, int32_t body_i, double t_s);

enum { TW_MEMBER_EVENTS_MAX = 256, TW_STEPS_IN_SEGMENT = 100 };  // steps: of cvode, so that a replay is bounded

#endif
