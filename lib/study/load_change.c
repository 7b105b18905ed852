// load_change.c - changeovers that the mix of a station costs: in the order of the one sequence
// that feeds it, or from part to part at random. Each machine of a station sees the same mix.

#include <math.h>

#include "base/assert.h"
#include "model/compile.h"
#include "station/kinds.h"
#include "study/load_inner.h"

// A sequence with a least run is followed for so many of its batches; the rest repeats what was
// seen.
enum { STEPS_MAX = 100000, PERIODS_MAX = 1000 };

// What the changeovers of one station are counted with.
typedef struct change_walk {
  const tw_load_flow *flow;
  const tw_setup *setup;
  int32_t place_i;
  tw_load_change sum;
  double n_part;  // visits that the sum is for
  // the campaign that is on, parts of one key behind each other, and the one before
  int32_t key, key_before;
  double n_of_key;
  bool counts, is_counting;  // this campaign; those that begin now
} change_walk;

// So many changes from one key to another.
static void add_changes(change_walk *in, int32_t from, int32_t to, double n) {
  const tw_setup *setup = in->setup;
  TW_ASSERT(from >= 0 && from < setup->n_key && to >= 0 && to < setup->n_key);
  const int32_t pair = from * setup->n_key + to;
  if (from == to || isnan(setup->mean_s[pair])) return;
  const tw_setup_step *last = &setup->step[setup->n_step - 1];
  in->sum.n += n;
  in->sum.setup_s += n * setup->mean_s[pair];
  in->sum.last_s += n * tw_nominal_mean_s(in->flow->line, last->site, pair);
}

// Visits of the station for each part of a type that is released; 0: the type does not come.
static double visits_of(const change_walk *in, int32_t type) {
  const tw_load_flow *flow = in->flow;
  const double released =
      flow->released[TW_RATED][type] + flow->factor * flow->released[TW_SATURATED][type];
  const double visits = tw_load_rate(flow, in->place_i, type);
  return released > 0 && visits > 0 ? visits / released : 0;
}

// The one source that feeds the station in an order that is given; NULL: there are several, or
// none.
static const tw_source_param *only_sequence(const change_walk *in) {
  const tw_line *line = in->flow->line;
  const tw_source_param *found = NULL;
  int32_t n = 0;
  for (int32_t i = 0; i < line->n_place; i++) {
    if (line->place[i].kind != &tw_kind_source || !tw_load_leads_to(line, i, in->place_i)) continue;
    const tw_source_param *param = line->place[i].param;
    bool comes = false;
    for (int32_t b = 0; b < param->n_batch; b++)
      comes = comes || visits_of(in, param->batch[b].part_type) > 0;
    if (!comes) continue;
    found = param;
    n++;
  }
  return n == 1 && found->mix_weight == NULL ? found : NULL;
}

// The campaign is over: so many machines were changed over to it.
static void end_campaign(change_walk *in) {
  const double n_machine = in->flow->line->place[in->place_i].n_machine;
  const double n = in->n_of_key;
  if (in->key_before == TW_NONE || !in->counts || !(n > 0)) return;
  const double run = fmax(n / n_machine, fmin(fmax(in->setup->min_run, 1), n));
  add_changes(in, in->key_before, in->key, n / run);
}

// So many parts of a key come behind the others.
static void add_parts(change_walk *in, int32_t key, double n) {
  if (in->is_counting) in->n_part += n;
  if (key != in->key) {
    end_campaign(in);
    in->key_before = in->key;
    in->key = key;
    in->n_of_key = 0;
    in->counts = in->is_counting;
  }
  in->n_of_key += n;
}

// Where the parts of one key stand that were not taken yet.
typedef struct cursor {
  int32_t at;    // batch; n_batch: none is left
  int64_t left;  // parts of it
} cursor;

// Goes on to the next batch of a key.
static void advance(const change_walk *in, const tw_source_param *source, int32_t key, cursor *at) {
  for (at->at++; at->at < source->n_batch; at->at++) {
    const tw_batch *batch = &source->batch[at->at];
    const bool is_of_key = in->setup->key_of_type[batch->part_type] == key;
    if (!is_of_key || visits_of(in, batch->part_type) <= 0) continue;
    at->left = batch->quantity;
    return;
  }
}

// One period: a machine that keeps to a key for min_run parts takes those before their turn that
// the period still has, then the oldest of all.
static void follow_period(change_walk *in, const tw_source_param *source, cursor *cursors) {
  const int32_t n_key = in->setup->n_key;
  int32_t key = TW_NONE;
  int64_t run = 0;
  for (int32_t k = 0; k < n_key; k++) {
    cursors[k].at = -1;
    advance(in, source, k, &cursors[k]);
  }
  for (;;) {
    const int64_t missing = in->setup->min_run - run;
    const bool keeps = key != TW_NONE && missing > 0 && cursors[key].at < source->n_batch;
    int32_t next = keeps ? key : 0;
    for (int32_t k = 1; !keeps && k < n_key; k++)
      if (cursors[k].at < cursors[next].at) next = k;
    cursor *at = &cursors[next];
    if (at->at >= source->n_batch) return;
    if (next != key) run = 0;
    key = next;
    const int64_t n = keeps && at->left > missing ? missing : at->left;
    add_parts(in, key, (double)n * visits_of(in, source->batch[at->at].part_type));
    run += n;
    at->left -= n;
    if (at->left == 0) advance(in, source, next, at);
  }
}

// Campaigns that begin in the second of three periods count: the first shows what comes before
// them, the third where the last one ends. Orders come once.
static void follow_sequence(change_walk *in, const tw_source_param *source, cursor *cursors) {
  in->key = in->key_before = TW_NONE;
  for (int32_t period = 0; period < (source->is_order_list ? 1 : 3); period++) {
    in->is_counting = source->is_order_list || period == 1;
    follow_period(in, source, cursors);
  }
  if (source->is_order_list) end_campaign(in);
}

// One part after the other, each of a key by its share; a least run makes every run longer.
static void follow_mix(change_walk *in, double *share) {
  const tw_load_flow *flow = in->flow;
  const tw_line *line = flow->line;
  const tw_setup *setup = in->setup;
  const double all = tw_load_rate_of_all(flow, in->place_i);
  if (!(all > 0)) return;
  double same = 0;
  for (int32_t p = 0; p < line->n_part_type; p++)
    share[setup->key_of_type[p]] += tw_load_rate(flow, in->place_i, p) / all;
  for (int32_t k = 0; k < setup->n_key; k++) same += share[k] * share[k];
  if (!(same < 1)) return;
  const double run = 1 / (1 - same);
  const double longer = setup->min_run > 1 ? run / (run + setup->min_run - 1) : 1;
  for (int32_t from = 0; from < setup->n_key; from++)
    for (int32_t to = 0; share[from] > 0 && to < setup->n_key; to++)
      if (share[to] > 0) add_changes(in, from, to, share[from] * share[to] * longer);
  in->n_part = 1;
}

// Approval of the first parts behind a setup holds the machine too.
static double approval_s(const tw_load_flow *flow, int32_t place_i) {
  const tw_setup *setup = flow->line->place[place_i].setup;
  const double all = tw_load_rate_of_all(flow, place_i);
  double mean_s = 0;
  if (setup->n_approval == 0 || setup->approval_site == NULL || !(all > 0)) return 0;
  for (int32_t p = 0; p < flow->line->n_part_type; p++)
    mean_s += tw_load_rate(flow, place_i, p) / all *
              tw_nominal_mean_s(flow->line, setup->approval_site[0], p);
  return mean_s * setup->n_approval;
}

tw_load_change tw_load_change_of(const tw_load_flow *flow, int32_t place_i) {
  const tw_setup *setup = flow->line->place[place_i].setup;
  if (setup == NULL) return (tw_load_change){0};
  tw_arena scratch;
  tw_arena_init_with(&scratch, tw_line_memory(flow->line));
  change_walk in = {.flow = flow, .setup = setup, .place_i = place_i};
  const tw_source_param *source = only_sequence(&in);
  cursor *cursors = tw_arena_take_array(&scratch, (size_t)setup->n_key + 1, sizeof *cursors);
  double *share = tw_arena_take_array(&scratch, (size_t)setup->n_key + 1, sizeof *share);
  if (!scratch.is_out_of_memory) {
    if (source == NULL)
      follow_mix(&in, share);
    else
      follow_sequence(&in, source, cursors);
  }
  tw_arena_free(&scratch);
  if (!(in.n_part > 0)) return (tw_load_change){0};
  tw_load_change change = {.n = in.sum.n / in.n_part,
                           .setup_s = in.sum.setup_s / in.n_part,
                           .last_s = in.sum.last_s / in.n_part};
  change.setup_s += change.n * approval_s(flow, place_i);
  TW_ASSERT(change.n >= 0 && change.setup_s >= 0);
  return change;
}
