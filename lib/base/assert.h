// assert.h - invariants. TW_ASSERT stops debug builds only; what must hold in release builds too is
// checked in code and poisons the run (engine/run.h).

#ifndef TW_BASE_ASSERT_H
#define TW_BASE_ASSERT_H

#include <assert.h>

#define TW_ASSERT(condition) assert(condition)
#define TW_STATIC_ASSERT(condition, text) _Static_assert(condition, text)

#endif
