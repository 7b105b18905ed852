// 04_step_loop.c - one event after the other: the host's own loop looks at the line between events,
// here for whatever a machine does, and stops when it has seen enough.
//
//   04_step_loop [line.json]
//
//        6.0 s  draw[1]      starved -> processing
//       28.0 s  draw[1]      processing -> loading
//       28.0 s  trim[1]      starved -> processing
//   ...
//   8 events until 79.4 s, the next one is at 84.0 s

#include <stdio.h>
#include <stdlib.h>
#include <twin/twin.h>

enum { N_SHOWN = 12 };

// The states of all machines as they are now, one a machine.
static void look(const twin_run *run, int32_t *state, int32_t n_machine) {
  for (int32_t i = 0; i < n_machine; i++) state[i] = twin_run_machine_state(run, i);
}

// Prints what has changed since the last look; returns how much that is.
static int print_changes(const twin_run *run, const int32_t *before, const int32_t *now,
                         int32_t n_machine) {
  int n_change = 0;
  for (int32_t i = 0; i < n_machine; i++) {
    if (before[i] == now[i]) continue;
    printf("%8.1f s  %-12s %s -> %s\n", twin_run_time_s(run),
           twin_line_name(twin_run_line(run), TWIN_MACHINE, i), twin_state_name(before[i]),
           twin_state_name(now[i]));
    n_change++;
  }
  return n_change;
}

int main(int n_argument, char **arguments) {
  const char *path = n_argument > 1 ? arguments[1] : "lines/press-shop.json";
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  twin_run *run = NULL;

  twin_status status = twin_line_load(&line, path, NULL, problems);
  if (status == TWIN_OK) status = twin_run_new(&run, line, NULL, problems);

  const int32_t n_machine = twin_line_count(line, TWIN_MACHINE);
  int32_t *before = calloc((size_t)n_machine + 1, sizeof *before);
  int32_t *now = calloc((size_t)n_machine + 1, sizeof *now);
  if (before == NULL || now == NULL) status = TWIN_ERR_MEMORY;

  if (status == TWIN_OK) look(run, before, n_machine);
  for (int n_shown = 0; status == TWIN_OK && n_shown < N_SHOWN;) {
    // an event with all that follows from it on the same instant
    twin_event event = {.struct_size = sizeof event};
    status = twin_run_step(run, &event, problems);
    if (status != TWIN_OK) break;  // TWIN_END: nothing is pending
    look(run, now, n_machine);
    n_shown += print_changes(run, before, now, n_machine);
    look(run, before, n_machine);
  }
  if (status >= 0)
    printf("%llu events until %.1f s, the next one is at %.1f s\n",
           (unsigned long long)twin_run_event_count(run), twin_run_time_s(run),
           twin_run_next_time_s(run));

  for (size_t i = 0; i < twin_problems_count(problems, -1); i++)
    fprintf(stderr, "%s\n", twin_problems_text(problems, i));
  free(before);
  free(now);
  twin_run_free(run);
  twin_line_unref(line);
  twin_problems_free(problems);
  return status < 0;
}
