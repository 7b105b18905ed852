// api_base.c - version, fingerprint, durations, states, and options structs of any version.

#include <math.h>
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

void twin_text_free(char *text) { free(text); }

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

bool tw_instant_of(double time_s, int64_t *tick) {
  const double latest_s = 0x1p51 / TW_TICKS_PER_S;  // tw_ticks rounds exactly up to there
  if (!(time_s >= 0 && time_s <= latest_s)) return false;
  *tick = tw_ticks(time_s);
  return true;
}
