// schema.h - pieces of the JSON Schema that doc/schema.c puts together.

#ifndef TW_FIELD_SCHEMA_H
#define TW_FIELD_SCHEMA_H

#include "field/inner.h"

enum { TW_SCHEMA_DIMS_MAX = 32 };

// One schema being written. Values of each dimension become definitions, noted when first used.
typedef struct tw_schema {
  tw_text *out;
  const tw_field *of;  // the value whose distributions are written, as in tw_parse
  bool has_any_dim;    // under "distributions", where any unit may stand
  int32_t n_dim;
  tw_dim dims[TW_SCHEMA_DIMS_MAX];
} tw_schema;

// Lays compact JSON out, two spaces a level; texts are copied untouched.
void tw_schema_lay_out(const char *compact, tw_text *out);

// Writes the schema of an object; outside: a key more that is a text (NULL: none).
void tw_schema_table(tw_schema *schema, const tw_table *table, const char *outside);

// Writes the definitions of values of one dimension, `"value_duration": {...}, ...`.
void tw_schema_values(tw_schema *schema, tw_dim dim);

// Refers to the definition of a "value" or "distribution" of a dimension and notes that it is
// needed.
void tw_schema_value_ref(tw_schema *schema, const char *what, tw_dim dim);

// Opens and closes an object of names; what stands between is the schema of its values.
void tw_schema_map_begin(tw_text *out);
void tw_schema_map_end(tw_text *out);

#endif
