// api_recover.c - what a run file says of itself, where its replications are, and what is left of
// one whose writer was killed.

#include "api/file.h"
#include "base/assert.h"

const char *twin_file_info(const twin_file *file, const char *name) {
  if (file == NULL || name == NULL) return NULL;
  const char *value = tw_run_reader_info(tw_file_begin(file), name);
  tw_file_end(file);
  return value;
}

const char *twin_file_info_name(const twin_file *file, int32_t i) {
  if (file == NULL) return NULL;
  const char *name = tw_run_reader_info_name(tw_file_begin(file), i);
  tw_file_end(file);
  return name;
}

twin_status twin_file_replication(const twin_file *file, const char *name, int32_t replication,
                                  int64_t *first, int64_t *n, twin_problems *problems) {
  if (file == NULL || name == NULL || first == NULL || n == NULL || replication < 0)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "file, name, replication, first or n are missing");
  const twin_status status =
      tw_run_reader_replication(tw_file_begin(file), name, replication, first, n, problems);
  tw_file_end(file);
  TW_ASSERT(status != TWIN_OK || (*first >= 0 && *n >= 0));
  return status;
}

twin_status twin_file_recover(const char *part_path, const char *path, twin_problems *problems) {
  if (part_path == NULL) return tw_fail(problems, TWIN_ERR_ARGUMENT, "part_path is missing");
  return tw_run_recover(part_path, path, problems);
}
