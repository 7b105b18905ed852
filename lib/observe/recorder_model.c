// recorder_model.c - what machine models do as rows: events with the states that they set, and how
// each continuous object was solved.

#include <math.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "observe/recorder_inner.h"

// variable_i: of the line; TW_NONE: nothing is set.
static void put_signal(tw_recorder *recorder, const tw_fact *event, int32_t variable_i,
                       double before, double after) {
  const tw_record_words *words = recorder->words;
  const bool has_state = variable_i != TW_NONE;
  TW_ASSERT(event->cause >= 0 && event->cause < recorder->line->n_model_event);
  TW_ASSERT(!has_state || variable_i < recorder->line->n_variable);
  tw_rows *rows;
  const int32_t i = tw_recorder_begin_row(recorder, TW_TABLE_SIGNALS, &rows);
  tw_rows_f64(rows, TW_AT(SIGNALS, TIME))[i] = tw_seconds(event->time_us);
  tw_rows_i32(rows, TW_AT(SIGNALS, STATION))[i] = event->place_i;
  tw_rows_i32(rows, TW_AT(SIGNALS, MACHINE))[i] =
      tw_recorder_machine_number(recorder, event->machine_i);
  tw_rows_i32(rows, TW_AT(SIGNALS, EVENT))[i] = words->model_event[event->cause];
  tw_rows_f64(rows, TW_AT(SIGNALS, INSTANT))[i] = event->value;
  tw_rows_i32(rows, TW_AT(SIGNALS, STATE))[i] = has_state ? words->model_state[variable_i] : -1;
  tw_rows_f64(rows, TW_AT(SIGNALS, BEFORE))[i] = before;
  tw_rows_f64(rows, TW_AT(SIGNALS, AFTER))[i] = after;
  tw_rows_i32(rows, TW_AT(SIGNALS, UNIT))[i] = has_state ? words->unit_of_state[variable_i] : -1;
  tw_recorder_end_row(recorder, TW_TABLE_SIGNALS);
}

// Does the event, a number of the line's, set any state?
static bool has_sets(const tw_line *line, int32_t event_i) {
  const tw_member *member = line->member;
  while (event_i >= member->first_event + member->system->n_event) member++;
  return member->system->event[event_i - member->first_event].n_set > 0;
}

void tw_recorder_note_model(tw_recorder *recorder, const tw_run *run, const tw_fact *fact) {
  if (!recorder->what.has_events && !recorder->what.has_states) return;
  if (fact->kind == TW_FACT_SET) {
    // the segment is closed: what is in the block is the value at the event
    TW_ASSERT(recorder->model_event.time_us == fact->time_us);
    const double before = run->variable[fact->cause].c[0];
    put_signal(recorder, &recorder->model_event, fact->cause, before, fact->value);
    return;
  }
  TW_ASSERT(fact->kind == TW_FACT_MODEL);
  recorder->model_event = *fact;
  if (!has_sets(recorder->line, fact->cause))
    put_signal(recorder, fact, TW_NONE, (double)NAN, (double)NAN);
}

void tw_recorder_put_solvers(tw_recorder *recorder) {
  const tw_line *line = recorder->line;
  for (int32_t b = 0; b < line->n_body; b++) {
    const tw_body *body = &line->body[b];
    const tw_body_state *state = &recorder->run->body[b];
    tw_rows *rows;
    const int32_t i = tw_recorder_begin_row(recorder, TW_TABLE_SOLVERS, &rows);
    tw_rows_i32(rows, TW_AT(SOLVERS, OBJECT))[i] = recorder->words->object_of_body[b];
    tw_rows_i32(rows, TW_AT(SOLVERS, SOLVER))[i] = body->solver;
    tw_rows_i32(rows, TW_AT(SOLVERS, REASON))[i] = recorder->words->reason_of_body[b];
    tw_rows_i32(rows, TW_AT(SOLVERS, STATES))[i] = body->n_state;
    tw_rows_i64(rows, TW_AT(SOLVERS, STEPS))[i] = state->n_step;
    tw_rows_i64(rows, TW_AT(SOLVERS, REJECTED))[i] = state->n_reject;
    tw_rows_i64(rows, TW_AT(SOLVERS, RHS))[i] = state->n_rhs;
    tw_rows_i64(rows, TW_AT(SOLVERS, LOCATED))[i] = state->n_located;
    tw_recorder_end_row(recorder, TW_TABLE_SOLVERS);
  }
}
