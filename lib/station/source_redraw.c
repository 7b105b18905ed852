// source_redraw.c - tw_kind.redraw of a source (engine/redraw.h): when the next release comes, and
// of which type it is, is not known; what is offered is.

#include "base/assert.h"
#include "engine/draw.h"
#include "station/source.h"

static bool is_fixed(const tw_source_param *param) {
  return param->is_saturated || param->is_supply || param->is_order_list;
}

void tw_source_redraw(tw_run *run, int32_t place_i) {
  const tw_source_param *param = run->line->place[place_i].param;
  tw_source *source = tw_run_kind_state(run, place_i);
  if (is_fixed(param) || !source->is_open) return;
  TW_ASSERT(source->since_us <= tw_now(run) && param->release_slot != TW_NONE);
  const bool is_first = source->is_first && param->first_site != TW_NONE;
  const tw_draw_of of = {is_first ? param->first_site : param->every_site, TW_NONE, 1};
  tw_redraw_event(run, param->release_slot, &of, source->since_us);
  // a release that waits for a card is known, with its type
  if (param->mix_weight == NULL || source->n_pending > 0 || tw_is_fed(run, param->mix_site)) return;
  const double u = tw_draw_uniform(run, param->mix_site);
  source->mixed_type =
      param->batch[tw_pick_weighted(param->mix_weight, param->n_batch, u)].part_type;
}
