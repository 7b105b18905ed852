// api_line.c - lines: reading files and texts, names and counts, quantities.

#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/assert.h"
#include "base/hash.h"
#include "io/json.h"
#include "observe/quantity.h"
#include "station/build.h"
#include "station/kinds.h"
#include "station/outside/outside.h"

void twin_line_options_init(twin_line_options *options) {
  if (options == NULL) return;
  *options = (twin_line_options){.struct_size = sizeof *options};
}

static bool take_options(twin_line_options *own, tw_host *host, const twin_line_options *given) {
  twin_line_options_init(own);
  return tw_options_take(own, sizeof *own, given) && tw_host_take(host, own->host);
}

typedef struct bytes {
  const char *at;
  size_t n;
} bytes;

// Builds a line of a text; takes the arena in every case. NULL: memory was short, or *status.
static tw_line *build(tw_arena *arena, const tw_host *host, bytes text,
                      const twin_line_options *options, twin_status *status,
                      twin_problems *problems) {
  *status = TWIN_ERR_LINE;
  uint64_t hash = tw_hash_bytes(TW_HASH_SEED, text.at, text.n);
  uint64_t file_hash = 0;
  const char *folder = options->folder != NULL ? options->folder : ".";
  const tw_reader reader = {.file = tw_arena_text(arena, options->file),
                            .arena = arena,
                            .problems = problems,
                            .read_column = tw_csv_read_column,
                            .read_table = tw_csv_read_table,
                            .folder = tw_arena_text(arena, folder),
                            .hash = &hash,
                            .file_hash = &file_hash,
                            .host = host};
  tw_node *root = NULL;
  if (reader.file != NULL && reader.folder != NULL)
    root = tw_json_read(text.at, text.n, reader.file, arena, problems);
  if (root == NULL) {
    *arena->memory.has_failed |= arena->is_out_of_memory != 0;  // cJSON's own memory
    tw_arena_free(arena);
    return NULL;
  }
  int32_t n_kind;
  const tw_kind *const *kinds = tw_outside_kinds(arena, options->kinds, &n_kind, status, problems);
  if (kinds == NULL) {
    tw_arena_free(arena);
    return NULL;
  }
  tw_line *built = tw_line_build_with(arena, root, &reader, hash, kinds, n_kind);
  if (built == NULL) return NULL;
  built->text_hash = hash;  // with the tables that were read meanwhile
  return built;
}

// The same with a status. Wherever memory was short on the way, a problem that followed from it says
// nothing about the line.
static twin_status read_line(tw_line **line, const tw_host *host, const char *text, size_t n_bytes,
                             const twin_line_options *options, twin_problems *problems) {
  bool is_short = false;
  tw_host watched = *host;
  watched.memory.has_failed = &is_short;
  tw_arena arena;
  tw_arena_init_with(&arena, &watched.memory);
  twin_status status;
  tw_line *built = build(&arena, &watched, (bytes){text, n_bytes}, options, &status, problems);
  if (built != NULL) {
    built->host = *host;
    built->arena.memory = host->memory;
  }
  if (is_short || built == NULL || options->is_checked_only) {
    if (built != NULL) status = TWIN_OK;
    tw_line_unref(built);
    return is_short ? TWIN_ERR_MEMORY : status;
  }
  *line = built;
  return TWIN_OK;
}

twin_status twin_line_parse(twin_line **line, const char *text, size_t n_bytes,
                            const twin_line_options *options, twin_problems *problems) {
  twin_line_options own;
  tw_host host;
  if (text == NULL || !take_options(&own, &host, options) || (line == NULL && !own.is_checked_only))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "line, text or options are missing");
  if (tw_float_mode(problems) != TWIN_OK) return TWIN_ERR_FLOAT_MODE;
  if (own.file == NULL) own.file = "line";
  tw_line *built = NULL;
  const twin_status status = read_line(&built, &host, text, n_bytes, &own, problems);
  if (status == TWIN_OK && built != NULL) *line = (twin_line *)built;
  return status;
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
  tw_line *built = NULL;
  if (status == TWIN_OK) {
    const char *slash = strrchr(path, '/');
    const size_t n_folder = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    own.file = path;
    own.folder = slash == NULL ? "." : tw_arena_text_n(&file_arena, path, n_folder);
    status = read_line(&built, &host, text, n_bytes, &own, problems);
  }
  tw_arena_free(&file_arena);
  if (status == TWIN_OK && built != NULL) *line = (twin_line *)built;
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
