// whatif.c - see whatif.h.

#include "study/whatif.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "base/problems.h"
#include "observe/quantity.h"
#include "study/interval.h"

static const size_t KEEP_BYTES = (size_t)64
                                 << 20;  // of finished states in memory, of all lines together

tw_whatif *tw_whatif_new(tw_line *line, const tw_whatif_setup *setup) {
  const tw_memory *memory = tw_line_memory(line);
  tw_whatif *whatif = tw_memory_zeroed(memory, 1, sizeof *whatif);
  if (whatif == NULL) return NULL;
  whatif->setup = *setup;
  tw_arena_init_with(&whatif->arena, memory);
  whatif->base = tw_study_new(line, &setup->study);
  if (whatif->base != NULL) return whatif;
  tw_memory_free(memory, whatif);
  return NULL;
}

void tw_whatif_free(tw_whatif *whatif) {
  if (whatif == NULL) return;
  tw_line *line = tw_line_ref(tw_study_line(whatif->base));
  for (int32_t i = 0; i < whatif->n; i++) tw_study_free(whatif->variant[i].study);
  tw_study_free(whatif->base);
  tw_arena_free(&whatif->arena);
  tw_memory_free(tw_line_memory(line), whatif->variant);
  tw_memory_free(tw_line_memory(line), whatif);
  tw_line_unref(line);
}

tw_study *tw_whatif_study(const tw_whatif *whatif, int32_t i) {
  TW_ASSERT(i >= 0 && i <= whatif->n);
  return i == 0 ? whatif->base : whatif->variant[i - 1].study;
}

static bool is_wanted(const tw_scenario *scenario, const char *name) {
  return name == NULL || strcmp(scenario->name, name) == 0 || strcmp(scenario->group, name) == 0;
}

// Adds one scenario's study.
static twin_status add_variant(tw_whatif *whatif, const tw_scenario *scenario, tw_line *line,
                               twin_problems *problems) {
  for (int32_t i = 0; i < whatif->n; i++)
    if (strcmp(whatif->variant[i].name, scenario->name) == 0)
      return tw_fail(problems, TWIN_ERR_ARGUMENT, "scenario \"%s\" is there already",
                     scenario->name);
  const tw_memory *memory = tw_line_memory(tw_study_line(whatif->base));
  const size_t n_byte = ((size_t)whatif->n + 1) * sizeof *whatif->variant;
  tw_variant *grown = tw_memory_resize(memory, whatif->variant, n_byte);
  if (grown == NULL) return TWIN_ERR_MEMORY;
  whatif->variant = grown;
  const tw_variant made = {.name = tw_arena_text(&whatif->arena, scenario->name),
                           .about = tw_arena_text(&whatif->arena, scenario->about),
                           .invest = scenario->invest,
                           .study = tw_study_new(line, &whatif->setup.study)};
  if (made.name == NULL || made.about == NULL || made.study == NULL) {
    tw_study_free(made.study);
    return TWIN_ERR_MEMORY;
  }
  grown[whatif->n++] = made;
  return TWIN_OK;
}

// Takes back what one call added.
static void drop_from(tw_whatif *whatif, int32_t n) {
  while (whatif->n > n) tw_study_free(whatif->variant[--whatif->n].study);
}

twin_status tw_whatif_add(tw_whatif *whatif, const char *name, const char *text, size_t n_bytes,
                          twin_problems *problems) {
  if (whatif->n_first > 0) return tw_fail(problems, TWIN_ERR_ARGUMENT, "the study has run already");
  if (whatif->setup.study.record_path != NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "a study that is recorded has no scenarios");
  tw_scenarios scenarios;
  tw_line *base = tw_study_line(whatif->base);
  twin_status status = tw_scenarios_read(&scenarios, base, text, n_bytes, problems);
  if (status != TWIN_OK) return status;
  const int32_t n_before = whatif->n;
  int32_t n_wanted = 0;
  for (int32_t i = 0; i < scenarios.n; i++) {
    if (!is_wanted(&scenarios.at[i], name)) continue;
    n_wanted++;
    tw_line *line = NULL;
    twin_status made = tw_scenario_line(&line, &scenarios, i, problems);
    if (made == TWIN_OK && status == TWIN_OK)
      made = add_variant(whatif, &scenarios.at[i], line, problems);
    tw_line_unref(line);
    if (status == TWIN_OK) status = made;
    if (status == TWIN_ERR_MEMORY) break;
  }
  if (n_wanted == 0) status = tw_scenarios_refuse(&scenarios, name, problems);
  tw_scenarios_free(&scenarios);
  if (status != TWIN_OK) drop_from(whatif, n_before);
  return status;
}

// One pass over all lines, up to the present number of replications.
static twin_status run_all(tw_whatif *whatif, uint32_t n, twin_problems *problems) {
  twin_status status = TWIN_OK;
  const uint32_t n_line = (uint32_t)whatif->n + 1;
  const uint64_t n_in_all = (uint64_t)n * n_line;
  for (uint32_t i = 0; i < n_line && status == TWIN_OK; i++) {
    tw_study *study = tw_whatif_study(whatif, (int32_t)i);
    tw_study_count_with(study, i * n, n_in_all < UINT32_MAX ? (uint32_t)n_in_all : UINT32_MAX);
    twin_problems *own = tw_problems_new(tw_line_memory(tw_study_line(study)));
    status = tw_study_run(study, own);
    tw_text before = {.memory = tw_line_memory(tw_study_line(study))};
    if (i > 0) tw_text_print(&before, "scenario \"%s\": ", whatif->variant[i - 1].name);
    tw_problems_hand_on(problems, own, before.n > 0 ? before.at : "");
    tw_text_free(&before);
    twin_problems_free(own);
  }
  return status;
}

// How many replications the second stage needs: the most that any line does.
static twin_status find_need(tw_whatif *whatif, uint32_t *need) {
  const tw_whatif_setup *setup = &whatif->setup;
  const tw_memory *memory = tw_line_memory(tw_study_line(whatif->base));
  const size_t n = whatif->n_first;
  double *values = tw_memory_take(memory, n * sizeof *values);
  if (values == NULL) return TWIN_ERR_MEMORY;
  *need = (uint32_t)n;
  bool is_good = true;
  for (int32_t i = 0; i <= whatif->n && is_good; i++) {
    const uint64_t quantity = tw_whatif_quantity(whatif, i, setup->figure);
    if (quantity == 0) continue;
    is_good = tw_study_values(tw_whatif_study(whatif, i), quantity, values, n);
    const uint32_t own = tw_stage_need(values, n, setup->study.confidence, setup->precision);
    if (own > *need) *need = own;
  }
  tw_memory_free(memory, values);
  return is_good ? TWIN_OK : TWIN_ERR_IO;
}

static twin_status extend(tw_whatif *whatif, twin_problems *problems) {
  uint32_t need;
  const twin_status status = find_need(whatif, &need);
  if (status != TWIN_OK) return status;
  if (need > whatif->setup.n_most) {
    tw_problems_add(
        problems, &(tw_problem_text){.severity = TWIN_WARNING, .code = "W-SAMPLE"},
        "the precision would take %s%u replications; %u are run, and what they reach is told",
        need == UINT32_MAX ? "more than " : "", (unsigned)need, (unsigned)whatif->setup.n_most);
    need = whatif->setup.n_most > whatif->n_first ? whatif->setup.n_most : whatif->n_first;
  }
  if (need == whatif->n_first) return TWIN_OK;
  for (int32_t i = 0; i <= whatif->n; i++)
    if (!tw_study_extend(tw_whatif_study(whatif, i), need))
      return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for more replications");
  return run_all(whatif, need, problems);
}

twin_status tw_whatif_run(tw_whatif *whatif, twin_problems *problems) {
  const uint32_t n = whatif->setup.study.n_replication;
  const size_t n_keep = KEEP_BYTES / ((size_t)whatif->n + 1);
  for (int32_t i = 0; i <= whatif->n && whatif->setup.study.keep_bytes == 0; i++)
    tw_study_keep(tw_whatif_study(whatif, i), n_keep);
  whatif->n_first = n;
  const twin_status status = run_all(whatif, n, problems);
  if (status != TWIN_OK || whatif->setup.precision == 0) return status;
  return extend(whatif, problems);
}

uint64_t tw_whatif_quantity(const tw_whatif *whatif, int32_t i, uint64_t quantity) {
  if (i == 0 || quantity == 0) return quantity;
  const tw_line *base = tw_study_line(whatif->base);
  tw_text path = {.memory = tw_line_memory(base)};
  tw_quantity_path(base, quantity, &path);
  const tw_line *line = tw_study_line(tw_whatif_study(whatif, i));
  const uint64_t found = path.is_out_of_memory ? 0 : tw_quantity_find(line, path.at, NULL);
  tw_text_free(&path);
  return found;
}

tw_pairing tw_whatif_pairing(const tw_whatif *whatif, size_t n, double confidence) {
  const size_t n_first = whatif->setup.precision > 0 && whatif->n_first < n ? whatif->n_first : n;
  return (tw_pairing){n, n_first, confidence};
}
