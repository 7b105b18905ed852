// h5_part.h - a file that is being made: PATH.part, which becomes PATH when it is whole. Who makes
// one holds it: a lock says so to everybody else, and ends with the process, however it ends. It is
// a record lock of the open file (F_OFD_SETLK), so it neither disturbs HDF5's own locks nor
// readers.

#ifndef TW_IO_H5_PART_H
#define TW_IO_H5_PART_H

#include <stdbool.h>
#include <stddef.h>

#include <twin/base.h>

typedef struct tw_part {
  char *path, *part_path;
  int fd;           // of part_path, -1: none
  bool was_there;   // part_path existed before
  char cause[256];  // why the last call failed
} tw_part;

// Makes PATH and the ending, ".part" for example, empty, and holds it. On failure says why and
// leaves nothing; one that another recorder writes is left alone.
twin_status tw_part_open(tw_part *part, const char *path, const char *ending,
                         twin_problems *problems);

// Gives it its name: everything is on the disk before and the name itself behind. False: it is
// still PATH.part, or somebody has moved it away.
bool tw_part_publish(tw_part *part);

// False when the file that has the name is another one than that which is written.
bool tw_part_is_ours(const tw_part *part);

// Removes the file if it still is the one that was made.
void tw_part_remove(tw_part *part);

// Ends it and frees the names.
void tw_part_close(tw_part *part);

// Takes hold of a file that is there, without changing it; one that may only be read is looked at.
// -1: it is being written by another, or cannot be opened (errno tells: EAGAIN for the first). To
// be closed.
int tw_part_hold(const char *part_path);

#endif
