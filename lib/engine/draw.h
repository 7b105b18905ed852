// draw.h - the one door for randomness: every random decision is a site of the line, and its source is
// its stream, a recorded trace or a constant. Draw n of a site is a function of (key, n) only.

#ifndef TW_ENGINE_DRAW_H
#define TW_ENGINE_DRAW_H

#include <math.h>

#include "base/assert.h"
#include "core/dist.h"
#include "core/ticks.h"
#include "engine/run.h"

// Slow path: a site fed from a trace or a constant; past the end of a trace NAN.
double tw_draw_feed(const tw_feed *feed, uint64_t n);

// The next value of a site for a part type (TW_NONE: none). NAN where there is no value.
static inline double tw_draw(tw_run *run, int32_t site_i, int32_t part_type) {
  const tw_site *site = &run->line->site[site_i];
  tw_stream_state *stream = &run->stream[site_i];
  const uint64_t n = stream->n++;
  if (run->feed != NULL && run->feed[site_i].values != NULL)
    return tw_draw_feed(&run->feed[site_i], n);
  const tw_dist *dist =
      site->by_part != NULL && part_type >= 0 ? site->by_part[part_type] : site->dist;
  if (dist == NULL) return (double)NAN;
  tw_dice dice = tw_dice_new(stream->key, n);
  return tw_dist_sample(dist, &dice);
}

// The same given that the value is above `elapsed`; gives the whole value.
double tw_draw_given(tw_run *run, int32_t site_i, double elapsed);

// A draw made ahead of its time. Random numbers take long, one step after the other, and what waits
// for them is the order of the next events, which no processor can guess (measured: an eighth of a
// queue with one machine). It is no state: a draw is a function of key and n, and one that does not
// fit its stream, after a copy, a restore or a reseed, is made anew.
typedef struct tw_ahead {
  uint64_t key, n;
  int64_t us;  // -1: that draw is no duration
} tw_ahead;

static inline int64_t tw_sample_us(const tw_dist *dist, uint64_t key, uint64_t n) {
  tw_dice dice = tw_dice_new(key, n);
  const double duration_s = tw_dist_sample(dist, &dice);
  return duration_s >= 0 && duration_s <= TW_LONGEST_S ? tw_ticks(duration_s) : -1;
}

// The next duration of a site that has one distribution for all parts and no feed, without taking the
// number; -1: it is none, which tw_draw_us will report.
int64_t tw_peek_us_anew(const tw_run *run, int32_t site_i, const tw_dist *dist);
static inline int64_t tw_peek_us(const tw_run *run, int32_t site_i, const tw_dist *dist) {
  const tw_stream_state *stream = &run->stream[site_i];
  const tw_ahead *ahead = &run->ahead[site_i];
  const bool is_there = ahead->n == stream->n && ahead->key == stream->key;
  return __builtin_expect(is_there, 1) ? ahead->us : tw_peek_us_anew(run, site_i, dist);
}

// Takes the number that was peeked, and makes the draw behind it.
static inline void tw_take_peeked(tw_run *run, int32_t site_i, const tw_dist *dist) {
  tw_stream_state *stream = &run->stream[site_i];
  TW_ASSERT(run->feed == NULL);
  stream->n++;
  run->ahead[site_i] = (tw_ahead){
      .key = stream->key, .n = stream->n, .us = tw_sample_us(dist, stream->key, stream->n)};
}

// What a time under way was drawn from, and what that was multiplied with.
typedef struct tw_draw_of {
  int32_t site, choice;  // part type, step or pair, as in tw_draw; site TW_NONE: it was not drawn
  double factor;
} tw_draw_of;

// Its numbers are given from outside.
static inline bool tw_is_fed(const tw_run *run, int32_t site_i) {
  return run->feed != NULL && run->feed[site_i].values != NULL;
}

// All of a time, or of a count up to `most`, of which so much has passed: drawn anew given that it is longer
// (SEMANTICS 10.3). TW_KEEP: nothing of it is random - a constant, a recorded trace - or nobody knows what it
// was multiplied with.
enum { TW_KEEP = -1 };
int64_t tw_redraw_us(tw_run *run, const tw_draw_of *of, int64_t elapsed_us);
int64_t tw_redraw_count(tw_run *run, int32_t site_i, int64_t n_passed, int64_t most);

// The same for an event that ends a time which began at since_us: plans it anew. What comes on this tick has
// come.
void tw_redraw_event(tw_run *run, int32_t slot, const tw_draw_of *of, int64_t since_us);

// The same without taking the number: what the next draw will give.
double tw_draw_peek_uniform(const tw_run *run, int32_t site_i);

// A uniform number in (0, 1].
double tw_draw_uniform(tw_run *run, int32_t site_i);

// Which of n weighted choices a uniform number u in (0, 1] picks; never past the end.
int32_t tw_pick_weighted(const double *weight, int32_t n, double u);

// A duration in ticks, rounded once, half to even. A value that is no duration (negative, not
// finite, past the end of a trace) stops the run with TWIN_ERR_VALUE and gives 0.
int64_t tw_duration_us(tw_run *run, double duration_s, int32_t place_i, const char *purpose);
static inline int64_t tw_draw_us(tw_run *run, int32_t site_i, int32_t part_type) {
  const double duration_s = tw_draw(run, site_i, part_type);
  if (duration_s >= 0 && duration_s <= TW_LONGEST_S) return tw_ticks(duration_s);
  const tw_site *site = &run->line->site[site_i];
  return tw_duration_us(run, duration_s, site->node_i, site->purpose);
}

#endif
