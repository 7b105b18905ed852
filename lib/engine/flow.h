// flow.h - how parts move between places. Whoever has room takes: a place that was marked looks at
// its feeders' offers and takes the best while it has room. Marks are served downstream first, to
// a fixed point, by a loop (SEMANTICS 2.2, 4).

#ifndef TW_ENGINE_FLOW_H
#define TW_ENGINE_FLOW_H

#include "core/marks.h"
#include "engine/run.h"

// What a feeder would hand over now.
typedef struct tw_offer {
  int32_t asker;         // in: the machine that asks; TW_NONE: no particular one
  const tw_setup *only;  // in: it asks for parts of one key of its setup only; NULL: for any
  int32_t only_key;      // in: that key
  int32_t from;          // place
  int32_t machine_i;     // TW_NONE: the place's own queue
  uint32_t part;         // TW_NO_PART: the part is made when it is taken
  int32_t part_type;
  int64_t since_us;      // it waits since
  int64_t priority;      // of the part
  bool is_reservation;   // asks for a place now, the part comes later
  bool has_reservation;  // has asked before: a place is kept for it
} tw_offer;

// True when who asks wants parts of this type.
static inline bool tw_is_wanted(const tw_offer *offer, int32_t part_type) {
  return offer->only == NULL || offer->only->key_of_type[part_type] == offer->only_key;
}

static inline void tw_mark(tw_run *run, int32_t place_i) {
  tw_marks_set(run->mark, tw_n_mark(run->line), run->line->place[place_i].mark_i);
}

// Marks a place because there is a part for it. A station whose machines all hold parts has no use of
// that, unless it may stop one or prepare the next setup; it looks for itself when one becomes free.
static inline void tw_mark_taker(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  if (place->n_machine > 0 && run->place[place_i].n_on == place->n_machine && !place->looks_ahead)
    return;
  tw_mark(run, place_i);
}

// Marks the machines that wait for people; they are served when no part can move any more.
static inline void tw_mark_crew(tw_run *run) {
  tw_marks_set(run->mark, tw_n_mark(run->line), run->line->n_place);
}

// Makes a part at a source; TW_NO_PART when the run had to stop.
uint32_t tw_part_make(tw_run *run, int32_t type, int32_t place_i, int64_t due_us,
                      int64_t priority);

// The part leaves the line: shipped, scrapped or lost (a tw_fact_kind).
void tw_part_end(tw_run *run, uint32_t part, int32_t place_i, int32_t fact_kind);

static inline bool tw_is_watched(const tw_run *run) { return run->sink.fact != NULL; }

// Emits a fact about a part to whoever looks; tw_tell_part asks first whether anybody does.
void tw_tell_part_fact(tw_run *run, int32_t kind, int32_t place_i, int32_t machine_i,
                       const tw_part *part);
static inline void tw_tell_part(tw_run *run, int32_t kind, int32_t place_i, int32_t machine_i,
                                const tw_part *part) {
  if (tw_is_watched(run)) tw_tell_part_fact(run, kind, place_i, machine_i, part);
}

// Books that a part is at a place from now on, on machine machine_i or in its queue.
static inline void tw_part_enter(tw_run *run, uint32_t part_i, int32_t place_i,
                                 int32_t machine_i) {
  tw_part *part = &run->part[part_i];
  part->entered_us = tw_now(run);
  part->place = place_i;
  run->head->n_on_tick++;
  tw_tell_part(run, TW_FACT_ENTER, place_i, machine_i, part);
}
static inline void tw_part_leave(tw_run *run, uint32_t part_i, int32_t place_i,
                                 int32_t machine_i) {
  tw_tell_part(run, TW_FACT_LEAVE, place_i, machine_i, &run->part[part_i]);
}

// A giver has something for the targets of an exit, from now on or no longer. Counted per target, so
// that a place with room and nobody waiting is not visited.
void tw_offer_begin(tw_run *run, int32_t exit_i);
void tw_offer_end(tw_run *run, int32_t exit_i);

// Takes the best part that a place with a single feeder is offered, where no comparison is needed;
// TW_NO_PART: none. Only for feeders that do not reserve.
static inline uint32_t tw_take_only(tw_run *run, int32_t from, int32_t to) {
  return run->line->place[from].kind->hand_over(run, from, to);
}

// offer and give in one, for kinds that have nothing quicker.
uint32_t tw_hand_over(tw_run *run, int32_t from, int32_t to);

// The best offer to a place among all its feeders: waiting longest, then declared priority, file
// order, machine (SEMANTICS 4.4). false: none.
bool tw_best_offer(tw_run *run, int32_t place_i, tw_offer *offer);

// The offer of one feeder (an index into graph.edge).
bool tw_edge_offer(tw_run *run, int32_t edge_i, tw_offer *offer);

// Takes what was offered; returns the part, TW_NO_PART when the run had to stop.
uint32_t tw_accept(tw_run *run, const tw_offer *offer, int32_t to);

// Room for a reservation at a place: its own free places and those of the stations behind it.
bool tw_can_reserve(tw_run *run, int32_t place_i);

// The places that a part of this type may go to by an exit: those that chains lead to; by the main exit
// of a part with a route those where it waits for its step number `step`. n: how many.
const int32_t *tw_choices(const tw_run *run, int32_t exit_i, int32_t part_type, uint32_t step,
                          int32_t *n);

// True when a part that is worked on now, or waits for it, may go from there to a place.
bool tw_is_choice(const tw_run *run, int32_t exit_i, const tw_part *part, int32_t to);

// Gives the push target of an exit for a part of this type and step, or TW_NONE when it is chosen as
// soon as one has room. Advances counters, so it is called once per part.
int32_t tw_push_target_of_many(tw_run *run, int32_t place_i, int32_t exit_i);
static inline int32_t tw_push_target(tw_run *run, int32_t place_i, int32_t exit_i,
                                     int32_t part_type, uint32_t step) {
  const tw_exit *exit = &run->line->graph.exit[exit_i];
  if (run->line->part_type[part_type].n_step > 0) {
    int32_t n;
    const int32_t *choice = tw_choices(run, exit_i, part_type, step, &n);
    return n == 1 ? choice[0] : TW_NONE;
  }
  return exit->n_chain == 1 ? exit->target[0] : tw_push_target_of_many(run, place_i, exit_i);
}
// Largest remainder: which of n shares is furthest behind (SEMANTICS 4.6). counter: [n] edges that
// count what was sent.
int32_t tw_pick_ratio(tw_run *run, const double *weight, const int32_t *counter, int32_t n);

// Which choice of an exit has room and is best now; TW_NONE: none has room. Alternatives of a step are
// compared by the length of their queues.
int32_t tw_push_choose(tw_run *run, int32_t place_i, int32_t exit_i, int32_t part_type,
                       uint32_t step);

// After a place stays full: those who wait for it may have another target with room.
void tw_mark_other_targets(tw_run *run, int32_t place_i);

#endif
