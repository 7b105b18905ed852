// load_share.c - where the parts of a type go from each place: by scrap, by exits and their
// probabilities, by what an inspection rejects, and by the speed of the stations behind an exit.

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "core/math.h"
#include "station/inspection.h"
#include "station/kinds.h"
#include "study/load_inner.h"

// Visits a second that a station can take of a type; 0: not known, or no limit.
static double speed_of(const tw_load_flow *flow, int32_t place_i, int32_t type) {
  const tw_line *line = flow->line;
  const tw_place *place = &line->place[place_i];
  if (tw_nominal_station(line, place_i) == NULL) return 0;
  double speed = 0;
  for (int32_t k = 0; k < place->n_machine; k++) {
    const double cycle_s = tw_load_cycle_s(flow, place->first_machine + k, type);
    if (!(cycle_s > 0)) return 0;
    speed += 1 / cycle_s;
  }
  return speed;
}

typedef struct shares {
  tw_load_flow *flow;
  int32_t type;
  double *share;  // [n_edge] of the parts at its start
} shares;

// Parts that leave by one exit: by the rule of the main exit, else by the speed of the stations
// behind it, else evenly.
static void share_exit(shares *in, const tw_place *place, int32_t exit_i, double leaving) {
  const tw_line *line = in->flow->line;
  if (exit_i == TW_NONE || !(leaving > 0)) return;
  const tw_exit *exit = &line->graph.exit[exit_i];
  const bool is_main = exit_i == place->main_exit;
  const bool by_weight = is_main && place->push_weight != NULL;
  double sum = 0;
  bool by_speed = !(is_main && place->push_rule == TW_PUSH_ROUND_ROBIN) && exit->n_chain > 1;
  for (int32_t i = 0; i < exit->n_chain; i++) {
    const double weight = by_weight  ? place->push_weight[i]
                          : by_speed ? speed_of(in->flow, exit->target[i], in->type)
                                     : 1;
    by_speed = by_speed && weight > 0;
    sum += weight;
  }
  for (int32_t i = 0; i < exit->n_chain; i++) {
    double part = 1.0 / exit->n_chain;
    if (by_weight && sum > 0)
      part = place->push_weight[i] / sum;
    else if (by_speed)
      part = speed_of(in->flow, exit->target[i], in->type) / sum;
    in->share[exit->edge[i]] += leaving * part;
  }
}

// Parts of a type that come to an inspection with a defect that it sees: made by any station before
// it, repairs not counted.
static double rejected_share(const shares *in, int32_t place_i, const tw_inspection_param *param) {
  const tw_line *line = in->flow->line;
  double unseen = 1, clean = 1;
  for (int32_t i = 0; i < line->n_made; i++) {
    const tw_made_defect *made = &line->made[i];
    const bool comes = tw_load_leads_to(line, made->node_i, place_i);
    for (int32_t k = 0; comes && k < param->n_detected; k++) {
      if (param->detected[k].defect_i != made->defect_i || made->probability == NULL) continue;
      const double p = tw_nominal_value(in->flow->nominal, made->node_i, made->probability, in->type);
      if (!(p > 0 && p <= 1)) continue;
      unseen *= 1 - p * (1 - param->detected[k].missed);
      clean *= 1 - p;
    }
  }
  return 1 - unseen + clean * param->false_reject;
}

// Every visit is rejected alike; of parts that were reworked as often as they may, the rest is
// scrap.
static void share_inspection(shares *in, const tw_place *place, double inspected) {
  const tw_line *line = in->flow->line;
  const tw_station_param *param = place->param;
  const tw_inspection_param *inspection = param->inspection;
  const int32_t place_i = (int32_t)(place - line->place);
  const double rejected =
      inspected * tw_load_sampled(param) * rejected_share(in, place_i, inspection);
  double sum = 0;
  share_exit(in, place, place->main_exit, inspected - rejected);
  for (int32_t i = 0; i < param->n_exit; i++) sum += param->exit_weight[i];
  for (int32_t i = 0; i < param->n_exit && sum > 0; i++) {
    double leaving = rejected * param->exit_weight[i] / sum;
    if (param->exit[i] == inspection->rework_exit && inspection->max_rework != INT64_MAX &&
        leaving < 1) {
      // visits of parts that were reworked k times go as leaving^k, up to the limit
      const double limit = (double)inspection->max_rework;
      const double all = (1 - tw_pow(leaving, limit + 1)) / (1 - leaving);
      const double beyond = leaving * tw_pow(leaving, limit) / all;
      share_exit(in, place, place->scrap_exit, beyond);
      leaving -= beyond;
    }
    share_exit(in, place, param->exit[i], leaving);
  }
}

static void share_place(shares *in, int32_t place_i) {
  const tw_line *line = in->flow->line;
  const tw_place *place = &line->place[place_i];
  const tw_station_param *param = tw_nominal_station(line, place_i);
  double scrapped = in->flow->scrapped[place_i * line->n_part_type + in->type];
  if (place->scrap_exit == TW_NONE || param == NULL) scrapped = 0;
  share_exit(in, place, place->scrap_exit, scrapped);
  if (param != NULL && param->inspection != NULL) {
    share_inspection(in, place, 1 - scrapped);
    return;
  }
  if (param == NULL || param->n_exit == 0) {
    share_exit(in, place, place->main_exit, 1 - scrapped);
    return;
  }
  double sum = 0;
  for (int32_t i = 0; i < param->n_exit; i++) sum += param->exit_weight[i];
  for (int32_t i = 0; i < param->n_exit && sum > 0; i++)
    share_exit(in, place, param->exit[i], (1 - scrapped) * param->exit_weight[i] / sum);
}

double tw_load_sampled(const tw_station_param *param) {
  const tw_inspection_param *inspection = param->inspection;
  if (inspection == NULL) return 1;
  if (inspection->every > 0) return 1 / (double)inspection->every;
  return inspection->sample_site != TW_NONE ? inspection->sample : 1;
}

void tw_load_share_out(tw_load_flow *flow, int32_t type, double *share) {
  TW_ASSERT(flow->line->part_type[type].n_step == 0);
  shares in = {.flow = flow, .type = type, .share = share};
  memset(share, 0, (size_t)flow->line->graph.n_edge * sizeof *share);
  for (int32_t i = 0; i < flow->line->n_place; i++) share_place(&in, i);
}
