// kinds.c - the list of kinds, and building a line with all of them.

#include "station/kinds.h"

#include "engine/run.h"
#include "model/compile.h"
#include "station/opening.h"
#include "station/serial.h"

static const tw_kind *const all_kinds[] = {
#define TW_KIND(name) &tw_kind_##name,
#include "station/kinds.inl"
#undef TW_KIND
};

const tw_kind *const *tw_kinds(int32_t *n) {
  *n = (int32_t)(sizeof all_kinds / sizeof all_kinds[0]);
  return all_kinds;
}

tw_line *tw_line_build(tw_arena *arena, tw_node *root, const tw_reader *reader,
                       uint64_t text_hash) {
  int32_t n_kind;
  const tw_kind *const *kinds = tw_kinds(&n_kind);
  tw_doc doc = {.file = reader->file};
  if (!tw_doc_parse(root, kinds, n_kind, reader, &doc)) {
    // what the flow says can be told all the same, so that all problems come at once
    tw_graph graph = {0};
    tw_graph_build(&doc, reader, &graph);
    tw_arena_free(arena);
    return NULL;
  }
  tw_line *line = tw_compile(arena, &doc, kinds, n_kind, reader, text_hash);
  if (line == NULL) return NULL;
  if (!tw_opening_compile(line, reader)) {
    tw_line_unref(line);
    return NULL;
  }
  tw_layout_make(line);
  tw_serial_compile(line);
  return line;
}
