// kinds.c - the list of kinds.

#include "station/kinds.h"

static const tw_kind *const all_kinds[] = {
#define TW_KIND(name) &tw_kind_##name,
#include "station/kinds.inl"
#undef TW_KIND
};

const tw_kind *const *tw_kinds(int32_t *n) {
  *n = (int32_t)(sizeof all_kinds / sizeof all_kinds[0]);
  return all_kinds;
}
