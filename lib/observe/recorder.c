// recorder.c - facts to rows. Events are copied; an interval is a row when it ends, a visit when
// the part goes on, a part when it has left. What is open meanwhile stands in two private tables:
// one spell for each machine, one entry for each part in the line.

#include "engine/work.h"
#include "observe/recorder.h"

#include <math.h>
#include <string.h>

#include <twin/run.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "observe/open_parts.h"
#include "observe/quantity.h"
#include "observe/recorder_inner.h"
#include "state/hash.h"

void tw_recorder_tables(const tw_line *line, const tw_record_what *what,
                        bool has_table[TW_TABLE_N]) {
  for (int32_t table = 0; table < TW_TABLE_N; table++) has_table[table] = true;
  has_table[TW_TABLE_EVENTS] = what->has_events;
  has_table[TW_TABLE_INTERVALS] = what->has_states;
  has_table[TW_TABLE_SIGNALS] = line->n_model_event > 0 && (what->has_events || what->has_states);
  has_table[TW_TABLE_CURVES] = tw_record_has_signals(line, what->signals);
  has_table[TW_TABLE_SOLVERS] = line->n_body > 0;
  has_table[TW_TABLE_PARTS] = has_table[TW_TABLE_VISITS] = what->has_parts;
  has_table[TW_TABLE_LOSSES] = false;  // is there from the beginning of the record on (run_file.h)
}

tw_recorder *tw_recorder_new(const tw_line *line, const tw_record_words *words,
                             const tw_record_what *what, tw_rows_sink sink) {
  const tw_memory *memory = tw_line_memory(line);
  TW_ASSERT(line != NULL && words != NULL && sink.write != NULL);
  tw_recorder *recorder = tw_memory_zeroed(memory, 1, sizeof *recorder);
  if (recorder == NULL) return NULL;
  recorder->line = line;
  recorder->words = words;
  recorder->what = *what;
  recorder->sink = sink;
  recorder->parts.memory = memory;
  for (int32_t table = 0; table < TW_TABLE_N; table++) recorder->rows[table].memory = memory;
  recorder->spell = tw_memory_zeroed(memory, (size_t)line->n_machine + 1, sizeof *recorder->spell);
  bool is_good = recorder->spell != NULL && tw_recorder_make_tracks(recorder);
  for (int32_t table = 0; table < TW_TABLE_N && is_good; table++)
    is_good = tw_rows_reserve(&recorder->rows[table], table, tw_column_tables[table].n_chunk);
  if (is_good) return recorder;
  tw_recorder_free(recorder);
  return NULL;
}

void tw_recorder_free(tw_recorder *recorder) {
  if (recorder == NULL) return;
  tw_recorder_drop(recorder);
  for (int32_t table = 0; table < TW_TABLE_N; table++) tw_rows_free(&recorder->rows[table]);
  tw_open_parts_free(&recorder->parts);
  tw_recorder_free_tracks(recorder);
  tw_memory_free(tw_line_memory(recorder->line), recorder->spell);
  tw_memory_free(tw_line_memory(recorder->line), recorder);
}

tw_run *tw_recorder_run(const tw_recorder *recorder) { return recorder->run; }

void tw_recorder_pass_on(tw_recorder *recorder, int32_t table) {
  tw_rows *rows = &recorder->rows[table];
  if (rows->n > 0 && recorder->status == TWIN_OK)
    recorder->status = recorder->sink.write(recorder->sink.self, table, rows);
  rows->n = 0;
}

static double seconds_or_nan(int64_t instant_us) {
  return instant_us == TW_UNSEEN ? (double)NAN : tw_seconds(instant_us);
}

static void put_event(tw_recorder *recorder, const tw_fact *fact) {
  tw_rows *rows;
  const int32_t i = tw_recorder_begin_row(recorder, TW_TABLE_EVENTS, &rows);
  tw_rows_f64(rows, TW_AT(EVENTS, TIME))[i] = tw_seconds(fact->time_us);
  tw_rows_i32(rows, TW_AT(EVENTS, STATION))[i] = fact->place_i;
  tw_rows_i32(rows, TW_AT(EVENTS, MACHINE))[i] = tw_recorder_machine_number(recorder, fact->machine_i);
  tw_rows_i32(rows, TW_AT(EVENTS, KIND))[i] = fact->kind;
  tw_rows_i64(rows, TW_AT(EVENTS, PART))[i] = (int64_t)fact->part_id;
  tw_rows_f64(rows, TW_AT(EVENTS, VALUE))[i] =
      fact->kind == TW_FACT_CREATE || fact->kind == TW_FACT_MODEL ? fact->value : (double)NAN;
  tw_recorder_end_row(recorder, TW_TABLE_EVENTS);
}

// Spells of no length are passed through, not rows.
static void put_interval(tw_recorder *recorder, int32_t machine_i, int64_t end_us) {
  const tw_machine_spell *spell = &recorder->spell[machine_i];
  if (end_us <= spell->since_us) return;
  tw_rows *rows;
  const int32_t i = tw_recorder_begin_row(recorder, TW_TABLE_INTERVALS, &rows);
  tw_rows_i32(rows, TW_AT(INTERVALS, STATION))[i] = recorder->line->machine[machine_i].node_i;
  tw_rows_i32(rows, TW_AT(INTERVALS, MACHINE))[i] = tw_recorder_machine_number(recorder, machine_i);
  tw_rows_i32(rows, TW_AT(INTERVALS, STATE))[i] = spell->state;
  tw_rows_f64(rows, TW_AT(INTERVALS, START))[i] = tw_seconds(spell->since_us);
  tw_rows_f64(rows, TW_AT(INTERVALS, END))[i] = tw_seconds(end_us);
  tw_rows_i64(rows, TW_AT(INTERVALS, PART))[i] = (int64_t)spell->part_id;
  tw_rows_i32(rows, TW_AT(INTERVALS, CAUSE))[i] = spell->cause;
  tw_recorder_end_row(recorder, TW_TABLE_INTERVALS);
}

// The word of a state's cause: a failure or maintenance, a place, a skill or resource.
static int32_t cause_word(const tw_recorder *recorder, int32_t state, int32_t cause) {
  if (cause < 0) return -1;
  const tw_record_words *words = recorder->words;
  switch (tw_work_cause_kind(state)) {
    case TW_CAUSE_OF_MODE: return words->cause_of_mode[cause];
    case TW_CAUSE_OF_PLACE: return words->cause_of_place[cause];
    case TW_CAUSE_OF_GROUP: return words->cause_of_group[cause];
    case TW_CAUSE_NONE: break;
  }
  return -1;
}

// A shift has ended, or the record has: parts that left the line on its last tick belong to it.
static void put_shift(tw_recorder *recorder, int64_t end_us, bool has_ended) {
  const tw_line *line = recorder->line;
  const tw_calendar *calendar = &line->calendar[line->shift_calendar_i];
  const int64_t start_us = recorder->shift_start_us;
  const tw_moment moment = tw_calendar_at(calendar, start_us);
  tw_rows *rows;
  const int32_t i = tw_recorder_begin_row(recorder, TW_TABLE_SHIFTS, &rows);
  tw_rows_i32(rows, TW_AT(SHIFTS, DAY))[i] = (int32_t)moment.day;
  tw_rows_i32(rows, TW_AT(SHIFTS, SHIFT))[i] =
      moment.shift_i != TW_NONE ? moment.shift_i : calendar->n_shift;
  tw_rows_f64(rows, TW_AT(SHIFTS, START))[i] = tw_seconds(start_us);
  tw_rows_f64(rows, TW_AT(SHIFTS, END))[i] = tw_seconds(end_us);
  tw_rows_i32(rows, TW_AT(SHIFTS, WHOLE))[i] = has_ended && tw_calendar_begins(calendar, start_us);
  tw_rows_i64(rows, TW_AT(SHIFTS, GOOD))[i] = recorder->n_good;
  tw_rows_i64(rows, TW_AT(SHIFTS, SCRAPPED))[i] = recorder->n_scrapped;
  tw_recorder_end_row(recorder, TW_TABLE_SHIFTS);
  recorder->shift_start_us = end_us;
  recorder->n_good = recorder->n_scrapped = 0;
}

static void note_state(tw_recorder *recorder, const tw_fact *fact) {
  put_interval(recorder, fact->machine_i, fact->time_us);
  recorder->spell[fact->machine_i] =
      (tw_machine_spell){.since_us = fact->time_us,
                      .part_id = fact->part_id,
                      .state = fact->state,
                      .cause = cause_word(recorder, fact->state, fact->cause)};
}

// The next part is worked on without another state in between.
static void note_next_part(tw_recorder *recorder, const tw_fact *fact) {
  tw_machine_spell *spell = &recorder->spell[fact->machine_i];
  if (spell->state != TWIN_PROCESSING || spell->part_id == fact->part_id) return;
  put_interval(recorder, fact->machine_i, fact->time_us);
  spell->since_us = fact->time_us;
  spell->part_id = fact->part_id;
}

static void put_visit(tw_recorder *recorder, const tw_open_part *part, int64_t leave_us) {
  tw_rows *rows;
  const int32_t i = tw_recorder_begin_row(recorder, TW_TABLE_VISITS, &rows);
  tw_rows_i64(rows, TW_AT(VISITS, PART))[i] = (int64_t)part->id;
  tw_rows_i32(rows, TW_AT(VISITS, STATION))[i] = part->place_i;
  tw_rows_i32(rows, TW_AT(VISITS, MACHINE))[i] = tw_recorder_machine_number(recorder, part->machine_i);
  tw_rows_f64(rows, TW_AT(VISITS, ENTER))[i] = tw_seconds(part->enter_us);
  tw_rows_f64(rows, TW_AT(VISITS, START))[i] = seconds_or_nan(part->start_us);
  tw_rows_f64(rows, TW_AT(VISITS, END))[i] = seconds_or_nan(part->end_us);
  tw_rows_f64(rows, TW_AT(VISITS, LEAVE))[i] = seconds_or_nan(leave_us);
  tw_rows_i32(rows, TW_AT(VISITS, REJECTED))[i] = part->is_rejected;
  tw_recorder_end_row(recorder, TW_TABLE_VISITS);
}

static void put_part(tw_recorder *recorder, const tw_open_part *part, int64_t left_us,
                     tw_exit_word exit) {
  tw_rows *rows;
  const int32_t i = tw_recorder_begin_row(recorder, TW_TABLE_PARTS, &rows);
  tw_rows_i64(rows, TW_AT(PARTS, PART))[i] = (int64_t)part->id;
  tw_rows_i32(rows, TW_AT(PARTS, TYPE))[i] = part->type;
  tw_rows_f64(rows, TW_AT(PARTS, CREATED))[i] = tw_seconds(part->created_us);
  tw_rows_f64(rows, TW_AT(PARTS, LEFT))[i] = seconds_or_nan(left_us);
  tw_rows_i32(rows, TW_AT(PARTS, EXIT))[i] = (int32_t)exit;
  tw_rows_f64(rows, TW_AT(PARTS, DUE))[i] = part->due_s;
  tw_recorder_end_row(recorder, TW_TABLE_PARTS);
}

static void begin_visit(tw_open_part *part, int32_t place_i, int32_t machine_i, int64_t now_us) {
  part->place_i = place_i;
  part->machine_i = machine_i;
  part->enter_us = now_us;
  part->start_us = part->end_us = TW_UNSEEN;
  part->is_rejected = 0;
}

// Ends a visit that nobody said the end of. A part that was made to be taken at once has not been
// at its source.
static void end_visit_unsaid(tw_recorder *recorder, tw_open_part *part, int64_t now_us) {
  if (part->place_i >= 0 && part->enter_us < now_us) put_visit(recorder, part, now_us);
  part->place_i = -1;
}

static tw_open_part *add_part(tw_recorder *recorder, uint64_t id) {
  tw_open_part *part = tw_open_parts_add(&recorder->parts, id);
  if (part == NULL) recorder->status = TWIN_ERR_MEMORY;
  return part;
}

static void end_part(tw_recorder *recorder, tw_open_part *part, int64_t now_us, tw_exit_word exit) {
  end_visit_unsaid(recorder, part, now_us);
  put_part(recorder, part, now_us, exit);
  tw_open_parts_remove(&recorder->parts, part);
}

static void note_part(tw_recorder *recorder, const tw_fact *fact) {
  if (fact->part_id == 0) return;
  tw_open_part *part = fact->kind == TW_FACT_CREATE
                           ? add_part(recorder, fact->part_id)
                           : tw_open_parts_find(&recorder->parts, fact->part_id);
  if (part == NULL) return;
  const int64_t now_us = fact->time_us;
  switch (fact->kind) {
    case TW_FACT_CREATE:
      part->created_us = now_us;
      part->due_s = fact->value;
      part->type = fact->part_type;
      begin_visit(part, fact->place_i, fact->machine_i, now_us);
      break;
    case TW_FACT_ENTER:
      end_visit_unsaid(recorder, part, now_us);
      begin_visit(part, fact->place_i, fact->machine_i, now_us);
      break;
    case TW_FACT_START: part->start_us = now_us; break;
    case TW_FACT_COMPLETE: part->end_us = now_us; break;
    case TW_FACT_REJECT: part->is_rejected = 1; break;
    case TW_FACT_LEAVE:
      if (part->place_i >= 0) put_visit(recorder, part, now_us);
      part->place_i = -1;
      break;
    case TW_FACT_SHIP: end_part(recorder, part, now_us, TW_EXIT_OUT); break;
    case TW_FACT_SCRAP: end_part(recorder, part, now_us, TW_EXIT_SCRAP); break;
    case TW_FACT_LOSE: end_part(recorder, part, now_us, TW_EXIT_LOST); break;
    default: break;
  }
}

static void take_fact(void *self, const struct tw_run *run, const tw_fact *fact) {
  tw_recorder *recorder = self;
  if (recorder->status != TWIN_OK) return;
  if (fact->kind == TW_FACT_STATE) {
    if (recorder->what.has_states) note_state(recorder, fact);
    return;
  }
  if (fact->kind == TW_FACT_SHIFT) {
    if (fact->time_us > recorder->shift_start_us) put_shift(recorder, fact->time_us, true);
    return;
  }
  if (fact->kind == TW_FACT_MODEL || fact->kind == TW_FACT_SET) {
    tw_recorder_note_model(recorder, run, fact);
    if (fact->kind == TW_FACT_SET) return;
  }
  recorder->n_good += fact->kind == TW_FACT_SHIP;
  recorder->n_scrapped += fact->kind == TW_FACT_SCRAP;
  const bool is_next_part = fact->kind == TW_FACT_START || fact->kind == TW_FACT_RESUME;
  if (recorder->what.has_states && is_next_part) note_next_part(recorder, fact);
  if (recorder->what.has_events) put_event(recorder, fact);
  if (recorder->what.has_parts) note_part(recorder, fact);
}

// Machines begin a spell at the present instant.
static void open_spells(tw_recorder *recorder, const tw_run *run) {
  for (int32_t i = 0; i < recorder->line->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    recorder->spell[i] =
        (tw_machine_spell){.since_us = recorder->start_us,
                        .part_id = machine->part != TW_NO_PART ? run->part[machine->part].id : 0,
                        .state = machine->state,
                        .cause = cause_word(recorder, machine->state, tw_work_cause(run, i))};
  }
}

// Parts in the line keep their times; of their present visits only the beginning is known.
static void open_parts(tw_recorder *recorder, const tw_run *run) {
  for (uint32_t i = 0; i < run->head->n_part_slot; i++) {
    const tw_part *part = &run->part[i];
    if (part->type == TW_NONE) continue;
    tw_open_part *open = add_part(recorder, part->id);
    if (open == NULL) return;
    open->created_us = part->created_us;
    open->type = part->type;
    open->due_s = part->due_us == INT64_MAX ? (double)NAN : tw_seconds(part->due_us);
    begin_visit(open, part->place, -1, part->entered_us);
  }
  for (int32_t i = 0; i < recorder->line->n_machine; i++) {
    const uint32_t part = run->machine[i].part;
    if (part == TW_NO_PART) continue;
    tw_open_part *open = tw_open_parts_find(&recorder->parts, run->part[part].id);
    if (open != NULL) open->machine_i = i;
  }
}

twin_status tw_recorder_attach(tw_recorder *recorder, tw_run *run, uint32_t replication) {
  TW_ASSERT(recorder->run == NULL && run->line == recorder->line);
  recorder->status = TWIN_OK;
  recorder->replication = (int32_t)replication;
  recorder->start_us = recorder->shift_start_us = run->head->now_us;
  recorder->n_good = recorder->n_scrapped = 0;
  memset(recorder->n_row, 0, sizeof recorder->n_row);
  for (int32_t table = 0; table < TW_TABLE_N; table++) recorder->rows[table].n = 0;
  tw_open_parts_clear(&recorder->parts);
  if (recorder->what.has_states) open_spells(recorder, run);
  if (recorder->what.has_parts) open_parts(recorder, run);
  if (recorder->status != TWIN_OK) return recorder->status;
  tw_recorder_begin_tracks(recorder, run);
  const bool has_tracks = recorder->tracks != NULL;
  const tw_sink sink = {.self = recorder,
                        .fact = take_fact,
                        .pass = has_tracks ? tw_recorder_note_pass : NULL,
                        .span = has_tracks ? tw_recorder_note_span : NULL};
  if (!tw_sink_add(run, sink)) return TWIN_ERR_ARGUMENT;
  recorder->run = run;
  return TWIN_OK;
}

void tw_recorder_drop(tw_recorder *recorder) {
  if (recorder->run == NULL) return;
  tw_sink_remove(recorder->run, recorder);
  recorder->run = NULL;
}

// What is still in the line, by part id, so that the rows do not depend on the table's size.
static void close_parts(tw_recorder *recorder) {
  const uint32_t n = recorder->parts.n;
  tw_open_part *list =
      tw_memory_take(tw_line_memory(recorder->line), ((size_t)n + 1) * sizeof *list);
  if (list == NULL) {
    recorder->status = TWIN_ERR_MEMORY;
    return;
  }
  tw_open_parts_list(&recorder->parts, list);
  for (uint32_t i = 0; i < n; i++) {
    if (list[i].place_i >= 0) put_visit(recorder, &list[i], TW_UNSEEN);
    put_part(recorder, &list[i], TW_UNSEEN, TW_EXIT_NONE);
  }
  tw_memory_free(tw_line_memory(recorder->line), list);
}

static void put_kpis(tw_recorder *recorder) {
  for (int32_t k = 0; k < recorder->words->n_kpi; k++) {
    const tw_kpi *kpi = &recorder->words->kpi[k];
    tw_rows *rows;
    const int32_t i = tw_recorder_begin_row(recorder, TW_TABLE_KPI, &rows);
    tw_rows_i32(rows, TW_AT(KPI, STATION))[i] = kpi->place_i;
    tw_rows_i32(rows, TW_AT(KPI, MACHINE))[i] = kpi->machine;
    tw_rows_i32(rows, TW_AT(KPI, KPI))[i] = kpi->word_i;
    tw_rows_f64(rows, TW_AT(KPI, VALUE))[i] = tw_quantity_value(recorder->run, kpi->quantity);
    tw_rows_i32(rows, TW_AT(KPI, UNIT))[i] = kpi->unit_i;
    tw_recorder_end_row(recorder, TW_TABLE_KPI);
  }
}

// Where the replication's rows begin in the file is filled in by whoever puts them there.
static void put_replication(tw_recorder *recorder, twin_status run_status) {
  const tw_head *head = recorder->run->head;
  tw_rows *rows;
  const int32_t i = tw_recorder_begin_row(recorder, TW_TABLE_REPLICATIONS, &rows);
  tw_rows_u64(rows, TW_AT(REPLICATIONS, SEED))[i] = head->seed;
  tw_rows_f64(rows, TW_AT(REPLICATIONS, T_START))[i] = tw_seconds(recorder->start_us);
  tw_rows_f64(rows, TW_AT(REPLICATIONS, T_END))[i] = tw_seconds(head->now_us);
  tw_rows_f64(rows, TW_AT(REPLICATIONS, WINDOW))[i] = tw_seconds(head->window_us);
  tw_rows_i32(rows, TW_AT(REPLICATIONS, STATUS))[i] = (int32_t)run_status;
  tw_rows_i64(rows, TW_AT(REPLICATIONS, N_STEP))[i] = (int64_t)head->n_event;
  tw_rows_u64(rows, TW_AT(REPLICATIONS, HASH))[i] = tw_run_hash(recorder->run, false);
  const int32_t counted[] = {TW_TABLE_EVENTS, TW_TABLE_INTERVALS, TW_TABLE_PARTS, TW_TABLE_VISITS};
  for (int32_t k = 0; k < 4; k++) {
    tw_rows_i64(rows, TW_AT(REPLICATIONS, FIRST_EVENT) + 2 * k)[i] = 0;
    tw_rows_i64(rows, TW_AT(REPLICATIONS, N_EVENT) + 2 * k)[i] = recorder->n_row[counted[k]];
  }
  tw_recorder_end_row(recorder, TW_TABLE_REPLICATIONS);
}

twin_status tw_recorder_detach(tw_recorder *recorder, twin_status run_status) {
  TW_ASSERT(recorder->run != NULL);
  if (recorder->what.has_states)
    for (int32_t i = 0; i < recorder->line->n_machine; i++)
      put_interval(recorder, i, recorder->run->head->now_us);
  if (recorder->what.has_parts) close_parts(recorder);
  const int64_t now_us = recorder->run->head->now_us;
  if (recorder->line->shift_calendar_i != TW_NONE && now_us > recorder->shift_start_us)
    put_shift(recorder, now_us, false);
  tw_recorder_end_tracks(recorder);
  put_kpis(recorder);
  tw_recorder_put_solvers(recorder);
  tw_recorder_hand_over(recorder);
  put_replication(recorder, run_status);
  tw_recorder_hand_over(recorder);
  tw_recorder_drop(recorder);
  return recorder->status;
}

twin_status tw_recorder_hand_over(tw_recorder *recorder) {
  for (int32_t table = 0; table < TW_TABLE_N; table++) tw_recorder_pass_on(recorder, table);
  return recorder->status;
}
