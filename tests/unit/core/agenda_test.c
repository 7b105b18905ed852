// The pending-event set: order, ties, moving and cancelling, the open top, and long random runs
// against an oracle that scans a plain list.

#include <criterion/criterion.h>

#include "core/agenda.h"

enum { N_SLOT_MAX = 600 };

typedef struct fixture {
  tw_agenda agenda;
  uint32_t n_slot;
  tw_agenda_key heap[N_SLOT_MAX];
  uint32_t position[N_SLOT_MAX];
  uint64_t low[N_SLOT_MAX];
  uint32_t n_pending;
  // The oracle: the tick of each slot, -1 for none.
  int64_t ticks[N_SLOT_MAX];
  uint64_t random;
} fixture;

static uint32_t toss(fixture *f, uint32_t n) {
  f->random = f->random * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((f->random >> 33) % n);
}

// Slots with classes and priorities that do not rise with the slot.
static void set_up(fixture *f, uint32_t n_slot, uint64_t seed) {
  f->n_slot = n_slot;
  f->random = seed;
  f->agenda = (tw_agenda){f->heap, f->position, &f->n_pending, f->low};
  for (uint32_t slot = 0; slot < n_slot; slot++) {
    f->low[slot] = tw_agenda_low(toss(f, 3), toss(f, 4), slot);
    f->ticks[slot] = -1;
  }
  tw_agenda_init(&f->agenda, n_slot);
}

static void put(fixture *f, uint32_t slot, int64_t tick) {
  tw_agenda_put(&f->agenda, slot, tick);
  f->ticks[slot] = tick;
}

static void cancel(fixture *f, uint32_t slot) {
  tw_agenda_cancel(&f->agenda, slot);
  f->ticks[slot] = -1;
}

// The slot that must come first by tick, class, priority, slot; n_slot when nothing is pending.
static uint32_t find_first(const fixture *f) {
  uint32_t first = f->n_slot;
  for (uint32_t slot = 0; slot < f->n_slot; slot++) {
    if (f->ticks[slot] < 0) continue;
    if (first == f->n_slot || f->ticks[slot] < f->ticks[first] ||
        (f->ticks[slot] == f->ticks[first] && f->low[slot] < f->low[first])) {
      first = slot;
    }
  }
  return first;
}

static void check(const fixture *f) {
  const uint32_t first = find_first(f);
  cr_assert(tw_agenda_is_sound(&f->agenda, f->n_slot));
  if (first == f->n_slot) {
    cr_assert(tw_agenda_top_tick(&f->agenda) == INT64_MAX && f->n_pending == 0);
    return;
  }
  cr_assert(tw_agenda_top_slot(&f->agenda) == first);
  cr_assert(tw_agenda_top_tick(&f->agenda) == f->ticks[first]);
  for (uint32_t slot = 0; slot < f->n_slot; slot++) {
    cr_assert(tw_agenda_is_pending(&f->agenda, slot) == (f->ticks[slot] >= 0));
    if (f->ticks[slot] >= 0) cr_assert(tw_agenda_tick(&f->agenda, slot) == f->ticks[slot]);
  }
}

Test(agenda, is_empty_at_first) {
  fixture f;
  set_up(&f, 5, 1);
  check(&f);
  cancel(&f, 3);
  check(&f);
}

Test(agenda, pops_equal_ticks_in_class_then_priority_then_slot_order) {
  fixture f;
  set_up(&f, 5, 1);
  f.low[0] = tw_agenda_low(2, 0, 0);
  f.low[1] = tw_agenda_low(1, 7, 1);
  f.low[2] = tw_agenda_low(1, 3, 2);
  f.low[3] = tw_agenda_low(1, 3, 3);
  f.low[4] = tw_agenda_low(255, 0xffffff, 4);
  // The order in which they are put does not matter, an earlier tick does.
  const uint32_t orders[3][5] = {{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {3, 0, 4, 2, 1}};
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 5; j++) {
      const uint32_t slot = orders[i][j];
      tw_agenda_put(&f.agenda, slot, slot == 4 ? 9 : 10);
    }
    const uint32_t wanted[] = {4, 2, 3, 1, 0};
    for (int j = 0; j < 5; j++) cr_assert(tw_agenda_pop(&f.agenda) == wanted[j], "%d %d", i, j);
  }
}

Test(agenda, compares_ticks_as_whole_numbers_up_to_the_largest) {
  fixture f;
  set_up(&f, 4, 1);
  put(&f, 0, INT64_MAX - 1);
  put(&f, 1, (int64_t)1 << 32);
  put(&f, 2, ((int64_t)1 << 32) - 1);
  put(&f, 3, 0);
  const uint32_t wanted[] = {3, 2, 1, 0};
  for (int i = 0; i < 4; i++) cr_assert(tw_agenda_pop(&f.agenda) == wanted[i]);
}

Test(agenda, agrees_with_a_list_under_random_puts_moves_and_cancels) {
  const uint32_t sizes[] = {1, 2, 4, 5, 6, 17, 22, 85, 600};
  for (int i = 0; i < 9; i++) {
    fixture f;
    set_up(&f, sizes[i], 42 + (uint64_t)i);
    const uint32_t span = sizes[i] * 2;  // many ties
    for (int step = 0; step < 4000; step++) {
      const uint32_t slot = toss(&f, f.n_slot), what = toss(&f, 10);
      if (what < 6) {
        put(&f, slot, toss(&f, span));
      } else if (what < 8) {
        cancel(&f, slot);
      } else if (f.n_pending > 0) {
        const uint32_t first = find_first(&f);
        cr_assert(tw_agenda_pop(&f.agenda) == first);
        f.ticks[first] = -1;
      }
      check(&f);
    }
  }
}

// As the engine does it: the top stays open while its handler puts and cancels at will, also at the
// present tick and before the slot that is being handled.
Test(agenda, agrees_with_a_list_when_tops_are_handled_in_place) {
  const uint32_t sizes[] = {1, 2, 5, 21, 100};
  for (int i = 0; i < 5; i++) {
    fixture f;
    set_up(&f, sizes[i], 7 + (uint64_t)i);
    for (uint32_t slot = 0; slot < f.n_slot; slot++) put(&f, slot, toss(&f, 20));
    for (int step = 0; step < 5000; step++) {
      if (f.n_pending == 0) put(&f, toss(&f, f.n_slot), toss(&f, 20));
      const uint32_t first = find_first(&f);
      const int64_t now = f.ticks[first];
      cr_assert(tw_agenda_begin_top(&f.agenda) == first);
      f.ticks[first] = -1;
      cr_assert(!tw_agenda_is_pending(&f.agenda, first));
      const uint32_t n_action = toss(&f, 5);
      for (uint32_t j = 0; j < n_action; j++) {
        const uint32_t slot = toss(&f, 3) == 0 ? first : toss(&f, f.n_slot);
        if (toss(&f, 4) > 0)
          put(&f, slot, now + toss(&f, 3));
        else
          cancel(&f, slot);
      }
      tw_agenda_end_top(&f.agenda, first);
      check(&f);
    }
  }
}

Test(agenda, tells_whether_the_open_tick_has_more_below_a_low_word) {
  fixture f;
  set_up(&f, 50, 3);
  for (int step = 0; step < 2000; step++) {
    for (uint32_t slot = 0; slot < 50; slot++) put(&f, slot, toss(&f, 40));
    for (uint32_t slot = toss(&f, 50); slot < 50; slot++) cancel(&f, slot);
    if (f.n_pending == 0) continue;
    const uint32_t first = find_first(&f);
    const int64_t now = f.ticks[first];
    cr_assert(tw_agenda_begin_top(&f.agenda) == first);
    f.ticks[first] = -1;
    const uint64_t limit = tw_agenda_low(toss(&f, 4), 0, 0);
    bool wanted = false;
    for (uint32_t slot = 0; slot < 50; slot++) {
      wanted = wanted || (f.ticks[slot] == now && f.low[slot] < limit);
    }
    cr_assert(tw_agenda_has_more(&f.agenda, first, now, limit) == wanted);
    // The handled slot again, at this tick or later: now it counts as any other.
    put(&f, first, now + toss(&f, 2));
    wanted = wanted || (f.ticks[first] == now && f.low[first] < limit);
    cr_assert(tw_agenda_has_more(&f.agenda, first, now, limit) == wanted);
    tw_agenda_end_top(&f.agenda, first);
    check(&f);
  }
}

Test(agenda, a_slot_put_again_and_cancelled_while_open_is_gone) {
  fixture f;
  set_up(&f, 8, 5);
  for (uint32_t slot = 0; slot < 8; slot++) put(&f, slot, 10 + slot);
  cr_assert(tw_agenda_begin_top(&f.agenda) == 0);
  put(&f, 0, 12);
  cancel(&f, 0);
  put(&f, 5, 10);
  tw_agenda_end_top(&f.agenda, 0);
  check(&f);
  cr_assert(tw_agenda_top_slot(&f.agenda) == 5 && f.n_pending == 7);
}

Test(agenda, copies_of_its_arrays_go_on_alike) {
  fixture f, copy;
  set_up(&f, 100, 9);
  for (uint32_t slot = 0; slot < 100; slot++) put(&f, slot, toss(&f, 1000));
  copy = f;
  copy.agenda = (tw_agenda){copy.heap, copy.position, &copy.n_pending, copy.low};
  while (f.n_pending > 0) {
    cr_assert(tw_agenda_top_tick(&f.agenda) == tw_agenda_top_tick(&copy.agenda));
    cr_assert(tw_agenda_pop(&f.agenda) == tw_agenda_pop(&copy.agenda));
  }
  cr_assert(copy.n_pending == 0);
}

Test(agenda, large_heaps_stay_sound) {
  enum { N = 20000 };
  static tw_agenda_key heap[N];
  static uint32_t position[N];
  static uint64_t low[N];
  uint32_t n_pending = 0;
  fixture f = {.random = 1};
  const tw_agenda agenda = {heap, position, &n_pending, low};
  for (uint32_t slot = 0; slot < N; slot++) low[slot] = tw_agenda_low(1, 0, slot);
  tw_agenda_init(&agenda, N);
  for (uint32_t slot = 0; slot < N; slot++) tw_agenda_put(&agenda, slot, toss(&f, 100000));
  int64_t last = 0;
  for (int i = 0; i < 100000; i++) {
    const int64_t tick = tw_agenda_top_tick(&agenda);
    cr_assert(tick >= last);
    last = tick;
    const uint32_t slot = tw_agenda_begin_top(&agenda);
    tw_agenda_put(&agenda, slot, tick + toss(&f, 100000));
    tw_agenda_end_top(&agenda, slot);
  }
  cr_assert(tw_agenda_is_sound(&agenda, N));
}

Test(agenda, damage_is_noticed) {
  fixture f;
  set_up(&f, 10, 11);
  for (uint32_t slot = 0; slot < 9; slot++) put(&f, slot, 100 + slot);
  fixture bad = f;
#define EXPECT_DAMAGE(change) \
  bad = f; \
  bad.agenda = (tw_agenda){bad.heap, bad.position, &bad.n_pending, bad.low}; \
  cr_assert(tw_agenda_is_sound(&bad.agenda, 10)); \
  change; \
  cr_assert(!tw_agenda_is_sound(&bad.agenda, 10), #change)
  EXPECT_DAMAGE(bad.n_pending = 11);
  EXPECT_DAMAGE(bad.n_pending = 8);
  EXPECT_DAMAGE(bad.heap[0].tick = 1000);
  EXPECT_DAMAGE(bad.heap[3].tick = -1);
  EXPECT_DAMAGE(bad.heap[2].low ^= 1);
  EXPECT_DAMAGE(bad.heap[2].low |= 0xffffffff);
  EXPECT_DAMAGE(bad.position[9] = 4);
  EXPECT_DAMAGE(bad.position[1] = TW_AGENDA_NONE);
  EXPECT_DAMAGE(tw_agenda_begin_top(&bad.agenda));
}
