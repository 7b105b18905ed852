// 03_replicate.c - how sure is a figure? Twenty replications on all processors, each with random
// numbers of its own, give a mean and its 95 % interval; the same bytes on any number of threads.
//
//   03_replicate [line.json]
//
//   20 replications of 5 d
//     line/throughput             0.030995 +- 0.00028 1/s
//     line/wip/mean                  9.979 +- 0.44 1
//     line/lead_time/mean           319.13 +- 16 s
//   the same on one thread: yes

#include <stdio.h>
#include <twin/twin.h>

enum { N_REPLICATION = 20 };
static const char *const FIGURES[] = {"line/throughput", "line/wip/mean", "line/lead_time/mean"};
static const double HORIZON_S = 5 * 86400.0, WARMUP_S = 8 * 3600.0;

static twin_status replicate(twin_study **study, twin_line *line, uint32_t n_thread,
                             twin_problems *problems) {
  twin_study_options options;
  twin_study_options_init(&options);
  options.n_replication = N_REPLICATION;
  options.n_thread = n_thread;  // 0: as many as there are processors
  options.horizon_s = HORIZON_S;
  options.warmup_s = WARMUP_S;
  const twin_status status = twin_study_new(study, line, &options, problems);
  return status == TWIN_OK ? twin_study_run(*study, problems) : status;
}

static twin_status print_figure(const twin_line *line, const twin_study *study, const char *path,
                                twin_problems *problems) {
  uint64_t quantity = 0;
  twin_estimate estimate = {.struct_size = sizeof estimate};
  twin_status status = twin_line_quantity(line, path, &quantity, problems);
  if (status == TWIN_OK) status = twin_study_estimate(study, quantity, &estimate);
  if (status == TWIN_OK)
    printf("  %-24s %11.5g +- %.2g %s\n", path, estimate.mean, estimate.half_width,
           twin_line_quantity_unit(line, quantity));
  return status;
}

int main(int n_argument, char **arguments) {
  const char *path = n_argument > 1 ? arguments[1] : "lines/press-shop.json";
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  twin_study *study = NULL, *alone = NULL;

  twin_status status = twin_line_load(&line, path, NULL, problems);
  if (status == TWIN_OK) status = replicate(&study, line, 0, problems);
  if (status == TWIN_OK) printf("%d replications of %.0f d\n", N_REPLICATION, HORIZON_S / 86400);
  for (size_t i = 0; i < sizeof FIGURES / sizeof *FIGURES && status == TWIN_OK; i++)
    status = print_figure(line, study, FIGURES[i], problems);

  // replication by replication, whoever computed it
  if (status == TWIN_OK) status = replicate(&alone, line, 1, problems);
  int is_same = status == TWIN_OK;
  for (uint32_t r = 0; r < N_REPLICATION && is_same; r++)
    is_same = twin_study_hash(study, r) == twin_study_hash(alone, r);
  if (status == TWIN_OK) printf("the same on one thread: %s\n", is_same ? "yes" : "NO");

  for (size_t i = 0; i < twin_problems_count(problems, -1); i++)
    fprintf(stderr, "%s\n", twin_problems_text(problems, i));
  twin_study_free(alone);
  twin_study_free(study);
  twin_line_unref(line);
  twin_problems_free(problems);
  return status != TWIN_OK || !is_same;
}
