// h5_part.c - see h5_part.h. Here are the only system calls of run files that HDF5 does not make.

#include "io/h5_part.h"

#ifdef TW_HAS_HDF5

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/memory.h"
#include "base/problems.h"

// Locks that belong to an open file; the system's header hides them from plain POSIX programs.
// Where there are none those of the process serve: they do not keep two recorders of one process
// apart.
#if defined(__linux__) && !defined(F_OFD_SETLK)
#define F_OFD_GETLK 36
#define F_OFD_SETLK 37
#endif
#ifdef F_OFD_SETLK
enum { SET_LOCK = F_OFD_SETLK, ASK_LOCK = F_OFD_GETLK };
#else
enum { SET_LOCK = F_SETLK, ASK_LOCK = F_GETLK };
#endif

enum { N_TRY = 8 };

static bool note(tw_part *part, const char *what, int error) {
  char reason[96] = "";
  if (error != 0 && strerror_r(error, reason, sizeof reason) != 0) reason[0] = 0;
  snprintf(part->cause, sizeof part->cause, "%s%s%s", what, reason[0] != 0 ? ": " : "", reason);
  return false;
}

static bool lock(int fd) {
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  return fcntl(fd, SET_LOCK, &whole) == 0;
}

// Whether somebody else has it locked, of a file that may only be read.
static bool is_locked(int fd) {
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  return fcntl(fd, ASK_LOCK, &whole) == 0 && whole.l_type != F_UNLCK;
}

static bool is_named(int fd, const char *path) {
  struct stat own, named;
  return fstat(fd, &own) == 0 && stat(path, &named) == 0 && own.st_dev == named.st_dev &&
         own.st_ino == named.st_ino;
}

int tw_part_hold(const char *part_path) {
  int fd = open(part_path, O_RDWR | O_CLOEXEC);
  const bool is_readable = fd < 0 && (errno == EACCES || errno == EROFS);
  if (is_readable) fd = open(part_path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  if (is_readable ? !is_locked(fd) : lock(fd)) return fd;
  close(fd);
  errno = EAGAIN;
  return -1;
}

// Opens and locks the file of this name: between both its writer may have renamed it.
static bool open_locked(tw_part *part) {
  for (int i = 0; i < N_TRY; i++) {
    part->fd = open(part->part_path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (part->fd < 0) return note(part, "the run file cannot be made", errno);
    if (!lock(part->fd)) {
      const bool is_taken = errno == EACCES || errno == EAGAIN;
      return note(part, is_taken ? "another recorder is writing this file" : "cannot be locked",
                  is_taken ? 0 : errno);
    }
    if (is_named(part->fd, part->part_path))
      return ftruncate(part->fd, 0) == 0 || note(part, "the run file cannot be made", errno);
    close(part->fd);
    part->fd = -1;
  }
  return note(part, "the run file is replaced again and again", 0);
}

static bool name_it(tw_part *part, const char *path, const char *ending) {
  const size_t n = strlen(path);
  part->path = tw_memory_take(NULL, n + 1);
  part->part_path = tw_memory_take(NULL, n + strlen(ending) + 1);
  if (part->path == NULL || part->part_path == NULL) return false;
  memcpy(part->path, path, n + 1);
  memcpy(part->part_path, path, n);
  memcpy(part->part_path + n, ending, strlen(ending) + 1);
  return true;
}

static const char *hint_of(const tw_part *part, bool is_folder) {
  if (is_folder) return "give the name of a file in it";
  if (part->fd >= 0) return "give another name, or wait until that recorder has closed it";
  return "the folder must exist and let files be made in it";
}

twin_status tw_part_open(tw_part *part, const char *path, const char *ending,
                         twin_problems *problems) {
  TW_ASSERT(part != NULL && path != NULL && ending[0] != 0);
  *part = (tw_part){.fd = -1};
  if (!name_it(part, path, ending)) {
    tw_part_close(part);
    return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a run file");
  }
  struct stat there;
  const bool is_folder = stat(path, &there) == 0 && S_ISDIR(there.st_mode);
  part->was_there = stat(part->part_path, &there) == 0;
  const bool is_good = is_folder ? note(part, "is a folder", 0) : open_locked(part);
  if (is_good) return TWIN_OK;
  tw_problems_add(problems,
                  &(tw_problem_text){.status = TWIN_ERR_IO,
                                     .code = "E-FILE",
                                     .file = is_folder ? path : part->part_path,
                                     .hint = hint_of(part, is_folder)},
                  "%s", part->cause);
  tw_part_close(part);
  return TWIN_ERR_IO;
}

bool tw_part_is_ours(const tw_part *part) {
  TW_ASSERT(part->fd >= 0);
  return is_named(part->fd, part->part_path);
}

// A rename is on the disk when its folder is. Where folders cannot be opened or synchronised the
// file still has its name, so nothing is said.
static void sync_folder(const char *path) {
  char *folder = tw_memory_take(NULL, strlen(path) + 2);
  if (folder == NULL) return;
  memcpy(folder, path, strlen(path) + 1);
  char *slash = strrchr(folder, '/');
  if (slash == NULL)
    memcpy(folder, ".", 2);
  else
    slash[slash == folder] = 0;
  const int fd = open(folder, O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    fsync(fd);
    close(fd);
  }
  tw_memory_free(NULL, folder);
}

bool tw_part_publish(tw_part *part) {
  if (!tw_part_is_ours(part))
    return note(part, "was removed or replaced while it was written: its rows are lost", 0);
  if (fsync(part->fd) != 0) return note(part, "cannot be brought to the disk", errno);
  if (rename(part->part_path, part->path) != 0)
    return note(part, "is complete, but cannot be given its name", errno);
  sync_folder(part->path);
  return true;
}

void tw_part_remove(tw_part *part) {
  if (part->fd >= 0 && tw_part_is_ours(part)) remove(part->part_path);
}

void tw_part_close(tw_part *part) {
  if (part->fd >= 0) close(part->fd);
  tw_memory_free(NULL, part->path);
  tw_memory_free(NULL, part->part_path);
  *part = (tw_part){.fd = -1};
}

#endif
