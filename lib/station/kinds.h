// kinds.h - the list of kinds.

#ifndef TW_STATION_KINDS_H
#define TW_STATION_KINDS_H

#include "doc/kind.h"

#define TW_KIND(name) extern const tw_kind tw_kind_##name;
#include "station/kinds.inl"
#undef TW_KIND

// Every kind in the order of kinds.inl; the count in *n.
const tw_kind *const *tw_kinds(int32_t *n);

#endif
