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

// Can the distribution give other values than the one it gave? A trace says its values in order.
static bool is_random(const tw_dist *dist) {
  switch (dist->kind) {
  case TW_DIST_CONSTANT:
  case TW_DIST_TRACE: return false;
  case TW_DIST_CYCLE: return is_random(dist->of[0]) || dist->b > 0;
  case TW_DIST_MIXTURE:
    for (int32_t i = 0; i < dist->n_value; i++)
      if (dist->of[i]->kind == TW_DIST_TRACE) return false;
    return true;
  default: return true;
  }
}

// A draw above `least`; NULL's answer is NAN: what was drawn stays.
static double draw_above(tw_run *run, int32_t site_i, int32_t choice, double least) {
  if (site_i == TW_NONE || tw_is_fed(run, site_i)) return (double)NAN;
  const tw_site *site = &run->line->site[site_i];
  const tw_dist *dist = site->by_part != NULL && choice >= 0 ? site->by_part[choice] : site->dist;
  if (dist == NULL || !is_random(dist)) return (double)NAN;
  tw_dice dice = tw_dice_new(run->stream[site_i].key, run->stream[site_i].n++);
  return tw_dist_sample_given(dist, least, &dice);
}

int64_t tw_redraw_us(tw_run *run, const tw_draw_of *of, int64_t elapsed_us) {
  TW_ASSERT(elapsed_us >= 0);
  if (!(of->factor > 0)) return TW_KEEP;
  // it is longer than what has passed, in whole ticks: so the draw, once rounded, is one more at least
  const double least_s = 1e-6 * ((double)elapsed_us + 0.5) / of->factor;
  const double drawn_s = draw_above(run, of->site, of->choice, least_s) * of->factor;
  if (isnan(drawn_s)) return TW_KEEP;
  const tw_site *site = &run->line->site[of->site];
  const int64_t drawn_us = tw_duration_us(run, drawn_s, site->node_i, site->purpose);
  return drawn_us > elapsed_us ? drawn_us : elapsed_us + 1;
}

int64_t tw_redraw_count(tw_run *run, int32_t site_i, int64_t n_passed, int64_t most) {
  TW_ASSERT(n_passed >= 0 && most > 0);
  // every count is 1 at least
  const double least = n_passed > 0 ? (double)n_passed + 0.5 : -(double)INFINITY;
  const double drawn = draw_above(run, site_i, TW_NONE, least);
  if (isnan(drawn)) return TW_KEEP;
  const int64_t n = drawn < (double)most ? (int64_t)(drawn + 0.5) : most;
  return n > n_passed ? n : n_passed + 1;
}

void tw_redraw_event(tw_run *run, int32_t slot, const tw_draw_of *of, int64_t since_us) {
  const tw_agenda agenda = tw_run_agenda(run);
  TW_ASSERT(since_us <= tw_now(run));
  if (!tw_agenda_is_pending(&agenda, (uint32_t)slot) ||
      tw_agenda_tick(&agenda, (uint32_t)slot) <= tw_now(run))
    return;
  const int64_t all_us = tw_redraw_us(run, of, tw_now(run) - since_us);
  if (all_us != TW_KEEP) tw_plan(run, slot, since_us + all_us);
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
