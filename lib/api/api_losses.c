// api_losses.c - losses of runs and studies as public tables: the observer of a run, and reports of
// one run or of all replications put into named columns.

#include <string.h>

#include "api/tables.h"

void tw_api_losses_restart(void *losses) {
  if (losses != NULL) tw_losses_restart(losses);
}

void tw_api_losses_forget(void *losses) { tw_losses_free(losses); }

twin_status twin_run_losses_attach(twin_run *run) {
  if (run == NULL) return TWIN_ERR_ARGUMENT;
  tw_run *own = tw_run_of(run);
  if (own->losses != NULL) return TWIN_OK;
  tw_losses *losses = tw_losses_new(own->line);
  if (losses == NULL) return TWIN_ERR_MEMORY;
  const twin_status status = tw_losses_attach(losses, own);
  if (status == TWIN_OK)
    own->losses = losses;
  else
    tw_losses_free(losses);
  return status;
}

void twin_run_losses_detach(twin_run *run) {
  if (run == NULL) return;
  tw_losses_free(tw_run_of(run)->losses);
  tw_run_of(run)->losses = NULL;
}

// The report of a run alone: no intervals.
static twin_status report_run(const tw_run *run, tw_loss_report *report, twin_problems *problems) {
  if (run->losses == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "the losses of this run are not observed");
  tw_loss_table table;
  const twin_status status = tw_losses_read(run->losses, &table);
  tw_loss_fold fold = {0};
  const bool is_good = status == TWIN_OK && tw_loss_fold_add(&fold, run->line, &table) &&
                       tw_loss_report_make(run->line, &fold, 0.95, report);
  tw_loss_fold_free(&fold);
  tw_loss_table_free(&table);
  return is_good ? TWIN_OK : tw_fail(problems, TWIN_ERR_MEMORY, "no memory for the losses");
}

static twin_status report_study(const twin_study *study, tw_loss_report *report,
                                twin_problems *problems) {
  if (!tw_study_has_losses(study->study) || tw_study_done(study->study) == 0)
    return tw_fail(problems, TWIN_ERR_ARGUMENT,
                   "the losses of this study are not observed, or no replication is finished");
  if (tw_study_losses(study->study, study->confidence, report)) return TWIN_OK;
  return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for the losses");
}

typedef struct names {
  const tw_line *line;
  const tw_loss_report *report;
} names;

static const char *place_name(const tw_line *line, int32_t place_i) {
  return place_i != TW_NONE ? line->place[place_i].name : NULL;
}

static const char *loss_station(const void *user, int32_t i) {
  const names *n = user;
  return place_name(n->line, n->report->loss[i].key.station_i);
}
static const char *loss_kind(const void *user, int32_t i) {
  return tw_loss_word(((const names *)user)->report->loss[i].key.kind);
}
static const char *loss_neighbour(const void *user, int32_t i) {
  const names *n = user;
  return place_name(n->line, n->report->loss[i].key.neighbour_i);
}
static const char *loss_place(const void *user, int32_t i) {
  const names *n = user;
  return place_name(n->line, n->report->loss[i].key.place_i);
}
static const char *loss_state(const void *user, int32_t i) {
  return tw_root_cause_word(((const names *)user)->report->loss[i].key.state);
}
static const char *loss_cause(const void *user, int32_t i) {
  const names *n = user;
  const tw_loss_key *key = &n->report->loss[i].key;
  return tw_root_cause_name(n->line, key->state, key->cause_i);
}
static const char *standing_station(const void *user, int32_t i) {
  const names *n = user;
  return place_name(n->line, n->report->bottleneck.station[i].place_i);
}

// A figure, and its half width where there may be one. of: [n_row] a row of figures every n_each.
static void add_figure(twin_table *table, const char *name, const char *unit, const tw_figure *of,
                       size_t n_each) {
  double *mean = tw_table_add_doubles(table, name, unit);
  for (int64_t i = 0; mean != NULL && i < table->n_row; i++) mean[i] = of[(size_t)i * n_each].mean;
  if (!table->has_intervals) return;
  const char *full = tw_arena_print(&table->arena, "%s_half_width", name);
  double *half = tw_table_add_doubles(table, full, unit);
  for (int64_t i = 0; half != NULL && i < table->n_row; i++)
    half[i] = of[(size_t)i * n_each].half_width;
}

static void fill_losses(twin_table *table, const tw_line *line, const tw_loss_report *report) {
  const names user = {line, report};
  tw_table_add_names(table, "station", loss_station, &user);
  tw_table_add_names(table, "loss", loss_kind, &user);
  tw_table_add_names(table, "neighbour", loss_neighbour, &user);
  tw_table_add_names(table, "place", loss_place, &user);
  tw_table_add_names(table, "state", loss_state, &user);
  tw_table_add_names(table, "cause", loss_cause, &user);
  static const char *const figure[TW_LOSS_FIGURES][2] = {
      {"time", "s"}, {"parts", "1"}, {"per_shift", "1"}};
  tw_figure *of = tw_arena_take_array(&table->arena, (size_t)report->n_loss + 1, sizeof *of);
  for (int32_t k = 0; k < TW_LOSS_FIGURES && of != NULL; k++) {
    for (int32_t i = 0; i < report->n_loss; i++) of[i] = report->loss[i].figure[k];
    add_figure(table, figure[k][0], figure[k][1], of, 1);
  }
  int32_t *of_line = tw_table_add_ints(table, "of_line");
  for (int32_t i = 0; of_line != NULL && i < report->n_loss; i++)
    of_line[i] = report->loss[i].is_of_line;
}

static void fill_bottleneck(twin_table *table, const tw_line *line, const tw_loss_report *report) {
  static const char *const figure[TW_STATION_FIGURES][2] = {
      {"utilisation", "1"}, {"occupied", "1"}, {"blocked", "1"}, {"starved", "1"},
      {"sole", "1"},        {"shifting", "1"}, {"cycle", "s"},   {"possible", "1"},
      {"good", "1"},        {"gap", "1"},      {"shifts", "1"}};
  static const char *const method[TW_METHOD_N] = {"by_utilisation", "by_arrow", "by_turning_point",
                                                  "by_active_period"};
  const names user = {line, report};
  tw_table_add_names(table, "station", standing_station, &user);
  for (int32_t k = 0; k < TW_STATION_FIGURES; k++)
    add_figure(table, figure[k][0], figure[k][1], &report->station[0][k], TW_STATION_FIGURES);
  for (int32_t m = 0; m <= TW_METHOD_N; m++) {
    int32_t *is_named = tw_table_add_ints(table, m < TW_METHOD_N ? method[m] : "is_bottleneck");
    const int32_t named = m < TW_METHOD_N ? report->bottleneck.named[m] : report->bottleneck.best;
    for (int32_t i = 0; is_named != NULL && i < report->n_station; i++) is_named[i] = i == named;
  }
}

// Which of the two tables is wanted.
typedef enum content { LOSSES, BOTTLENECK } content;

static twin_status give_table(const tw_line *line, tw_loss_report *report, content what,
                              bool has_intervals, twin_table **table,
                              twin_problems *problems) {
  twin_table *made = what == LOSSES ? tw_table_new("losses", report->n_loss, tw_line_memory(line))
                                    : tw_table_new("bottleneck", report->n_station, tw_line_memory(line));
  if (made != NULL) made->has_intervals = has_intervals;
  if (made != NULL && what == LOSSES) fill_losses(made, line, report);
  if (made != NULL && what == BOTTLENECK) fill_bottleneck(made, line, report);
  tw_loss_report_free(report);
  return tw_table_give(made, true, table, problems);
}

static twin_status table_of_run(const tw_run *run, content what, twin_table **table,
                                twin_problems *problems) {
  tw_loss_report report;
  const twin_status status = report_run(run, &report, problems);
  if (status != TWIN_OK) return status;
  return give_table(run->line, &report, what, /*has_intervals=*/false, table, problems);
}

static twin_status table_of_study(const twin_study *study, content what, twin_table **table,
                                  twin_problems *problems) {
  tw_loss_report report;
  const twin_status status = report_study(study, &report, problems);
  if (status != TWIN_OK) return status;
  return give_table(tw_study_line(study->study), &report, what, /*has_intervals=*/true, table, problems);
}

twin_status tw_table_of_run_losses(const tw_run *run, twin_table **table, twin_problems *problems) {
  return table_of_run(run, LOSSES, table, problems);
}

twin_status tw_table_of_run_bottleneck(const tw_run *run, twin_table **table,
                                       twin_problems *problems) {
  return table_of_run(run, BOTTLENECK, table, problems);
}

twin_status tw_table_of_study_losses(const twin_study *study, twin_table **table,
                                     twin_problems *problems) {
  return table_of_study(study, LOSSES, table, problems);
}

twin_status tw_table_of_study_bottleneck(const twin_study *study, twin_table **table,
                                         twin_problems *problems) {
  return table_of_study(study, BOTTLENECK, table, problems);
}

static twin_status give_verdict(const tw_line *line, tw_loss_report *report, char *text,
                                size_t capacity) {
  tw_text said = {.memory = tw_line_memory(line)};
  tw_bottleneck_say(line, &report->bottleneck, &said);
  tw_loss_report_free(report);
  twin_status status = said.is_out_of_memory ? TWIN_ERR_MEMORY : TWIN_OK;
  if (status == TWIN_OK && said.n >= capacity) status = TWIN_ERR_TOO_SMALL;
  if (status == TWIN_OK) memcpy(text, said.at, said.n + 1);
  tw_text_free(&said);
  return status;
}

twin_status twin_run_verdict(const twin_run *run, char *text, size_t capacity) {
  tw_loss_report report;
  if (run == NULL || text == NULL || capacity == 0) return TWIN_ERR_ARGUMENT;
  const twin_status status = report_run(tw_run_of(run), &report, NULL);
  if (status != TWIN_OK) return status;
  return give_verdict(tw_run_of(run)->line, &report, text, capacity);
}

twin_status twin_study_verdict(const twin_study *study, char *text, size_t capacity) {
  tw_loss_report report;
  if (study == NULL || text == NULL || capacity == 0) return TWIN_ERR_ARGUMENT;
  const twin_status status = report_study(study, &report, NULL);
  if (status != TWIN_OK) return status;
  return give_verdict(tw_study_line(study->study), &report, text, capacity);
}
