// h5_batch_test.c - the record behind a run file, which is laid over it (h5_batch.h states its
// layout): one that is whole is believed, and no other. Here it wipes out the first bytes of the
// file, so that a file that can be read shows that it was not. Skipped without HDF5 in the build.

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "support/run_rows.h"

enum { N_ROW = 100, N_WORD_MAX = 64 };

static char path[512];
static int64_t n_file;  // bytes without a record
static uint64_t value_at;

// Where the file has the id of the part of row 50, and how long it is.
static void find_value(void) {
  const int64_t value = ((int64_t)50 << 20) + 1;
  struct stat there;
  cr_assert_eq(stat(path, &there), 0);
  n_file = there.st_size;
  char *bytes = malloc((size_t)n_file);
  FILE *file = fopen(path, "rb");
  cr_assert_eq(fread(bytes, 1, (size_t)n_file, file), (size_t)n_file);
  fclose(file);
  value_at = 0;
  for (int64_t at = 0; at + 8 <= n_file; at++)
    if (memcmp(bytes + at, &value, 8) == 0) value_at = (uint64_t)at;
  free(bytes);
  cr_assert_neq(value_at, 0);
}

// A finished file; false without HDF5.
static bool make_file(const char *name) {
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/h5_batch_%ld_%s.h5", folder != NULL ? folder : ".",
           (long)getpid(), name);
  twin_status status;
  const tw_run_writer_setup setup = run_rows_setup(path);
  tw_run_writer *writer = run_rows_begin(&setup, &status);
  if (status == TWIN_ERR_UNSUPPORTED) return false;
  cr_assert_eq(run_rows_write(writer, 0, N_ROW), TWIN_OK);
  cr_assert_eq(tw_run_writer_close(writer, true, NULL), TWIN_OK);
  find_value();
  return true;
}

// Words of a record, the trailer last.
typedef struct record {
  uint64_t word[N_WORD_MAX];
  size_t n;
} record;

// Zeros over the value, and what stands in the trailer.
static record wipe(void) {
  record made = {.word = {value_at, 8}, .n = 8};
  made.word[4] = 0x6e77742e6f646572;  // "redo.twn"
  made.word[5] = (uint64_t)n_file;
  made.word[6] = 32;
  return made;
}

static record sealed(record made) {
  made.word[made.n - 1] = tw_hash_bytes(made.word[made.n - 3], made.word, (made.n - 4) * 8);
  return made;
}

// Whether the file can be read with the first n_byte bytes of the record behind it.
static bool is_good_with(const record *made, size_t n_byte) {
  cr_assert_eq(truncate(path, (off_t)n_file), 0);
  FILE *file = fopen(path, "ab");
  cr_assert_eq(fwrite(made->word, 1, n_byte, file), n_byte);
  fclose(file);
  tw_run_reader *reader = NULL;
  const bool is_open = tw_run_reader_open(&reader, path, NULL) == TWIN_OK;
  const bool is_good = is_open && run_rows_good(reader) == N_ROW;
  tw_run_reader_close(reader);
  return is_good;
}

static bool is_believed(record made) {
  const record whole = sealed(made);
  return !is_good_with(&whole, whole.n * 8);
}

Test(h5_batch, record_that_is_whole_is_laid_over_the_file) {
  if (!make_file("whole")) return;
  cr_expect(is_believed(wipe()));
  remove(path);
}

Test(h5_batch, record_of_which_a_byte_is_missing_or_wrong_is_none) {
  if (!make_file("part")) return;
  const record whole = sealed(wipe());
  for (size_t n = 0; n < whole.n * 8; n++)
    cr_assert(is_good_with(&whole, n), "%d bytes of it", (int)n);
  for (size_t i = 0; i < whole.n * 8; i++) {
    record wrong = whole;
    ((unsigned char *)wrong.word)[i] ^= 4;
    cr_assert(is_good_with(&wrong, wrong.n * 8), "byte %d", (int)i);
  }
  record longer = whole;
  cr_expect(is_good_with(&longer, (longer.n + 1) * 8), "it does not end where the file does");
  remove(path);
}

// Their checksums are right.
Test(h5_batch, record_with_writes_that_cannot_be_is_none) {
  if (!make_file("wrong")) return;
  static const uint64_t at[] = {UINT64_MAX, UINT64_MAX - 3, (uint64_t)1 << 63, UINT64_MAX - 7};
  for (size_t i = 0; i < 4; i++) {
    record both = {.word = {value_at, 8, 0, 0, at[i], 8}, .n = 12};
    memcpy(&both.word[8], &wipe().word[4], 32);
    both.word[10] = 64;
    cr_expect_not(is_believed(both), "at %llu", (unsigned long long)at[i]);
  }
  static const uint64_t n_byte[] = {17, 1 << 20, UINT64_MAX, UINT64_MAX - 15, (uint64_t)1 << 63};
  for (size_t i = 0; i < 5; i++) {
    record wrong = wipe();
    wrong.word[1] = n_byte[i];
    cr_expect_not(is_believed(wrong), "%llu bytes", (unsigned long long)n_byte[i]);
  }
  static const uint64_t n_body[] = {0, 16, 24, 33, 48, UINT64_MAX, (uint64_t)1 << 62};
  for (size_t i = 0; i < 7; i++) {
    record wrong = wipe();
    wrong.word[6] = n_body[i];
    cr_expect_not(is_believed(wrong), "a body of %llu", (unsigned long long)n_body[i]);
  }
  record elsewhere = wipe();
  elsewhere.word[5]--;
  cr_expect_not(is_believed(elsewhere));
  remove(path);
}

// An empty write fills what is left of an older record.
Test(h5_batch, record_may_end_with_empty_writes) {
  if (!make_file("empty")) return;
  record made = {.word = {value_at, 8}, .n = 12};
  memcpy(&made.word[8], &wipe().word[4], 32);
  made.word[10] = 64;
  cr_expect(is_believed(made));
  remove(path);
}
