// load_people.c - work by skill spread over the people who have it. One skill after the other is
// poured over its pools like water, lowest load first, with what the other skills put there kept;
// again and again, until nothing moves. Loads are then as even as the skills allow.

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "study/load_inner.h"

enum { ROUNDS_MAX = 200 };
static const double STILL = 1e-9;  // of all work: no more than this moved

// Persons of each pool, as far as they are there.
static double capacity_of(const tw_line *line, int32_t pool_i) {
  const tw_pool *pool = &line->pool[pool_i];
  return (double)pool->n_worker * tw_load_on_share(line, pool->calendar_i);
}

// The level to which water rises that is poured over pools with these loads: bisection, because
// pools are few and the level is monotone in what is poured.
static double level_of(const double *capacity, const double *base, const uint8_t *is_member,
                       int32_t n_pool, double water) {
  double low = INFINITY, all = 0;
  for (int32_t p = 0; p < n_pool; p++) {
    if (!is_member[p] || !(capacity[p] > 0)) continue;
    low = fmin(low, base[p] / capacity[p]);
    all += capacity[p];
  }
  if (!(all > 0)) return (double)NAN;
  double high = low + water / all;
  for (int32_t p = 0; p < n_pool; p++)
    if (is_member[p] && capacity[p] > 0) high = fmax(high, base[p] / capacity[p] + water / all);
  for (int32_t i = 0; i < 100 && low < high; i++) {
    const double middle = low + (high - low) / 2;
    double poured = 0;
    for (int32_t p = 0; p < n_pool; p++)
      if (is_member[p]) poured += fmax(0, middle * capacity[p] - base[p]);
    if (middle == low || middle == high) break;
    if (poured < water)
      low = middle;
    else
      high = middle;
  }
  return high;
}

// Pools of a group.
static void find_members(const tw_line *line, int32_t group_i, uint8_t *is_member) {
  memset(is_member, 0, (size_t)line->n_pool);
  for (int32_t i = 0; i < line->group[group_i].n_worker; i++)
    is_member[line->worker[line->group[group_i].worker[i]].pool_i] = 1;
}

// Pours the work of a group anew; part: [n_pool] what it had put on each pool. Gives the largest
// change.
static double pour(const double *capacity, const uint8_t *is_member, int32_t n_pool, double work,
                   double *part, double *of_pool) {
  for (int32_t p = 0; p < n_pool; p++) of_pool[p] -= part[p];
  const double level = level_of(capacity, of_pool, is_member, n_pool, work);
  double moved = 0, sum = 0;
  for (int32_t p = 0; p < n_pool; p++) {
    const double now = is_member[p] && level >= 0 ? fmax(0, level * capacity[p] - of_pool[p]) : 0;
    moved = fmax(moved, fabs(now - part[p]));
    part[p] = now;
    sum += now;
  }
  // what rounding left over goes along
  for (int32_t p = 0; p < n_pool; p++) {
    if (sum > 0) part[p] *= work / sum;
    of_pool[p] += part[p];
  }
  return moved;
}

bool tw_load_people_spread(const tw_line *line, tw_arena *arena, const double *work,
                           double *of_pool) {
  const size_t n_pool = (size_t)line->n_pool, n_group = (size_t)line->n_group;
  double *capacity = tw_arena_take_array(arena, n_pool + 1, sizeof *capacity);
  double *part = tw_arena_take_array(arena, n_pool * n_group + 1, sizeof *part);
  uint8_t *is_member = tw_arena_take(arena, n_pool + 1);
  if (arena->is_out_of_memory) return false;
  TW_ASSERT(line->n_pool > 0 || line->n_group == 0);
  for (int32_t p = 0; p < line->n_pool; p++) {
    capacity[p] = capacity_of(line, p);
    of_pool[p] = 0;
  }
  double moved = INFINITY, all = 0;
  for (int32_t g = 0; g < line->n_group; g++) all += work[g];
  for (int32_t round = 0; round < ROUNDS_MAX && moved > STILL * all; round++) {
    moved = 0;
    for (int32_t g = 0; g < line->n_group; g++) {
      if (!(work[g] > 0)) continue;
      find_members(line, g, is_member);
      moved = fmax(moved, pour(capacity, is_member, line->n_pool, work[g],
                               part + (size_t)g * n_pool, of_pool));
    }
  }
  return true;
}
