// 02_fork_forecast.c - a forecast from the state the line is in now: the run is forked, every fork gets
// its own future, and all of them are run to the end of the shift.
//
//   02_fork_forecast [line.json]

#include <stdio.h>
#include <stdlib.h>
#include <twin/twin.h>

enum { N_FUTURE = 199 };
static const double NOW_S = 50 * 3600.0, SHIFT_S = 8 * 3600.0;

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// Runs the futures of `now` to the end of the shift. One run is reused: a copy into it costs as much
// as copying its bytes.
static twin_status forecast(const twin_run *now, uint64_t shipped, double *parts,
                            twin_problems *problems) {
  twin_run *future = NULL;
  double before = 0;
  twin_status status = twin_run_value(now, shipped, &before);
  if (status == TWIN_OK) status = twin_run_fork(&future, now);
  for (uint64_t i = 0; status == TWIN_OK && i < N_FUTURE; i++) {
    status = twin_run_copy(future, now);
    // the same state; what nobody can know yet is drawn anew, given what has elapsed
    if (status == TWIN_OK) status = twin_run_reseed(future, i + 1, NULL, problems);
    if (status == TWIN_OK) status = twin_run_until(future, NOW_S + SHIFT_S, problems);
    if (status == TWIN_OK) status = twin_run_value(future, shipped, &parts[i]);
    parts[i] -= before;
  }
  twin_run_free(future);
  return status;
}

int main(int n_argument, char **arguments) {
  const char *path = n_argument > 1 ? arguments[1] : "lines/press-shop.json";
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  twin_run *now = NULL;
  uint64_t shipped = 0;
  double parts[N_FUTURE] = {0};

  // the plant's present state; here it comes from a run, in a live twin from the plant
  twin_status status = twin_line_load(&line, path, NULL, problems);
  if (status == TWIN_OK) status = twin_line_quantity(line, "line/shipped", &shipped, problems);
  if (status == TWIN_OK) status = twin_run_new(&now, line, NULL, problems);
  if (status == TWIN_OK) status = twin_run_until(now, NOW_S, problems);

  // what the present is, is not touched by its futures
  const uint64_t hash = now != NULL ? twin_run_hash(now) : 0;
  if (status == TWIN_OK) status = forecast(now, shipped, parts, problems);
  if (status == TWIN_OK) {
    qsort(parts, N_FUTURE, sizeof parts[0], compare);
    printf("%d futures of the next shift from the state at %.0f h:\n", N_FUTURE, NOW_S / 3600);
    printf("  half of them make %.0f parts or more, nine in ten between %.0f and %.0f\n",
           parts[N_FUTURE / 2], parts[N_FUTURE / 20], parts[N_FUTURE - 1 - N_FUTURE / 20]);
    printf("  the state they started from is %s\n",
           twin_run_hash(now) == hash ? "unchanged" : "CHANGED");
  }
  for (size_t i = 0; i < twin_problems_count(problems, -1); i++)
    fprintf(stderr, "%s\n", twin_problems_text(problems, i));

  twin_run_free(now);
  twin_line_unref(line);
  twin_problems_free(problems);
  return status != TWIN_OK;
}
