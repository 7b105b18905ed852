// api_whatif.c - scenarios: lines made of them, studies that have them, and what they differ by as
// a table.

#include <math.h>
#include <string.h>

#include "api/tables.h"
#include "base/assert.h"
#include "observe/quantity.h"
#include "study/interval.h"

twin_status twin_line_scenario(twin_line **line, const twin_line *base, const char *name,
                               const char *text, size_t n_bytes, twin_problems *problems) {
  if (line == NULL || base == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "line or base are missing");
  if (tw_float_mode(problems) != TWIN_OK) return TWIN_ERR_FLOAT_MODE;
  tw_scenarios scenarios;
  twin_status status = tw_scenarios_read(&scenarios, tw_line_of(base), text, n_bytes, problems);
  if (status != TWIN_OK) return status;
  int32_t i;
  tw_line *made = NULL;
  status = tw_scenarios_find(&scenarios, name, &i, problems);
  if (status == TWIN_OK) status = tw_scenario_line(&made, &scenarios, i, problems);
  if (status == TWIN_OK) *line = (twin_line *)made;
  tw_scenarios_free(&scenarios);
  return status;
}

twin_status twin_study_add_scenarios(twin_study *study, const char *name, const char *text,
                                     size_t n_bytes, twin_problems *problems) {
  if (study == NULL) return tw_fail(problems, TWIN_ERR_ARGUMENT, "study is missing");
  if (tw_float_mode(problems) != TWIN_OK) return TWIN_ERR_FLOAT_MODE;
  return tw_whatif_add(study->whatif, name, text, n_bytes, problems);
}

int32_t twin_study_scenario_count(const twin_study *study) {
  return study != NULL ? study->whatif->n : 0;
}

const char *twin_study_scenario_name(const twin_study *study, int32_t scenario) {
  if (scenario < 1 || scenario > twin_study_scenario_count(study)) return "";
  return study->whatif->variant[scenario - 1].name;
}

// The values of the line's quantity in a scenario, NANs where it has none of that path.
static bool read_values(const twin_study *study, int32_t scenario, uint64_t quantity, double *out,
                        size_t n) {
  const uint64_t own = tw_whatif_quantity(study->whatif, scenario, quantity);
  if (own != 0) return tw_study_values(tw_whatif_study(study->whatif, scenario), own, out, n);
  for (size_t i = 0; i < n; i++) out[i] = (double)NAN;
  return true;
}

static size_t count_done(const twin_study *study, int32_t scenario) {
  return tw_study_done(tw_whatif_study(study->whatif, scenario));
}

twin_status twin_study_scenario_values(const twin_study *study, int32_t scenario, uint64_t quantity,
                                       double *out, size_t n) {
  tw_quantity_ref ref;
  if (study == NULL || (out == NULL && n > 0) || scenario < 0 || scenario > study->whatif->n ||
      n > count_done(study, scenario) ||
      !tw_quantity_open(tw_study_line(study->study), quantity, &ref))
    return TWIN_ERR_ARGUMENT;
  return read_values(study, scenario, quantity, out, n) ? TWIN_OK : TWIN_ERR_IO;
}

static double invest_of(const twin_study *study, int32_t scenario) {
  const double invest = scenario == 0 ? 0 : study->whatif->variant[scenario - 1].invest;
  return isnan(invest) ? 0 : invest;
}

// Fills in what the lines are worth in one figure; more is better.
static bool read_worth(const twin_study *study, uint64_t quantity, bool is_less, double *worth) {
  const tw_memory *memory = tw_line_memory(tw_study_line(study->study));
  bool is_good = true;
  for (int32_t i = 0; i <= study->whatif->n && is_good; i++) {
    worth[i] = invest_of(study, i);
    if (quantity != 0) {
      const size_t n = count_done(study, i);
      double *values = tw_memory_take(memory, (n + 1) * sizeof *values);
      twin_estimate of = {.struct_size = sizeof of};
      is_good = values != NULL && read_values(study, i, quantity, values, n);
      if (is_good) tw_interval_estimate(values, n, study->confidence, &of);
      tw_memory_free(memory, values);
      worth[i] = of.mean;
    }
    if (is_less) worth[i] = -worth[i];
  }
  return is_good;
}

twin_status twin_study_front(const twin_study *study, uint64_t a, uint64_t b, uint32_t is_less,
                             int32_t *is_front, size_t n) {
  tw_quantity_ref ref;
  if (study == NULL || is_front == NULL || n != (size_t)study->whatif->n + 1)
    return TWIN_ERR_ARGUMENT;
  const tw_line *line = tw_study_line(study->study);
  if ((a != 0 && !tw_quantity_open(line, a, &ref)) || (b != 0 && !tw_quantity_open(line, b, &ref)))
    return TWIN_ERR_ARGUMENT;
  double *worth = tw_memory_take(tw_line_memory(line), 2 * n * sizeof *worth);
  bool *is_there = tw_memory_zeroed(tw_line_memory(line), n, sizeof *is_there);
  twin_status status = worth != NULL && is_there != NULL ? TWIN_OK : TWIN_ERR_MEMORY;
  if (status == TWIN_OK && !(read_worth(study, a, (is_less & 1) != 0, worth) &&
                             read_worth(study, b, (is_less & 2) != 0, worth + n)))
    status = TWIN_ERR_IO;
  if (status == TWIN_OK) {
    tw_front(worth, worth + n, n, is_there);
    for (size_t i = 0; i < n; i++) is_front[i] = is_there[i];
  }
  tw_memory_free(tw_line_memory(line), worth);
  tw_memory_free(tw_line_memory(line), is_there);
  return status;
}

// ---- What a line's file lists ----------------------------------------------------------------

static const char *listed_name(const void *user, int32_t i) {
  return ((const tw_scenarios *)user)->at[i].name;
}
static const char *listed_group(const void *user, int32_t i) {
  return ((const tw_scenarios *)user)->at[i].group;
}
static const char *listed_about(const void *user, int32_t i) {
  return ((const tw_scenarios *)user)->at[i].about;
}

twin_status tw_table_of_scenarios(const tw_line *line, twin_table **table,
                                  twin_problems *problems) {
  tw_scenarios scenarios;
  const twin_status status =
      tw_scenarios_read(&scenarios, (tw_line *)(uintptr_t)line, NULL, 0, problems);
  if (status != TWIN_OK) return status;
  twin_table *made = tw_table_new("scenarios", scenarios.n, tw_line_memory(line));
  if (made != NULL) {
    tw_table_add_names(made, "scenario", listed_name, &scenarios);
    tw_table_add_names(made, "group", listed_group, &scenarios);
    double *invest = tw_table_add_doubles(made, "invest", "");
    for (int32_t i = 0; invest != NULL && i < scenarios.n; i++) invest[i] = scenarios.at[i].invest;
    tw_table_add_names(made, "about", listed_about, &scenarios);
  }
  tw_scenarios_free(&scenarios);
  return tw_table_give(made, true, table, problems);
}

// ---- What scenarios differ by ----------------------------------------------------------------

// A row is scenario * n_quantity + quantity.
typedef struct differences {
  const twin_study *study;
  int32_t n_line, n_quantity;
  const uint64_t *quantity;
  tw_text *path;
  int32_t *n;
  double *mean, *half_width, *difference, *difference_half_width, *p, *p_adjusted, *correlation;
  double *variance_ratio, *invest;
  double *before, *after;  // values of one figure
} differences;

static const char *row_scenario(const void *user, int32_t i) {
  const differences *of = user;
  const int32_t scenario = i / of->n_quantity;
  return scenario == 0 ? NULL : twin_study_scenario_name(of->study, scenario);
}

static const char *row_about(const void *user, int32_t i) {
  const differences *of = user;
  const int32_t scenario = i / of->n_quantity;
  return scenario == 0 ? NULL : of->study->whatif->variant[scenario - 1].about;
}

static const char *row_path(const void *user, int32_t i) {
  const differences *of = user;
  tw_text_clear(of->path);
  tw_quantity_path(tw_study_line(of->study->study), of->quantity[i % of->n_quantity], of->path);
  return of->path->at;
}

static const char *row_unit(const void *user, int32_t i) {
  const differences *of = user;
  return tw_quantity_unit(tw_study_line(of->study->study), of->quantity[i % of->n_quantity]);
}

// One figure in one scenario.
static bool fill_row(const differences *of, int32_t scenario, int32_t q) {
  const tw_whatif *whatif = of->study->whatif;
  const size_t row = (size_t)scenario * (size_t)of->n_quantity + (size_t)q;
  const size_t n_own = count_done(of->study, scenario), n_base = count_done(of->study, 0);
  const size_t n = n_own < n_base ? n_own : n_base;
  const double none = (double)NAN, confidence = of->study->confidence;
  const tw_pairing pairing = tw_whatif_pairing(whatif, n, confidence);
  tw_paired paired = {0, none, none, none, none, none, none};
  twin_estimate own = {.struct_size = sizeof own};
  if (!read_values(of->study, scenario, of->quantity[q], of->after, n)) return false;
  tw_stage_estimate(of->after, pairing.n_first, n, confidence, &own);
  if (scenario > 0) {
    tw_pairing all = pairing;
    if (of->study->is_simultaneous) all.confidence = tw_bonferroni(confidence, (size_t)whatif->n);
    tw_paired_compare(of->before, of->after, &all, &paired);
  }
  of->n[row] = (int32_t)(scenario > 0 ? paired.n : own.n);
  of->mean[row] = own.mean;
  of->half_width[row] = own.half_width;
  of->difference[row] = paired.mean;
  of->difference_half_width[row] = paired.half_width;
  of->p[row] = paired.p;
  of->correlation[row] = paired.correlation;
  of->variance_ratio[row] = paired.variance_ratio;
  of->invest[row] = scenario > 0 ? whatif->variant[scenario - 1].invest : none;
  return true;
}

// One figure in all scenarios, which are one family.
static bool fill_figure(const differences *of, int32_t q, double *p) {
  if (!read_values(of->study, 0, of->quantity[q], of->before, count_done(of->study, 0)))
    return false;
  for (int32_t i = 0; i < of->n_line; i++) {
    if (!fill_row(of, i, q)) return false;
    p[i] = of->p[i * of->n_quantity + q];
  }
  double *adjusted = p + of->n_line;
  tw_holm(p, (size_t)of->n_line, adjusted);
  for (int32_t i = 0; i < of->n_line; i++) of->p_adjusted[i * of->n_quantity + q] = adjusted[i];
  return true;
}

static void add_columns(differences *of, twin_table *made) {
  tw_table_add_names(made, "scenario", row_scenario, of);
  tw_table_add_names(made, "quantity", row_path, of);
  tw_table_add_names(made, "unit", row_unit, of);
  of->n = tw_table_add_ints(made, "n");
  double **const column[] = {
      &of->mean,  &of->half_width, &of->difference,  &of->difference_half_width,
      &of->p,     &of->p_adjusted, &of->correlation, &of->variance_ratio,
      &of->invest};
  static const char *const name[] = {"mean",  "half_width", "difference",  "difference_half_width",
                                     "p",     "p_adjusted", "correlation", "variance_ratio",
                                     "invest"};
  for (size_t i = 0; i < sizeof name / sizeof name[0]; i++)
    *column[i] = tw_table_add_doubles(made, name[i], "");
  tw_table_add_names(made, "about", row_about, of);
}

twin_status tw_table_of_differences(const twin_study *study, twin_table **table,
                                    twin_problems *problems) {
  const tw_line *line = tw_study_line(study->study);
  if (tw_study_done(study->study) == 0)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "no replication is finished");
  tw_text path = {.memory = tw_line_memory(line)};
  differences of = {.study = study,
                    .n_line = study->whatif->n + 1,
                    .n_quantity = tw_quantity_count(line),
                    .path = &path};
  if ((int64_t)of.n_line * of.n_quantity > INT32_MAX)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "the table would be too long");
  twin_table *made =
      tw_table_new("scenarios", (int64_t)of.n_line * of.n_quantity, tw_line_memory(line));
  if (made == NULL) return tw_table_give(NULL, true, table, problems);
  uint64_t *all = tw_arena_take_array(&made->arena, (size_t)of.n_quantity, sizeof *all);
  of.before = tw_arena_take_array(&made->arena, tw_study_done(study->study), sizeof *of.before);
  of.after = tw_arena_take_array(&made->arena, tw_study_done(study->study), sizeof *of.after);
  double *p = tw_arena_take_array(&made->arena, 2 * (size_t)of.n_line, sizeof *p);
  bool is_good = !made->arena.is_out_of_memory;
  if (is_good) {
    tw_quantity_list(line, all);
    of.quantity = all;
    add_columns(&of, made);
    is_good = !made->arena.is_out_of_memory && !path.is_out_of_memory;
  }
  for (int32_t q = 0; q < of.n_quantity && is_good; q++) is_good = fill_figure(&of, q, p);
  tw_text_free(&path);
  return tw_table_give(made, is_good, table, problems);
}
