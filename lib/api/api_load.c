// api_load.c - the load table of a line as public tables, and its warnings.

#include <math.h>

#include "api/tables.h"
#include "study/load.h"

typedef struct rows {
  const tw_line *line;
  const tw_load *load;
} rows;

static const char *station_name(const void *user, int32_t i) {
  const rows *of = user;
  return of->line->place[of->load->station[i].place_i].name;
}

static const char *limit_name(const void *user, int32_t i) {
  const tw_load_station *station = &((const rows *)user)->load->station[i];
  return isnan(station->load) ? NULL : tw_load_terms[station->limit];
}

static const char *depends_name(const void *user, int32_t i) {
  return ((const rows *)user)->load->station[i].depends;
}

static const char *pool_name(const void *user, int32_t i) {
  const rows *of = user;
  return of->line->pool[of->load->pool[i].pool_i].name;
}

static void fill_stations(twin_table *table, const rows *of) {
  static const char *const name[][2] = {{"visits", "1"},   {"load_time", "s"},  {"process", "s"},
                                        {"unload", "s"},   {"cycle", "s"},      {"tools", "s"},
                                        {"stops", "s"},    {"changeover", "s"}, {"need", "s"},
                                        {"on_share", "1"}, {"capacity", "1/s"}, {"of_takt", "1"},
                                        {"load", "1"}};
  enum { N = sizeof name / sizeof name[0] };
  double *at[N];
  tw_table_add_names(table, "station", station_name, of);
  int32_t *n_machine = tw_table_add_ints(table, "machines");
  for (int32_t k = 0; k < N; k++) at[k] = tw_table_add_doubles(table, name[k][0], name[k][1]);
  tw_table_add_names(table, "limit", limit_name, of);
  tw_table_add_names(table, "depends", depends_name, of);
  if (table->arena.is_out_of_memory) return;
  for (int32_t i = 0; i < of->load->n_station; i++) {
    const tw_load_station *row = &of->load->station[i];
    const double value[N] = {row->visits,
                             row->load_s,
                             row->process_s,
                             row->unload_s,
                             row->term_s[TW_TERM_CYCLE],
                             row->term_s[TW_TERM_TOOLS],
                             row->term_s[TW_TERM_STOPS],
                             row->term_s[TW_TERM_CHANGEOVER],
                             row->need_s,
                             row->on_share,
                             1 / row->need_s,
                             row->of_takt,
                             row->load};
    n_machine[i] = of->line->place[row->place_i].n_machine;
    for (int32_t k = 0; k < N; k++) at[k][i] = value[k];
  }
}

static void fill_pools(twin_table *table, const rows *of) {
  tw_table_add_names(table, "pool", pool_name, of);
  int32_t *count = tw_table_add_ints(table, "count");
  double *work = tw_table_add_doubles(table, "work", "s");
  double *on_share = tw_table_add_doubles(table, "on_share", "1");
  double *of_takt = tw_table_add_doubles(table, "of_takt", "1");
  double *load = tw_table_add_doubles(table, "load", "1");
  if (table->arena.is_out_of_memory) return;
  for (int32_t i = 0; i < of->load->n_pool; i++) {
    const tw_load_pool *row = &of->load->pool[i];
    count[i] = of->line->pool[row->pool_i].n_worker;
    work[i] = row->work_s;
    on_share[i] = row->on_share;
    of_takt[i] = row->of_takt;
    load[i] = row->load;
  }
}

static twin_status give(const tw_line *line, bool is_of_people, twin_table **table,
                        twin_problems *problems) {
  if (tw_float_mode(problems) != TWIN_OK) return TWIN_ERR_FLOAT_MODE;
  tw_load load;
  const rows of = {line, &load};
  const bool is_made = tw_load_make(line, &load);
  twin_table *made = NULL;
  if (is_made)
    made = is_of_people ? tw_table_new("people", load.n_pool, tw_line_memory(line))
                        : tw_table_new("load", load.n_station, tw_line_memory(line));
  if (made != NULL && is_of_people) fill_pools(made, &of);
  if (made != NULL && !is_of_people) fill_stations(made, &of);
  tw_load_free(&load);
  return tw_table_give(made, true, table, problems);
}

twin_status tw_table_of_load(const tw_line *line, twin_table **table, twin_problems *problems) {
  return give(line, /*is_of_people=*/false, table, problems);
}

twin_status tw_table_of_people(const tw_line *line, twin_table **table, twin_problems *problems) {
  return give(line, /*is_of_people=*/true, table, problems);
}

twin_status twin_line_load_rate(const twin_line *line, double *good_per_s, double *takt_s,
                                int32_t *is_relative) {
  if (line == NULL) return TWIN_ERR_ARGUMENT;
  tw_load load;
  const bool is_made = tw_load_make(tw_line_of(line), &load);
  if (is_made && good_per_s != NULL) *good_per_s = load.good_per_s;
  if (is_made && takt_s != NULL) *takt_s = load.takt_s;
  if (is_made && is_relative != NULL) *is_relative = load.is_relative;
  tw_load_free(&load);
  return is_made ? TWIN_OK : TWIN_ERR_MEMORY;
}

twin_status twin_line_check(const twin_line *line, twin_problems *problems) {
  if (line == NULL) return tw_fail(problems, TWIN_ERR_ARGUMENT, "line is missing");
  tw_load load;
  const bool is_made = tw_load_make(tw_line_of(line), &load);
  if (is_made) tw_load_check(tw_line_of(line), &load, problems);
  tw_load_free(&load);
  return is_made ? TWIN_OK : tw_fail(problems, TWIN_ERR_MEMORY, "no memory for the load table");
}
