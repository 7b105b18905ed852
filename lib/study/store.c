// store.c - see store.h.

#include "study/store.h"

#include <limits.h>

#include "base/assert.h"

static bool write_state(tw_store *store, const tw_squeezed *state) {
  if (store->file == NULL) store->file = tmpfile();
  return store->file != NULL && state->n_byte <= (size_t)(LONG_MAX - store->n_byte_file) &&
         fseek(store->file, store->n_byte_file, SEEK_SET) == 0 &&
         fwrite(state->at, 1, state->n_byte, store->file) == state->n_byte &&
         fflush(store->file) == 0;
}

void tw_store_put(tw_store *store, tw_kept *kept) {
  TW_ASSERT(kept->state.at != NULL && kept->n_byte == 0);
  const bool has_room = store->n_byte + kept->state.n_byte <= store->n_byte_max;
  if (!has_room && !store->has_no_file) {
    if (write_state(store, &kept->state)) {
      kept->at = store->n_byte_file;
      kept->n_byte = kept->state.n_byte;
      store->n_byte_file += (long)kept->n_byte;
      tw_squeezed_free(&kept->state);
      return;
    }
    store->has_no_file = true;
  }
  store->n_byte += kept->state.n_byte;
}

bool tw_store_get(tw_store *store, const tw_kept *kept, void *block, size_t n_byte) {
  if (kept->state.at != NULL) {
    tw_unsqueeze(&kept->state, block, n_byte);
    return true;
  }
  TW_ASSERT(store->file != NULL && kept->n_byte > 0);
  const tw_memory *memory = kept->state.memory;
  tw_squeezed state = {tw_memory_take(memory, kept->n_byte), kept->n_byte, memory};
  const bool is_good = state.at != NULL && fseek(store->file, kept->at, SEEK_SET) == 0 &&
                       fread(state.at, 1, state.n_byte, store->file) == state.n_byte;
  if (is_good) tw_unsqueeze(&state, block, n_byte);
  tw_squeezed_free(&state);
  return is_good;
}

void tw_store_free(tw_store *store) {
  if (store->file != NULL) fclose(store->file);
  *store = (tw_store){.n_byte_max = store->n_byte_max};
}
