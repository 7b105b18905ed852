// 01_load_and_run.c - read a line, run it, print what it made and where its machines' time went.
//
//   01_load_and_run [line.json]

#include <stdio.h>
#include <twin/twin.h>

// Prints every problem as a compiler would, and says whether one of them is an error.
static int print_problems(twin_problems *problems) {
  for (size_t i = 0; i < twin_problems_count(problems, -1); i++)
    fprintf(stderr, "%s\n", twin_problems_text(problems, i));
  return twin_problems_count(problems, TWIN_ERROR) > 0;
}

// Reads one figure by its path; the paths are those of every table and file.
static double value_of(twin_line *line, const twin_run *run, const char *path) {
  uint64_t quantity;
  double value = 0;
  if (twin_line_quantity(line, path, &quantity, NULL) == TWIN_OK)
    twin_run_value(run, quantity, &value);
  return value;
}

static void print_station(twin_line *line, const twin_run *run, const char *station) {
  static const char *const states[] = {"processing",     "loading",       "blocked", "starved",
                                       "failed-waiting", "failed-repair", "idle"};
  printf("%-12s", station);
  for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
    char path[160];
    snprintf(path, sizeof path, "stations/%s/state/%s", station, states[i]);
    const double share = value_of(line, run, path);
    if (share > 0) printf("  %s %.1f %%", states[i], 100 * share);
  }
  printf("\n");
}

int main(int n_argument, char **arguments) {
  const char *path = n_argument > 1 ? arguments[1] : "lines/press-shop.json";
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  twin_run *run = NULL;

  // a line is read, checked and compiled once; every mistake is reported, with its place
  if (twin_line_load(&line, path, NULL, problems) != TWIN_OK) {
    print_problems(problems);
    twin_problems_free(problems);
    return 1;
  }
  printf("%s\n\n", twin_line_about(line));

  // a run holds everything that changes
  if (twin_run_new(&run, line, NULL, problems) == TWIN_OK)
    twin_run_until(run, twin_line_horizon_s(line), problems);
  const int is_bad = print_problems(problems);
  if (!is_bad) {
    printf("%.1f parts/h shipped, %.1f parts in the line on average, %.1f min from entry to exit\n\n",
           3600 * value_of(line, run, "line/throughput"), value_of(line, run, "line/wip/mean"),
           value_of(line, run, "line/lead_time/mean") / 60);
    for (int32_t i = 0; i < twin_line_count(line, TWIN_STATION); i++)
      print_station(line, run, twin_line_name(line, TWIN_STATION, i));
  }

  twin_run_free(run);
  twin_line_unref(line);
  twin_problems_free(problems);
  return is_bad;
}
