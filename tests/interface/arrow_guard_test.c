// arrow_guard_test.c - the structs of another header of the Arrow C data interface stand before twin.h: its guards
// let that one's be the only ones, and what twin.h hands out fits them.

#define ARROW_C_DATA_INTERFACE
#define ARROW_C_STREAM_INTERFACE

#include <criterion/criterion.h>
#include <stdint.h>

struct ArrowSchema {
  const char *format, *name, *metadata;
  int64_t flags, n_children;
  struct ArrowSchema **children, *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length, null_count, offset, n_buffers, n_children;
  const void **buffers;
  struct ArrowArray **children, *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#include <twin/twin.h>

Test(arrow_guard, lets_another_header_have_the_structs) {
  static const double values[] = {1, 2.5};
  const twin_column column = {.struct_size = sizeof column,
                              .type = TWIN_COLUMN_DOUBLE,
                              .name = "x",
                              .values = values};
  twin_table *table = NULL;
  cr_assert_eq(twin_table_make(&table, "two", &column, 1, 2, NULL), TWIN_OK);
  struct ArrowArrayStream stream;
  struct ArrowSchema schema;
  struct ArrowArray array;
  cr_assert_eq(twin_table_arrow(table, &stream), TWIN_OK);
  twin_table_unref(table);
  cr_assert_eq(stream.get_schema(&stream, &schema), 0);
  cr_assert_eq(stream.get_next(&stream, &array), 0);
  stream.release(&stream);
  cr_assert_str_eq(schema.children[0]->format, "g");
  schema.release(&schema);
  cr_assert_eq(((const double *)array.children[0]->buffers[1])[1], 2.5);
  array.release(&array);
}
