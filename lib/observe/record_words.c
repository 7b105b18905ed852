// record_words.c - collects the words of a line. Every list holds a word once, in the order of its first
// appearance, so that a reader may make a categorical type of it.

#include "observe/quantity_upkeep.h"
#include "observe/record_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "observe/losses.h"
#include "observe/quantity.h"

typedef struct numbered {
  const char *text;
  int32_t i;
} numbered;

static int compare_texts(const void *a, const void *b) {
  const numbered *x = a, *y = b;
  const int order = strcmp(x->text, y->text);
  return order != 0 ? order : (x->i > y->i) - (x->i < y->i);
}

// Gives each of n texts the number of its word in `out`, which lists equal ones once.
static const int32_t *make_unique(tw_arena *arena, const char *const *texts, int32_t n,
                                  tw_words *out) {
  const size_t size = (size_t)n;
  numbered *sorted = tw_arena_take_array(arena, size, sizeof *sorted);
  int32_t *first = tw_arena_take_array(arena, size, sizeof *first);
  int32_t *word_of = tw_arena_take_array(arena, size, sizeof *word_of);
  const char **at = tw_arena_take_array(arena, size, sizeof *at);
  if (arena->is_out_of_memory) return NULL;
  for (int32_t i = 0; i < n; i++) sorted[i] = (numbered){texts[i], i};
  if (n > 1) qsort(sorted, size, sizeof *sorted, compare_texts);
  for (int32_t i = 0; i < n; i++) {
    const bool is_new = i == 0 || strcmp(sorted[i].text, sorted[i - 1].text) != 0;
    first[sorted[i].i] = is_new ? sorted[i].i : first[sorted[i - 1].i];
  }
  out->n = 0;
  out->at = at;
  for (int32_t i = 0; i < n; i++) {
    TW_ASSERT(first[i] <= i);
    if (first[i] == i) at[out->n++] = texts[i];
    word_of[i] = first[i] == i ? out->n - 1 : word_of[first[i]];
  }
  return word_of;
}

static void collect_places(tw_record_words *words, const tw_line *line) {
  const size_t n = (size_t)line->n_place;
  const char **name = tw_arena_take_array(&words->arena, n, sizeof *name);
  const char **type = tw_arena_take_array(&words->arena, n, sizeof *type);
  int32_t *n_machine = tw_arena_take_array(&words->arena, n, sizeof *n_machine);
  const char **part = tw_arena_take_array(&words->arena, (size_t)line->n_part_type, sizeof *part);
  if (words->arena.is_out_of_memory) return;
  for (int32_t i = 0; i < line->n_place; i++) {
    name[i] = line->place[i].name;
    type[i] = line->place[i].kind->name;
    n_machine[i] = line->place[i].n_machine;
  }
  for (int32_t i = 0; i < line->n_part_type; i++) part[i] = line->part_type[i].name;
  words->list[TW_WORDS_PLACE] = (tw_words){line->n_place, name};
  words->list[TW_WORDS_TYPE] = (tw_words){line->n_part_type, part};
  words->place_type = type;
  words->place_machines = n_machine;
}

// Causes are places (waited for), failure modes, which several machines share by name, and what is
// needed: skills and resources.
static void collect_causes(tw_record_words *words, const tw_line *line) {
  const int32_t n = line->n_place + line->n_mode + line->n_group;
  const char **name = tw_arena_take_array(&words->arena, (size_t)n, sizeof *name);
  if (name == NULL) return;
  for (int32_t i = 0; i < line->n_place; i++) name[i] = line->place[i].name;
  for (int32_t i = 0; i < line->n_mode; i++) name[line->n_place + i] = line->mode[i].name;
  for (int32_t i = 0; i < line->n_group; i++)
    name[line->n_place + line->n_mode + i] = line->group[i].name;
  words->cause_of_place = make_unique(&words->arena, name, n, &words->list[TW_WORDS_CAUSE]);
  if (words->cause_of_place != NULL) words->cause_of_mode = words->cause_of_place + line->n_place;
  if (words->cause_of_place != NULL) words->cause_of_group = words->cause_of_mode + line->n_mode;
}

static void collect_shifts(tw_record_words *words, const tw_line *line) {
  const int32_t n = tw_count_shift_names(line);
  const char **name = tw_arena_take_array(&words->arena, (size_t)n + 1, sizeof *name);
  if (name == NULL) return;
  for (int32_t i = 0; i < n; i++) name[i] = tw_shift_name(line, i);
  words->list[TW_WORDS_SHIFT] = (tw_words){n, name};
}

// Figures of a place are told by its name and the rest of the path, others by the whole path.
static const char *kpi_name(tw_record_words *words, const tw_line *line, uint64_t quantity,
                            bool is_of_place) {
  tw_text text = {.memory = &words->arena.memory};
  if (is_of_place)
    tw_quantity_rest(line, quantity, &text);
  else
    tw_quantity_path(line, quantity, &text);
  const char *copy = text.at != NULL ? tw_arena_text(&words->arena, text.at) : NULL;
  if (copy == NULL) words->arena.is_out_of_memory = 1;
  tw_text_free(&text);
  return copy;
}

static void collect_kpis(tw_record_words *words, const tw_line *line) {
  const int32_t n = tw_quantity_count(line);
  tw_kpi *kpi = tw_arena_take_array(&words->arena, (size_t)n, sizeof *kpi);
  const char **name = tw_arena_take_array(&words->arena, (size_t)n, sizeof *name);
  const char **unit = tw_arena_take_array(&words->arena, (size_t)n, sizeof *unit);
  uint64_t *quantity = tw_arena_take_array(&words->arena, (size_t)n, sizeof *quantity);
  if (words->arena.is_out_of_memory) return;
  tw_quantity_list(line, quantity);
  for (int32_t i = 0; i < n; i++) {
    tw_quantity_ref ref;
    const bool is_good = tw_quantity_open(line, quantity[i], &ref);
    TW_ASSERT(is_good);
    (void)is_good;
    kpi[i] = (tw_kpi){.quantity = quantity[i], .place_i = ref.place_i};
    if (ref.machine_i != TW_NONE) kpi[i].machine = line->machine[ref.machine_i].number + 1;
    name[i] = kpi_name(words, line, quantity[i], ref.place_i != TW_NONE);
    unit[i] = tw_quantity_unit(line, quantity[i]);
    if (name[i] == NULL) return;
  }
  const int32_t *word_of = make_unique(&words->arena, name, n, &words->list[TW_WORDS_KPI]);
  const int32_t *unit_of = make_unique(&words->arena, unit, n, &words->list[TW_WORDS_UNIT]);
  if (word_of == NULL || unit_of == NULL) return;
  for (int32_t i = 0; i < n; i++) {
    kpi[i].word_i = word_of[i];
    kpi[i].unit_i = unit_of[i];
  }
  words->n_kpi = n;
  words->kpi = kpi;
}

static int32_t find_word(tw_words words, const char *text) {
  for (int32_t i = 0; i < words.n; i++)
    if (strcmp(words.at[i], text) == 0) return i;
  return -1;
}

// Events and states of machine models, those of the same name on several machines once.
static void collect_signals(tw_record_words *words, const tw_line *line) {
  tw_arena *arena = &words->arena;
  const char **event = tw_arena_take_array(arena, (size_t)line->n_model_event + 1, sizeof *event);
  const char **state = tw_arena_take_array(arena, (size_t)line->n_variable + 1, sizeof *state);
  int32_t *unit = tw_arena_take_array(arena, (size_t)line->n_variable + 1, sizeof *unit);
  if (arena->is_out_of_memory) return;
  for (int32_t m = 0; m < line->n_member; m++) {
    const tw_member *member = &line->member[m];
    for (int32_t i = 0; i < member->system->n_event; i++)
      event[member->first_event + i] = member->system->event[i].name;
    for (int32_t i = 0; i < member->system->n_variable; i++) {
      const tw_variable_param *variable = &member->system->variable[i];
      state[member->first_variable + i] = variable->name;
      unit[member->first_variable + i] = find_word(words->list[TW_WORDS_UNIT], variable->unit);
    }
  }
  words->unit_of_state = unit;
  words->model_event =
      make_unique(arena, event, line->n_model_event, &words->list[TW_WORDS_MODEL_EVENT]);
  words->model_state =
      make_unique(arena, state, line->n_variable, &words->list[TW_WORDS_MODEL_STATE]);
}

// States and outputs that can be followed.
static void collect_curves(tw_record_words *words, const tw_line *line) {
  tw_arena *arena = &words->arena;
  const char **name = tw_arena_take_array(arena, (size_t)line->n_signal + 1, sizeof *name);
  int32_t *unit = tw_arena_take_array(arena, (size_t)line->n_signal + 1, sizeof *unit);
  if (arena->is_out_of_memory) return;
  for (int32_t k = 0; k < line->n_signal; k++) {
    const tw_signal *signal = &line->signal[k];
    const tw_model_series *series = &tw_line_models(line, signal->place_i)->series[signal->series];
    name[k] = series->name;
    unit[k] = find_word(words->list[TW_WORDS_UNIT], series->unit);
  }
  words->unit_of_signal = unit;
  words->signal = make_unique(arena, name, line->n_signal, &words->list[TW_WORDS_SIGNAL]);
}

static void collect_solvers(tw_record_words *words, const tw_line *line) {
  tw_arena *arena = &words->arena;
  const char **object = tw_arena_take_array(arena, (size_t)line->n_body + 1, sizeof *object);
  const char **reason = tw_arena_take_array(arena, (size_t)line->n_body + 1, sizeof *reason);
  if (arena->is_out_of_memory) return;
  for (int32_t b = 0; b < line->n_body; b++) {
    object[b] = line->body[b].name;
    reason[b] = line->body[b].why;
  }
  words->object_of_body = make_unique(arena, object, line->n_body, &words->list[TW_WORDS_OBJECT]);
  words->reason_of_body = make_unique(arena, reason, line->n_body, &words->list[TW_WORDS_REASON]);
}

// What losses are called, and what their roots do.
static void collect_losses(tw_record_words *words) {
  const char **loss = tw_arena_take_array(&words->arena, TW_LOSS_N, sizeof *loss);
  const char **root = tw_arena_take_array(&words->arena, TW_ROOT_N, sizeof *root);
  if (loss == NULL || root == NULL) return;
  for (int32_t i = 0; i < TW_LOSS_N; i++) loss[i] = tw_loss_word(i);
  for (int32_t i = 0; i < TW_ROOT_N; i++) root[i] = tw_root_cause_word(i);
  words->list[TW_WORDS_LOSS] = (tw_words){TW_LOSS_N, loss};
  words->list[TW_WORDS_ROOT] = (tw_words){TW_ROOT_N, root};
}

tw_record_words *tw_record_words_new(const tw_line *line) {
  const tw_memory *memory = tw_line_memory(line);
  tw_record_words *words = tw_memory_zeroed(memory, 1, sizeof *words);
  if (words == NULL) return NULL;
  tw_arena_init_with(&words->arena, memory);
  for (int32_t id = 0; id < TW_WORDS_N; id++) words->list[id] = tw_words_fixed((tw_words_id)id);
  collect_places(words, line);
  collect_causes(words, line);
  collect_shifts(words, line);
  collect_kpis(words, line);
  collect_losses(words);
  if (line->n_body > 0) {
    collect_signals(words, line);
    collect_curves(words, line);
    collect_solvers(words, line);
  }
  if (!words->arena.is_out_of_memory) return words;
  tw_record_words_free(words);
  return NULL;
}

void tw_record_words_free(tw_record_words *words) {
  if (words == NULL) return;
  const tw_memory memory = words->arena.memory;
  tw_arena_free(&words->arena);
  tw_memory_free(&memory, words);
}
