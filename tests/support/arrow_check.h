// arrow_check.h - Arrow structs as a consumer sees them: every length, offset, count, index and
// release rule is checked, and values are read back with nothing known but the structs.

#ifndef TEST_ARROW_CHECK_H
#define TEST_ARROW_CHECK_H

#include <stdbool.h>
#include <twin/twin.h>

// Checks a schema, and an array that belongs to it. Fails the test where something is not as the
// specification says.
void test_check_schema(const struct ArrowSchema *schema);
void test_check_array(const struct ArrowSchema *schema, const struct ArrowArray *array);

// Value of a metadata key, "" for none. In memory that the next call uses again.
const char *test_metadata(const char *metadata, const char *key);

// Row of a column of an array of a schema as a text, "null", "12", "0.5", "name:saw"; the same for
// the table's own column. Into buffer [n].
void test_arrow_cell(const struct ArrowSchema *schema, const struct ArrowArray *array,
                     int64_t column, int64_t row, char *buffer, size_t n);
void test_table_cell(const twin_table *table, int32_t column, int64_t row, char *buffer, size_t n);

// Checks everything that a stream of a table gives against the table: names, types, units, metadata
// and every value. Takes the stream.
void test_check_stream(struct ArrowArrayStream *stream, const twin_table *table);

// The same of the table's own stream.
void test_check_table(twin_table *table);

// Moves a struct as the specification has it.
struct ArrowSchema test_move_schema(struct ArrowSchema *schema);
struct ArrowArray test_move_array(struct ArrowArray *array);

#endif
