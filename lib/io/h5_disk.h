// h5_disk.h - how HDF5 writes to a descriptor of ours: a file driver that never fails. HDF5 1.10
// does not survive a write that fails: its file cannot be closed any more, and the process crashes
// when it ends (measured: H5F__close_cb at exit). So the first failure is noted here, nothing
// reaches the disk from then on, and HDF5 goes on with what it believes to have written until it is
// closed.

#ifndef TW_IO_H5_DISK_H
#define TW_IO_H5_DISK_H

#include <hdf5.h>
#include <stdbool.h>

typedef struct tw_h5_dropped tw_h5_dropped;

// Zero-initialise but for fd. Must outlive the HDF5 file.
typedef struct tw_h5_disk {
  int fd;
  int error;               // errno of the first failure, 0: none
  tw_h5_dropped *dropped;  // what was not written since, newest first
  hid_t driver;            // 0: not registered
} tw_h5_disk;

// Makes an empty HDF5 file of what fd refers to (is_new), or opens the one that is there for
// writing. list: access list of the file, to which the driver is added. Negative on failure.
hid_t tw_h5_disk_open(tw_h5_disk *disk, hid_t list, bool is_new);

// Frees the driver and what was kept of dropped writes, after the HDF5 file is closed.
void tw_h5_disk_free(tw_h5_disk *disk);

#endif
