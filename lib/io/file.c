// file.c - whole files into memory. Nothing is kept open, and nothing larger than the caller allows
// is read, whatever the size that the system reports (pipes and growing files have none).

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "io/json.h"

static void report(twin_problems *problems, const char *path, const char *what, int error) {
  char reason[96] = "";
#if defined(_WIN32)
  if (error != 0 && strerror_s(reason, sizeof reason, error) != 0) reason[0] = 0;
#else
  if (error != 0 && strerror_r(error, reason, sizeof reason) != 0) reason[0] = 0;
#endif
  const tw_problem_text text = {.status = TWIN_ERR_IO, .code = "E-FILE", .file = path};
  tw_problems_add(problems, &text, "%s%s%s", what, reason[0] != 0 ? ": " : "", reason);
}

// Collects the file in pieces; false when it is too large, unreadable or memory is short.
static bool collect(FILE *file, const char *path, size_t n_bytes_max, tw_text *whole,
                    twin_problems *problems) {
  char piece[16384];
  size_t n;
  while ((n = fread(piece, 1, sizeof piece, file)) > 0) {
    if (whole->n + n > n_bytes_max) {
      char what[64];
      snprintf(what, sizeof what, "the file is larger than %zu bytes", n_bytes_max);
      report(problems, path, what, 0);
      return false;
    }
    tw_text_add_n(whole, piece, n);
    if (whole->is_out_of_memory) return false;
  }
  if (!ferror(file)) return true;
  report(problems, path, "the file cannot be read", errno);
  return false;
}

char *tw_file_read(const char *path, size_t n_bytes_max, size_t *n_bytes, tw_arena *arena,
                   twin_problems *problems) {
  TW_ASSERT(path != NULL && n_bytes != NULL && arena != NULL);
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    report(problems, path, "the file cannot be opened", errno);
    return NULL;
  }
  tw_text whole = {.memory = &arena->memory};
  char *bytes = NULL;
  if (collect(file, path, n_bytes_max, &whole, problems)) {
    bytes = tw_arena_text_n(arena, whole.at == NULL ? "" : whole.at, whole.n);
    *n_bytes = whole.n;
  }
  if (whole.is_out_of_memory || arena->is_out_of_memory) {
    arena->is_out_of_memory = 1;
    tw_fail(problems, TWIN_ERR_MEMORY, "not enough memory to read %s", path);
  }
  tw_text_free(&whole);
  fclose(file);
  return bytes;
}
