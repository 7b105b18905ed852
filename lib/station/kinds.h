// kinds.h - the list of kinds, and the one way from a parsed tree to a compiled line.

#ifndef TW_STATION_KINDS_H
#define TW_STATION_KINDS_H

#include "engine/run.h"

#define TW_KIND(name) extern const tw_kind tw_kind_##name;
#include "station/kinds.inl"
#undef TW_KIND

// Every kind in the order of kinds.inl; the count in *n.
const tw_kind *const *tw_kinds(int32_t *n);

// The same and kinds from outside (station/outside/outside.h), which must be as long as the line.
tw_line *tw_line_build_with(tw_arena *arena, tw_node *root, const tw_reader *reader,
                            uint64_t text_hash, const tw_kind *const *kinds, int32_t n_kind);

// Parses, checks and compiles a tree. Takes the arena that the tree lives in, also on failure.
// Returns the line held once, or NULL when a problem was reported.
tw_line *tw_line_build(tw_arena *arena, tw_node *root, const tw_reader *reader,
                       uint64_t text_hash);

#endif
