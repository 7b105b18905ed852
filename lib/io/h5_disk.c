// h5_disk.c - see h5_disk.h. What is not written is kept in memory, because HDF5 may read its own
// metadata again.
//
// In batches rows are written at once, where nothing refers to yet: behind those of their chunk
// that are in the file, or in a new one. Only packed chunks are written anew over themselves.

#include "io/run_file.h"

#ifdef TW_HAS_HDF5

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/memory.h"
#include "io/h5_disk.h"
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

enum { ATTRIBUTES_MAX = 64 };

// What HDF5 has of a file begins with its own part.
typedef struct disk_file {
  H5FD_t base;
  tw_h5_disk *disk;
  haddr_t end_of_space;
  bool is_writing;
} disk_file;

static disk_file *own(H5FD_t *file) { return (disk_file *)(void *)file; }

// The access list carries where the disk is.
static void *copy_place(const void *place) {
  tw_h5_disk **copy = tw_memory_take(NULL, sizeof *copy);
  if (copy != NULL) memcpy(copy, place, sizeof *copy);
  return copy;
}

static herr_t free_place(void *place) {
  tw_memory_free(NULL, place);
  return 0;
}

static H5FD_t *open_disk(const char *name, unsigned flags, hid_t list, haddr_t max) {
  (void)name, (void)max;
  tw_h5_disk *const *place = H5Pget_driver_info(list);
  disk_file *file = tw_memory_zeroed(NULL, 1, sizeof *file);
  if (place == NULL || file == NULL) {
    tw_memory_free(NULL, file);
    return NULL;
  }
  file->disk = *place;
  file->is_writing = (flags & H5F_ACC_RDWR) != 0;
  if ((flags & H5F_ACC_TRUNC) != 0) file->disk->end = 0;
  return &file->base;
}

static herr_t close_disk(H5FD_t *file) {
  tw_memory_free(NULL, own(file));
  return 0;
}

static int compare(const H5FD_t *a, const H5FD_t *b) {
  const uintptr_t x = (uintptr_t)((const disk_file *)(const void *)a)->disk;
  const uintptr_t y = (uintptr_t)((const disk_file *)(const void *)b)->disk;
  return (x > y) - (x < y);
}

// As HDF5's own driver of plain files.
static herr_t query(const H5FD_t *file, unsigned long *flags) {
  (void)file;
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_SUPPORTS_SWMR_IO |
           H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  return 0;
}

static haddr_t get_end_of_space(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const disk_file *)(const void *)file)->end_of_space;
}

static herr_t set_end_of_space(H5FD_t *file, H5FD_mem_t type, haddr_t at) {
  (void)type;
  own(file)->end_of_space = at;
  return 0;
}

static haddr_t get_end_of_file(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  const disk_file *of = (const disk_file *)(const void *)file;
  struct stat there;
  if (of->is_writing) return (haddr_t)of->disk->end;
  return fstat(of->disk->fd, &there) == 0 ? (haddr_t)there.st_size : 0;
}

bool tw_h5_read_all(int fd, uint64_t at, size_t n, unsigned char *out) {
  while (n > 0) {
    const ssize_t got = pread(fd, out, n, (off_t)at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) {
      memset(out, 0, n);
      return true;
    }
    out += got, at += (uint64_t)got, n -= (size_t)got;
  }
  return true;
}

// A reader reads first and asks for the record then: beside a writer what it lays over is never
// older.
static herr_t read_disk(H5FD_t *file, H5FD_mem_t type, hid_t list, haddr_t at, size_t n,
                        void *out) {
  (void)type, (void)list;
  tw_h5_disk *disk = own(file)->disk;
  if (!tw_h5_read_all(disk->fd, at, n, out)) return -1;
  if (!own(file)->is_writing && !disk->is_whole && !tw_h5_batch_load(&disk->batch, disk->fd))
    return -1;
  tw_h5_batch_overlay(&disk->batch, at, n, out);
  return 0;
}

static int write_all(int fd, uint64_t at, size_t n, const unsigned char *bytes) {
  while (n > 0) {
    const ssize_t put = pwrite(fd, bytes, n, (off_t)at);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return put < 0 ? errno : ENOSPC;
    bytes += put, at += (uint64_t)put, n -= (size_t)put;
  }
  return 0;
}

static herr_t write_disk(H5FD_t *file, H5FD_mem_t type, hid_t list, haddr_t at, size_t n,
                         const void *bytes) {
  (void)list;
  tw_h5_disk *disk = own(file)->disk;
  const bool is_rows = type == H5FD_MEM_DRAW;
  const bool is_over_rows = disk->rewrites_rows && at < disk->end_before;
  const bool is_late = disk->is_in_batches && (!is_rows || is_over_rows);
  if (disk->error == 0 && !is_late) disk->error = write_all(disk->fd, at, n, bytes);
  if (is_late || (disk->error != 0 && !is_rows)) tw_h5_batch_add(&disk->batch, at, n, bytes);
  if (at + n > disk->end) disk->end = at + n;
  return 0;
}

// Makes the file as long as the space in it.
static herr_t truncate_disk(H5FD_t *file, hid_t list, hbool_t is_closing) {
  (void)list, (void)is_closing;
  tw_h5_disk *disk = own(file)->disk;
  if (disk->end == own(file)->end_of_space) return 0;
  disk->end = own(file)->end_of_space;
  if (!disk->is_in_batches) tw_h5_disk_trim(disk);
  return 0;
}

// The descriptor is locked already (h5_part.h).
static herr_t lock(H5FD_t *file, hbool_t is_writing) {
  (void)file, (void)is_writing;
  return 0;
}

static herr_t unlock(H5FD_t *file) {
  (void)file;
  return 0;
}

// The class is registered for one disk, so that nothing stays in the process. HDF5 1.10 uses it
// once more after the file that held it has given it up: it stays until the file is closed.
static hid_t register_driver(void) {
  const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
    .version = H5FD_CLASS_VERSION,
    .value = (H5FD_class_value_t)600,
#endif
    .name = "libtwin",
    .maxaddr = (haddr_t)INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(tw_h5_disk *),
    .fapl_copy = copy_place,
    .fapl_free = free_place,
    .open = open_disk,
    .close = close_disk,
    .cmp = compare,
    .query = query,
    .get_eoa = get_end_of_space,
    .set_eoa = set_end_of_space,
    .get_eof = get_end_of_file,
    .read = read_disk,
    .write = write_disk,
    .truncate = truncate_disk,
    .lock = lock,
    .unlock = unlock,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
  };
  return H5FDregister(&driver);
}

hid_t tw_h5_disk_open(tw_h5_disk *disk, hid_t list, tw_h5_mode mode) {
  const unsigned flags[] = {[TW_H5_WRITE] = H5F_ACC_RDWR,
                            [TW_H5_READ] = H5F_ACC_RDONLY,
                            [TW_H5_READ_GROWING] = H5F_ACC_RDONLY | H5F_ACC_SWMR_READ};
  TW_ASSERT(disk->fd >= 0 && disk->error == 0);
  TW_ASSERT(mode != TW_H5_WRITE || disk->end > 0);
  if (disk->driver == 0) disk->driver = register_driver();
  if (disk->driver < 0) return disk->driver;
  hid_t file = -1;
  const hid_t how = H5Pcreate(H5P_FILE_CREATE);
  // The root's attributes stay in its header, where readers of a growing file can follow.
  H5Pset_attr_phase_change(how, ATTRIBUTES_MAX, ATTRIBUTES_MAX / 2);
  if (H5Pset_driver(list, disk->driver, &disk) >= 0)
    file = mode == TW_H5_MAKE ? H5Fcreate("libtwin", H5F_ACC_TRUNC, how, list)
                              : H5Fopen("libtwin", flags[mode], list);
  H5Pclose(how);
  return file;
}

// The end of an older record that is longer would stand at the end of the file again: it is covered
// or cut off.
static int write_record(tw_h5_disk *disk, uint64_t begin) {
  struct stat there;
  if (fstat(disk->fd, &there) != 0) return errno;
  const uint64_t n_file = (uint64_t)there.st_size, n_there = n_file > begin ? n_file - begin : 0;
  const size_t n = tw_h5_batch_seal(&disk->batch, begin, n_there);
  if (n == 0) return ENOMEM;
  if (n < n_there && ftruncate(disk->fd, (off_t)begin) != 0) return errno;
  return write_all(disk->fd, begin, n, disk->batch.bytes);
}

static int sync_if_wanted(const tw_h5_disk *disk) {
  return disk->has_sync && fsync(disk->fd) != 0 ? errno : 0;
}

// From the last byte of its record on the batch has taken effect; the rows that it tells of are
// there before. Once what it says is written, rows may be written over it. On the disk it is the
// same, which needs three waits. The file never gets shorter than its superblock says, be it the
// one of the last batch.
static int write_batch(tw_h5_disk *disk) {
  int error = sync_if_wanted(disk);
  const uint64_t begin = disk->end > disk->end_before ? disk->end : disk->end_before;
  if (error == 0) error = write_record(disk, begin);
  if (error == 0) error = sync_if_wanted(disk);
  tw_h5_write write;
  for (size_t cursor = 0; error == 0 && tw_h5_batch_next(&disk->batch, &cursor, &write);)
    error = write_all(disk->fd, write.at, write.n, write.bytes);
  return error != 0 ? error : sync_if_wanted(disk);
}

bool tw_h5_disk_commit(tw_h5_disk *disk) {
  TW_ASSERT(disk->is_in_batches);
  if (disk->error == 0 && disk->batch.is_short) disk->error = ENOMEM;
  if (disk->error == 0 && disk->batch.n > 0) disk->error = write_batch(disk);
  if (disk->error != 0) return false;
  tw_h5_batch_clear(&disk->batch);
  disk->end_before = disk->end;
  return true;
}

bool tw_h5_disk_trim(tw_h5_disk *disk) {
  TW_ASSERT(disk->error != 0 || disk->batch.n == 0);
  if (disk->error == 0 && ftruncate(disk->fd, (off_t)disk->end) != 0) disk->error = errno;
  return disk->error == 0;
}

void tw_h5_disk_free(tw_h5_disk *disk) {
  tw_h5_batch_free(&disk->batch);
  if (disk->driver > 0) H5FDunregister(disk->driver);
  disk->driver = 0;
}

#endif
