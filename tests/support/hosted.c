// hosted.c - see hosted.h. In front of each piece stands whose it is.

#include "support/hosted.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef struct piece {
  alignas(max_align_t) test_host *owner;
} piece;

static int is_refused(test_host *own) {
  atomic_fetch_add(&own->n_call, 1);
  if (atomic_load(&own->n_left) < 0) return 0;
  // stays at 0: memory that has run out does not come back by itself
  if (atomic_load(&own->n_left) > 0 && atomic_fetch_sub(&own->n_left, 1) > 0) return 0;
  atomic_store(&own->n_left, 0);
  atomic_fetch_add(&own->n_refused, 1);
  return 1;
}

static void *allocate(size_t n_bytes, void *user) {
  test_host *own = user;
  if (is_refused(own)) return NULL;
  piece *at = malloc(sizeof *at + n_bytes);
  if (at == NULL) return NULL;
  at->owner = own;
  memset(at + 1, 0xa5, n_bytes);  // nobody may count on zeroes
  const long n_open = atomic_fetch_add(&own->n_open, 1) + 1;
  if (n_open > atomic_load(&own->n_open_max)) atomic_store(&own->n_open_max, n_open);
  return at + 1;
}

static void *resize(void *memory, size_t n_bytes, void *user) {
  test_host *own = user;
  piece *at = (piece *)memory - 1;
  if (at->owner != own) atomic_fetch_add(&own->n_foreign, 1);
  if (is_refused(own)) return NULL;
  at = realloc(at, sizeof *at + n_bytes);
  return at != NULL ? at + 1 : NULL;
}

static void release(void *memory, void *user) {
  test_host *own = user;
  piece *at = (piece *)memory - 1;
  if (at->owner != own) {
    atomic_fetch_add(&own->n_foreign, 1);
    return;
  }
  atomic_fetch_sub(&own->n_open, 1);
  at->owner = NULL;
  free(at);
}

static void notice(const twin_notice *what, void *user) {
  test_host *own = user;
  const size_t n = strlen(own->codes), n_code = strlen(what->code);
  if (n + n_code + 2 > sizeof own->codes) return;
  memcpy(own->codes + n, what->code, n_code);
  memcpy(own->codes + n + n_code, " ", 2);
}

void test_host_init(test_host *own) {
  memset(own, 0, sizeof *own);
  twin_host_init(&own->host);
  own->host.user = own;
  own->host.allocate = allocate;
  own->host.resize = resize;
  own->host.release = release;
  own->host.on_notice = notice;
  atomic_init(&own->n_left, -1);
}

void test_host_fail_at(test_host *own, long n_call) { atomic_store(&own->n_left, n_call); }
