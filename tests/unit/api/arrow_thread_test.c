// arrow_thread_test.c - the release rules of the Arrow C data interface: structs that are moved,
// children that outlive their parents, releases in any order and from other threads, when the
// table, the line and the run are gone. Under the sanitizers a struct that is released too late,
// too early or twice is told.

#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/table.h"
#include "support/arrow_check.h"
#include "support/cells.h"
#include "support/line_text.h"
#include "support/must.h"

enum { N_THREAD = 4, N_ROUND = 60 };

static twin_run *rich_run(double until_s) {
  twin_line *line = NULL;
  twin_run *run = NULL;
  must(twin_line_parse(&line, test_rich_line, strlen(test_rich_line), NULL, NULL) == TWIN_OK);
  must(twin_run_new(&run, line, NULL, NULL) == TWIN_OK);
  twin_line_unref(line);
  must(twin_run_until(run, until_s, NULL) == TWIN_OK);
  return run;
}

// The figures of a run that is gone.
static twin_table *figures(void) {
  twin_run *run = rich_run(100);
  twin_table *table = NULL;
  must(twin_run_table(run, "kpi", &table, NULL) == TWIN_OK);
  twin_run_free(run);
  return table;
}

typedef struct exported {
  struct ArrowSchema schema;
  struct ArrowArray array;
} exported;

// What a consumer has of a table, which only that holds then.
static exported export_and_free(twin_table *table) {
  exported of;
  struct ArrowArrayStream stream;
  must(twin_table_arrow(table, &stream) == TWIN_OK);
  must(stream.get_next(&stream, &of.array) == 0);
  must(stream.get_schema(&stream, &of.schema) == 0);
  stream.release(&stream);
  twin_table_unref(table);
  return of;
}

Test(arrow_thread, what_was_handed_out_outlives_its_table_and_run) {
  exported of = export_and_free(figures());
  test_check_schema(&of.schema);
  test_check_array(&of.schema, &of.array);
  of.schema.release(&of.schema);
  cr_assert_null(of.schema.release);
  // the values need no schema
  cr_assert_gt(of.array.length, 50);
  cr_assert_eq(of.array.children[2]->null_count, 0);
  of.array.release(&of.array);
  cr_assert_null(of.array.release);
}

Test(arrow_thread, children_that_were_moved_outlive_their_parents) {
  exported of = export_and_free(figures());
  const int64_t n = of.array.length;
  struct ArrowArray names = test_move_array(of.array.children[0]),
                    values = test_move_array(of.array.children[2]);
  struct ArrowSchema field = test_move_schema(of.schema.children[0]);
  of.array.release(&of.array);
  of.schema.release(&of.schema);
  cr_assert_null(of.array.release);
  cr_assert_str_eq(field.name, "quantity");
  cr_assert_str_eq(field.dictionary->format, "u");
  cr_assert_eq(names.length, n);
  // and a dictionary its column
  struct ArrowArray words = test_move_array(names.dictionary);
  struct ArrowSchema word = test_move_schema(field.dictionary);
  names.release(&names);
  field.release(&field);
  cr_assert_eq(words.length, n);
  cr_assert_eq(memcmp(words.buffers[2], "line/", 5), 0);
  words.release(&words);
  word.release(&word);
  double sum = 0;
  for (int64_t i = 0; i < n; i++) sum += ((const double *)values.buffers[1])[i];
  (void)sum;
  values.release(&values);
  cr_assert_null(values.release);
  cr_assert_null(words.release);
}

Test(arrow_thread, a_moved_parent_releases_its_children_where_they_are) {
  exported of = export_and_free(figures());
  exported moved = {test_move_schema(&of.schema), test_move_array(&of.array)};
  cr_assert_null(of.array.release);
  memset(&of, 0xa5, sizeof of);  // nobody looks at what was moved away
  struct ArrowArray *child = moved.array.children[1];
  struct ArrowSchema *field = moved.schema.children[1];
  // a child that is released alone is left alone by its parent
  child->release(child);
  cr_assert_null(child->release);
  field->release(field);
  moved.array.release(&moved.array);
  moved.schema.release(&moved.schema);
}

Test(arrow_thread, a_stream_gives_one_batch_and_ends) {
  twin_table *table = figures();
  struct ArrowArrayStream stream, other;
  struct ArrowArray first, second;
  cr_assert_eq(twin_table_arrow(NULL, &stream), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_table_arrow(table, NULL), TWIN_ERR_ARGUMENT);
  cr_assert_eq(twin_table_arrow(table, &stream), TWIN_OK);
  cr_assert_eq(twin_table_arrow(table, &other), TWIN_OK);
  twin_table_unref(table);
  cr_assert_eq(stream.get_next(&stream, &first), 0);
  cr_assert_eq(other.get_next(&other, &second), 0);
  // both see the same memory
  cr_assert_eq(first.children[2]->buffers[1], second.children[2]->buffers[1]);
  first.release(&first);
  cr_assert_eq(stream.get_next(&stream, &first), 0);
  cr_assert_null(first.release);
  stream.release(&stream);
  cr_assert_null(stream.release);
  other.release(&other);
  second.release(&second);
}

Test(arrow_thread, a_table_that_is_held_stays_the_same_memory) {
  twin_table *table = figures();
  cr_assert_eq(twin_table_ref(table), table);
  cr_assert_null(twin_table_ref(NULL));
  struct ArrowArrayStream stream;
  struct ArrowArray array;
  cr_assert_eq(twin_table_arrow(table, &stream), TWIN_OK);
  cr_assert_eq(stream.get_next(&stream, &array), 0);
  stream.release(&stream);
  twin_table_unref(table);
  cr_assert_eq(twin_table_values(table, "value"), array.children[2]->buffers[1]);
  array.release(&array);
  cr_assert_str_eq(twin_table_name(table), "kpi");
  cr_assert_eq(atomic_load(&table->n_holder), 1);
  twin_table_unref(table);
}

// Gives away every column of a table to whoever comes first.
typedef struct shelf {
  atomic_int next;
  int32_t n;
  struct ArrowArray array[TW_TABLE_COLUMNS];
  struct ArrowSchema schema[TW_TABLE_COLUMNS];
} shelf;

static void *release_from_shelf(void *argument) {
  shelf *of = argument;
  for (int i; (i = atomic_fetch_add(&of->next, 1)) < of->n;) {
    const struct ArrowArray *array = &of->array[i];
    must(array->length == 0 || array->buffers[1] != NULL);
    of->array[i].release(&of->array[i]);
    of->schema[i].release(&of->schema[i]);
  }
  return NULL;
}

static void in_threads(void *(*body)(void *), void *argument) {
  pthread_t threads[N_THREAD];
  for (int i = 0; i < N_THREAD; i++) must(pthread_create(&threads[i], NULL, body, argument) == 0);
  for (int i = 0; i < N_THREAD; i++) pthread_join(threads[i], NULL);
}

Test(arrow_thread, children_are_released_by_several_threads) {
  twin_run *run = rich_run(300);
  cr_assert_eq(twin_run_losses_attach(run), TWIN_OK);
  twin_run_until(run, 600, NULL);
  for (int round = 0; round < N_ROUND; round++) {
    twin_table *table = NULL;
    cr_assert_eq(twin_run_table(run, round % 2 == 0 ? "bottleneck" : "losses", &table, NULL),
                 TWIN_OK);
    exported of = export_and_free(table);
    shelf *shared = calloc(1, sizeof *shared);
    shared->n = (int32_t)of.array.n_children;
    for (int32_t i = 0; i < shared->n; i++) {
      shared->array[i] = test_move_array(of.array.children[i]);
      shared->schema[i] = test_move_schema(of.schema.children[i]);
    }
    of.array.release(&of.array);
    of.schema.release(&of.schema);
    in_threads(release_from_shelf, shared);
    free(shared);
  }
  twin_run_free(run);
}

static void *export_and_check(void *argument) {
  for (int round = 0; round < 5; round++) {
    twin_table *table = twin_table_ref(argument);
    test_check_table(table);
    twin_table_unref(table);
  }
  return NULL;
}

Test(arrow_thread, one_table_is_handed_on_by_several_threads) {
  twin_table *table = figures();
  in_threads(export_and_check, table);
  cr_assert_eq(atomic_load(&table->n_holder), 1);
  twin_table_unref(table);
}

static const char *scratch(void) {
  static char path[512];
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/arrow_thread_test_%ld.h5", folder != NULL ? folder : ".",
           (long)getpid());
  return path;
}

// Records the rich line; the file is open for reading.
static twin_file *record(double until_s) {
  twin_run *run = rich_run(0);
  twin_recorder_options options;
  twin_recorder_options_init(&options);
  options.states = options.parts = options.events = 1;
  twin_recorder *recorder = NULL;
  const twin_status status =
      twin_recorder_open(&recorder, scratch(), twin_run_line(run), &options, NULL);
  if (status == TWIN_ERR_UNSUPPORTED) cr_skip_test("this build has no HDF5");
  must(status == TWIN_OK && twin_recorder_attach(recorder, run, 0, NULL) == TWIN_OK);
  twin_run_until(run, until_s, NULL);
  must(twin_recorder_close(recorder, NULL) == TWIN_OK);
  twin_run_free(run);
  twin_file *file = NULL;
  must(twin_file_open(&file, scratch(), NULL) == TWIN_OK);
  return file;
}

typedef struct reading {
  struct ArrowArrayStream stream;
  twin_table *wanted;
  pthread_t thread;
} reading;

static void *read_stream(void *argument) {
  reading *of = argument;
  test_check_stream(&of->stream, of->wanted);
  twin_table_unref(of->wanted);
  return NULL;
}

Test(arrow_thread, streams_of_a_file_are_read_on_other_threads_when_it_is_closed) {
  static const char *const names[] = {"events", "intervals", "visits", "kpi"};
  twin_file *file = record(2000);
  reading of[N_THREAD];
  for (int i = 0; i < N_THREAD; i++) {
    of[i].wanted = test_file_table(file, names[i]);
    cr_assert_eq(twin_file_arrow(file, names[i], -1, 100, &of[i].stream, NULL), TWIN_OK);
  }
  for (int i = 0; i < N_THREAD; i++)
    cr_assert_eq(pthread_create(&of[i].thread, NULL, read_stream, &of[i]), 0);
  // the file itself is read beside them, and closed
  for (int i = 0; i < N_THREAD; i++) {
    twin_table *table = test_file_table(file, names[i]);
    cr_assert_gt(twin_table_rows(table), 0);
    twin_table_unref(table);
  }
  twin_file_close(file);
  for (int i = 0; i < N_THREAD; i++) pthread_join(of[i].thread, NULL);
  remove(scratch());
}

Test(arrow_thread, pieces_of_a_file_outlive_the_file_and_its_stream) {
  twin_file *file = record(500);
  struct ArrowArrayStream stream;
  struct ArrowArray piece[3];
  cr_assert_eq(twin_file_arrow(file, "events", -1, 7, &stream, NULL), TWIN_OK);
  twin_file_close(file);
  for (int i = 0; i < 3; i++) cr_assert_eq(stream.get_next(&stream, &piece[i]), 0);
  // pieces share their names
  cr_assert_eq(piece[0].children[2]->dictionary->buffers[2],
               piece[2].children[2]->dictionary->buffers[2]);
  stream.release(&stream);
  remove(scratch());
  for (int i = 0; i < 3; i++) {
    cr_assert_eq(piece[i].length, 7);
    cr_assert_eq(((const int32_t *)piece[i].children[0]->buffers[1])[6], 0);
    piece[i].release(&piece[i]);
  }
}
