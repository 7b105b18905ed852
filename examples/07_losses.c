// 07_losses.c - what holds a line back, and what that costs: replications with their losses observed,
// the bottleneck by four methods, and its five largest losses in good parts per shift.
//
//   07_losses [line.json]

#include <stdio.h>
#include <stdlib.h>
#include <twin/twin.h>

enum { N_SHOWN = 5 };

// The name in a row, "" for none.
static const char *name_at(const twin_table *table, const char *column, int64_t row) {
  const char *name = twin_table_text(table, column, row);
  return name != NULL ? name : "";
}

// The largest loss of the bottleneck that is smaller than `below`; -1: there is none.
static int64_t next_loss(const twin_table *losses, double below) {
  int64_t best = -1;
  double most = 0;
  const double *per_shift = twin_table_values(losses, "per_shift");
  const int32_t *is_of_line = twin_table_values(losses, "of_line");
  for (int64_t row = 0; row < twin_table_rows(losses); row++) {
    if (!is_of_line[row] || per_shift[row] >= below || per_shift[row] <= most) continue;
    most = per_shift[row];
    best = row;
  }
  return best;
}

static void print_losses(const twin_table *losses) {
  const double *per_shift = twin_table_values(losses, "per_shift");
  const double *half_width = twin_table_values(losses, "per_shift_half_width");
  double below = 1e300;
  for (int i = 0; i < N_SHOWN; i++) {
    const int64_t row = next_loss(losses, below);
    if (row < 0) break;
    below = per_shift[row];
    printf("%7.2f +- %5.2f  %s: %s %s %s\n", below, half_width[row], name_at(losses, "loss", row),
           name_at(losses, "place", row), name_at(losses, "state", row),
           name_at(losses, "cause", row));
  }
}

// Prints what is wrong and ends the program.
static void give_up(twin_problems *problems) {
  for (size_t i = 0; i < twin_problems_count(problems, -1); i++)
    fprintf(stderr, "%s\n", twin_problems_text(problems, i));
  exit(1);
}

int main(int argc, char **argv) {
  const char *path = argc > 1 ? argv[1] : "lines/press-shop.json";
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  if (twin_line_load(&line, path, NULL, problems) != TWIN_OK) give_up(problems);

  twin_study_options options;
  twin_study_options_init(&options);
  options.n_replication = 5;
  options.has_losses = 1;  // observing changes no run
  twin_study *study = NULL;
  if (twin_study_new(&study, line, &options, problems) != TWIN_OK) give_up(problems);
  if (twin_study_run(study, problems) != TWIN_OK) give_up(problems);

  char verdict[500];
  if (twin_study_verdict(study, verdict, sizeof verdict) == TWIN_OK)
    printf("Bottleneck: %s.\nIts largest losses, good parts per shift:\n", verdict);
  twin_table *losses = NULL;
  if (twin_study_table(study, "losses", &losses, problems) != TWIN_OK) give_up(problems);
  print_losses(losses);

  twin_table_unref(losses);
  twin_study_free(study);
  twin_line_unref(line);
  twin_problems_free(problems);
  return 0;
}
