// tables.h - the tables of lines, runs and studies by name: who makes which. One list for each
// stands in api_tables.c.

#ifndef TW_API_TABLES_H
#define TW_API_TABLES_H

#include "api/table.h"

// api_load.c
twin_status tw_table_of_load(const tw_line *line, twin_table **table, twin_problems *problems);
twin_status tw_table_of_people(const tw_line *line, twin_table **table, twin_problems *problems);

// api_solvers.c
twin_status tw_table_of_line_solvers(const tw_line *line, twin_table **table,
                                     twin_problems *problems);
twin_status tw_table_of_run_solvers(const tw_run *run, twin_table **table, twin_problems *problems);

// api_signals.c
twin_status tw_table_of_signals(const tw_line *line, twin_table **table, twin_problems *problems);

// api_figures.c: every quantity
twin_status tw_table_of_quantities(const tw_line *line, twin_table **table,
                                   twin_problems *problems);
twin_status tw_table_of_run_kpi(const tw_run *run, twin_table **table, twin_problems *problems);
twin_status tw_table_of_study_kpi(const twin_study *study, twin_table **table,
                                  twin_problems *problems);

// api_losses.c
twin_status tw_table_of_run_losses(const tw_run *run, twin_table **table, twin_problems *problems);
twin_status tw_table_of_run_bottleneck(const tw_run *run, twin_table **table,
                                       twin_problems *problems);
twin_status tw_table_of_study_losses(const twin_study *study, twin_table **table,
                                     twin_problems *problems);
twin_status tw_table_of_study_bottleneck(const twin_study *study, twin_table **table,
                                         twin_problems *problems);

// api_whatif.c
twin_status tw_table_of_scenarios(const tw_line *line, twin_table **table, twin_problems *problems);
twin_status tw_table_of_differences(const twin_study *study, twin_table **table,
                                    twin_problems *problems);

// api_steady.c
twin_status tw_table_of_warmup(const twin_study *study, twin_table **table, twin_problems *problems);
twin_status tw_table_of_batches(const twin_study *study, twin_table **table,
                                twin_problems *problems);

#endif
