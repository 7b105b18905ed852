// file.c - see file.h. Nothing is kept open.

#include "live/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "io/json.h"
#include "live/csv_in.h"
#include "live/ocel_in.h"
#include "live/run_in.h"

static twin_status report(twin_problems *problems, const char *path, const char *what, int error) {
  char reason[96] = "";
#if defined(_WIN32)
  if (error != 0 && strerror_s(reason, sizeof reason, error) != 0) reason[0] = 0;
#else
  if (error != 0 && strerror_r(error, reason, sizeof reason) != 0) reason[0] = 0;
#endif
  const tw_problem_text text = {.status = TWIN_ERR_IO, .code = "E-FILE", .file = path};
  tw_problems_add(problems, &text, "%s%s%s", what, reason[0] != 0 ? ": " : "", reason);
  return TWIN_ERR_IO;
}

// A file whose first bytes were looked at.
typedef struct opened {
  FILE *file;
  char head[8];
  size_t n_head;
} opened;

static size_t read_file(void *user, char *bytes, size_t n) {
  opened *of = user;
  const size_t n_head = of->n_head < n ? of->n_head : 0;
  memcpy(bytes, of->head, n_head);
  of->n_head = 0;
  return n_head + fread(bytes + n_head, 1, n - n_head, of->file);
}

// What is left of bytes in memory.
typedef struct rest {
  const char *at;
  size_t n;
} rest;

static size_t read_rest(void *user, char *bytes, size_t n) {
  rest *of = user;
  const size_t n_given = of->n < n ? of->n : n;
  if (n_given > 0) memcpy(bytes, of->at, n_given);
  of->at += n_given;
  of->n -= n_given;
  return n_given;
}

// Seals a log that was read, or gives it up.
static twin_status finish(tw_event_log *made, twin_status status, tw_event_log **log,
                          twin_problems *problems) {
  if (status == TWIN_OK) status = tw_event_log_seal(made, problems);
  if (status == TWIN_OK)
    *log = made;
  else
    tw_event_log_free(made);
  return status;
}

static bool is_run_file(const opened *of) {
  return of->n_head == 8 && memcmp(of->head, "\x89HDF\r\n\x1a\n", 8) == 0;
}

// OCEL is a JSON object; no CSV begins with a brace.
static bool is_ocel(const char *at, size_t n) {
  if (n >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0) at += 3, n -= 3;
  while (n > 0 && strchr(" \t\r\n", *at) != NULL && *at != 0) at++, n--;
  return n > 0 && *at == '{';
}

static twin_status load_ocel(tw_event_log **log, const char *path, const tw_log_map *map,
                             const tw_memory *memory, twin_problems *problems) {
  tw_arena arena;
  size_t n;
  tw_arena_init_with(&arena, memory);
  const char *text = tw_file_read(path, TW_JSON_BYTES_MAX, &n, &arena, problems);
  twin_status status = arena.is_out_of_memory != 0 ? TWIN_ERR_MEMORY : TWIN_ERR_IO;
  if (text != NULL)
    status = tw_ocel_log_read(log, &(tw_ocel_text){text, n, path}, map, memory, problems);
  tw_arena_free(&arena);
  return status;
}

twin_status tw_event_log_load(tw_event_log **log, const char *path, const tw_log_map *map,
                              const tw_memory *memory, twin_problems *problems) {
  TW_ASSERT(log != NULL && path != NULL);
  opened of = {.file = fopen(path, "rb")};
  if (of.file == NULL) return report(problems, path, "the file cannot be opened", errno);
  errno = 0;
  of.n_head = fread(of.head, 1, sizeof of.head, of.file);
  if (is_run_file(&of)) {
    fclose(of.file);
    return tw_event_log_of_run(log, path, 0, memory, problems);
  }
  tw_event_log *made = NULL;
  if (is_ocel(of.head, of.n_head)) {
    fclose(of.file);
    const twin_status read = load_ocel(&made, path, map, memory, problems);
    return finish(made, read, log, problems);
  }
  twin_status status =
      tw_csv_log_read(&made, (tw_byte_source){read_file, &of}, path, map, memory, problems);
  if (ferror(of.file)) {
    tw_event_log_free(made);
    made = NULL;
    status = report(problems, path, "the file cannot be read", errno);
  }
  fclose(of.file);
  return finish(made, status, log, problems);
}

twin_status tw_event_log_of_run(tw_event_log **log, const char *path, int32_t replication,
                                const tw_memory *memory, twin_problems *problems) {
  TW_ASSERT(log != NULL && path != NULL && replication >= 0);
  tw_event_log *made = NULL;
  const twin_status status = tw_run_log_read(&made, path, replication, memory, problems);
  return finish(made, status, log, problems);
}

twin_status tw_event_log_parse(tw_event_log **log, const tw_log_bytes *bytes, const tw_log_map *map,
                               const tw_memory *memory, twin_problems *problems) {
  TW_ASSERT(log != NULL && bytes != NULL && bytes->file != NULL);
  rest of = {bytes->at, bytes->n};
  tw_event_log *made = NULL;
  if (is_ocel(bytes->at, bytes->n)) {
    const tw_ocel_text text = {bytes->at, bytes->n, bytes->file};
    const twin_status read = tw_ocel_log_read(&made, &text, map, memory, problems);
    return finish(made, read, log, problems);
  }
  const twin_status status =
      tw_csv_log_read(&made, (tw_byte_source){read_rest, &of}, bytes->file, map, memory, problems);
  return finish(made, status, log, problems);
}

static bool write_file(void *user, const char *bytes, size_t n) {
  return fwrite(bytes, 1, n, user) == n;
}

static bool has_ending(const char *path, const char *ending) {
  const size_t n = strlen(path), n_ending = strlen(ending);
  return n >= n_ending && strcmp(path + n - n_ending, ending) == 0;
}

// The writer that a name asks for.
static bool write_log(const tw_event_log *log, const char *path, tw_byte_target target) {
  if (has_ending(path, ".json") || has_ending(path, ".jsonocel"))
    return tw_ocel_log_write(log, target);
  if (has_ending(path, ".xes")) return tw_xes_log_write(log, target);
  return tw_csv_log_write(log, target);
}

twin_status tw_event_log_save(const tw_event_log *log, const char *path, twin_problems *problems) {
  TW_ASSERT(log != NULL && path != NULL);
  FILE *file = fopen(path, "wb");
  if (file == NULL) return report(problems, path, "the file cannot be opened", errno);
  errno = 0;
  const bool is_written = write_log(log, path, (tw_byte_target){write_file, file});
  const int error = errno;
  if (fclose(file) == 0 && is_written) return TWIN_OK;
  (void)remove(path);
  return report(problems, path, "the file cannot be written", error);
}
