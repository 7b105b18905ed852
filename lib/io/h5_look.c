// h5_look.c - what can be seen of a run file without HDF5, which does not get over everything.

#include "io/run_file.h"

#ifdef TW_HAS_HDF5

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/assert.h"
#include "io/h5_inner.h"

static twin_status refuse(const char *path, twin_problems *problems, const char *what,
                          const char *hint) {
  tw_problems_add(
      problems,
      &(tw_problem_text){.status = TWIN_ERR_FILE, .code = "E-FILE", .file = path, .hint = hint},
      "%s", what);
  return TWIN_ERR_FILE;
}

static twin_status say_unreadable(const char *path, int error, twin_problems *problems) {
  char part_path[4096];
  struct stat part;
  const int n = snprintf(part_path, sizeof part_path, "%s.part", path);
  const bool has_part = n > 0 && n < (int)sizeof part_path && stat(part_path, &part) == 0;
  tw_problems_add(problems,
                  &(tw_problem_text){.status = TWIN_ERR_IO,
                                     .code = "E-FILE",
                                     .file = path,
                                     .hint = error == ENOENT && has_part
                                                 ? "a .part file is beside it: that record is not "
                                                   "finished; open the .part as it is, or make a "
                                                   "whole file of it with recover"
                                                 : NULL},
                  "cannot be read: %s", strerror(error));
  return TWIN_ERR_IO;
}

// Bytes that a file is said to have by its superblock (version 2 or 3, which this library writes),
// 0: not known.
static uint64_t said_bytes(const unsigned char *head) {
  enum { VERSION = 8, OFFSET_BYTES = 9, END = 28 };
  if (head[VERSION] < 2 || head[VERSION] > 3 || head[OFFSET_BYTES] != 8) return 0;
  uint64_t end = 0;
  for (int i = 7; i >= 0; i--) end = end << 8 | head[END + i];
  return end;
}

// A file that has been made, and in which nothing has taken effect yet.
static bool is_blank(const unsigned char *head, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (head[i] != 0) return false;
  return true;
}

twin_status tw_h5_look(const char *path, twin_problems *problems) {
  TW_ASSERT(path != NULL);
  static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  unsigned char head[48] = {0};
  struct stat there = {0};
  if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
    return refuse(path, problems, S_ISDIR(there.st_mode) ? "is a folder" : "is no plain file",
                  NULL);
  FILE *stream = fopen(path, "rb");
  if (stream == NULL) return say_unreadable(path, errno, problems);
  const size_t n = fread(head, 1, sizeof head, stream);
  const bool is_known = fstat(fileno(stream), &there) == 0;
  fclose(stream);
  if (is_blank(head, n))
    return refuse(path, problems, "is empty, or its writer was killed before the first row", NULL);
  if (n < sizeof signature || memcmp(head, signature, sizeof signature) != 0)
    return refuse(path, problems, "is no HDF5 file", NULL);
  if (n == sizeof head && (!is_known || said_bytes(head) <= (uint64_t)there.st_size))
    return TWIN_OK;
  return refuse(path, problems, "is damaged: its end is missing",
                "copy it again from where it was written");
}

#endif
