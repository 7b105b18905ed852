// load_flow.c - how many parts visit each place for what the sources release: parts of a type move
// by fixed shares along the edges of the graph, so visits are a linear map of releases. Without
// back edges one walk from upstream to downstream gives it; what comes in by back edges is unknown
// first and solved by elimination, one unknown for each place that a back edge leads to.

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "station/kinds.h"
#include "study/load_inner.h"

// A pivot that is less than this is no pivot: parts would go round for ever.
static const double PIVOT_MIN = 1e-9;

bool tw_load_eliminate(double *a, double *b, int32_t n) {
  TW_ASSERT(n >= 0 && n <= TW_LOAD_LOOPS_MAX);
  for (int32_t k = 0; k < n; k++) {
    int32_t best = k;
    for (int32_t i = k + 1; i < n; i++)
      if (fabs(a[i * n + k]) > fabs(a[best * n + k])) best = i;
    if (!(fabs(a[best * n + k]) > PIVOT_MIN)) return false;
    for (int32_t j = 0; best != k && j < n; j++) {
      const double other = a[k * n + j];
      a[k * n + j] = a[best * n + j];
      a[best * n + j] = other;
    }
    const double other = b[k];
    b[k] = b[best];
    b[best] = other;
    for (int32_t i = k + 1; i < n; i++) {
      const double share = a[i * n + k] / a[k * n + k];
      for (int32_t j = k; share != 0 && j < n; j++) a[i * n + j] -= share * a[k * n + j];
      b[i] -= share * b[k];
    }
  }
  for (int32_t k = n - 1; k >= 0; k--) {
    for (int32_t j = k + 1; j < n; j++) b[k] -= a[k * n + j] * b[j];
    b[k] /= a[k * n + k];
  }
  return true;
}

// Parts a second of an order list within the horizon, or up to the last date in it; 0: all at once.
static double rate_of_orders(const tw_line *line, const tw_source_param *param) {
  const int64_t horizon_us = line->horizon_us > 0 ? line->horizon_us : INT64_MAX;
  int64_t last_us = 0;
  double n = 0;
  for (int32_t i = 0; i < param->n_batch; i++) {
    const tw_batch *order = &param->batch[i];
    if (order->release_us >= horizon_us) continue;
    n += (double)order->quantity;
    if (order->release_us > last_us) last_us = order->release_us;
    if (order->due_us != INT64_MAX && order->due_us > last_us) last_us = order->due_us;
  }
  const int64_t span_us = line->horizon_us > 0 ? horizon_us : last_us;
  return span_us > 0 ? n / tw_seconds(span_us) : 0;
}

// Parts a second of a source; 0: whenever one is taken.
static double rate_of(const tw_line *line, const tw_source_param *param) {
  if (param->is_order_list) return rate_of_orders(line, param);
  if (param->is_saturated) return 0;
  const double every_s = tw_nominal_mean_s(line, param->every_site, TW_NONE);
  return every_s > 0 ? (double)param->n_per_release / every_s : 0;
}

// What one source releases, by type.
static void add_releases(tw_load_flow *flow, int32_t place_i) {
  const tw_line *line = flow->line;
  const tw_source_param *param = line->place[place_i].param;
  const double rate = rate_of(line, param);
  const int32_t of = rate > 0 ? TW_RATED : TW_SATURATED;
  double sum = 0;
  for (int32_t i = 0; i < param->n_batch; i++)
    sum += param->mix_weight != NULL ? param->mix_weight[i] : (double)param->batch[i].quantity;
  if (!(sum > 0)) return;
  for (int32_t i = 0; i < param->n_batch; i++) {
    const double weight =
        param->mix_weight != NULL ? param->mix_weight[i] : (double)param->batch[i].quantity;
    const int32_t type = param->batch[i].part_type;
    const double parts = (rate > 0 ? rate : 1) * weight / sum;
    flow->released[of][type] += parts;
    flow->visits[of][place_i * line->n_part_type + type] += parts;
  }
}

bool tw_load_flow_init(tw_load_flow *flow, const tw_line *line, tw_arena *arena) {
  const size_t n_type = (size_t)line->n_part_type, n = (size_t)line->n_place * n_type;
  *flow = (tw_load_flow){.line = line, .arena = arena, .factor = 1};
  flow->scrapped = tw_arena_take_array(arena, n + 1, sizeof(double));
  for (int32_t of = 0; of < TW_SOURCE_CLASSES; of++) {
    flow->released[of] = tw_arena_take_array(arena, n_type + 1, sizeof(double));
    flow->visits[of] = tw_arena_take_array(arena, n + 1, sizeof(double));
  }
  flow->is_demanded = tw_arena_take(arena, n_type + 1);
  if (arena->is_out_of_memory) return false;
  flow->nominal = tw_nominal_new(line);
  if (flow->nominal == NULL) return false;
  for (int32_t i = 0; i < line->n_place; i++)
    if (line->place[i].kind == &tw_kind_source) add_releases(flow, i);
  return true;
}

void tw_load_flow_close(tw_load_flow *flow) {
  tw_nominal_free(flow->nominal);
  flow->nominal = NULL;
}

double tw_load_rate(const tw_load_flow *flow, int32_t place_i, int32_t type) {
  TW_ASSERT(place_i >= 0 && place_i < flow->line->n_place);
  TW_ASSERT(type >= 0 && type < flow->line->n_part_type);
  const int32_t i = place_i * flow->line->n_part_type + type;
  return flow->visits[TW_RATED][i] + flow->factor * flow->visits[TW_SATURATED][i];
}

double tw_load_rate_of_all(const tw_load_flow *flow, int32_t place_i) {
  double sum = 0;
  for (int32_t p = 0; p < flow->line->n_part_type; p++) sum += tw_load_rate(flow, place_i, p);
  return sum;
}

bool tw_load_leads_to(const tw_line *line, int32_t from_i, int32_t to_i) {
  TW_ASSERT(from_i >= 0 && to_i >= 0 && to_i < line->n_place);
  const tw_graph *graph = &line->graph;
  tw_arena scratch;
  tw_arena_init_with(&scratch, tw_line_memory(line));
  uint8_t *is_upstream = tw_arena_take(&scratch, (size_t)line->n_place + 1);
  int32_t *stack = tw_arena_take_array(&scratch, (size_t)line->n_place + 1, sizeof *stack);
  bool is_found = scratch.is_out_of_memory != 0;
  int32_t n = 0;
  if (!is_found) stack[n++] = to_i;
  while (n > 0 && !is_found) {
    const int32_t at = stack[--n];
    for (int32_t i = graph->first_feeder[at]; i < graph->first_feeder[at + 1]; i++) {
      const int32_t feeder = graph->edge[graph->feeder[i]].from;
      is_found = is_found || feeder == from_i;
      if (is_upstream[feeder]) continue;
      is_upstream[feeder] = 1;
      stack[n++] = feeder;
    }
  }
  tw_arena_free(&scratch);
  return is_found;
}

// What the solver of one part type works with.
typedef struct walk {
  tw_load_flow *flow;
  int32_t type;
  double *share;  // [n_edge] of the parts at its start
  double *at;     // [n_place] parts a second
  double *back;   // [n_place] that come by back edges
  int32_t n_head;
  int32_t *head;  // [n_head] places that back edges lead to
} walk;

// Carries what is in `at` downstream, in the order of ranks; `back` is what came to back edges.
static void carry(walk *in) {
  const tw_graph *graph = &in->flow->line->graph;
  memset(in->back, 0, (size_t)graph->n_node * sizeof *in->back);
  for (int32_t k = graph->n_node - 1; k >= 0; k--) {
    const int32_t from = graph->by_rank[k];
    if (in->at[from] == 0) continue;
    for (int32_t x = graph->first_exit[from]; x < graph->first_exit[from + 1]; x++)
      for (int32_t i = 0; i < graph->exit[x].n_target; i++) {
        const int32_t edge_i = graph->exit[x].edge[i];
        const tw_edge *edge = &graph->edge[edge_i];
        const double parts = in->at[from] * in->share[edge_i];
        if (edge->is_back)
          in->back[edge->to] += parts;
        else
          in->at[edge->to] += parts;
      }
  }
}

static void find_heads(walk *in) {
  const tw_graph *graph = &in->flow->line->graph;
  for (int32_t e = 0; e < graph->n_edge; e++) {
    if (!graph->edge[e].is_back || in->n_head == TW_LOAD_LOOPS_MAX) continue;
    bool is_known = false;
    for (int32_t i = 0; i < in->n_head; i++)
      is_known = is_known || in->head[i] == graph->edge[e].to;
    if (!is_known) in->head[in->n_head++] = graph->edge[e].to;
  }
}

// What returns to the heads of loops: x = back + M x, where column h of M is what returns of one
// part that comes to head h. a: [n_head * n_head], x: [n_head] gives the answer.
static bool solve_loops(walk *in, double *a, double *x) {
  const int32_t n = in->n_head;
  const size_t n_byte = (size_t)in->flow->line->n_place * sizeof *in->at;
  bool returns = false;
  for (int32_t i = 0; i < n; i++) {
    x[i] = in->back[in->head[i]];
    returns = returns || x[i] > 0;
  }
  if (!returns) return true;
  for (int32_t h = 0; h < n; h++) {
    memset(in->at, 0, n_byte);
    in->at[in->head[h]] = 1;
    carry(in);
    for (int32_t i = 0; i < n; i++) a[i * n + h] = (i == h ? 1 : 0) - in->back[in->head[i]];
  }
  return tw_load_eliminate(a, x, n);
}

// Visits of one type for one class of sources.
static void solve_type(walk *in, int32_t of, double *a, double *x) {
  tw_load_flow *flow = in->flow;
  const tw_line *line = flow->line;
  const size_t n_byte = (size_t)line->n_place * sizeof *in->at;
  memset(in->at, 0, n_byte);
  for (int32_t i = 0; i < line->n_place; i++)
    if (line->place[i].kind == &tw_kind_source)
      in->at[i] = flow->visits[of][i * line->n_part_type + in->type];
  carry(in);
  bool is_solved = true;
  if (in->n_head > 0) {
    is_solved = solve_loops(in, a, x);
    memset(in->at, 0, n_byte);
    for (int32_t i = 0; i < in->n_head; i++) in->at[in->head[i]] = is_solved ? x[i] : (double)NAN;
    for (int32_t i = 0; i < line->n_place; i++)
      if (line->place[i].kind == &tw_kind_source)
        in->at[i] = flow->visits[of][i * line->n_part_type + in->type];
    carry(in);
  }
  for (int32_t i = 0; i < line->n_place; i++)
    flow->visits[of][i * line->n_part_type + in->type] = in->at[i];
}

// Parts with a route go from step to step, to each of its stations evenly.
static void follow_route(tw_load_flow *flow, int32_t type, int32_t of) {
  const tw_line *line = flow->line;
  const tw_part_type *part = &line->part_type[type];
  double *visits = flow->visits[of];
  double parts = flow->released[of][type];
  for (int32_t i = 0; i < line->n_place; i++)
    if (line->place[i].kind != &tw_kind_source) visits[i * line->n_part_type + type] = 0;
  for (int32_t k = part->first_step; k < part->first_step + part->n_step; k++) {
    const tw_route_step *step = &line->graph.step[k];
    double scrapped = 0;
    for (int32_t i = 0; i < step->n_station; i++) {
      const int32_t at = step->station[i] * line->n_part_type + type;
      visits[at] += parts / step->n_station;
      scrapped += parts / step->n_station * flow->scrapped[at];
    }
    visits[line->graph.scrap_i * line->n_part_type + type] += scrapped;
    parts -= scrapped;
  }
  visits[line->graph.out_i * line->n_part_type + type] += parts;
}

// Demands a second of customers at the end of a chain.
static double demand_rate(const tw_line *line, int32_t place_i) {
  for (int32_t i = 0; i < line->n_site; i++)
    if (line->site[i].node_i == place_i && strcmp(line->site[i].purpose, "every") == 0) {
      const double every_s = tw_nominal_mean_s(line, i, TW_NONE);
      return every_s > 0 ? 1 / every_s : 0;
    }
  return 0;
}

// What is made whenever it can be taken, but ends at customers, is made as often as they want it.
static void meet_demands(tw_load_flow *flow) {
  const tw_line *line = flow->line;
  const int32_t n = line->n_part_type;
  for (int32_t d = 0; d < line->n_place; d++) {
    if (line->place[d].kind != &tw_kind_demand) continue;
    const double wanted = demand_rate(line, d);
    for (int32_t p = 0; p < n && wanted > 0; p++) {
      const double comes = flow->visits[TW_SATURATED][d * n + p];
      if (comes > 0) flow->is_demanded[p] = 1;
      if (!flow->is_demanded[p]) continue;
      const double sum = comes + flow->visits[TW_RATED][d * n + p];
      if (!(sum > 0)) continue;
      for (int32_t i = 0; i < line->n_place; i++) {
        double *rated = &flow->visits[TW_RATED][i * n + p];
        double *saturated = &flow->visits[TW_SATURATED][i * n + p];
        *rated = (*rated + *saturated) * wanted / sum;
        *saturated = 0;
      }
      flow->released[TW_RATED][p] =
          (flow->released[TW_RATED][p] + flow->released[TW_SATURATED][p]) * wanted / sum;
      flow->released[TW_SATURATED][p] = 0;
    }
  }
}

bool tw_load_is_relative(const tw_load_flow *flow) {
  for (int32_t p = 0; p < flow->line->n_part_type; p++)
    if (flow->released[TW_SATURATED][p] > 0) return true;
  return false;
}

double tw_load_good(const tw_load_flow *flow) {
  const tw_line *line = flow->line;
  double good = tw_load_rate_of_all(flow, line->graph.out_i);
  for (int32_t i = 0; i < line->n_place; i++)
    if (line->place[i].kind == &tw_kind_demand) good += tw_load_rate_of_all(flow, i);
  return good;
}

bool tw_load_flow_solve(tw_load_flow *flow) {
  const tw_line *line = flow->line;
  const size_t n_place = (size_t)line->n_place, n_head = TW_LOAD_LOOPS_MAX;
  tw_arena scratch;
  tw_arena_init_with(&scratch, tw_line_memory(line));
  walk in = {.flow = flow};
  in.share = tw_arena_take_array(&scratch, (size_t)line->graph.n_edge + 1, sizeof *in.share);
  in.at = tw_arena_take_array(&scratch, n_place, sizeof *in.at);
  in.back = tw_arena_take_array(&scratch, n_place, sizeof *in.back);
  in.head = tw_arena_take_array(&scratch, n_head, sizeof *in.head);
  double *a = tw_arena_take_array(&scratch, n_head * n_head, sizeof *a);
  double *x = tw_arena_take_array(&scratch, n_head, sizeof *x);
  const bool is_good = !scratch.is_out_of_memory;
  if (is_good) find_heads(&in);
  for (int32_t p = 0; is_good && p < line->n_part_type; p++) {
    in.type = p;
    if (line->part_type[p].n_step == 0) tw_load_share_out(flow, p, in.share);
    for (int32_t of = 0; of < TW_SOURCE_CLASSES; of++) {
      if (!(flow->released[of][p] > 0)) continue;
      if (line->part_type[p].n_step == 0)
        solve_type(&in, of, a, x);
      else
        follow_route(flow, p, of);
    }
  }
  tw_arena_free(&scratch);
  if (is_good) meet_demands(flow);
  return is_good;
}
