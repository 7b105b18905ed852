// h5_batch.c - see h5_batch.h. A record that is read is believed when its checksum is right and
// each of its writes lies within the body and before it in the file.

#include "io/h5_batch.h"

#ifdef TW_HAS_HDF5

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/hash.h"
#include "base/memory.h"
#include "io/h5_disk.h"

// "redo.twn", and the words of a trailer.
static const uint64_t MAGIC = 0x6e77742e6f646572u;
enum { AT_MAGIC, AT_BEGIN, AT_BODY, AT_HASH };
enum { TRAILER_BYTES = TW_H5_TRAILER_WORDS * 8, HEAD_BYTES = 16, ROOM_LEAST = 16384 };

// A record covers what is left of an older one up to so many bytes, in empty writes, rather than
// have the file cut.
enum { COVERED_MAX = 65536 };

// Far above what changes between two flushes, which is some KB.
static const uint64_t RECORD_BYTES_MAX = (uint64_t)256 << 20;

static bool make_room(tw_h5_batch *batch, size_t n) {
  size_t room = batch->room > 0 ? batch->room : ROOM_LEAST;
  while (room - batch->n < n) room *= 2;
  if (room == batch->room) return true;
  unsigned char *bytes = tw_memory_resize(NULL, batch->bytes, room);
  if (bytes == NULL) {
    batch->is_short = true;
    return false;
  }
  batch->bytes = bytes;
  batch->room = room;
  return true;
}

static size_t padded(size_t n) { return (n + HEAD_BYTES - 1) / HEAD_BYTES * HEAD_BYTES; }

void tw_h5_batch_add(tw_h5_batch *batch, uint64_t at, size_t n, const void *bytes) {
  TW_ASSERT(batch->trailer[AT_MAGIC] == 0);
  const size_t n_padded = padded(n);
  const uint64_t head[2] = {at, n};
  if (!make_room(batch, HEAD_BYTES + n_padded)) return;
  unsigned char *to = batch->bytes + batch->n;
  memcpy(to, head, HEAD_BYTES);
  memcpy(to + HEAD_BYTES, bytes, n);
  memset(to + HEAD_BYTES + n, 0, n_padded - n);
  batch->n += HEAD_BYTES + n_padded;
}

bool tw_h5_batch_next(const tw_h5_batch *batch, size_t *cursor, tw_h5_write *write) {
  uint64_t head[2];
  TW_ASSERT(*cursor <= batch->n && *cursor % HEAD_BYTES == 0);
  if (batch->n - *cursor < HEAD_BYTES) return false;
  memcpy(head, batch->bytes + *cursor, HEAD_BYTES);
  if (head[1] > batch->n - *cursor - HEAD_BYTES) return false;
  *write = (tw_h5_write){head[0], (size_t)head[1], batch->bytes + *cursor + HEAD_BYTES};
  *cursor += HEAD_BYTES + padded(write->n);
  return true;
}

void tw_h5_batch_overlay(const tw_h5_batch *batch, uint64_t at, size_t n, unsigned char *out) {
  tw_h5_write write;
  for (size_t cursor = 0; tw_h5_batch_next(batch, &cursor, &write);) {
    const uint64_t first = write.at > at ? write.at : at, own_end = write.at + write.n;
    const uint64_t end = own_end < at + n ? own_end : at + n;
    if (first < end)
      memcpy(out + (first - at), write.bytes + (first - write.at), (size_t)(end - first));
  }
}

size_t tw_h5_batch_seal(tw_h5_batch *batch, uint64_t begin, uint64_t n_there) {
  TW_ASSERT(batch->n > 0 && batch->n % HEAD_BYTES == 0);
  const bool is_covering =
      n_there > batch->n + TRAILER_BYTES && n_there <= COVERED_MAX && n_there % HEAD_BYTES == 0;
  const size_t n_body = is_covering ? (size_t)n_there - TRAILER_BYTES : batch->n;
  if (n_body > RECORD_BYTES_MAX || !make_room(batch, n_body - batch->n + TRAILER_BYTES)) return 0;
  memset(batch->bytes + batch->n, 0, n_body - batch->n);
  uint64_t trailer[TW_H5_TRAILER_WORDS] = {MAGIC, begin, n_body, 0};
  trailer[AT_HASH] = tw_hash_bytes(begin, batch->bytes, n_body);
  memcpy(batch->bytes + n_body, trailer, TRAILER_BYTES);
  return n_body + TRAILER_BYTES;
}

// Every write of a body is one that can be made: the cursor ends where the body does.
static bool is_sound(const tw_h5_batch *batch) {
  const uint64_t begin = batch->trailer[AT_BEGIN];
  tw_h5_write write;
  size_t cursor = 0;
  while (tw_h5_batch_next(batch, &cursor, &write))
    if (write.at > begin || write.n > begin - write.at) return false;
  return cursor == batch->n;
}

static bool read_trailer(int fd, uint64_t *trailer) {
  struct stat there;
  if (fstat(fd, &there) != 0 || there.st_size < TRAILER_BYTES) return false;
  const uint64_t end = (uint64_t)there.st_size - TRAILER_BYTES;
  return tw_h5_read_all(fd, end, TRAILER_BYTES, (unsigned char *)trailer) &&
         trailer[AT_MAGIC] == MAGIC && trailer[AT_BODY] % HEAD_BYTES == 0 &&
         trailer[AT_BODY] <= RECORD_BYTES_MAX && trailer[AT_BODY] <= end &&
         trailer[AT_BEGIN] == end - trailer[AT_BODY];
}

bool tw_h5_batch_load(tw_h5_batch *batch, int fd) {
  uint64_t trailer[TW_H5_TRAILER_WORDS];
  if (!read_trailer(fd, trailer)) {
    tw_h5_batch_clear(batch);
    return true;
  }
  if (memcmp(trailer, batch->trailer, sizeof trailer) == 0) return true;
  tw_h5_batch_clear(batch);
  const size_t n = (size_t)trailer[AT_BODY];
  if (!make_room(batch, n)) return false;
  memcpy(batch->trailer, trailer, sizeof trailer);  // what is refused once is not read again
  const bool is_whole = tw_h5_read_all(fd, trailer[AT_BEGIN], n, batch->bytes) &&
                        tw_hash_bytes(trailer[AT_BEGIN], batch->bytes, n) == trailer[AT_HASH];
  batch->n = n;
  if (!is_whole || !is_sound(batch)) batch->n = 0;
  return true;
}

void tw_h5_batch_clear(tw_h5_batch *batch) {
  batch->n = 0;
  memset(batch->trailer, 0, sizeof batch->trailer);
}

void tw_h5_batch_free(tw_h5_batch *batch) {
  tw_memory_free(NULL, batch->bytes);
  *batch = (tw_h5_batch){0};
}

#endif
