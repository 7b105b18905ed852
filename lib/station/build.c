// build.c - see build.h. Stands on this floor because the section "opening" and the shortcut of plain pieces know the
// kinds; all else goes through their tables.

#include "station/build.h"

#include "engine/run.h"
#include "model/compile.h"
#include "physics/physics.h"
#include "station/kinds.h"
#include "station/opening.h"
#include "station/serial.h"

// A run of the line would be too large. Figures by shift are the largest part of it.
static void report_size(const tw_line *line, const tw_reader *reader, uint64_t n_byte) {
  const bool has_shifts = line->shift_calendar_i != TW_NONE;
  const tw_node *at = has_shifts ? line->doc.defaults.calendar.node
                                 : tw_node_member(line->doc.root, "stations");
  tw_reader_problem(reader, at, "E-RANGE", "at most 1 GiB",
                    has_shifts ? "fewer shifts of the plant's calendar, or fewer machines"
                               : "fewer machines, failures or maintenance",
                    "the state of a run would take %.1f GiB, at most 1 is possible: %d machines, %d ways "
                    "to go down%s",
                    (double)n_byte / 0x1p30, (int)line->n_machine, (int)line->n_mode,
                    has_shifts ? ", and figures of each machine by shift" : "");
}

tw_line *tw_line_build(tw_arena *arena, tw_node *root, const tw_reader *reader,
                       uint64_t text_hash) {
  int32_t n_kind;
  const tw_kind *const *kinds = tw_kinds(&n_kind);
  return tw_line_build_with(arena, root, reader, text_hash, kinds, n_kind);
}

static tw_line *build(tw_arena *arena, tw_node *root, const tw_reader *reader, uint64_t text_hash,
                      const tw_kind *const *kinds, int32_t n_kind) {
  tw_doc doc = {.file = reader->file};
  const size_t n_before = twin_problems_count(reader->problems, TWIN_ERROR);
  tw_doc_parse(root, kinds, n_kind, reader, &doc);
  if (doc.shared_node != NULL && !tw_dynamics_custom.parse(doc.shared_node, reader, &doc.shared)) {
    ((tw_node *)doc.shared_node)->is_broken = true;
  }
  if (twin_problems_count(reader->problems, TWIN_ERROR) > n_before) doc.is_broken = true;
  if (arena->is_out_of_memory || root->type != TW_NODE_OBJECT) {
    tw_arena_free(arena);
    return NULL;
  }
  tw_line *line = tw_compile(arena, &doc, kinds, n_kind, reader, text_hash);
  if (line == NULL) return NULL;
  if (!tw_opening_compile(line, reader) ||
      twin_problems_count(reader->problems, TWIN_ERROR) > n_before) {
    tw_line_unref(line);
    return NULL;
  }
  const uint64_t n_byte = tw_layout_make(line);
  if (n_byte > TW_BLOCK_BYTES_MAX) {
    report_size(line, reader, n_byte);
    tw_line_unref(line);
    return NULL;
  }
  tw_serial_compile(line);
  return line;
}

tw_line *tw_line_build_with(tw_arena *arena, tw_node *root, const tw_reader *reader,
                            uint64_t text_hash, const tw_kind *const *kinds, int32_t n_kind) {
  // slips are known by what is in the list of problems, so there has to be one
  tw_reader own = *reader;
  if (own.problems == NULL) own.problems = tw_problems_new(&arena->memory);
  tw_line *line = own.problems != NULL ? build(arena, root, &own, text_hash, kinds, n_kind) : NULL;
  if (own.problems == NULL) tw_arena_free(arena);
  if (reader->problems == NULL) twin_problems_free(own.problems);
  return line;
}
