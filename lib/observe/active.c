// active.c - which active period is the bottleneck when, see active.h. A period that ends while an
// older one goes on lies within it and is never the longest, so it is dropped: those that are kept
// end in the order in which they began. The successor of a bottleneck is known when every period
// that was active at its end has ended or was dropped.

#include "observe/active.h"

#include <string.h>

#include "base/assert.h"

enum { NOT_ACTIVE = -1 };

typedef struct period {
  int64_t from_us, to_us;
  int32_t machine_i;
} period;

typedef struct tally {
  int64_t *begin_us;  // [n_machine] of the open period; NOT_ACTIVE
  int64_t *sole_us, *shifting_us;
  period *kept;  // [n_machine + 1] ended, not decided yet, in the order of their ends
  int32_t n_kept;
  bool has_current;
  period current;     // the bottleneck whose successor is sought
  int64_t before_us;  // end of the bottleneck before it
} tally;

struct tw_active {
  int32_t n_machine;
  const tw_memory *memory;
  tally at, copy;  // the copy is for reading
};

static bool init_tally(tally *t, int32_t n_machine, const tw_memory *memory) {
  const size_t n = (size_t)n_machine + 1;
  t->begin_us = tw_memory_zeroed(memory, 3 * n, sizeof *t->begin_us);
  t->kept = tw_memory_zeroed(memory, n, sizeof *t->kept);
  if (t->begin_us == NULL || t->kept == NULL) return false;
  t->sole_us = t->begin_us + n;
  t->shifting_us = t->sole_us + n;
  for (int32_t i = 0; i < n_machine; i++) t->begin_us[i] = NOT_ACTIVE;
  return true;
}

tw_active *tw_active_new(int32_t n_machine, const tw_memory *memory) {
  TW_ASSERT(n_machine >= 0);
  tw_active *active = tw_memory_zeroed(memory, 1, sizeof *active);
  if (active == NULL) return NULL;
  active->n_machine = n_machine;
  active->memory = memory;
  if (init_tally(&active->at, n_machine, memory) && init_tally(&active->copy, n_machine, memory))
    return active;
  tw_active_free(active);
  return NULL;
}

void tw_active_free(tw_active *active) {
  if (active == NULL) return;
  tw_memory_free(active->memory, active->at.begin_us);
  tw_memory_free(active->memory, active->at.kept);
  tw_memory_free(active->memory, active->copy.begin_us);
  tw_memory_free(active->memory, active->copy.kept);
  tw_memory_free(active->memory, active);
}

void tw_active_reset(tw_active *active, int64_t now_us) {
  tally *t = &active->at;
  for (int32_t i = 0; i < active->n_machine; i++) {
    if (t->begin_us[i] != NOT_ACTIVE) t->begin_us[i] = now_us;
    t->sole_us[i] = t->shifting_us[i] = 0;
  }
  t->n_kept = 0;
  t->has_current = false;
  t->before_us = 0;
}

static int64_t oldest_open(const tally *t, int32_t n_machine) {
  int64_t oldest = INT64_MAX;
  for (int32_t i = 0; i < n_machine; i++)
    if (t->begin_us[i] != NOT_ACTIVE && t->begin_us[i] < oldest) oldest = t->begin_us[i];
  return oldest;
}

// Books the current bottleneck, whose successor's period began at next_us.
static void book_current(tally *t, int64_t next_us) {
  const period *p = &t->current;
  const int64_t from_us = p->from_us > t->before_us ? p->from_us : t->before_us;
  const int64_t to_us = p->to_us < next_us ? p->to_us : next_us;
  const int64_t sole_us = to_us > from_us ? to_us - from_us : 0;
  t->sole_us[p->machine_i] += sole_us;
  t->shifting_us[p->machine_i] += p->to_us - p->from_us - sole_us;
  t->before_us = p->to_us;
  t->has_current = false;
}

// The longest of the kept periods that were active at an instant; -1: none was.
static int32_t find_longest(const tally *t, int64_t at_us) {
  int32_t best = -1;
  for (int32_t i = 0; i < t->n_kept && t->kept[i].from_us <= at_us; i++)
    if (best < 0 ||
        t->kept[i].to_us - t->kept[i].from_us > t->kept[best].to_us - t->kept[best].from_us)
      best = i;
  return best;
}

// Drops the first n of the kept periods.
static void drop_kept(tally *t, int32_t n) {
  TW_ASSERT(n <= t->n_kept);
  t->n_kept -= n;
  memmove(t->kept, t->kept + n, (size_t)t->n_kept * sizeof *t->kept);
}

// Decides what can be decided: successors among periods that have all ended.
static void decide(tally *t, int32_t n_machine) {
  const int64_t open_us = oldest_open(t, n_machine);
  while (t->n_kept > 0) {
    if (t->has_current && t->kept[0].to_us <= t->current.to_us) {
      drop_kept(t, 1);  // it ended on the same tick and follows nobody
      continue;
    }
    const int64_t at_us = t->has_current ? t->current.to_us : t->kept[0].from_us;
    if (open_us <= at_us) return;
    const int32_t next = find_longest(t, at_us);
    if (t->has_current) book_current(t, next >= 0 ? t->kept[next].from_us : INT64_MAX);
    if (next < 0) continue;
    t->current = t->kept[next];
    t->has_current = true;
    drop_kept(t, next + 1);
  }
}

static void end_period(tally *t, int32_t n_machine, int32_t machine_i, int64_t now_us) {
  const int64_t from_us = t->begin_us[machine_i];
  t->begin_us[machine_i] = NOT_ACTIVE;
  if (now_us == from_us) return;
  bool is_kept = true;
  for (int32_t i = 0; i < n_machine && is_kept; i++) {
    const int64_t other_us = t->begin_us[i];
    const bool is_older = other_us < from_us || (other_us == from_us && i < machine_i);
    is_kept = other_us == NOT_ACTIVE || !is_older;
  }
  if (is_kept) {
    TW_ASSERT(t->n_kept <= n_machine);
    t->kept[t->n_kept++] = (period){from_us, now_us, machine_i};
  }
  decide(t, n_machine);
}

void tw_active_set(tw_active *active, int32_t machine_i, bool is_active, int64_t now_us) {
  TW_ASSERT(machine_i >= 0 && machine_i < active->n_machine);
  tally *t = &active->at;
  if (is_active == (t->begin_us[machine_i] != NOT_ACTIVE)) return;
  if (is_active)
    t->begin_us[machine_i] = now_us;
  else
    end_period(t, active->n_machine, machine_i, now_us);
}

static void copy_tally(tally *to, const tally *from, int32_t n_machine) {
  const tally own = *to;
  const size_t n = (size_t)n_machine + 1;
  *to = *from;
  to->begin_us = own.begin_us;
  to->sole_us = own.sole_us;
  to->shifting_us = own.shifting_us;
  to->kept = own.kept;
  memcpy(to->begin_us, from->begin_us, 3 * n * sizeof *to->begin_us);
  memcpy(to->kept, from->kept, n * sizeof *to->kept);
}

void tw_active_read(tw_active *active, int64_t now_us, int64_t *sole_us, int64_t *shifting_us) {
  tally *t = &active->copy;
  copy_tally(t, &active->at, active->n_machine);
  for (int32_t i = 0; i < active->n_machine; i++)
    if (t->begin_us[i] != NOT_ACTIVE) end_period(t, active->n_machine, i, now_us);
  TW_ASSERT(t->n_kept == 0);
  if (t->has_current) book_current(t, INT64_MAX);
  for (int32_t i = 0; i < active->n_machine; i++) {
    sole_us[i] = t->sole_us[i];
    shifting_us[i] = t->shifting_us[i];
  }
}
