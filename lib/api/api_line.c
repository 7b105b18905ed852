// api_line.c - lines: reading files and texts, names and counts, quantities.

#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/assert.h"
#include "io/json.h"
#include "io/line_in.h"
#include "observe/quantity.h"
#include "station/kinds.h"

void twin_line_options_init(twin_line_options *options) {
  if (options == NULL) return;
  *options = (twin_line_options){.struct_size = sizeof *options};
}

static bool take_options(twin_line_options *own, tw_host *host, const twin_line_options *given) {
  twin_line_options_init(own);
  return tw_options_take(own, sizeof *own, given) && tw_host_take(host, own->host);
}

// Reads a text with the options of the caller.
static twin_status read_line(twin_line **line, const tw_host *host, const tw_line_text *from,
                             const twin_line_options *options, twin_problems *problems) {
  tw_line *built = NULL;
  const bool is_wanted = options->is_checked_only == 0;
  const twin_status status = tw_line_read(is_wanted ? &built : NULL, host, from, problems);
  if (status == TWIN_OK && is_wanted) *line = (twin_line *)built;
  return status;
}

twin_status twin_line_parse(twin_line **line, const char *text, size_t n_bytes,
                            const twin_line_options *options, twin_problems *problems) {
  twin_line_options own;
  tw_host host;
  if (text == NULL || !take_options(&own, &host, options) || (line == NULL && !own.is_checked_only))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "line, text or options are missing");
  if (tw_float_mode(problems) != TWIN_OK) return TWIN_ERR_FLOAT_MODE;
  const tw_line_text from = {.text = text,
                             .n_bytes = n_bytes,
                             .file = own.file != NULL ? own.file : "line",
                             .folder = own.folder,
                             .kinds = own.kinds};
  return read_line(line, &host, &from, &own, problems);
}

twin_status twin_line_load(twin_line **line, const char *path, const twin_line_options *options,
                           twin_problems *problems) {
  twin_line_options own;
  tw_host host;
  if (path == NULL || !take_options(&own, &host, options) || (line == NULL && !own.is_checked_only))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "line, path or options are missing");
  if (tw_float_mode(problems) != TWIN_OK) return TWIN_ERR_FLOAT_MODE;
  tw_arena file_arena;
  tw_arena_init_with(&file_arena, &host.memory);
  size_t n_bytes = 0;
  const char *text = tw_file_read(path, TW_JSON_BYTES_MAX, &n_bytes, &file_arena, problems);
  twin_status status = text != NULL                  ? TWIN_OK
                       : file_arena.is_out_of_memory ? TWIN_ERR_MEMORY
                                                     : TWIN_ERR_IO;
  if (status == TWIN_OK) {
    const char *slash = strrchr(path, '/');
    const size_t n_folder = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    const char *folder = slash == NULL ? "." : tw_arena_text_n(&file_arena, path, n_folder);
    const tw_line_text from = {text, n_bytes, path, folder, own.kinds, NULL, NULL};
    status = read_line(line, &host, &from, &own, problems);
  }
  tw_arena_free(&file_arena);
  return status;
}

twin_line *twin_line_ref(twin_line *line) {
  if (line != NULL) tw_line_ref(tw_line_of(line));
  return line;
}

void twin_line_unref(twin_line *line) {
  if (line != NULL) tw_line_unref(tw_line_of(line));
}

uint64_t twin_line_hash(const twin_line *line) { return line != NULL ? tw_line_of(line)->hash : 0; }

uint64_t twin_line_text_hash(const twin_line *line) {
  return line != NULL ? tw_line_of(line)->text_hash : 0;
}

uint64_t twin_line_layout_hash(const twin_line *line) {
  return line != NULL ? tw_line_of(line)->layout.hash : 0;
}

twin_status twin_line_dump(const twin_line *line, char **text) {
  if (line == NULL || text == NULL) return TWIN_ERR_ARGUMENT;
  tw_text printed = {.memory = tw_line_memory(tw_line_of(line))};
  tw_doc_dump(&tw_line_of(line)->doc, &printed);
  return tw_text_give(&printed, text);
}

twin_status twin_line_schema(char **text) {
  if (text == NULL) return TWIN_ERR_ARGUMENT;
  int32_t n_kind;
  const tw_kind *const *kinds = tw_kinds(&n_kind);
  tw_text printed = {0};
  tw_doc_schema(kinds, n_kind, &printed);
  return tw_text_give(&printed, text);
}

twin_status twin_line_reference(char **text) {
  if (text == NULL) return TWIN_ERR_ARGUMENT;
  int32_t n_kind;
  const tw_kind *const *kinds = tw_kinds(&n_kind);
  tw_text printed = {0};
  tw_doc_reference(kinds, n_kind, &printed);
  return tw_text_give(&printed, text);
}

const char *twin_line_title(const twin_line *line) {
  const char *name = line != NULL ? tw_line_of(line)->doc.name : NULL;
  return name != NULL ? name : "";
}

const char *twin_line_about(const twin_line *line) {
  const char *about = line != NULL ? tw_line_of(line)->doc.about : NULL;
  return about != NULL ? about : "";
}

double twin_line_horizon_s(const twin_line *line) {
  if (line == NULL || !tw_line_of(line)->doc.run.has_horizon) return 0;
  return tw_line_of(line)->doc.run.horizon_s;
}

double twin_line_warmup_s(const twin_line *line) {
  return line != NULL ? tw_line_of(line)->doc.run.warmup_s : 0;
}

int64_t twin_line_replications(const twin_line *line) {
  return line != NULL ? tw_line_of(line)->doc.run.n_replication : 0;
}

uint64_t twin_line_seed(const twin_line *line) { return line != NULL ? tw_line_of(line)->seed : 0; }

int64_t twin_line_start_s(const twin_line *line) {
  return line != NULL ? tw_line_of(line)->doc.run.start_s : 0;
}
