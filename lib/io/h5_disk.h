// h5_disk.h - how HDF5 reads and writes a descriptor of ours: a file driver whose writes never fail. HDF5 1.10
// does not survive a write that fails: its file cannot be closed any more, and the process crashes
// when it ends (measured: H5F__close_cb at exit). So the first failure is noted here, nothing
// reaches the disk from then on, and HDF5 goes on with what it believes to have written until it is
// closed.

#ifndef TW_IO_H5_DISK_H
#define TW_IO_H5_DISK_H

#include <hdf5.h>
#include <stdbool.h>

#include "io/h5_batch.h"

// Zero-initialise but for fd. Must outlive the HDF5 file.
typedef struct tw_h5_disk {
  int fd;
  int error;            // errno of the first failure, 0: none
  bool is_in_batches;   // of a writer: what it writes takes effect in tw_h5_disk_commit, all of it
  bool has_sync;        // of a writer in batches: they take effect on the disk, too
  bool is_whole;        // of a reader: nothing stands behind the end, nor will
  bool rewrites_rows;   // of a writer in batches: rows may be written anew where they stand: they are packed
  tw_h5_batch batch;    // what was not written yet, or since the failure; of a reader what is laid over
  uint64_t end;         // of a writer: bytes that HDF5 believes in
  uint64_t end_before;  // and did in the last batch
  hid_t driver;         // 0: not registered
} tw_h5_disk;

typedef enum tw_h5_mode {
  TW_H5_MAKE,  // empty, whatever was there
  TW_H5_WRITE,
  TW_H5_READ,
  TW_H5_READ_GROWING  // while it is being written, or as a killed writer left it
} tw_h5_mode;

// Opens the HDF5 file that fd refers to. It has nothing in common with others of the same file, in this process or
// another one, which HDF5 would otherwise make one of, with the flags of the first. list: access list of the file,
// to which the driver is added. Negative on failure.
hid_t tw_h5_disk_open(tw_h5_disk *disk, hid_t list, tw_h5_mode mode);

// Of a writer in batches, behind a flush or the end of the HDF5 file: all that HDF5 has written since the last call
// takes effect, or nothing. False when that fails, now or before.
bool tw_h5_disk_commit(tw_h5_disk *disk);

// Makes the file end where HDF5 believes it does, after the last commit. False when that fails.
bool tw_h5_disk_trim(tw_h5_disk *disk);

// Frees the driver and what was kept of writes, after the HDF5 file is closed.
void tw_h5_disk_free(tw_h5_disk *disk);

// Reads n bytes; those behind the end of the file are zeros, as in HDF5's own driver.
bool tw_h5_read_all(int fd, uint64_t at, size_t n, unsigned char *out);

#endif
