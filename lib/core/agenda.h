// agenda.h - the pending events of a run: for each slot (an entity and a purpose) at most one event
// at a whole tick. A 4-ary implicit heap with the keys in it, and for each slot its place in the
// heap, so that every event can be moved or cancelled exactly. Arrays belong to the caller; a
// tw_agenda is a view that is made on the fly and may be copied.
//
// Events of one tick leave in the order of their constant low words (class, priority, slot). There
// is no sequence counter: the order of equal ticks does not depend on when events were put.
// Invariant: position[slot] = i < *n_pending if and only if heap[i] is the event of that slot.

#ifndef TW_CORE_AGENDA_H
#define TW_CORE_AGENDA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/assert.h"
#include "base/wide.h"

// An event as it lies in the heap; compared as one 128-bit number, the tick above the low word. The
// low word ends with the 32 bits of the slot. Ticks are >= 0.
typedef struct tw_agenda_key {
  uint64_t low;
  int64_t tick;
} tw_agenda_key;

typedef struct tw_agenda {
  tw_agenda_key *heap;  // [n_slot]
  uint32_t *position;   // [n_slot]
  uint32_t *n_pending;
  const uint64_t *low;  // [n_slot], constant: tw_agenda_low(class, priority, slot)
} tw_agenda;

#define TW_AGENDA_NONE UINT32_MAX        // position of a slot without an event
#define TW_AGENDA_OPEN (UINT32_MAX - 1)  // position of the slot between begin_top and end_top

// Empties an agenda: no slot has an event.
void tw_agenda_init(const tw_agenda *agenda, uint32_t n_slot);

// True when the invariant holds: heap order, positions, low words, no open top. For state that was
// read from outside, and for tests.
bool tw_agenda_is_sound(const tw_agenda *agenda, uint32_t n_slot);

static inline uint64_t tw_agenda_low(uint32_t event_class, uint32_t priority, uint32_t slot) {
  TW_ASSERT(event_class <= 0xff && priority <= 0xffffff);
  return (uint64_t)event_class << 56 | (uint64_t)priority << 32 | slot;
}

// -- keys -----------------------------------------------------------------------------------------

// a < b, without a branch.
static inline uint32_t tw_agenda_is_before(tw_agenda_key a, tw_agenda_key b) {
#if TW_HAS_U128
  return ((tw_u128)(uint64_t)a.tick << 64 | a.low) < ((tw_u128)(uint64_t)b.tick << 64 | b.low);
#else
  return (uint32_t)((a.tick < b.tick) | ((a.tick == b.tick) & (a.low < b.low)));
#endif
}

// All ones for 1. Which of two children is earlier is a coin toss, so a branch on it is
// mispredicted every other time; hidden in a register, the mask cannot be turned back into one
// (measured at 1000 pending: 22 ns per hold against 55).
static inline uint64_t tw_agenda_mask(uint32_t is_true) {
  uint64_t mask = 0 - (uint64_t)is_true;
#if defined(__GNUC__)
  __asm__("" : "+r"(mask));
#endif
  return mask;
}

static inline tw_agenda_key tw_agenda_choose(tw_agenda_key a, tw_agenda_key b, uint64_t mask_b) {
  const uint64_t low = a.low ^ ((a.low ^ b.low) & mask_b);
  const uint64_t tick = (uint64_t)a.tick ^ (((uint64_t)a.tick ^ (uint64_t)b.tick) & mask_b);
  return (tw_agenda_key){.low = low, .tick = (int64_t)tick};
}

static inline uint32_t tw_agenda_slot_of(tw_agenda_key key) { return (uint32_t)key.low; }

// Index of the least of four keys, as a tournament.
static inline uint32_t tw_agenda_least_of_four(const tw_agenda_key *four) {
  const uint64_t is_1 = tw_agenda_mask(tw_agenda_is_before(four[1], four[0]));
  const uint64_t is_3 = tw_agenda_mask(tw_agenda_is_before(four[3], four[2]));
  const tw_agenda_key a = tw_agenda_choose(four[0], four[1], is_1);
  const tw_agenda_key b = tw_agenda_choose(four[2], four[3], is_3);
  const uint64_t is_b = tw_agenda_mask(tw_agenda_is_before(b, a));
  const uint32_t a_i = (uint32_t)is_1 & 1, b_i = 2 | ((uint32_t)is_3 & 1);
  return a_i ^ ((a_i ^ b_i) & (uint32_t)is_b);
}

// Groups of children below this index have a next generation worth asking for while they are being
// compared; it pays from some 10,000 events on.
static inline uint32_t tw_agenda_prefetch_limit(uint32_t n) { return n > 4096 ? n / 4 - 4 : 0; }

static inline void tw_agenda_prefetch(const tw_agenda_key *heap, uint32_t first) {
#if defined(__GNUC__)
  for (uint32_t i = 0; i < 4; i++) __builtin_prefetch(&heap[4 * (first + i) + 1]);
#else
  (void)heap, (void)first;
#endif
}

// Places `key` at heap[i] or below it.
static inline void tw_agenda_sift_down(const tw_agenda *agenda, uint32_t i, tw_agenda_key key) {
  tw_agenda_key *heap = agenda->heap;
  uint32_t *position = agenda->position;
  const uint32_t n = *agenda->n_pending;
  const uint32_t prefetch_limit = tw_agenda_prefetch_limit(n);
  TW_ASSERT(i < n);
  for (;;) {
    const uint32_t first = 4 * i + 1;
    uint32_t child = first;
    if (first + 4 <= n) {
      if (first < prefetch_limit) tw_agenda_prefetch(heap, first);
      child += tw_agenda_least_of_four(&heap[first]);
    } else {
      if (first >= n) break;
      for (uint32_t j = first + 1; j < n; j++) {
        child = tw_agenda_is_before(heap[j], heap[child]) ? j : child;
      }
    }
    if (!tw_agenda_is_before(heap[child], key)) break;
    heap[i] = heap[child];
    position[tw_agenda_slot_of(heap[i])] = i;
    i = child;
  }
  heap[i] = key;
  position[tw_agenda_slot_of(key)] = i;
}

// Places `key` at heap[i] or above it.
static inline void tw_agenda_sift_up(const tw_agenda *agenda, uint32_t i, tw_agenda_key key) {
  tw_agenda_key *heap = agenda->heap;
  while (i > 0) {
    const uint32_t parent = (i - 1) / 4;
    if (!tw_agenda_is_before(key, heap[parent])) break;
    heap[i] = heap[parent];
    agenda->position[tw_agenda_slot_of(heap[i])] = i;
    i = parent;
  }
  heap[i] = key;
  agenda->position[tw_agenda_slot_of(key)] = i;
}

// Puts `key` into the hole at heap[i], which was left by an event of any tick.
static inline void tw_agenda_fill(const tw_agenda *agenda, uint32_t i, tw_agenda_key key) {
  if (i > 0 && tw_agenda_is_before(key, agenda->heap[(i - 1) / 4])) {
    tw_agenda_sift_up(agenda, i, key);
  } else {
    tw_agenda_sift_down(agenda, i, key);
  }
}

// Takes heap[i] out; its slot's position is the caller's to set.
static inline void tw_agenda_remove_at(const tw_agenda *agenda, uint32_t i) {
  TW_ASSERT(i < *agenda->n_pending);
  const uint32_t last = --*agenda->n_pending;
  if (i != last) tw_agenda_fill(agenda, i, agenda->heap[last]);
}

// -- for everybody --------------------------------------------------------------------------------

static inline bool tw_agenda_is_pending(const tw_agenda *agenda, uint32_t slot) {
  return agenda->position[slot] < TW_AGENDA_OPEN;
}

// Tick of a pending event.
static inline int64_t tw_agenda_tick(const tw_agenda *agenda, uint32_t slot) {
  TW_ASSERT(tw_agenda_is_pending(agenda, slot));
  return agenda->heap[agenda->position[slot]].tick;
}

// Sets the event of `slot` to `tick`, whether or not it is pending already.
static inline void tw_agenda_put(const tw_agenda *agenda, uint32_t slot, int64_t tick) {
  const tw_agenda_key key = {.low = agenda->low[slot], .tick = tick};
  const uint32_t i = agenda->position[slot];
  TW_ASSERT(tick >= 0 && tw_agenda_slot_of(key) == slot);
  if (i == TW_AGENDA_OPEN) {
    tw_agenda_sift_down(agenda, 0, key);
  } else if (i == TW_AGENDA_NONE) {
    tw_agenda_sift_up(agenda, (*agenda->n_pending)++, key);
  } else {
    tw_agenda_fill(agenda, i, key);
  }
}

// The same for the slot whose event is being handled, and which is not pending (begin_top below).
static inline void tw_agenda_put_open(const tw_agenda *agenda, uint32_t slot, int64_t tick) {
  TW_ASSERT(tick >= 0 && agenda->position[slot] == TW_AGENDA_OPEN);
  tw_agenda_sift_down(agenda, 0, (tw_agenda_key){.low = agenda->low[slot], .tick = tick});
}

// Takes the event of `slot` out; nothing happens when it has none.
static inline void tw_agenda_cancel(const tw_agenda *agenda, uint32_t slot) {
  const uint32_t i = agenda->position[slot];
  if (i >= TW_AGENDA_OPEN) return;
  agenda->position[slot] = TW_AGENDA_NONE;
  tw_agenda_remove_at(agenda, i);
}

// Tick of the earliest event, INT64_MAX when there is none. Not while a top is open.
static inline int64_t tw_agenda_top_tick(const tw_agenda *agenda) {
  return *agenda->n_pending > 0 ? agenda->heap[0].tick : INT64_MAX;
}

// Slot of the earliest event; there must be one. Not while a top is open.
static inline uint32_t tw_agenda_top_slot(const tw_agenda *agenda) {
  TW_ASSERT(*agenda->n_pending > 0);
  return tw_agenda_slot_of(agenda->heap[0]);
}

// Takes the earliest event out and gives its slot.
static inline uint32_t tw_agenda_pop(const tw_agenda *agenda) {
  const uint32_t slot = tw_agenda_top_slot(agenda);
  tw_agenda_cancel(agenda, slot);
  return slot;
}

// -- handling the earliest event in place ---------------------------------------------------------
//
//   const uint32_t slot = tw_agenda_begin_top(&agenda);
//   handle(slot);                        // may put and cancel any slot, this one too
//   tw_agenda_end_top(&agenda, slot);
//
// An event whose handler puts the same slot again, as most do, then costs one walk down the heap
// instead of a removal and an insertion. In between the slot counts as not pending, and the hole at
// the top holds the least key there is, so that nothing can rise above it. Exactly one top may be
// open; top_tick, top_slot, pop and begin_top must not be called until it is closed.

static inline uint32_t tw_agenda_begin_top(const tw_agenda *agenda) {
  const uint32_t slot = tw_agenda_top_slot(agenda);
  TW_ASSERT(agenda->position[slot] == 0);
  agenda->position[slot] = TW_AGENDA_OPEN;
  agenda->heap[0] = (tw_agenda_key){0, 0};
  return slot;
}

// While `slot`'s event is handled: is another event of its `tick` pending with a low word below
// `low`? Nothing is earlier than that tick, so such an event is the top, once the handler has
// filled it by planning the slot again, or among the top's children, or there is none.
static inline bool tw_agenda_has_more(const tw_agenda *agenda, uint32_t slot, int64_t tick,
                                      uint64_t low) {
  const tw_agenda_key *heap = agenda->heap;
  const uint32_t n = *agenda->n_pending;
  uint32_t is_more = 0;
  if (n > 4) {
    for (uint32_t i = 1; i <= 4; i++) {
      is_more |= (uint32_t)(heap[i].tick == tick) & (uint32_t)(heap[i].low < low);
    }
  } else {
    for (uint32_t i = 1; i < n; i++) {
      is_more |= (uint32_t)(heap[i].tick == tick) & (uint32_t)(heap[i].low < low);
    }
  }
  if (agenda->position[slot] != TW_AGENDA_OPEN && n > 0) {
    is_more |= (uint32_t)(heap[0].tick == tick) & (uint32_t)(heap[0].low < low);
  }
  return is_more != 0;
}

static inline void tw_agenda_end_top(const tw_agenda *agenda, uint32_t slot) {
  if (agenda->position[slot] != TW_AGENDA_OPEN) return;
  agenda->position[slot] = TW_AGENDA_NONE;
  tw_agenda_remove_at(agenda, 0);
}

#endif
