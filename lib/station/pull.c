// pull.c - pull rules. A rule looks at the feeders in the order of "from" and changes nothing but the
// place's memory of whom it served last.

#include "station/pull.h"

#include "base/assert.h"

// How many parts wait at a feeder.
static int64_t count_waiting(const tw_run *run, int32_t edge_i) {
  const int32_t from = run->line->graph.edge[edge_i].from;
  return run->line->place[from].kind->level(run, from);
}

static bool pull_by_priority(tw_run *run, const tw_station_param *param, tw_offer *offer) {
  for (int32_t i = 0; i < param->n_feeder; i++)
    if (tw_edge_offer(run, param->feeder[i], offer)) return true;
  return false;
}

static bool pull_longest_queue(tw_run *run, const tw_station_param *param, tw_offer *best) {
  int64_t most = -1;
  for (int32_t i = 0; i < param->n_feeder; i++) {
    tw_offer offer = *best;  // with what is asked for
    const int64_t n = count_waiting(run, param->feeder[i]);
    if (n <= most || !tw_edge_offer(run, param->feeder[i], &offer)) continue;
    most = n;
    *best = offer;
  }
  return most >= 0;
}

// The feeders in turn, beginning with number `first`; its number in *at.
static bool pull_in_turn(tw_run *run, const tw_station_param *param, int32_t first,
                         tw_offer *offer, int32_t *at) {
  for (int32_t i = 0; i < param->n_feeder; i++) {
    *at = (first + i) % param->n_feeder;
    if (tw_edge_offer(run, param->feeder[*at], offer)) return true;
  }
  return false;
}

int32_t tw_pull_rank(const tw_run *run, const tw_station_param *param, int32_t from) {
  int32_t i = 0;
  while (i < param->n_feeder && run->line->graph.edge[param->feeder[i]].from != from) i++;
  return i;
}

bool tw_pull_offer(tw_run *run, int32_t place_i, const tw_station_param *param, tw_offer *offer,
                   bool *is_other_queue) {
  TW_ASSERT(param->n_feeder > 0);
  if (param->n_feeder == 1) return tw_edge_offer(run, param->feeder[0], offer);
  int32_t *next = &run->place[place_i].pull_at;
  int32_t at;
  switch ((tw_pull)param->pull) {
  case TW_PULL_LONGEST_WAITING: return tw_best_offer(run, place_i, offer);
  case TW_PULL_PRIORITY: return pull_by_priority(run, param, offer);
  case TW_PULL_LONGEST_QUEUE: return pull_longest_queue(run, param, offer);
  case TW_PULL_ROUND_ROBIN:
    if (!pull_in_turn(run, param, *next, offer, &at)) return false;
    *next = (at + 1) % param->n_feeder;
    return true;
  case TW_PULL_POLLING:
    // exhaustive: stays with a queue until it is empty
    if (!pull_in_turn(run, param, *next, offer, &at)) return false;
    *is_other_queue = at != *next;
    *next = at;
    return true;
  }
  return false;
}
