// h5_batch.h - writes that take effect together, whatever happens to the process between them. The kernel ends a
// killed process between two writes and between two pages of one, so what HDF5 writes in a flush would be half
// there. A batch is collected in memory, laid behind the end of the file as one record with a checksum, and only
// then written to where it belongs. Who reads the file finds no whole record behind it, and everything is as it was
// before the batch; or it finds one, and lays it over what it reads.
//
//   body      for each write: offset u64, n u64, n bytes and zeros up to a multiple of 16; n may be 0
//   trailer   magic, offset of the body, bytes of it, checksum: 4 x u64, the last bytes of the file
//
// Numbers are in the byte order of the machine that writes: elsewhere there is no record. A record needs
// not be taken away: it may stand until rows are written over it, because until then the file is what it says.

#ifndef TW_IO_H5_BATCH_H
#define TW_IO_H5_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TW_H5_TRAILER_WORDS = 4 };

// Zero-initialise.
typedef struct tw_h5_batch {
  unsigned char *bytes;  // the body
  size_t n, room;
  bool is_short;                           // memory was, so that something is missing
  uint64_t trailer[TW_H5_TRAILER_WORDS];  // of what was loaded, 0: nothing
} tw_h5_batch;

// One of its writes.
typedef struct tw_h5_write {
  uint64_t at;
  size_t n;
  const unsigned char *bytes;
} tw_h5_write;

// Adds a write behind the others.
void tw_h5_batch_add(tw_h5_batch *batch, uint64_t at, size_t n, const void *bytes);

// Gives the write at *cursor (0: the first) and moves it on; false behind the last one.
bool tw_h5_batch_next(const tw_h5_batch *batch, size_t *cursor, tw_h5_write *write);

// Lays what is written to [at, at + n) over what was read there.
void tw_h5_batch_overlay(const tw_h5_batch *batch, uint64_t at, size_t n, unsigned char *out);

// Makes a record of the batch, in its memory, that belongs at `begin` of the file: all of its writes lie before.
// n_there: bytes that the file has there, which it covers if it is not much shorter. Returns its bytes; 0 when
// it is too long for a reader, or memory is short.
size_t tw_h5_batch_seal(tw_h5_batch *batch, uint64_t begin, uint64_t n_there);

// Makes the batch the record at the end of the file, empty when there is none. Where it is the one that was
// loaded before, nothing else is read. False when memory is short.
bool tw_h5_batch_load(tw_h5_batch *batch, int fd);

// Forgets the writes and keeps the memory, and gives that back, too.
void tw_h5_batch_clear(tw_h5_batch *batch);
void tw_h5_batch_free(tw_h5_batch *batch);

#endif
