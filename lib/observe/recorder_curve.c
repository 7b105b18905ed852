// recorder_curve.c - signals of machine models as rows of the table curves: samples at whole multiples of a
// period, and knots between which a cubic rebuilds the curve. A piece of a curve lies between two rows of its
// signal; where the signal jumps there are two rows of one instant. A row waits until the next piece says that
// the two are not one straight line, so that what rests costs two rows however long it rests.

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/body/body.h"
#include "engine/body/curve.h"
#include "observe/recorder_inner.h"

static const double TURN = 1e-4;  // of a slope: more is a turn for "on-change"
static const double SAME = 1e-9;  // of a value: less is no jump for it
static const double OF_TOLERANCE = 0.0625;  // knots: so much may join two pieces without a row of its own

// A signal that is followed.
typedef struct tw_track {
  const tw_signal *signal;
  int32_t body_i;           // TW_NONE: it is sampled
  tw_curve curve;
  int32_t word_i, unit_i;
  int64_t next_us;          // SAMPLED: the next one due
  bool has_last, is_waiting;
  tw_knot last, waiting;    // written last; the end of the piece behind it
} tw_track;

// Up to where the segment of a body has been written.
typedef struct tw_body_cursor {
  uint32_t n_segment;
  double up_to_s;
} tw_body_cursor;

struct tw_tracks {
  int32_t n, n_sampled;
  int64_t next_us;          // the first sample due of all
  tw_track *at;             // [n] those that are sampled, then by body
  int32_t *first;           // [n_body + 1] of the tracks of each body
  tw_body_cursor *cursor;   // [n_body]
};

// ---- Which signals ---------------------------------------------------------------------------

static int32_t way_of(const tw_signal *signal, tw_record_signals wanted) {
  if (wanted == TW_RECORD_NO_SIGNALS) return TW_SIGNAL_LEFT_OUT;
  const bool is_added = wanted == TW_RECORD_ALL_SIGNALS && signal->way == TW_SIGNAL_LEFT_OUT && !signal->is_output;
  return is_added ? TW_SIGNAL_KNOTS : signal->way;
}

bool tw_record_has_signals(const tw_line *line, tw_record_signals wanted) {
  for (int32_t k = 0; k < line->n_signal; k++)
    if (way_of(&line->signal[k], wanted) != TW_SIGNAL_LEFT_OUT) return true;
  return false;
}

static tw_track track_of(const tw_recorder *recorder, int32_t signal_i, int32_t way) {
  TW_ASSERT(way != TW_SIGNAL_LEFT_OUT && recorder->words->signal != NULL);
  const tw_signal *signal = &recorder->line->signal[signal_i];
  const tw_member *member = &recorder->line->member[signal->member];
  return (tw_track){.signal = signal,
                    .body_i = way == TW_SIGNAL_SAMPLED ? TW_NONE : member->body_i,
                    .curve = {.member = member,
                              .i = signal->i,
                              .is_output = signal->is_output,
                              .tolerance = way == TW_SIGNAL_ON_CHANGE ? (double)INFINITY : signal->tolerance},
                    .word_i = recorder->words->signal[signal_i],
                    .unit_i = recorder->words->unit_of_signal[signal_i]};
}

static int compare_tracks(const void *a, const void *b) {
  const tw_track *x = a, *y = b;
  if (x->body_i != y->body_i) return x->body_i < y->body_i ? -1 : 1;
  return (x->signal > y->signal) - (x->signal < y->signal);
}

// Sampled ones first, then body by body, each in the order of the line.
static void list_tracks(tw_recorder *recorder, tw_tracks *tracks) {
  const tw_line *line = recorder->line;
  for (int32_t k = 0; k < line->n_signal; k++) {
    const int32_t way = way_of(&line->signal[k], recorder->what.signals);
    if (way != TW_SIGNAL_LEFT_OUT) tracks->at[tracks->n++] = track_of(recorder, k, way);
  }
  qsort(tracks->at, (size_t)tracks->n, sizeof *tracks->at, compare_tracks);
  int32_t k = 0;
  for (int32_t b = 0; b <= line->n_body; b++) {
    while (k < tracks->n && tracks->at[k].body_i < b) k++;
    tracks->first[b] = k;
  }
  tracks->n_sampled = tracks->first[0];
  TW_ASSERT(tracks->first[line->n_body] == tracks->n);
}

bool tw_recorder_make_tracks(tw_recorder *recorder) {
  const tw_memory *memory = tw_line_memory(recorder->line);
  const tw_line *line = recorder->line;
  if (!tw_record_has_signals(line, recorder->what.signals)) return true;
  tw_tracks *tracks = tw_memory_zeroed(memory, 1, sizeof *tracks);
  if (tracks == NULL) return false;
  recorder->tracks = tracks;
  tracks->at = tw_memory_zeroed(memory, (size_t)line->n_signal + 1, sizeof *tracks->at);
  tracks->first = tw_memory_zeroed(memory, (size_t)line->n_body + 1, sizeof *tracks->first);
  tracks->cursor = tw_memory_zeroed(memory, (size_t)line->n_body + 1, sizeof *tracks->cursor);
  if (tracks->at == NULL || tracks->first == NULL || tracks->cursor == NULL) return false;
  list_tracks(recorder, tracks);
  return true;
}

void tw_recorder_free_tracks(tw_recorder *recorder) {
  if (recorder->tracks == NULL) return;
  const tw_memory *memory = tw_line_memory(recorder->line);
  tw_memory_free(memory, recorder->tracks->at);
  tw_memory_free(memory, recorder->tracks->first);
  tw_memory_free(memory, recorder->tracks->cursor);
  tw_memory_free(memory, recorder->tracks);
  recorder->tracks = NULL;
}

// ---- Rows --------------------------------------------------------------------------------------

static void put_row(tw_recorder *recorder, const tw_track *track, const tw_knot *knot) {
  tw_rows *rows;
  const int32_t i = tw_recorder_begin_row(recorder, TW_TABLE_CURVES, &rows);
  tw_rows_f64(rows, TW_AT(CURVES, TIME))[i] = knot->time_s;
  tw_rows_i32(rows, TW_AT(CURVES, STATION))[i] = track->signal->place_i;
  tw_rows_i32(rows, TW_AT(CURVES, MACHINE))[i] = tw_recorder_machine_number(recorder, track->signal->machine_i);
  tw_rows_i32(rows, TW_AT(CURVES, SIGNAL))[i] = track->word_i;
  tw_rows_f64(rows, TW_AT(CURVES, VALUE))[i] = knot->value;
  tw_rows_f64(rows, TW_AT(CURVES, SLOPE))[i] = knot->slope;
  tw_rows_f64(rows, TW_AT(CURVES, ERROR))[i] = knot->error;
  tw_rows_i32(rows, TW_AT(CURVES, UNIT))[i] = track->unit_i;
  tw_recorder_end_row(recorder, TW_TABLE_CURVES);
}

static void put_waiting(tw_recorder *recorder, tw_track *track) {
  if (!track->is_waiting) return;
  put_row(recorder, track, &track->waiting);
  track->last = track->waiting;
  track->is_waiting = false;
}

// The curve begins at this knot, or begins anew behind a jump.
static void put_begin(tw_recorder *recorder, tw_track *track, const tw_knot *knot, double error) {
  put_waiting(recorder, track);
  tw_knot begin = *knot;
  if (track->has_last && begin.time_s < track->last.time_s) begin.time_s = track->last.time_s;
  begin.error = error;
  put_row(recorder, track, &begin);
  track->last = begin;
  track->has_last = true;
}

static double size_of(double a, double b) { return fmax(fabs(a), fabs(b)); }

// How far a knot is from the straight line on which another lies.
static double off_line(const tw_knot *from, const tw_knot *at) {
  return fabs(at->value - from->value - from->slope * (at->time_s - from->time_s));
}

static bool is_straight(const tw_knot *a, const tw_knot *b) {
  return fabs(a->slope - b->slope) <= 1e-12 * size_of(a->slope, b->slope) && off_line(a, b) <= b->error;
}

// ---- Knots -------------------------------------------------------------------------------------

// Pieces of one signal on their way to rows.
typedef struct piece_writer {
  tw_recorder *recorder;
  tw_track *track;
  bool is_new_segment;  // the next piece begins one
} piece_writer;

static bool is_coarse(const tw_track *track) { return isinf(track->curve.tolerance); }

// Where a piece begins against where the one before has ended: what the cubic over h_s would miss besides.
// Below 0: they do not join.
static double joint(const piece_writer *writer, const tw_knot *begin, double h_s, double tolerance) {
  const tw_track *track = writer->track;
  if (!track->has_last) return -1;
  const tw_knot *end = track->is_waiting ? &track->waiting : &track->last;
  const double jump = fabs(begin->value - end->value), turn = fabs(begin->slope - end->slope);
  if (is_coarse(track)) {
    const bool has_changed = jump > SAME * size_of(begin->value, end->value) ||
                             turn > TURN * size_of(begin->slope, end->slope);
    return writer->is_new_segment && has_changed ? -1 : 0;
  }
  // the largest x (1-x)^2 is 4/27
  const double missed = jump + turn * h_s * (4.0 / 27);
  return missed <= OF_TOLERANCE * tolerance ? missed : -1;
}

// Can the row that waits be left out, as the new piece goes on just as the one before?
static bool goes_on(const tw_track *track, const tw_knot *begin, const tw_knot *end) {
  if (!track->is_waiting) return false;
  if (is_coarse(track)) return true;
  return is_straight(begin, end) && is_straight(&track->last, &track->waiting) && is_straight(&track->last, end);
}

static void take_piece(void *self, const tw_knot *begin, const tw_knot *end, double tolerance) {
  piece_writer *writer = self;
  tw_track *track = writer->track;
  if (!isfinite(end->value) || !isfinite(begin->value)) return;
  const double missed = joint(writer, begin, end->time_s - begin->time_s, tolerance);
  writer->is_new_segment = false;
  if (missed < 0) put_begin(writer->recorder, track, begin, track->has_last ? begin->error : (double)INFINITY);
  if (!(end->time_s > begin->time_s)) return;
  tw_knot next = *end;
  next.error = end->error + fmax(missed, 0);
  if (missed >= 0 && goes_on(track, begin, end))
    next.error = fmax(next.error, track->waiting.error) + off_line(&track->last, &track->waiting);
  else
    put_waiting(writer->recorder, track);
  if (is_coarse(track)) next.error = (double)NAN;
  TW_ASSERT(track->has_last && next.time_s >= track->last.time_s);
  track->waiting = next;
  track->is_waiting = true;
}

static void follow(tw_recorder *recorder, const tw_run *run, int32_t body_i, double from_s, double to_s) {
  const tw_tracks *tracks = recorder->tracks;
  for (int32_t k = tracks->first[body_i]; k < tracks->first[body_i + 1]; k++) {
    piece_writer writer = {recorder, &tracks->at[k], from_s == 0};
    tw_curve_follow(run, &tracks->at[k].curve, from_s, to_s, (tw_curve_sink){&writer, take_piece});
  }
}

// From where the segment has not been written yet.
static double unwritten_s(const tw_tracks *tracks, const tw_run *run, int32_t body_i) {
  const tw_body_cursor *cursor = &tracks->cursor[body_i];
  return cursor->n_segment == run->body[body_i].n_segment ? cursor->up_to_s : 0;
}

void tw_recorder_note_span(void *self, const tw_run *run, int32_t body_i, double to_s) {
  tw_recorder *recorder = self;
  tw_tracks *tracks = recorder->tracks;
  TW_ASSERT(tracks != NULL && run == recorder->run && body_i >= 0 && body_i < recorder->line->n_body);
  if (recorder->status != TWIN_OK) return;
  const double from_s = unwritten_s(tracks, run, body_i);
  if (!(to_s > from_s)) return;
  follow(recorder, run, body_i, from_s, to_s);
  tracks->cursor[body_i] = (tw_body_cursor){run->body[body_i].n_segment, to_s};
}

// ---- Samples -----------------------------------------------------------------------------------

static void put_sample(tw_recorder *recorder, const tw_run *run, const tw_track *track) {
  const tw_curve *curve = &track->curve;
  const double value = curve->is_output ? tw_output_at(run, curve->member, curve->i, track->next_us)
                                        : tw_variable_at(run, curve->member, curve->i, track->next_us);
  const tw_knot sample = {tw_seconds(track->next_us), value, (double)NAN, (double)NAN};
  put_row(recorder, track, &sample);
}

// Samples that are due before an instant, in the order of time.
static void put_samples(tw_recorder *recorder, const tw_run *run, int64_t before_us) {
  tw_tracks *tracks = recorder->tracks;
  while (tracks->next_us < before_us && recorder->status == TWIN_OK) {
    const int64_t due_us = tracks->next_us;
    tracks->next_us = INT64_MAX;
    for (int32_t k = 0; k < tracks->n_sampled; k++) {
      tw_track *track = &tracks->at[k];
      if (track->next_us == due_us) {
        put_sample(recorder, run, track);
        track->next_us += track->signal->period_us;
      }
      if (track->next_us < tracks->next_us) tracks->next_us = track->next_us;
    }
  }
}

void tw_recorder_note_pass(void *self, const tw_run *run, int64_t to_us) {
  tw_recorder *recorder = self;
  if (to_us > recorder->tracks->next_us) put_samples(recorder, run, to_us);
}

// ---- Beginning and end -------------------------------------------------------------------------

void tw_recorder_begin_tracks(tw_recorder *recorder, const tw_run *run) {
  tw_tracks *tracks = recorder->tracks;
  if (tracks == NULL) return;
  const int64_t now_us = tw_now(run);
  tracks->next_us = INT64_MAX;
  for (int32_t k = 0; k < tracks->n; k++) {
    tw_track *track = &tracks->at[k];
    track->has_last = track->is_waiting = false;
    if (k >= tracks->n_sampled) continue;
    const int64_t period_us = track->signal->period_us;
    track->next_us = (now_us + period_us - 1) / period_us * period_us;
    if (track->next_us < tracks->next_us) tracks->next_us = track->next_us;
  }
  for (int32_t b = 0; b < recorder->line->n_body; b++)
    tracks->cursor[b] = (tw_body_cursor){
        run->body[b].n_segment, run->head->has_started ? tw_curve_shown_s(run, b) : 0};
}

void tw_recorder_end_tracks(tw_recorder *recorder) {
  const tw_tracks *tracks = recorder->tracks;
  const tw_run *run = recorder->run;
  if (tracks == NULL || !run->head->has_started) return;
  put_samples(recorder, run, tw_now(run) + 1);
  for (int32_t b = 0; b < recorder->line->n_body; b++) {
    // a jump on the last tick shows, though nothing comes behind it
    const double from_s = unwritten_s(tracks, run, b), to_s = tw_curve_shown_s(run, b);
    follow(recorder, run, b, from_s < to_s ? from_s : to_s, to_s);
    for (int32_t k = tracks->first[b]; k < tracks->first[b + 1]; k++) put_waiting(recorder, &tracks->at[k]);
  }
}
