// h5_disk.h - how HDF5 reads and writes a descriptor of ours: a file driver whose writes never fail. HDF5 1.10
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

// Frees the driver and what was kept of dropped writes, after the HDF5 file is closed.
void tw_h5_disk_free(tw_h5_disk *disk);

#endif
