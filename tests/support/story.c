// story.c - facts as a readable text; see story.h.

#include "support/story.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <twin/run.h>

#include "core/ticks.h"
#include "observe/columns.h"
#include "observe/quantity.h"
#include "state/hash.h"
#include "state/snapshot.h"
#include "state/validate.h"

static const char *const kind_words[TW_FACT_N] = {
    [TW_FACT_CREATE] = "create",     [TW_FACT_ENTER] = "enter",       [TW_FACT_START] = "start",
    [TW_FACT_COMPLETE] = "complete", [TW_FACT_LEAVE] = "leave",       [TW_FACT_SHIP] = "ship",
    [TW_FACT_SCRAP] = "scrap",       [TW_FACT_LOSE] = "lose",         [TW_FACT_FAIL] = "fail",
    [TW_FACT_REPAIR] = "repair",     [TW_FACT_REPAIRED] = "repaired", [TW_FACT_STATE] = "state",
    [TW_FACT_WINDOW] = "window",     [TW_FACT_HOLD] = "hold",         [TW_FACT_RESUME] = "resume",
    [TW_FACT_REJECT] = "reject",     [TW_FACT_SHIFT] = "shift",
    [TW_FACT_MODEL] = "model",       [TW_FACT_SET] = "set"};

// True when a list of words with blanks between has `kind`, or `kind/place`.
static bool is_wanted(const char *list, const char *kind, const char *place) {
  const size_t n = strlen(kind), n_place = strlen(place);
  for (const char *at = list; at != NULL && *at != '\0';) {
    const char *end = at + strcspn(at, " ");
    const size_t n_word = (size_t)(end - at);
    if (strncmp(at, kind, n) == 0) {
      if (n_word == n) return true;
      if (at[n] == '/' && n_word == n + 1 + n_place && strncmp(at + n + 1, place, n_place) == 0)
        return true;
    }
    at = *end == ' ' ? end + 1 : NULL;
  }
  return false;
}

static void hear(void *self, const tw_run *run, const tw_fact *fact) {
  test_story *story = self;
  const char *kind = kind_words[fact->kind];
  if (!is_wanted(story->kinds, kind,
                 fact->place_i >= 0 ? run->line->place[fact->place_i].name : ""))
    return;
  if (story->text.n > 0) tw_text_add(&story->text, "; ");
  tw_text_print(&story->text, "%.9g %s", tw_seconds(fact->time_us), kind);
  if (fact->place_i < 0) return;
  const tw_place *place = &run->line->place[fact->place_i];
  tw_text_print(&story->text, " %s", place->name);
  if (fact->machine_i >= 0 && place->n_machine > 1)
    tw_text_print(&story->text, "[%d]", (int)run->line->machine[fact->machine_i].number + 1);
  if (fact->kind == TW_FACT_STATE)
    tw_text_print(&story->text, " %s", twin_state_name(fact->state));
  else if (fact->part_id != 0)
    tw_text_print(&story->text, " %llu", (unsigned long long)fact->part_id);
  else if (fact->cause >= 0 && fact->cause < run->line->n_mode)
    tw_text_print(&story->text, " %s", run->line->mode[fact->cause].name);
}

tw_line *test_quoted_line(const char *sections, tw_text *why) {
  tw_text text = {0};
  tw_text_print(&text, "{\"libtwin\": \"1.0\", %s%s}",
                strstr(sections, "'parts'") == NULL ? "\"parts\": {\"p\": {}}, " : "", sections);
  if (text.at == NULL) abort();
  for (char *at = text.at; *at != '\0'; at++)
    if (*at == '\'') *at = '"';
  tw_line *line = test_line(text.at, why);
  tw_text_free(&text);
  return line;
}

void test_tell(test_story *story, tw_run *run, const char *kinds) {
  *story = (test_story){.kinds = kinds};
  run->sink = (tw_sink){.self = story, .fact = hear};
}

// The same run, saved half way and gone on with from there, must come to the same state.
static void check_restored(test_story *story, const tw_run *told, double until_s) {
  tw_run *first = test_run(told->line, 1), *second = test_run(told->line, 1);
  size_t n_byte = 0;
  test_until(first, until_s / 2);
  void *saved = test_save(first, &n_byte);
  if (tw_run_restore(second, saved, n_byte, NULL) != TWIN_OK)
    tw_text_add(&story->text, "; its snapshot was refused");
  test_until(second, until_s);
  if (tw_run_hash(second, true) != tw_run_hash(told, true))
    tw_text_add(&story->text, "; the restored run went another way");
  free(saved);
  tw_run_free(first);
  tw_run_free(second);
}

char *test_told(const char *sections, double until_s, const char *kinds) {
  test_story story = {0};
  tw_line *line = test_quoted_line(sections, &story.text);
  if (line != NULL) {
    tw_run *run = test_run(line, 1);
    test_tell(&story, run, kinds);
    twin_problems *problems = twin_problems_new();
    const twin_status status = tw_run_until(run, tw_ticks(until_s), problems);
    if (status != TWIN_OK)
      tw_text_print(&story.text, "%s%s", story.text.n > 0 ? "; " : "",
                    twin_problems_text(problems, 0));
    twin_problems_free(problems);
    char why[200] = "";
    if (status == TWIN_OK && !tw_run_is_valid(run, why, sizeof why))
      tw_text_print(&story.text, "; the state is not sound: %s", why);
    if (status == TWIN_OK) check_restored(&story, run, until_s);
    tw_run_free(run);
    tw_line_unref(line);
  }
  tw_text_add(&story.text, "");
  if (story.text.at == NULL) abort();
  return story.text.at;
}

double test_value(const tw_run *run, const char *path) {
  const uint64_t quantity = tw_quantity_find(run->line, path, NULL);
  return quantity != 0 ? tw_quantity_value(run, quantity) : (double)NAN;
}

int32_t test_count_listed(const tw_line *line, const char *part) {
  int32_t n = 0;
  for (int32_t i = 0; i < tw_quantity_count(line); i++) {
    tw_text path = {0};
    const uint64_t quantity = tw_quantity_at(line, i);
    tw_quantity_path(line, quantity, &path);
    n += strstr(path.at, part) != NULL && tw_quantity_find(line, path.at, NULL) == quantity;
    tw_text_free(&path);
  }
  return n;
}

double test_in_state(const tw_run *run, int32_t machine_i, int32_t state) {
  int64_t state_us[TW_N_STATE];
  tw_state_times(run, machine_i, state_us);
  return tw_seconds(state_us[state]);
}
