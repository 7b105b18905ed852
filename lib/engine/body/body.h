// body.h - continuous objects: the machine models of one machine, kept one accepted step ahead of the line
// (SEMANTICS 9). A body lives in segments, in which nothing of what its equations read changes; inside a
// segment it makes steps, or moves in closed form; where a threshold is crossed an event is located. What
// the line does goes through the functions here, and what others read is exact at any instant of the step.

#ifndef TW_ENGINE_BODY_BODY_H
#define TW_ENGINE_BODY_BODY_H

#include "engine/run.h"

// Work areas and caches of a run's bodies, made with it. Not state: what is in there follows from the
// block. NULL when memory is short.
struct tw_physics;
struct tw_physics *tw_physics_new(const tw_line *line);
void tw_physics_free(struct tw_physics *physics);
// Tells the host of a model that takes very many steps, stiff for an explicit solver; true when it did.
bool tw_bodies_tell(const tw_run *run);

// The block has been exchanged (copy, restore): caches count no more.
void tw_physics_forget(struct tw_physics *physics);

// At time zero: values at the start. Nothing moves before the first settle.
void tw_bodies_start(tw_run *run);

// Something that the models of a machine may read has changed: they look in the settle.
void tw_bodies_mark(tw_run *run, int32_t machine_i);
static inline void tw_bodies_touch(tw_run *run, int32_t machine_i) {
  if (__builtin_expect(run->line->machine[machine_i].n_touch > 0, 0)) tw_bodies_mark(run, machine_i);
}

// When no part and nobody moves any more: marked bodies begin a new segment where something has changed.
void tw_bodies_settle(tw_run *run);

// Events of the agenda.
void tw_body_step_event(tw_run *run, int32_t body_i);
void tw_body_located_event(tw_run *run, int32_t body_i);

// Something happened at a machine that events of its models stand for, on this instant.
void tw_bodies_moment_of(tw_run *run, int32_t machine_i, tw_occasion moment);
static inline void tw_bodies_moment(tw_run *run, int32_t machine_i, tw_occasion moment) {
  if (__builtin_expect(run->line->machine[machine_i].n_member > 0, 0))
    tw_bodies_moment_of(run, machine_i, moment);
}

// States of the machine's models were given other values, now: events whose conditions hold come at once, so
// that what they ask for is known before the next part comes.
void tw_bodies_look(tw_run *run, int32_t machine_i);

// A state as it is now, in SI. variable_i: of the line.
double tw_variable_now(const tw_run *run, const tw_member *member, int32_t i);

// The same at an instant from now to the next event, which nothing changes before.
double tw_variable_at(const tw_run *run, const tw_member *member, int32_t i, int64_t at_us);

// Gives states of a member other values, now.
void tw_variable_set(tw_run *run, const tw_member *member, int32_t i, double value);

// The states of a machine's models as expressions know them, behind the words: [place's n_variable], then
// the shared ones.
void tw_bodies_fill(const tw_run *run, int32_t machine_i, double *values);

// An output as it is now.
double tw_output_now(const tw_run *run, const tw_member *member, int32_t i);
double tw_output_at(const tw_run *run, const tw_member *member, int32_t i, int64_t at_us);

// What a state or output has summed up in the window, up to now: its integral over time, and range.
typedef struct tw_course {
  double integral_s, least, greatest;
} tw_course;
tw_course tw_variable_course(const tw_run *run, const tw_member *member, int32_t i);
tw_course tw_output_course(const tw_run *run, const tw_member *member, int32_t i);

// Power that the models of a machine draw (power.c): books what has been drawn up to now and changes all
// the time; what of it is not booked yet, in J; the edge of prices and windows has come.
void tw_bodies_meter(tw_run *run, int32_t machine_i);
double tw_bodies_unmetered_j(const tw_run *run, int32_t machine_i);
double tw_bodies_metered_w(const tw_run *run, int32_t machine_i);  // now, of what changes all the time
void tw_bodies_meter_event(tw_run *run);

// The statistics window begins.
void tw_bodies_reset(tw_run *run);

// Processing of a part begins, or goes on: the condition that ends it is looked at anew, also where the part
// before has met it on this tick.
void tw_bodies_finish_anew(tw_run *run, int32_t machine_i);

// The event that ends processing on a machine; NULL: it ends by time.
const tw_model_event_state *tw_finish_event(const tw_run *run, int32_t machine_i);

// The states have come from another line: bodies are closed and read what the machines do now. Events whose
// conditions do not hold here can come again.
void tw_bodies_take_up(tw_run *run);

// Makes the marks of bodies, which follow from the rest: those that are closed, or whose words have changed.
// For a state that came from outside.
void tw_bodies_remark(tw_run *run);
bool tw_body_has_new_words(const tw_run *run, int32_t body_i);

// When the next event of an open body is due by its state; INT64_MAX: never in a run, or it has none.
int64_t tw_body_due_us(const tw_run *run, int32_t body_i);

// Names what does not agree in the state of a continuous object (valid.c); NULL: all of it does. Caches of the run are
// used, so they must be of this block (tw_physics_forget).
const char *tw_find_body_fault(const tw_run *run, int32_t body_i);

#endif
