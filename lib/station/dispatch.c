// dispatch.c - keys of dispatch rules; see dispatch.h. Nothing is kept from one question to the
// next.

#include "station/dispatch.h"

#include <math.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/carried.h"
#include "engine/draw.h"
#include "engine/words.h"
#include "engine/work.h"
#include "model/compile.h"
#include "station/kinds.h"
#include "station/machine.h"

// Key of a part in a scanned queue; the smallest is served first.
static double scan_key(const tw_run *run, const tw_buffer_param *param, const tw_part *part,
                       int32_t asker) {
  double words[TW_WORDS_MAX];
  const double until_due_s = tw_due_s(part) - tw_seconds(tw_now(run));
  switch ((tw_queue)param->queue) {
    case TW_QUEUE_SLACK: return until_due_s - tw_time_left_s(run, part);
    case TW_QUEUE_CR:
      // work that takes no time counts as one tick, so that the earlier due date still decides
      return until_due_s / fmax(tw_time_left_s(run, part), 1e-6);
    case TW_QUEUE_LEAST_SETUP:
      return asker == TW_NONE ? 0 : tw_setup_mean_s(run, asker, part->type);
    default:
      TW_ASSERT(param->queue == TW_QUEUE_EXPRESSION);
      tw_words_of_part(run, part, words);
      const double key = tw_expr_value(param->key, words);
      return param->is_descending ? -key : key;
  }
}

uint32_t tw_dispatch_pick(const tw_run *run, const tw_buffer_param *param, const tw_buffer *buffer,
                          const tw_offer *asked) {
  TW_ASSERT(tw_is_scanned(param) && buffer->n_eligible > 0);
  const int64_t now = tw_now(run);
  uint32_t best = TW_NO_PART;
  double best_key = 0;
  // the list is in the order of arrival, so that the first of equals is the one to take
  for (uint32_t i = buffer->head; i != TW_NO_PART; i = run->part[i].next) {
    const tw_part *part = &run->part[i];
    if (now - part->entered_us < param->min_stay_us || !tw_is_wanted(asked, part->type)) continue;
    const bool is_hotter = best == TW_NO_PART || part->priority > run->part[best].priority;
    if (!is_hotter && part->priority < run->part[best].priority) continue;
    double key = scan_key(run, param, part, asked->asker);
    if (isnan(key)) key = INFINITY;
    if (!is_hotter && key >= best_key) continue;
    best = i;
    best_key = key;
  }
  return best;
}

static double attribute_of(const tw_run *run, const tw_buffer_param *param, const tw_part *part) {
  const double value = param->attribute_i == run->line->n_attribute
                           ? run->line->part_type[part->type].mass_kg
                           : tw_part_attribute(run, part, param->attribute_i);
  // parts without the attribute come last
  if (isnan(value)) return param->is_descending ? -INFINITY : INFINITY;
  return value;
}

void tw_dispatch_key(tw_run *run, int32_t place_i, uint32_t part_i) {
  const tw_buffer_param *param = run->line->place[place_i].param;
  tw_part *part = &run->part[part_i];
  switch ((tw_queue)param->queue) {
    case TW_QUEUE_SPT:
      part->key = tw_draw_process_s(run, param->site, param->route_site, part);
      // a value that is no duration stops the run here, not when the part is started
      if (!(part->key >= 0 && part->key <= TW_LONGEST_S))
        tw_duration_us(run, part->key, place_i, "time");
      break;
    case TW_QUEUE_EDD: part->key = tw_due_s(part); break;
    case TW_QUEUE_ATTRIBUTE: part->key = attribute_of(run, param, part); break;
    default:
      TW_ASSERT(param->queue == TW_QUEUE_PRIORITY);
      part->key = (double)part->priority;
      break;
  }
}

double tw_draw_process_s(tw_run *run, int32_t time_site, int32_t route_site, const tw_part *part) {
  const int32_t step_i = tw_step_of(run->line, part);
  if (step_i >= 0 && run->line->graph.step[step_i].time != NULL)
    return tw_draw(run, route_site, step_i);
  return tw_draw(run, time_site, part->type);
}

bool tw_keeps_time(const tw_run *run, int32_t place_i) {
  if (place_i == TW_NONE || run->line->place[place_i].kind != &tw_kind_buffer) return false;
  const tw_buffer_param *param = run->line->place[place_i].param;
  return param->queue == TW_QUEUE_SPT;
}
