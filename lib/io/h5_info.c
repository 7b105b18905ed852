// h5_info.c - what a run file says of itself, in attributes of its root: out when it is made, in as
// texts. Nothing of it is about the machine or its user: hashes, numbers, and names without
// folders.

#include "io/run_file.h"

#ifdef TW_HAS_HDF5

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/assert.h"
#include "base/text.h"
#include "io/h5_inner.h"

enum { FACT_BYTES = 512 };

// The present instant as "2026-11-22T10:29:06Z".
static void print_now(char *text, size_t n) {
  const time_t now = time(NULL);
  struct tm parts;
  if (gmtime_r(&now, &parts) == NULL || strftime(text, n, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
    text[0] = 0;
}

static const char *without_folders(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

// A name of the document, cut where it is longer than readers take.
static bool put_name(hid_t file, const char *attribute, const char *name) {
  char text[FACT_BYTES];
  if (name == NULL) return true;
  snprintf(text, sizeof text, "%s", name);
  return tw_h5_put_text(file, attribute, text);
}

bool tw_h5_put_origin(hid_t file, const tw_run_writer_setup *setup) {
  const int32_t version = TW_RUN_SCHEMA_VERSION, complete = 0;
  const uint64_t seed = 0;
  const double t_end = (double)NAN;
  char created[32];
  print_now(created, sizeof created);
  return tw_h5_put_text(file, "schema", "libtwin.run") &&
         tw_h5_put_number(file, "schema_version", H5T_NATIVE_INT32, &version) &&
         tw_h5_put_text(file, "libtwin_version", TW_VERSION) &&
         tw_h5_put_text(file, "created", created) &&
         put_name(file, "line_name", setup->line_name) &&
         put_name(file, "line_file",
                  setup->line_file != NULL ? without_folders(setup->line_file) : NULL) &&
         tw_h5_put_number(file, "line_hash", H5T_NATIVE_UINT64, &setup->line_hash) &&
         tw_h5_put_number(file, "text_hash", H5T_NATIVE_UINT64, &setup->text_hash) &&
         tw_h5_put_number(file, "math_fingerprint", H5T_NATIVE_UINT64, &setup->math_fingerprint) &&
         tw_h5_put_number(file, "seed", H5T_NATIVE_UINT64, &seed) &&
         tw_h5_put_number(file, "t_end", H5T_NATIVE_DOUBLE, &t_end) &&
         tw_h5_put_number(file, "complete", H5T_NATIVE_INT32, &complete);
}

static bool put_study(hid_t file, const tw_run_terms *terms) {
  return tw_h5_put_number(file, "n_replication", H5T_NATIVE_UINT32, &terms->n_replication) &&
         tw_h5_put_number(file, "first_replication", H5T_NATIVE_UINT32,
                          &terms->first_replication) &&
         tw_h5_put_number(file, "confidence", H5T_NATIVE_DOUBLE, &terms->confidence);
}

bool tw_h5_put_terms(hid_t file, const tw_run_terms *terms) {
  const bool is_study = terms->n_replication > 0;
  const int32_t has_losses = terms->has_losses;
  return tw_h5_put_number(file, "seed", H5T_NATIVE_UINT64, &terms->seed) &&
         tw_h5_put_number(file, "warmup_s", H5T_NATIVE_DOUBLE, &terms->warmup_s) &&
         tw_h5_put_number(file, "horizon_s", H5T_NATIVE_DOUBLE, &terms->horizon_s) &&
         tw_h5_put_number(file, "has_losses", H5T_NATIVE_INT32, &has_losses) &&
         tw_h5_put_text(file, "kind", is_study ? "study" : "run") &&
         (!is_study || put_study(file, terms));
}

static bool ends_with(const char *text, const char *end) {
  const size_t n = strlen(text), n_end = strlen(end);
  return n >= n_end && strcmp(text + n - n_end, end) == 0;
}

// A scalar attribute as a text; false when it is of another kind.
static bool print_fact(hid_t file, const char *name, char *text, size_t n) {
  if (tw_h5_get_text(file, name, text, n)) return true;
  const hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
  if (attribute < 0) return false;
  const hid_t type = H5Aget_type(attribute);
  const H5T_class_t class_of = H5Tget_class(type);
  const bool is_signed = class_of == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_2;
  H5Tclose(type);
  H5Aclose(attribute);
  double number = 0;
  int64_t whole = 0;
  uint64_t count = 0;
  if (class_of == H5T_FLOAT) {
    if (!tw_h5_get_number(file, name, H5T_NATIVE_DOUBLE, &number)) return false;
    if (isfinite(number))
      tw_number_write(text, number);
    else
      snprintf(text, n, "%s", isnan(number) ? "nan" : number > 0 ? "inf" : "-inf");
    return true;
  }
  if (is_signed) {
    if (!tw_h5_get_number(file, name, H5T_NATIVE_INT64, &whole)) return false;
    snprintf(text, n, "%" PRId64, whole);
    return true;
  }
  if (!tw_h5_get_number(file, name, H5T_NATIVE_UINT64, &count)) return false;
  const bool is_hash = ends_with(name, "_hash") || ends_with(name, "_fingerprint");
  if (is_hash)
    snprintf(text, n, "%016" PRIx64, count);
  else
    snprintf(text, n, "%" PRIu64, count);
  return true;
}

// Length of the UTF-8 character that begins here; 0: none does, or a control character.
static size_t readable_length(const unsigned char *at) {
  if (at[0] < 0x80) return at[0] >= 0x20 && at[0] != 0x7f;
  const size_t n = at[0] >= 0xc2 && at[0] < 0xe0   ? 2
                   : (at[0] & 0xf0) == 0xe0        ? 3
                   : at[0] >= 0xf0 && at[0] < 0xf5 ? 4
                                                   : 0;
  for (size_t i = 1; i < n; i++)
    if ((at[i] & 0xc0) != 0x80) return 0;
  const bool is_wrong = (at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
                        (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f);
  return is_wrong ? 0 : n;
}

bool tw_h5_is_readable(const char *text) {
  for (const unsigned char *at = (const unsigned char *)text; *at != 0;) {
    const size_t n = readable_length(at);
    if (n == 0) return false;
    at += n;
  }
  return true;
}

typedef struct gathered {
  hid_t file;
  tw_arena *arena;
  tw_h5_fact *facts;
  int32_t n;
} gathered;

static herr_t gather(hid_t file, const char *name, const H5A_info_t *info, void *user) {
  (void)info;
  gathered *out = user;
  char text[FACT_BYTES] = "";
  if (out->n == TW_H5_FACTS_MAX) return 1;
  if (strlen(name) >= FACT_BYTES || !tw_h5_is_readable(name) ||
      !print_fact(file, name, text, sizeof text) || !tw_h5_is_readable(text))
    return 0;
  tw_h5_fact *fact = &out->facts[out->n++];
  fact->name = tw_arena_text(out->arena, name);
  fact->value = tw_arena_text(out->arena, text);
  return 0;
}

int32_t tw_h5_read_facts(hid_t file, tw_arena *arena, tw_h5_fact *facts) {
  gathered out = {.file = file, .arena = arena, .facts = facts};
  H5Aiterate2(file, H5_INDEX_NAME, H5_ITER_INC, NULL, gather, &out);
  TW_ASSERT(out.n <= TW_H5_FACTS_MAX);
  return arena->is_out_of_memory ? -1 : out.n;
}

#endif
