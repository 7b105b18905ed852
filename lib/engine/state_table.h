// state_table.h - the state table: every field of the run block is declared once, with type, unit, role and
// the bound of each index. Layout hash, state hash, snapshot validation and state difference are
// generated from these tables; nothing lists state by hand.

#ifndef TW_ENGINE_STATE_TABLE_H
#define TW_ENGINE_STATE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

typedef enum tw_state_type { TW_I64, TW_U64, TW_F64, TW_I32, TW_U32, TW_U8 } tw_state_type;

// What a field is for.
typedef enum tw_role {
  TW_PATH,     // decides the future: in the state hash
  TW_STAT,     // a statistic: in the full hash only
  TW_DERIVED   // follows from other fields (heap order, counts of lists): in no hash
} tw_role;

// What an index counts; a snapshot with an index outside is refused.
typedef enum tw_bound {
  TW_ANY,          // not an index
  TW_NOT_NEGATIVE,
  TW_OR_INFINITE,  // a statistic that has no value yet
  TW_BOOLEAN,
  TW_OF_PART,      // or TW_NO_PART
  TW_OF_PLACE,     // or TW_NONE, as all below
  TW_OF_MACHINE,
  TW_OF_MODE,
  TW_OF_EXIT,
  TW_OF_PART_TYPE,
  TW_OF_STATE,
  TW_OF_PHASE,
  TW_OF_DOWN,
  TW_OF_CLOCK_STATE,
  TW_OF_SLOT,
  TW_OF_OFF,
  TW_OF_CREW,
  TW_OF_AHEAD,
  TW_OF_HOLDER,  // machines, then setups ahead of their machines
  TW_OF_GROUP,
  TW_OF_STREAM,
  TW_OF_EDGE,
  TW_OF_WORKER,
  TW_OF_POOL,
  TW_OF_CAUSE,
  TW_OF_STOCK,
  TW_OF_SETUP,
  TW_OF_EARLY,
  TW_OF_BODY,
  TW_OF_VARIABLE,
  TW_OF_MODEL_EVENT,
  TW_OF_OUTPUT,
  TW_OF_TARIFF,
  TW_BOUND_N
} tw_bound;

typedef struct tw_state_field {
  const char *name;
  tw_state_type type;
  uint32_t offset;
  uint32_t count;  // elements: 1, or the length of an array
  const char *unit;
  tw_role role;
  tw_bound bound;
} tw_state_field;

typedef struct tw_state_table {
  const char *name;  // its first word says whose records they are: "machine_stat" (names.h)
  uint32_t size;
  int32_t n_field;
  const tw_state_field *field;
} tw_state_table;

// Types as the tables spell them.
typedef int64_t tw_i64;
typedef uint64_t tw_u64;
typedef double tw_f64;
typedef int32_t tw_i32;
typedef uint32_t tw_u32;
typedef uint8_t tw_u8;
#define TW_CODE_tw_i64 TW_I64
#define TW_CODE_tw_u64 TW_U64
#define TW_CODE_tw_f64 TW_F64
#define TW_CODE_tw_i32 TW_I32
#define TW_CODE_tw_u32 TW_U32
#define TW_CODE_tw_u8 TW_U8

// A record is written as a list macro F(type, name, count, unit, role, bound); these make of it the
// struct and the table.
#define TW_STATE_MEMBER(type, name, count, unit, role, bound) type name count;
#define TW_STATE_COUNT(type, name) \
  ((uint32_t)(sizeof(((TW_STATE_OF *)0)->name) / sizeof(type)))
#define TW_STATE_ENTRY(type, name, count, unit, role, bound) \
  {#name, TW_CODE_##type, (uint32_t)offsetof(TW_STATE_OF, name), TW_STATE_COUNT(type, name), unit, \
   role, bound},

// Do both say the same of their records? Tables of kinds from outside belong to their line.
bool tw_state_table_equal(const tw_state_table *a, const tw_state_table *b);

uint32_t tw_state_type_size(tw_state_type type);

// One element of a field as a whole number, and back; the bits of a double for TW_F64. What is stored
// must fit the type.
int64_t tw_state_get(const char *at, tw_state_type type);
void tw_state_put(char *at, tw_state_type type, int64_t value);

// Sets to zero what lies between the fields of n records one behind the other: padding, which a record that
// is assigned as a whole takes from wherever it was made.
void tw_state_clear_gaps(const tw_state_table *table, char *at, size_t n);

#endif
