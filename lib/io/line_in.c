// line_in.c - see line_in.h.

#include "io/line_in.h"

#include <string.h>

#include "base/assert.h"
#include "base/hash.h"
#include "io/json.h"
#include "station/build.h"
#include "station/kinds.h"
#include "station/outside/outside.h"

// The line keeps its text; kinds from outside stand behind the library's own.
static bool keep_text(tw_line *line, const tw_line_text *from, const char *text, size_t n) {
  int32_t n_inside, n_outside = 0;
  tw_kinds(&n_inside);
  tw_arena *arena = &line->arena;
  const struct twin_kind **kinds =
      tw_arena_take_array(arena, (size_t)(line->n_kind - n_inside) + 1, sizeof *kinds);
  for (int32_t i = n_inside; kinds != NULL && i < line->n_kind; i++)
    kinds[n_outside++] = &tw_outside_of(line->kind[i])->given;
  line->source = (tw_line_source){.text = text != NULL ? tw_arena_text_n(arena, text, n) : NULL,
                                  .n_bytes = n,
                                  .folder = tw_arena_text(arena, from->folder),
                                  .kinds = kinds};
  return !arena->is_out_of_memory;
}

// Reads the tree and changes it; `changed` gets the text of a changed one.
static tw_node *read_tree(tw_arena *arena, const tw_line_text *from, tw_text *changed,
                          twin_problems *problems) {
  tw_node *root = tw_json_read(from->text, from->n_bytes, from->file, arena, problems);
  if (root == NULL) {
    *arena->memory.has_failed |= arena->is_out_of_memory != 0;  // cJSON's own memory
    return NULL;
  }
  if (from->change == NULL) return root;
  if (!from->change(from->self, root, arena, problems)) return NULL;
  tw_node_dump(root, 0, changed);
  return changed->is_out_of_memory ? NULL : root;
}

// Builds a line of a text; takes the arena in every case. NULL: memory was short, or *status.
static tw_line *build(tw_arena *arena, const tw_host *host, const tw_line_text *from,
                      twin_status *status, twin_problems *problems) {
  *status = TWIN_ERR_LINE;
  uint64_t hash = 0, file_hash = 0;
  tw_text changed = {.memory = &host->memory};
  const tw_reader reader = {.file = tw_arena_text(arena, from->file),
                            .arena = arena,
                            .problems = problems,
                            .read_column = tw_csv_read_column,
                            .read_table = tw_csv_read_table,
                            .folder = tw_arena_text(arena, from->folder),
                            .hash = &hash,
                            .file_hash = &file_hash,
                            .host = host};
  tw_node *root = NULL;
  if (reader.file != NULL && reader.folder != NULL)
    root = read_tree(arena, from, &changed, problems);
  const char *text = from->change != NULL ? changed.at : from->text;
  const size_t n_bytes = from->change != NULL ? changed.n : from->n_bytes;
  int32_t n_kind;
  const tw_kind *const *kinds = NULL;
  if (root != NULL) kinds = tw_outside_kinds(arena, from->kinds, &n_kind, status, problems);
  tw_line *built = NULL;
  if (kinds == NULL) {
    tw_arena_free(arena);
  } else {
    hash = tw_hash_bytes(TW_HASH_SEED, text, n_bytes);
    built = tw_line_build_with(arena, root, &reader, hash, kinds, n_kind);
  }
  if (built != NULL) built->text_hash = hash;  // with the tables that were read meanwhile
  if (built != NULL && !keep_text(built, from, text, n_bytes)) {
    tw_line_unref(built);
    built = NULL;
  }
  tw_text_free(&changed);
  return built;
}

twin_status tw_line_read(tw_line **line, const tw_host *host, const tw_line_text *from,
                         twin_problems *problems) {
  TW_ASSERT(from->text != NULL && from->file != NULL);
  tw_line_text own = *from;
  if (own.folder == NULL) own.folder = ".";
  bool is_short = false;
  tw_host watched = *host;
  watched.memory.has_failed = &is_short;
  tw_arena arena;
  tw_arena_init_with(&arena, &watched.memory);
  twin_status status;
  tw_line *built = build(&arena, &watched, &own, &status, problems);
  if (built != NULL) {
    built->host = *host;
    built->arena.memory = host->memory;
    status = TWIN_OK;
  }
  if (is_short || built == NULL || line == NULL) {
    tw_line_unref(built);
    return is_short ? TWIN_ERR_MEMORY : status;
  }
  *line = built;
  return TWIN_OK;
}
