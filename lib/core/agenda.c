// agenda.c - the rare operations of the pending-event set: emptying it and checking it. Everything
// that happens per event is inline in agenda.h.

#include "core/agenda.h"

TW_STATIC_ASSERT(sizeof(tw_agenda_key) == 16, "four children in a cache line, one 128-bit load");
TW_STATIC_ASSERT(TW_AGENDA_OPEN < TW_AGENDA_NONE, "is_pending compares with the smaller mark");

void tw_agenda_init(const tw_agenda *agenda, uint32_t n_slot) {
  TW_ASSERT(n_slot < TW_AGENDA_OPEN);
  *agenda->n_pending = 0;
  for (uint32_t slot = 0; slot < n_slot; slot++) {
    TW_ASSERT((uint32_t)agenda->low[slot] == slot);
    agenda->position[slot] = TW_AGENDA_NONE;
    agenda->heap[slot] = (tw_agenda_key){0, 0};
  }
}

// One event: it knows its slot, its slot knows it, and it is not before its parent.
static bool is_event_sound(const tw_agenda *agenda, uint32_t n_slot, uint32_t i) {
  const tw_agenda_key key = agenda->heap[i];
  const uint32_t slot = tw_agenda_slot_of(key);
  if (slot >= n_slot || key.tick < 0) return false;
  if (key.low != agenda->low[slot] || agenda->position[slot] != i) return false;
  return i == 0 || tw_agenda_is_before(agenda->heap[(i - 1) / 4], key);
}

bool tw_agenda_is_sound(const tw_agenda *agenda, uint32_t n_slot) {
  const uint32_t n = *agenda->n_pending;
  if (n > n_slot) return false;
  for (uint32_t i = 0; i < n; i++) {
    if (!is_event_sound(agenda, n_slot, i)) return false;
  }
  // n events have n different slots, so any further slot that claims a place would be a lie.
  uint32_t n_claim = 0;
  for (uint32_t slot = 0; slot < n_slot; slot++) {
    if (agenda->position[slot] != TW_AGENDA_NONE) n_claim++;
  }
  return n_claim == n;
}
