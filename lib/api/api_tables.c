// api_tables.c - tables of lines, runs and studies by name: the lists of what there is.

#include <string.h>

#include "api/tables.h"
#include "base/assert.h"
#include "base/text.h"

typedef struct line_table {
  const char *name;
  twin_status (*make)(const tw_line *line, twin_table **table, twin_problems *problems);
} line_table;

typedef struct run_table {
  const char *name;
  twin_status (*make)(const tw_run *run, twin_table **table, twin_problems *problems);
} run_table;

typedef struct study_table {
  const char *name;
  twin_status (*make)(const twin_study *study, twin_table **table, twin_problems *problems);
} study_table;

static const line_table line_tables[] = {{"load", tw_table_of_load},
                                         {"people", tw_table_of_people},
                                         {"quantities", tw_table_of_quantities},
                                         {"scenarios", tw_table_of_scenarios},
                                         {"signals", tw_table_of_signals},
                                         {"solvers", tw_table_of_line_solvers}};
static const run_table run_tables[] = {{"kpi", tw_table_of_run_kpi},
                                       {"losses", tw_table_of_run_losses},
                                       {"bottleneck", tw_table_of_run_bottleneck},
                                       {"solvers", tw_table_of_run_solvers}};
static const study_table study_tables[] = {{"kpi", tw_table_of_study_kpi},
                                           {"losses", tw_table_of_study_losses},
                                           {"bottleneck", tw_table_of_study_bottleneck},
                                           {"scenarios", tw_table_of_differences},
                                           {"warmup", tw_table_of_warmup},
                                           {"batches", tw_table_of_batches}};

enum {
  N_LINE_TABLE = sizeof line_tables / sizeof line_tables[0],
  N_RUN_TABLE = sizeof run_tables / sizeof run_tables[0],
  N_STUDY_TABLE = sizeof study_tables / sizeof study_tables[0],
  N_MOST = 8
};
TW_STATIC_ASSERT(N_LINE_TABLE <= N_MOST && N_RUN_TABLE <= N_MOST && N_STUDY_TABLE <= N_MOST,
                 "a list of names has to hold every table");

static twin_status refuse(const char *of, const char *name, const char *const *names, size_t n,
                          twin_problems *problems) {
  const char *nearest = tw_text_nearest(name, names, n);
  tw_problems_add(
      problems,
      &(tw_problem_text){.status = TWIN_ERR_NOT_FOUND, .code = "E-REF", .wanted = nearest},
      "%s has no table \"%s\"%s%s%s", of, name, nearest != NULL ? "; one is \"" : "",
      nearest != NULL ? nearest : "", nearest != NULL ? "\"" : "");
  return TWIN_ERR_NOT_FOUND;
}

twin_status twin_line_table(const twin_line *line, const char *name, twin_table **table,
                            twin_problems *problems) {
  const char *names[N_MOST];
  if (line == NULL || name == NULL || table == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "line, name or table are missing");
  for (size_t i = 0; i < N_LINE_TABLE; i++) {
    names[i] = line_tables[i].name;
    if (strcmp(names[i], name) == 0) return line_tables[i].make(tw_line_of(line), table, problems);
  }
  return refuse("a line", name, names, N_LINE_TABLE, problems);
}

twin_status twin_run_table(const twin_run *run, const char *name, twin_table **table,
                           twin_problems *problems) {
  const char *names[N_MOST];
  if (run == NULL || name == NULL || table == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "run, name or table are missing");
  for (size_t i = 0; i < N_RUN_TABLE; i++) {
    names[i] = run_tables[i].name;
    if (strcmp(names[i], name) == 0) return run_tables[i].make(tw_run_of(run), table, problems);
  }
  return refuse("a run", name, names, N_RUN_TABLE, problems);
}

twin_status twin_study_table(const twin_study *study, const char *name, twin_table **table,
                             twin_problems *problems) {
  const char *names[N_MOST];
  if (study == NULL || name == NULL || table == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "study, name or table are missing");
  for (size_t i = 0; i < N_STUDY_TABLE; i++) {
    names[i] = study_tables[i].name;
    if (strcmp(names[i], name) == 0) return study_tables[i].make(study, table, problems);
  }
  return refuse("a study", name, names, N_STUDY_TABLE, problems);
}
