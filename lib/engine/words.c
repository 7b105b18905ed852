// words.c - see words.h. All words are filled in at each evaluation; what takes long to find out is
// looked up only in lines whose expressions ask for it.

#include "engine/words.h"

#include "base/assert.h"
#include "engine/body/body.h"
#include "engine/carried.h"
#include "model/compile.h"

double tw_time_left_s(const tw_run *run, const tw_part *part) {
  const tw_line *line = run->line;
  if (line->time_left_s == NULL) return 0;
  const tw_part_type *type = &line->part_type[part->type];
  if (type->n_step > 0)
    return part->step < (uint32_t)type->n_step ? line->step_left_s[tw_step_of(line, part)] : 0;
  return line->time_left_s[(size_t)part->place * (size_t)line->n_part_type + (size_t)part->type];
}

double tw_parts_since_setup(const tw_run *run, int32_t machine_i) {
  const int32_t setup_i = run->line->machine[machine_i].setup_i;
  return setup_i == TW_NONE ? 1e9 : run->setup[setup_i].n_since;
}

// Since the last shift began at a place, breaks included; where no calendar is, since the start of the run.
static double since_shift_start_s(const tw_run *run, int32_t place_i) {
  const tw_line *line = run->line;
  const int32_t own_i = place_i == TW_NONE ? TW_NONE : line->place[place_i].calendar_i;
  const int32_t calendar_i = own_i != TW_NONE ? own_i : line->shift_calendar_i;
  int64_t begin_us;
  if (calendar_i == TW_NONE || !tw_calendar_last_begin(&line->calendar[calendar_i], tw_now(run), &begin_us))
    return tw_seconds(tw_now(run));
  return tw_seconds(tw_now(run) - begin_us);
}

void tw_words_of_part(const tw_run *run, const tw_part *part, double *words) {
  const tw_line *line = run->line;
  const tw_part_type *type = &line->part_type[part->type];
  TW_ASSERT(TW_WORD_N + line->n_attribute <= TW_WORDS_MAX);
  words[TW_WORD_MASS] = type->mass_kg;
  words[TW_WORD_PRIORITY] = (double)part->priority;
  words[TW_WORD_REWORK] = part->rework;
  words[TW_WORD_SINCE_STOP] = 0;
  words[TW_WORD_SINCE_SETUP] = 0;
  words[TW_WORD_TIME] = tw_seconds(tw_now(run));
  words[TW_WORD_DUE] = tw_due_s(part);
  words[TW_WORD_TIME_LEFT] = tw_time_left_s(run, part);
  words[TW_WORD_ARRIVED] = tw_seconds(part->entered_us);
  words[TW_WORD_RELEASED] = tw_seconds(part->created_us);
  words[TW_WORD_SINCE_SHIFT] = line->has_shift_word ? since_shift_start_s(run, part->place) : 0;
  for (int32_t i = 0; i < line->n_attribute; i++) words[TW_WORD_N + i] = tw_part_attribute(run, part, i);
}

double tw_words_value(const tw_run *run, const tw_expr *expr, int32_t machine_i, const tw_part *part) {
  const tw_machine_param *machine = &run->line->machine[machine_i];
  const int32_t n_word = TW_WORD_N + run->line->n_attribute;
  double words[TW_WORDS_MAX];
  if (part != NULL) tw_words_of_part(run, part, words);
  else for (int32_t i = 0; i < n_word; i++) words[i] = 0;
  words[TW_WORD_TIME] = tw_seconds(tw_now(run));
  words[TW_WORD_SINCE_STOP] = run->machine[machine_i].n_since_stop;
  words[TW_WORD_SINCE_SETUP] = tw_parts_since_setup(run, machine_i);
  // a part that is offered is still elsewhere
  if (run->line->has_shift_word) words[TW_WORD_SINCE_SHIFT] = since_shift_start_s(run, machine->node_i);
  if (machine->n_member > 0 || run->line->n_shared_variable > 0)
    tw_bodies_fill(run, machine_i, words + n_word);
  return tw_expr_value(expr, words);
}
