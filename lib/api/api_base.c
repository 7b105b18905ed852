// api_base.c - version, fingerprint, durations, states, and options structs of any version.

#include <math.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/units.h"
#include "core/math.h"
#include "core/ticks.h"
#include "observe/columns.h"

const char *twin_version(void) { return TW_VERSION; }

uint64_t twin_math_fingerprint(void) { return tw_math_fingerprint(); }

twin_status twin_duration_read(const char *text, double *duration_s) {
  double value;
  tw_dim dim;
  if (text == NULL || duration_s == NULL) return TWIN_ERR_ARGUMENT;
  if (tw_quantity_read(text, &value, &dim) != TW_QUANTITY_OK || !tw_dim_equal(dim, TW_DIM_TIME))
    return TWIN_ERR_ARGUMENT;
  if (!isfinite(value)) return TWIN_ERR_VALUE;
  *duration_s = value;
  return TWIN_OK;
}

const char *twin_state_name(int32_t state) {
  const tw_words words = tw_words_fixed(TW_WORDS_STATE);
  return state >= 0 && state < words.n ? words.at[state] : "";
}

// In front of a text stands where its memory comes from: it may outlive the line that it was made
// of.
typedef struct text_head {
  alignas(max_align_t) tw_memory memory;
} text_head;

twin_status tw_text_give(tw_text *printed, char **text) {
  char *at = NULL;
  if (!printed->is_out_of_memory && printed->at != NULL)
    at = tw_memory_resize(printed->memory, printed->at, sizeof(text_head) + printed->n + 1);
  if (at == NULL) {
    tw_text_free(printed);
    return TWIN_ERR_MEMORY;
  }
  const text_head head = {printed->memory != NULL ? *printed->memory : (tw_memory){0}};
  memmove(at + sizeof head, at, printed->n + 1);
  memcpy(at, &head, sizeof head);
  *text = at + sizeof head;
  *printed = (tw_text){.memory = printed->memory};
  return TWIN_OK;
}

void twin_text_free(char *text) {
  text_head head;
  if (text == NULL) return;
  memcpy(&head, text - sizeof head, sizeof head);
  tw_memory_free(&head.memory, text - sizeof head);
}

bool tw_options_take(void *own, uint32_t n_own, const void *given) {
  uint32_t n;
  if (given == NULL) return true;
  memcpy(&n, given, sizeof n);
  if (n < sizeof n) return false;
  memcpy(own, given, n < n_own ? n : n_own);
  memcpy(own, &n_own, sizeof n_own);
  return true;
}

bool tw_struct_give(void *given, const void *own, uint32_t n_own) {
  uint32_t n;
  memcpy(&n, given, sizeof n);
  if (n < sizeof n) return false;
  memcpy(given, own, n < n_own ? n : n_own);
  memcpy(given, &n, sizeof n);
  return true;
}

twin_status tw_float_mode(twin_problems *problems) {
  if (tw_math_mode_is_sound()) return TWIN_OK;
  return tw_fail(problems, TWIN_ERR_FLOAT_MODE, "%s", twin_status_text(TWIN_ERR_FLOAT_MODE));
}

bool tw_instant_of(double time_s, int64_t *tick) {
  const double latest_s = 0x1p51 / TW_TICKS_PER_S;  // tw_ticks rounds exactly up to there
  if (!(time_s >= 0 && time_s <= latest_s)) return false;
  *tick = tw_ticks(time_s);
  return true;
}
