// api_state.c - the state of runs from outside: every public function of state.h.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/problems.h"
#include "core/ticks.h"
#include "io/log_json.h"
#include "io/state_json.h"
#include "state/adopt.h"
#include "state/log.h"
#include "state/names.h"

const char *tw_run_obstacle(const tw_run *run) {
  // what the recorder holds open, and what a log says, would belong to another past
  if (run->recorder != NULL) return "a run that is recorded cannot jump in time";
  return run->log != NULL ? "a run that is logged cannot jump in time" : NULL;
}

twin_status twin_run_state_json(const twin_run *run, char **text) {
  if (run == NULL || text == NULL) return TWIN_ERR_ARGUMENT;
  tw_text printed = {.memory = tw_line_memory(tw_run_of(run)->line)};
  if (!tw_state_write(tw_run_of(run), &printed)) printed.is_out_of_memory = true;
  return tw_text_give(&printed, text);
}

twin_status twin_run_state_json_set(twin_run *run, const char *text, size_t n_bytes,
                                    twin_problems *problems) {
  if (run == NULL || text == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "run or state are missing");
  if (tw_float_mode(problems) != TWIN_OK) return TWIN_ERR_FLOAT_MODE;
  const char *obstacle = tw_run_obstacle(tw_run_of(run));
  if (obstacle != NULL) return tw_fail(problems, TWIN_ERR_ARGUMENT, "%s", obstacle);
  const twin_status status = tw_state_read(tw_run_of(run), text, n_bytes, "state", problems);
  if (status == TWIN_OK) tw_api_losses_restart(tw_run_of(run)->losses);
  return status;
}

void twin_adopt_options_init(twin_adopt_options *options) {
  if (options == NULL) return;
  *options = (twin_adopt_options){.struct_size = sizeof *options};
}

twin_status twin_run_adopt(twin_run *dst, const twin_run *src, const twin_adopt_options *options,
                           twin_problems *problems) {
  twin_adopt_options own;
  twin_adopt_options_init(&own);
  if (dst == NULL || src == NULL || !tw_options_take(&own, sizeof own, options) ||
      own.n_rename < 0 || (own.n_rename > 0 && (own.old_names == NULL || own.new_names == NULL)))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "runs or options are missing or impossible");
  if (tw_float_mode(problems) != TWIN_OK) return TWIN_ERR_FLOAT_MODE;
  const char *obstacle = tw_run_obstacle(tw_run_of(dst));
  if (obstacle != NULL) return tw_fail(problems, TWIN_ERR_ARGUMENT, "%s", obstacle);
  const tw_renames renames = {.n = own.n_rename, .from = own.old_names, .to = own.new_names};
  const twin_status status = tw_run_adopt(tw_run_of(dst), tw_run_of(src),
                                          own.n_rename > 0 ? &renames : NULL, problems);
  if (status == TWIN_OK) tw_api_losses_restart(tw_run_of(dst)->losses);
  return status;
}

// ---- operations --------------------------------------------------------------------------------

// Number of something by its name, which a problem calls `what` (NULL: it is not reported).
static twin_status find_number(const tw_run *run, tw_bound bound, const char *what, const char *name,
                               int64_t *i, twin_problems *problems) {
  tw_name_book book;
  int32_t found = TW_NONE;
  const bool is_open = tw_name_book_open(&book, run->line);
  if (is_open && name != NULL) found = tw_name_find(&book, bound, name);
  tw_name_book_close(&book);
  if (!is_open) return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for the names of the line");
  *i = found;
  if (found != TW_NONE) return TWIN_OK;
  if (what == NULL) return TWIN_ERR_NOT_FOUND;
  return tw_fail(problems, TWIN_ERR_NOT_FOUND, "the line has no %s \"%.80s\"", what,
                 name != NULL ? name : "");
}

// An instant, or none for infinity.
static bool read_due(double due_s, int64_t *due_us) {
  *due_us = INT64_MAX;
  return due_s == (double)INFINITY || tw_instant_of(due_s, due_us);
}

void twin_order_init(twin_order *order) {
  if (order == NULL) return;
  *order = (twin_order){.struct_size = sizeof *order, .quantity = 1, .due_s = (double)INFINITY};
}

twin_status twin_run_order_add(twin_run *run, const twin_order *order, twin_problems *problems) {
  twin_order own;
  twin_order_init(&own);
  int64_t place_i, type, due_us;
  if (run == NULL || order == NULL || !tw_options_take(&own, sizeof own, order) ||
      !read_due(own.due_s, &due_us))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "run or order are missing or impossible");
  twin_status status = find_number(tw_run_of(run), TW_OF_PLACE, "place", own.place, &place_i, problems);
  if (status != TWIN_OK) return status;
  status = find_number(tw_run_of(run), TW_OF_PART_TYPE, "part", own.part, &type, problems);
  if (status != TWIN_OK) return status;
  const tw_op op = {TW_OP_order_add, {place_i, type, own.quantity, due_us, own.priority}};
  return tw_run_apply(tw_run_of(run), op, problems);
}

twin_status twin_run_part_move(twin_run *run, uint64_t part, const char *to,
                               twin_problems *problems) {
  int64_t place_i;
  if (run == NULL) return tw_fail(problems, TWIN_ERR_ARGUMENT, "run is missing");
  twin_status status = find_number(tw_run_of(run), TW_OF_PLACE, "place", to, &place_i, problems);
  if (status != TWIN_OK) return status;
  return tw_run_apply(tw_run_of(run), (tw_op){TW_OP_part_move, {(int64_t)part, place_i}}, problems);
}

// A count or a rank; the operation knows its own bounds.
static bool is_whole(double value) { return fabs(value) <= 1e15 && value == floor(value); }

// "parts/17/priority", "parts/17/due": the id, and what stands behind it.
static bool read_part_path(const char *path, int64_t *id, const char **what) {
  if (strncmp(path, "parts/", 6) != 0 || path[6] < '0' || path[6] > '9') return false;
  char *end;
  *id = (int64_t)strtoll(path + 6, &end, 10);
  *what = end;
  return *end == '/';
}

// "failures/cnc[1]/jam/left": the number of the mode; NOT_FOUND is not reported.
static twin_status read_mode_path(const tw_run *run, const char *path, int64_t *mode_i,
                                  twin_problems *problems) {
  char name[200];
  const size_t n = strlen(path), n_head = strlen("failures/"), n_tail = strlen("/left");
  if (strncmp(path, "failures/", n_head) != 0 || n <= n_head + n_tail || n >= sizeof name) return TWIN_ERR_NOT_FOUND;
  if (strcmp(path + n - n_tail, "/left") != 0) return TWIN_ERR_NOT_FOUND;
  snprintf(name, sizeof name, "%.*s", (int)(n - n_head - n_tail), path + n_head);
  return find_number(run, TW_OF_MODE, NULL, name, mode_i, problems);
}

twin_status twin_run_value_set(twin_run *run, const char *path, double value,
                               twin_problems *problems) {
  const char *what = "";
  int64_t i = 0, set = 0;
  if (run == NULL || path == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "run or path are missing");
  tw_run *own = tw_run_of(run);
  tw_op op = {.code = -1};
  twin_status status = TWIN_OK;
  bool is_value = true;
  if (read_part_path(path, &i, &what) && strcmp(what, "/due") == 0) {
    op.code = TW_OP_part_due;
    is_value = read_due(value, &set);
  } else if (strcmp(what, "/priority") == 0) {
    op.code = TW_OP_part_priority;
    is_value = is_whole(value);
    if (is_value) set = (int64_t)value;
  } else if ((status = read_mode_path(own, path, &i, problems)) == TWIN_OK) {
    op.code = TW_OP_mode_left;
    const bool is_count = own->line->mode[i].clock == TW_CLOCK_CYCLES;
    is_value = is_count ? value >= 0 && is_whole(value) : tw_instant_of(value, &set);
    if (is_value && is_count) set = (int64_t)value;
  }
  if (status == TWIN_ERR_MEMORY) return status;
  if (op.code < 0)
    return tw_fail(problems, TWIN_ERR_NOT_FOUND,
                   "\"%.100s\" is nothing that can be set: parts/ID/priority, parts/ID/due, "
                   "failures/MACHINE/MODE/left",
                   path);
  if (!is_value)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "%s cannot be %g", path, value);
  op.argument[0] = i;
  op.argument[1] = set;
  return tw_run_apply(own, op, problems);
}

twin_status twin_run_maintenance_request(twin_run *run, const char *maintenance,
                                         twin_problems *problems) {
  int64_t mode_i;
  if (run == NULL || maintenance == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "run or maintenance are missing");
  twin_status status = find_number(tw_run_of(run), TW_OF_MODE, "maintenance", maintenance, &mode_i, problems);
  if (status != TWIN_OK) return status;
  return tw_run_apply(tw_run_of(run), (tw_op){TW_OP_maintenance_request, {mode_i}}, problems);
}

// ---- logs --------------------------------------------------------------------------------------

static tw_op_log *log_of(const twin_log *log) { return (tw_op_log *)(uintptr_t)log; }

twin_status twin_log_new(twin_log **log, twin_run *run) {
  if (log == NULL || run == NULL || tw_run_of(run)->log != NULL) return TWIN_ERR_ARGUMENT;
  tw_op_log *made = tw_op_log_new(tw_run_of(run)->line, tw_run_of(run));
  if (made == NULL) return TWIN_ERR_MEMORY;
  *log = (twin_log *)made;
  return TWIN_OK;
}

void twin_log_free(twin_log *log) { tw_op_log_free(log_of(log)); }

void twin_log_stop(twin_log *log) {
  if (log != NULL) tw_op_log_detach(log_of(log));
}

size_t twin_log_count(const twin_log *log) { return log != NULL ? log_of(log)->n_entry : 0; }

twin_status twin_log_text(const twin_log *log, char **text) {
  if (log == NULL || text == NULL) return TWIN_ERR_ARGUMENT;
  tw_text printed = {.memory = tw_line_memory(log_of(log)->line)};
  if (log_of(log)->is_incomplete || !tw_op_log_write(log_of(log), &printed))
    printed.is_out_of_memory = true;
  return tw_text_give(&printed, text);
}

twin_status twin_log_read(twin_log **log, twin_line *line, const char *text, size_t n_bytes,
                          twin_problems *problems) {
  if (log == NULL || line == NULL || text == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "log, line or text are missing");
  tw_op_log *made = NULL;
  const twin_status status = tw_op_log_read(tw_line_of(line), text, n_bytes, &made, problems);
  if (status != TWIN_OK) return status;
  *log = (twin_log *)made;
  return TWIN_OK;
}

twin_status twin_log_replay(const twin_log *log, twin_run *run, twin_replay *replay,
                            twin_problems *problems) {
  if (log == NULL || run == NULL || replay == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "log, run or replay are missing");
  tw_replay found;
  const twin_status status = tw_op_log_replay(log_of(log), tw_run_of(run), &found, problems);
  twin_replay given = {.struct_size = sizeof given,
                       .has_diverged = found.has_diverged,
                       .n_same = found.n_same};
  if (found.field.at != NULL)
    snprintf(given.field, sizeof given.field, "%.100s", found.field.at);
  tw_text_free(&found.field);
  if (status != TWIN_OK) return status;
  return tw_struct_give(replay, &given, sizeof given) ? TWIN_OK : TWIN_ERR_ARGUMENT;
}
