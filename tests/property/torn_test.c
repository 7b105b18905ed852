// torn_test.c - run files as of every instant of their writing. The kernel ends a killed process
// between two pages of a write, so the file may hold any number of its writes and the first pages
// of one more. Here the writes are noted as they are made; then the file is made again as it was
// behind each of them, and at each page that one crosses: every row that was flushed by then is
// there, every row that is there is right, recover makes a good file of it, and so does a reader
// see it that was opened before. After a power cut any pages may be missing that were not brought
// to the disk: with has_sync the same holds.
//
// Some instants of few files are picked by default; TWIN_TORN=1 takes all of many, which takes
// minutes.

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/line_text.h"
#include "support/run_rows.h"

enum { PAGE = 4096, N_PIECE = 500 };

typedef enum event_kind { WRITE, LENGTH, SYNC, FLUSHED } event_kind;

// What became of the file, in order. FLUSHED: the writer has said that `at` rows are safe.
typedef struct event {
  event_kind kind;
  int64_t at;
  size_t n;
  unsigned char *bytes;
} event;

static struct {
  bool is_on;
  event *event;
  int n, room;
} noted;

static char path[512], part[600], image[600], other[600];

static void note(event_kind kind, int64_t at, const void *bytes, size_t n) {
  if (!noted.is_on) return;
  if (noted.n == noted.room) {
    noted.room = noted.room * 2 + 64;
    noted.event = realloc(noted.event, (size_t)noted.room * sizeof *noted.event);
  }
  event *last = &noted.event[noted.n++];
  *last = (event){.kind = kind, .at = at, .n = n, .bytes = n > 0 ? malloc(n) : NULL};
  if (n > 0) memcpy(last->bytes, bytes, n);
}

static void forget(void) {
  for (int i = 0; i < noted.n; i++) free(noted.event[i].bytes);
  free(noted.event);
  memset(&noted, 0, sizeof noted);
}

static void put(int fd, const unsigned char *bytes, size_t n, int64_t at) {
  cr_assert_eq(lseek(fd, (off_t)at, SEEK_SET), (off_t)at);
  cr_assert_eq(write(fd, bytes, n), (ssize_t)n);
}

// What the library calls by these names is found here before it is in the C library.
ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at) {
  note(WRITE, at, bytes, n);
  put(fd, bytes, n, at);
  return (ssize_t)n;
}

int ftruncate(int fd, off_t n) {
  char name[64];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  note(LENGTH, n, NULL, 0);
  return truncate(name, n);
}

int fsync(int fd) {
  (void)fd;
  note(SYNC, 0, NULL, 0);
  return 0;
}

static bool takes_all(void) {
  const char *text = getenv("TWIN_TORN");
  return text != NULL && atoi(text) > 0;
}

static void name_files(const char *name) {
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/torn_%ld_%s.h5", folder != NULL ? folder : ".", (long)getpid(),
           name);
  snprintf(part, sizeof part, "%s.part", path);
  snprintf(image, sizeof image, "%s.image", path);
  snprintf(other, sizeof other, "%s.other", path);
}

static void copy_file(const char *from, const char *to) {
  static char bytes[1 << 16];
  FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
  size_t n;
  while (in != NULL && (n = fread(bytes, 1, sizeof bytes, in)) > 0) fwrite(bytes, 1, n, out);
  if (in != NULL) fclose(in);
  fclose(out);
}

// How a file is written before its writes are noted, and while.
typedef struct story {
  const char *name;
  int32_t table;     // that has rows: shifts by 256, events by 8192 in a chunk
  int64_t n_before;  // rows that are there when it begins to be noted; 0: from the first byte on
  int64_t n_row;     // and when it ends
  int32_t n_step;    // at most so many at once, a flush behind two of three
  int32_t n_shift;   // letters of a name, which shift all that stands behind it
  uint32_t compression;
  bool has_sync, has_replications, has_all_tables;
} story;

// Every value is decided by its row and column.
static void fill(tw_rows *rows, int32_t table, int64_t first) {
  for (int32_t c = 0; c < tw_column_tables[table].n_column; c++)
    for (int32_t i = 0; i < rows->n; i++) {
      const int64_t row = first + i;
      switch (tw_column_tables[table].column[c].type) {
        case TW_COLUMN_NAME: ((int32_t *)rows->at[c])[i] = (int32_t)(row % 2) - 1; break;
        case TW_COLUMN_I32: ((int32_t *)rows->at[c])[i] = (int32_t)(row * 3 % 100000) + c; break;
        case TW_COLUMN_F64: ((double *)rows->at[c])[i] = 0.25 * (double)row - c; break;
        default: ((int64_t *)rows->at[c])[i] = (row << 20) + c;
      }
    }
}

static void write_rows(tw_run_writer *writer, int32_t table, int64_t first, int64_t n) {
  tw_rows rows = {0};
  cr_assert(tw_rows_reserve(&rows, table, N_PIECE));
  for (int64_t i = 0; i < n; i += rows.n) {
    rows.n = n - i < N_PIECE ? (int32_t)(n - i) : N_PIECE;
    fill(&rows, table, first + i);
    cr_assert_eq(tw_run_writer_write(writer, table, &rows), TWIN_OK);
  }
  tw_rows_free(&rows);
}

static bool are_good(const tw_run_reader *reader, int32_t table_i, int64_t first, int64_t n) {
  const tw_column_table *table = &tw_column_tables[table_i];
  tw_rows rows = {0};
  double values[N_PIECE];
  bool is_good = tw_rows_reserve(&rows, table_i, N_PIECE);
  for (int64_t i = 0; i < n && is_good; i += rows.n) {
    rows.n = n - i < N_PIECE ? (int32_t)(n - i) : N_PIECE;
    fill(&rows, table_i, first + i);
    for (int32_t c = 0; c < table->n_column && is_good; c++)
      is_good =
          tw_run_reader_read(reader, table->name, table->column[c].name, first + i, rows.n, values,
                             NULL) == TWIN_OK &&
          memcmp(values, rows.at[c], (size_t)rows.n * tw_column_size(table->column[c].type)) == 0;
  }
  tw_rows_free(&rows);
  return is_good;
}

static void flush(tw_run_writer *writer, int64_t n_row) {
  cr_assert_eq(tw_run_writer_flush(writer, NULL), TWIN_OK);
  note(FLUSHED, n_row, NULL, 0);
}

// Writes the file and leaves, in `image`, what it was when it began to be noted. False without
// HDF5.
static bool tell(const story *told) {
  char shift[400];
  name_files(told->name);
  tw_run_writer_setup setup = run_rows_setup(path);
  for (int32_t t = 0; t < TW_TABLE_N && !told->has_all_tables; t++)
    setup.has_table[t] = t == told->table || t == TW_TABLE_REPLICATIONS;
  snprintf(shift, sizeof shift, "%*s", (int)told->n_shift, "saw");
  setup.line_name = shift;
  setup.compression = told->compression;
  setup.has_sync = told->has_sync;
  twin_status status;
  noted.is_on = told->n_before == 0;
  tw_run_writer *writer = run_rows_begin(&setup, &status);
  if (status == TWIN_ERR_UNSUPPORTED) return false;
  write_rows(writer, told->table, 0, told->n_before);
  flush(writer, told->n_before);
  copy_file(told->n_before > 0 ? part : "", image);
  noted.is_on = true;
  int32_t k = 0;
  for (int64_t row = told->n_before; row < told->n_row; k++) {
    const int64_t n = 1 + (int64_t)k * 997 % told->n_step;
    write_rows(writer, told->table, row, n);
    row += n;
    if (told->has_replications) cr_assert_eq(run_rows_replication(writer, k, 0), TWIN_OK);
    if (k % 3 != 2) flush(writer, row);
  }
  cr_assert_eq(tw_run_writer_close(writer, true, NULL), TWIN_OK);
  noted.is_on = false;
  remove(path);
  return true;
}

// What was seen of a file as it was left.
typedef struct findings {
  const story *of;
  test_random random;
  tw_run_reader *watcher;  // opened when there were first rows
  int64_t n_flushed;       // -2: the file has not begun, and may be refused
  int n_seen, n_wrong;
  char first[200];
} findings;

static void find(findings *found, const char *what, int event_i, int64_t n_torn) {
  if (found->n_wrong++ > 0) return;
  const event *now = &noted.event[event_i];
  snprintf(found->first, sizeof found->first,
           "%s of %ld rows behind write %d (%zu bytes at %ld), %ld of it", what,
           (long)found->n_flushed, event_i, now->n, (long)now->at, (long)n_torn);
}

// Rows of the table if the last ones are right; -1: they are not.
static int64_t good_rows(const tw_run_reader *reader, const story *told) {
  const int64_t n = tw_run_reader_rows(reader, tw_column_tables[told->table].name);
  const int64_t n_far = told->n_row - told->n_before + 2 * N_PIECE;
  const int64_t first = n > n_far ? n - n_far : 0;
  return n >= 0 && are_good(reader, told->table, first, n - first) ? n : -1;
}

// The same of a file; -2: it cannot be opened.
static int64_t rows_of(const char *name, const story *told) {
  tw_run_reader *reader = NULL;
  if (tw_run_reader_open(&reader, name, NULL) != TWIN_OK) return -2;
  const int64_t n = good_rows(reader, told);
  tw_run_reader_close(reader);
  return n;
}

static void look(findings *found, int event_i, int64_t n_torn) {
  const int64_t n = rows_of(image, found->of);
  found->n_seen++;
  if (n < found->n_flushed || n == -1)
    find(found, n == -2 ? "refused," : n == -1 ? "wrong," : "lost some", event_i, n_torn);
  if (n >= 0 && found->watcher == NULL)
    cr_assert_eq(tw_run_reader_open(&found->watcher, image, NULL), TWIN_OK);
  else if (n >= 0 && test_chance(&found->random, 30) && good_rows(found->watcher, found->of) != n)
    find(found, "watcher: other than", event_i, n_torn);
  if (n < 0 || found->of->n_before > 0 || !test_chance(&found->random, 3)) return;
  remove(other);
  if (tw_run_recover(image, other, NULL) == TWIN_OK && rows_of(other, found->of) != n)
    find(found, "recovered: other than", event_i, n_torn);
}

static void begin(findings *found, const story *told) {
  *found = (findings){.of = told, .random = {17, 0}};
  found->n_flushed = told->n_before > 0 ? told->n_before : -2;
}

static void end(findings *found) {
  tw_run_reader_close(found->watcher);
  printf("%s: %d events, %d instants\n", found->of->name, noted.n, found->n_seen);
  remove(image);
  remove(other);
  forget();
  cr_assert_eq(found->n_wrong, 0, "%s: %d of %d instants, first: %s", found->of->name,
               found->n_wrong, found->n_seen, found->first);
}

// Writes of rows are many and long, so few of their pages are picked, and not all that are within a
// page.
static bool is_picked(findings *found, size_t n, int percent) {
  return takes_all() || test_chance(&found->random, n < 2 * PAGE ? 50 : percent);
}

static void write_torn(findings *found, int fd, int event_i) {
  const event *now = &noted.event[event_i];
  const int64_t past = now->at + (int64_t)now->n;
  for (int64_t page = (now->at / PAGE + 1) * PAGE; page < past; page += PAGE) {
    if (now->n >= 2 * PAGE && !is_picked(found, now->n, 3)) continue;
    put(fd, now->bytes, (size_t)(page - now->at), now->at);
    look(found, event_i, page - now->at);
  }
  put(fd, now->bytes, now->n, now->at);
}

static void check_kills(const story *told) {
  if (!tell(told)) return;
  findings found;
  begin(&found, told);
  const int fd = open(image, O_RDWR);
  for (int i = 0; i < noted.n; i++) {
    const event *now = &noted.event[i];
    if (now->kind == FLUSHED) found.n_flushed = now->at;
    if (now->kind == LENGTH) cr_assert_eq(truncate(image, (off_t)now->at), 0);
    if (now->kind == WRITE) write_torn(&found, fd, i);
    if (now->kind <= LENGTH && is_picked(&found, now->n, 20)) look(&found, i, (int64_t)now->n);
  }
  close(fd);
  cr_expect_geq(rows_of(image, told), told->n_row);
  end(&found);
}

// Any pages of the writes from the last sync up to event `to` are on the disk, and any of the
// lengths.
static void cut_power(findings *found, int from, int to) {
  struct stat there;
  cr_assert_eq(stat(image, &there), 0);
  int64_t n_byte = there.st_size, n_left = n_byte;
  copy_file(image, other);
  const int fd = open(other, O_RDWR);
  for (int i = from; i <= to; i++) {
    const event *now = &noted.event[i];
    const int64_t past = now->at + (int64_t)now->n;
    if (now->kind == LENGTH) n_byte = now->at;
    if (now->kind == WRITE && past > n_byte) n_byte = past;
    if (test_chance(&found->random, 50)) n_left = n_byte;
    for (int64_t at = now->at, next; now->kind == WRITE && at < past; at = next) {
      next = (at / PAGE + 1) * PAGE < past ? (at / PAGE + 1) * PAGE : past;
      if (test_chance(&found->random, 50))
        put(fd, now->bytes + (at - now->at), (size_t)(next - at), at);
    }
  }
  close(fd);
  cr_assert_eq(truncate(other, (off_t)n_left), 0);
  found->n_seen++;
  if (rows_of(other, found->of) < found->n_flushed) find(found, "power cut: lost some", to, 0);
}

static void check_power(const story *told) {
  if (!tell(told)) return;
  findings found;
  begin(&found, told);
  const int fd = open(image, O_RDWR);
  int first = 0;  // that is not on the disk
  for (int i = 0; i < noted.n; i++) {
    if (noted.event[i].kind == FLUSHED) found.n_flushed = noted.event[i].at;
    for (int k = 0; k < (takes_all() ? 20 : 1) && found.n_flushed > 0; k++)
      cut_power(&found, first, i);
    for (; noted.event[i].kind == SYNC && first <= i; first++) {
      const event *now = &noted.event[first];
      if (now->kind == WRITE) put(fd, now->bytes, now->n, now->at);
      if (now->kind == LENGTH) cr_assert_eq(truncate(image, (off_t)now->at), 0);
    }
  }
  close(fd);
  cr_expect_geq(rows_of(image, told), told->n_row);
  end(&found);
}

// Of the story as it is, or of its like.
static void check_shifted(story told) {
  for (int32_t k = 0; k < (takes_all() ? 4 : 1); k++, told.n_shift += 31)
    told.has_sync ? check_power(&told) : check_kills(&told);
}

#define CHECK(...) check_shifted((story){__VA_ARGS__})

Test(torn, file_with_few_rows_keeps_what_was_flushed) {
  CHECK(.name = "few", .table = TW_TABLE_EVENTS, .n_row = 4000, .n_step = 1000,
        .has_all_tables = true, .has_replications = true);
}

Test(torn, file_keeps_what_was_flushed_where_chunks_begin) {
  CHECK(.name = "chunks", .table = TW_TABLE_EVENTS, .n_row = 50000, .n_step = 9000);
}

Test(torn, file_keeps_what_was_flushed_where_blocks_of_its_index_begin) {
  CHECK(.name = "blocks", .table = TW_TABLE_SHIFTS, .n_row = 56 * 256, .n_step = 900);
}

Test(torn, file_keeps_what_was_flushed_where_super_blocks_of_its_index_begin) {
  static const int32_t n_chunk[] = {244, 500, 1012, 2036, 4084};
  for (int32_t i = 0; i < (takes_all() ? 5 : 2); i++)
    CHECK(.name = "super", .table = TW_TABLE_SHIFTS, .n_before = (n_chunk[i] - 3) * 256,
          .n_row = (n_chunk[i] + 3) * 256, .n_step = 200);
}

// Blocks of more than 1024 entries stand in the file in pages of 8 KB.
Test(torn, file_of_very_many_chunks_keeps_what_was_flushed) {
  if (!takes_all()) cr_skip_test("takes minutes: TWIN_TORN=1");
  CHECK(.name = "pages", .table = TW_TABLE_SHIFTS, .n_before = (131060 - 3) * 256,
        .n_row = (131060 + 3) * 256, .n_step = 200);
}

// Few rows more often pack to as many bytes as before, and are written where those stood.
Test(torn, compressed_file_keeps_what_was_flushed) {
  CHECK(.name = "packed", .table = TW_TABLE_EVENTS, .n_row = 3000, .n_step = 900, .compression = 4);
  CHECK(.name = "packed", .table = TW_TABLE_EVENTS, .n_before = 1000, .n_row = 1060, .n_step = 1,
        .compression = 1);
}

Test(torn, file_with_sync_keeps_what_was_flushed_in_a_power_cut) {
  CHECK(.name = "sync", .table = TW_TABLE_SHIFTS, .n_row = 20 * 256, .n_step = 400,
        .has_sync = true);
  CHECK(.name = "sync", .table = TW_TABLE_SHIFTS, .n_row = 200, .n_step = 20, .has_sync = true,
        .compression = 4);
}
