// 06_embed_cancel.c - inside another program: it lends memory, listens to notices, shows how far a
// run is, stops it by a signal, and lets it go on later as if nothing had been.
//
//   06_embed_cancel [line.json]
//
//     0.0 % of 40 years
//     0.1 % of 40 years
//   cancelled; the run is valid and goes on
//   as if it had not been stopped: yes
//   pieces of memory that were not given back: 0

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <twin/twin.h>

static const double LONG_S = 40 * 365 * 86400.0;  // longer than anybody waits
static volatile sig_atomic_t wants_stop;

static void stop(int number) {
  (void)number;
  wants_stop = 1;
}

// The host's memory. Its counter needs no lock here, since only one thread calls.
static void *take(size_t n_bytes, void *user) {
  void *memory = malloc(n_bytes);
  *(long *)user += memory != NULL;
  return memory;
}

static void *resize(void *memory, size_t n_bytes, void *user) {
  (void)user;
  return realloc(memory, n_bytes);
}

static void release(void *memory, void *user) {
  *(long *)user -= 1;
  free(memory);
}

static void listen(const twin_notice *notice, void *user) {
  (void)user;
  fprintf(stderr, "%s: %s\n", notice->code, notice->text);
}

// Called at least every 0.2 s. Here the host itself sends the signal that Ctrl-C would.
static int show(const twin_progress *progress, void *user) {
  int *n_call = user;
  if (++*n_call == 3) raise(SIGINT);
  if (wants_stop) return 1;
  printf("  %.1f %% of %.0f years\n", 100 * progress->time_s / LONG_S, LONG_S / (365 * 86400.0));
  return 0;
}

int main(int n_argument, char **arguments) {
  const char *path = n_argument > 1 ? arguments[1] : "lines/press-shop.json";
  long n_piece = 0;
  int n_call = 0;
  twin_host host;
  twin_host_init(&host);
  host.user = &n_piece;
  host.allocate = take;
  host.resize = resize;
  host.release = release;
  host.on_notice = listen;
  twin_problems *problems = twin_problems_new_with(&host);

  twin_line_options line_options;
  twin_line_options_init(&line_options);
  line_options.host = &host;
  twin_run_options run_options;
  twin_run_options_init(&run_options);
  run_options.on_progress = show;
  run_options.user = &n_call;

  twin_line *line = NULL;
  twin_run *run = NULL, *straight = NULL;
  twin_status status = twin_line_load(&line, path, &line_options, problems);
  if (status == TWIN_OK) status = twin_run_new(&run, line, &run_options, problems);
  signal(SIGINT, stop);
  if (status == TWIN_OK) status = twin_run_until(run, LONG_S, problems);
  if (status == TWIN_CANCELLED) puts("cancelled; the run is valid and goes on");

  // an hour more, and the same without ever having been stopped
  double goal_s = run != NULL ? twin_run_time_s(run) + 3600 : 0;
  wants_stop = 0;
  run_options.on_progress = NULL;
  if (status == TWIN_CANCELLED) status = twin_run_until(run, goal_s, problems);
  if (status == TWIN_OK) status = twin_run_new(&straight, line, &run_options, problems);
  if (status == TWIN_OK) status = twin_run_until(straight, goal_s, problems);
  const int is_same = status == TWIN_OK && twin_run_full_hash(run) == twin_run_full_hash(straight);
  if (status == TWIN_OK) printf("as if it had not been stopped: %s\n", is_same ? "yes" : "NO");

  for (size_t i = 0; i < twin_problems_count(problems, -1); i++)
    fprintf(stderr, "%s\n", twin_problems_text(problems, i));
  twin_run_free(run);
  twin_run_free(straight);
  twin_line_unref(line);
  twin_problems_free(problems);
  printf("pieces of memory that were not given back: %ld\n", n_piece);
  return !is_same || n_piece != 0;
}
