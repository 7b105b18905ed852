// api_arrow.c - tables as Arrow schemas, arrays and streams. What is handed out points into the
// table and holds it: each schema, array, child and dictionary holds one count of a `share`, so
// that consumers may move them and release them in any order and from any thread; the last one
// gives up the table. The structs of children lie in the share too. They are not needed any more
// when it goes: a child that is still there has been moved to memory of the consumer's.

#include <errno.h>
#include <string.h>

#include "api/table.h"
#include "base/assert.h"
#include "base/problems.h"

typedef struct share {
  atomic_int n_holder;
  tw_arena arena;
  twin_table *table;
} share;

static share *new_share(twin_table *table) {
  share *made = tw_memory_zeroed(&table->arena.memory, 1, sizeof *made);
  if (made == NULL) return NULL;
  atomic_init(&made->n_holder, 0);
  tw_arena_init_with(&made->arena, &table->arena.memory);
  made->table = twin_table_ref(table);
  return made;
}

static void free_share(share *of) {
  const tw_memory memory = of->arena.memory;
  twin_table_unref(of->table);
  tw_arena_free(&of->arena);
  tw_memory_free(&memory, of);
}

// For one more struct that is handed out.
static share *hold(share *of) {
  atomic_fetch_add_explicit(&of->n_holder, 1, memory_order_relaxed);
  return of;
}

static void drop(share *of) {
  const int n_before = atomic_fetch_sub_explicit(&of->n_holder, 1, memory_order_acq_rel);
  TW_ASSERT(n_before > 0);
  if (n_before == 1) free_share(of);
}

// A child whose release is NULL was moved away by the consumer.
static void release_schema(struct ArrowSchema *schema) {
  TW_ASSERT(schema->release == release_schema);
  for (int64_t i = 0; i < schema->n_children; i++)
    if (schema->children[i]->release != NULL) schema->children[i]->release(schema->children[i]);
  if (schema->dictionary != NULL && schema->dictionary->release != NULL)
    schema->dictionary->release(schema->dictionary);
  schema->release = NULL;
  drop(schema->private_data);
}

static void release_array(struct ArrowArray *array) {
  TW_ASSERT(array->release == release_array);
  for (int64_t i = 0; i < array->n_children; i++)
    if (array->children[i]->release != NULL) array->children[i]->release(array->children[i]);
  if (array->dictionary != NULL && array->dictionary->release != NULL)
    array->dictionary->release(array->dictionary);
  array->release = NULL;
  drop(array->private_data);
}

static const char *format_of(int32_t type) {
  switch (type) {
    case TWIN_COLUMN_INT64: return "l";
    case TWIN_COLUMN_UINT64: return "L";
    case TWIN_COLUMN_DOUBLE: return "g";
    default: return "i";
  }
}

static void fill_schema(struct ArrowSchema *schema, const tw_table_column *column, share *of,
                        struct ArrowSchema *dictionary) {
  const bool has_names = column->type == TWIN_COLUMN_NAME;
  *schema = (struct ArrowSchema){.format = format_of(column->type),
                                 .name = column->name,
                                 .metadata = column->metadata,
                                 .flags = has_names ? ARROW_FLAG_NULLABLE : 0,
                                 .dictionary = has_names ? dictionary : NULL,
                                 .release = release_schema,
                                 .private_data = hold(of)};
  if (!has_names) return;
  *dictionary = (struct ArrowSchema){
      .format = "u", .name = "", .release = release_schema, .private_data = hold(of)};
}

static int export_schema(twin_table *table, struct ArrowSchema *out) {
  share *of = new_share(table);
  if (of == NULL) return ENOMEM;
  const size_t n = (size_t)table->n_column;
  struct ArrowSchema *made = tw_arena_take_array(&of->arena, 2 * n, sizeof *made);
  struct ArrowSchema **children = tw_arena_take_array(&of->arena, n, sizeof(struct ArrowSchema *));
  if (made == NULL || children == NULL) {
    free_share(of);
    return ENOMEM;
  }
  for (size_t i = 0; i < n; i++) {
    children[i] = &made[i];
    fill_schema(&made[i], &table->column[i], of, &made[n + i]);
  }
  *out = (struct ArrowSchema){.format = "+s",
                              .name = "",
                              .metadata = table->metadata,
                              .n_children = (int64_t)n,
                              .children = children,
                              .release = release_schema,
                              .private_data = hold(of)};
  return 0;
}

// Buffers are constant data of the table; the interface has no const for their list.
static const void **list_of(const void *const *buffers) {
  return (const void **)(uintptr_t)buffers;
}

static void fill_array(struct ArrowArray *array, const tw_table_column *column, share *of,
                       struct ArrowArray *dictionary) {
  const bool has_names = column->type == TWIN_COLUMN_NAME;
  *array = (struct ArrowArray){.length = of->table->n_row,
                               .null_count = column->n_null,
                               .n_buffers = 2,
                               .buffers = list_of(column->buffers),
                               .dictionary = has_names ? dictionary : NULL,
                               .release = release_array,
                               .private_data = hold(of)};
  if (!has_names) return;
  *dictionary = (struct ArrowArray){.length = column->n_name,
                                    .n_buffers = 3,
                                    .buffers = list_of(column->name_buffers),
                                    .release = release_array,
                                    .private_data = hold(of)};
}

static int export_array(twin_table *table, struct ArrowArray *out) {
  static const void *const no_nulls[1] = {NULL};
  TW_ASSERT(table->is_sealed);
  share *of = new_share(table);
  if (of == NULL) return ENOMEM;
  const size_t n = (size_t)table->n_column;
  struct ArrowArray *made = tw_arena_take_array(&of->arena, 2 * n, sizeof *made);
  struct ArrowArray **children = tw_arena_take_array(&of->arena, n, sizeof(struct ArrowArray *));
  if (made == NULL || children == NULL) {
    free_share(of);
    return ENOMEM;
  }
  for (size_t i = 0; i < n; i++) {
    children[i] = &made[i];
    fill_array(&made[i], &table->column[i], of, &made[n + i]);
  }
  *out = (struct ArrowArray){.length = table->n_row,
                             .n_buffers = 1,
                             .n_children = (int64_t)n,
                             .buffers = list_of(no_nulls),
                             .children = children,
                             .release = release_array,
                             .private_data = hold(of)};
  return 0;
}

typedef struct stream {
  twin_table *head;
  tw_table_source source;  // next NULL: the head's own rows, once
  bool is_done;
  int error;  // of the last call, 0: none
  twin_problems *problems;
  const char *message;
} stream;

// Remembers how a call went: an errno, and why.
static int answer(stream *of, int error, const char *message) {
  of->error = error;
  of->message = error != 0 ? message : NULL;
  return error;
}

static int errno_of(twin_status status) {
  switch (status) {
    case TWIN_OK: return 0;
    case TWIN_ERR_MEMORY: return ENOMEM;
    case TWIN_ERR_IO: return EIO;
    default: return EINVAL;
  }
}

static int get_schema(struct ArrowArrayStream *self, struct ArrowSchema *out) {
  stream *of = self->private_data;
  return answer(of, export_schema(of->head, out), twin_status_text(TWIN_ERR_MEMORY));
}

// The next piece, or none behind the last one or an error.
static twin_status next_table(stream *of, twin_table **table) {
  *table = NULL;
  if (of->is_done) return TWIN_OK;
  if (of->source.next != NULL) return of->source.next(of->source.self, table, of->problems);
  of->is_done = true;
  *table = twin_table_ref(of->head);
  return TWIN_OK;
}

static int get_next(struct ArrowArrayStream *self, struct ArrowArray *out) {
  stream *of = self->private_data;
  twin_table *table;
  *out = (struct ArrowArray){.release = NULL};
  twin_problems_clear(of->problems);
  const twin_status status = next_table(of, &table);
  if (status != TWIN_OK) {
    const char *said = twin_problems_text(of->problems, 0);
    return answer(of, errno_of(status), said[0] != 0 ? said : twin_status_text(status));
  }
  int error = 0;
  if (table != NULL) error = export_array(table, out);
  if (table == NULL) of->is_done = true;
  twin_table_unref(table);
  return answer(of, error, twin_status_text(TWIN_ERR_MEMORY));
}

static const char *get_last_error(struct ArrowArrayStream *self) {
  return ((const stream *)self->private_data)->message;
}

static void release_stream(struct ArrowArrayStream *self) {
  TW_ASSERT(self->release == release_stream);
  stream *of = self->private_data;
  self->release = NULL;
  if (of->source.free != NULL) of->source.free(of->source.self);
  const tw_memory memory = of->head->arena.memory;
  twin_problems_free(of->problems);
  twin_table_unref(of->head);
  tw_memory_free(&memory, of);
}

twin_status tw_table_stream(struct ArrowArrayStream *out, twin_table *head,
                            const tw_table_source *source) {
  TW_ASSERT(head->is_sealed);
  const tw_memory *memory = &head->arena.memory;
  stream *of = tw_memory_zeroed(memory, 1, sizeof *of);
  twin_problems *problems = tw_problems_new(memory);
  if (of == NULL || problems == NULL) {
    tw_memory_free(memory, of);
    twin_problems_free(problems);
    return TWIN_ERR_MEMORY;
  }
  *of = (stream){.head = twin_table_ref(head), .problems = problems};
  if (source != NULL) of->source = *source;
  *out = (struct ArrowArrayStream){.get_schema = get_schema,
                                   .get_next = get_next,
                                   .get_last_error = get_last_error,
                                   .release = release_stream,
                                   .private_data = of};
  return TWIN_OK;
}

twin_status twin_table_arrow(twin_table *table, struct ArrowArrayStream *out) {
  if (table == NULL || out == NULL) return TWIN_ERR_ARGUMENT;
  return tw_table_stream(out, table, NULL);
}
