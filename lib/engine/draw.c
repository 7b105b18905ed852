// draw.c - the parts of drawing that are not on the hot path: feeds, uniform numbers, rounding.

#include "engine/draw.h"

#include <math.h>

#include "base/assert.h"
#include "core/ticks.h"

double tw_draw_feed(const tw_feed *feed, uint64_t n) {
  if (feed->is_constant) return feed->values[0];
  return n < feed->n_value ? feed->values[n] : (double)NAN;
}

int64_t tw_peek_us_anew(const tw_run *run, int32_t site_i, const tw_dist *dist) {
  return tw_sample_us(dist, run->stream[site_i].key, run->stream[site_i].n);
}

double tw_draw_peek_uniform(const tw_run *run, int32_t site_i) {
  const tw_stream_state *stream = &run->stream[site_i];
  if (run->feed != NULL && run->feed[site_i].values != NULL)
    return tw_draw_feed(&run->feed[site_i], stream->n);
  tw_dice dice = tw_dice_new(stream->key, stream->n);
  return tw_dice_uniform(&dice);
}

double tw_draw_given(tw_run *run, int32_t site_i, double elapsed) {
  tw_stream_state *stream = &run->stream[site_i];
  const uint64_t n = stream->n++;
  if (run->feed != NULL && run->feed[site_i].values != NULL)
    return tw_draw_feed(&run->feed[site_i], n);
  const tw_dist *dist = run->line->site[site_i].dist;
  if (dist == NULL) return (double)NAN;
  tw_dice dice = tw_dice_new(stream->key, n);
  return tw_dist_sample_given(dist, elapsed, &dice);
}

double tw_draw_uniform(tw_run *run, int32_t site_i) {
  const double u = tw_draw_peek_uniform(run, site_i);
  run->stream[site_i].n++;
  return u;
}

int32_t tw_pick_weighted(const double *weight, int32_t n, double u) {
  TW_ASSERT(n > 0);
  double sum = 0;
  for (int32_t i = 0; i < n; i++) sum += weight[i];
  double left = u * sum;
  for (int32_t i = 0; i < n; i++) {
    left -= weight[i];
    if (left <= 0 && weight[i] > 0) return i;
  }
  // rounding left a crumb: the last choice that is possible at all
  for (int32_t i = n - 1; i > 0; i--)
    if (weight[i] > 0) return i;
  return 0;
}

int64_t tw_duration_us(tw_run *run, double duration_s, int32_t place_i, const char *purpose) {
  if (duration_s >= 0 && duration_s <= TW_LONGEST_S) return tw_ticks(duration_s);
  if (isnan(duration_s))
    tw_run_stop(run, TWIN_ERR_VALUE, place_i,
                "%s has no value: a trace is at its end, or this part has none here", purpose);
  else
    tw_run_stop(run, TWIN_ERR_VALUE, place_i, "%s is no duration: %g s (wanted 0 to %g s)", purpose,
                duration_s, TW_LONGEST_S);
  return 0;
}
