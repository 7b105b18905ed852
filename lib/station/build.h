// build.h - the one way from a parsed tree to a compiled line: document, graph, compile, opening, layout, shortcuts.

#ifndef TW_STATION_BUILD_H
#define TW_STATION_BUILD_H

#include "model/line.h"

// Parses, checks and compiles a tree. Takes the arena that the tree lives in, also on failure.
// Returns the line held once, or NULL when a problem was reported.
tw_line *tw_line_build(tw_arena *arena, tw_node *root, const tw_reader *reader,
                       uint64_t text_hash);

// The same and kinds from outside (station/outside/outside.h), which must be as long as the line.
tw_line *tw_line_build_with(tw_arena *arena, tw_node *root, const tw_reader *reader,
                            uint64_t text_hash, const tw_kind *const *kinds, int32_t n_kind);

#endif
