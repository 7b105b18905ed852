// loss_accounts.c - open addressing over the keys; at most half of the slots are taken.

#include "observe/loss_accounts.h"

#include <string.h>

#include "base/assert.h"
#include "base/hash.h"

TW_STATIC_ASSERT(sizeof(tw_loss_key) == 6 * sizeof(int32_t), "keys are compared byte by byte");

// The slot of a key, or the free one where it belongs.
static int32_t *find_slot(const tw_loss_accounts *accounts, const tw_loss_key *key) {
  const uint32_t mask = 2 * (uint32_t)accounts->capacity - 1;
  uint32_t i = (uint32_t)tw_hash_bytes(TW_HASH_SEED, key, sizeof *key) & mask;
  for (;; i = (i + 1) & mask) {
    int32_t *slot = &accounts->slot[i];
    if (*slot == 0 || memcmp(&accounts->at[*slot - 1].key, key, sizeof *key) == 0) return slot;
  }
}

static bool grow(tw_loss_accounts *accounts) {
  const int32_t capacity = accounts->capacity > 0 ? 2 * accounts->capacity : 64;
  tw_loss_account *at =
      tw_memory_resize(accounts->memory, accounts->at, (size_t)capacity * sizeof *at);
  if (at == NULL) return false;
  accounts->at = at;
  int32_t *slot = tw_memory_zeroed(accounts->memory, 2 * (size_t)capacity, sizeof *slot);
  if (slot == NULL) return false;
  tw_memory_free(accounts->memory, accounts->slot);
  accounts->slot = slot;
  accounts->capacity = capacity;
  for (int32_t i = 0; i < accounts->n; i++) *find_slot(accounts, &at[i].key) = i + 1;
  return true;
}

bool tw_loss_book(tw_loss_accounts *accounts, const tw_loss_key *key, int64_t time_us) {
  TW_ASSERT(accounts->n <= accounts->capacity);
  if (accounts->n == accounts->capacity && !grow(accounts)) return false;
  int32_t *slot = find_slot(accounts, key);
  if (*slot == 0) {
    accounts->at[accounts->n++] = (tw_loss_account){*key, 0};
    *slot = accounts->n;
  }
  accounts->at[*slot - 1].time_us += time_us;
  return true;
}

void tw_loss_accounts_clear(tw_loss_accounts *accounts) {
  accounts->n = 0;
  if (accounts->slot != NULL)
    memset(accounts->slot, 0, 2 * (size_t)accounts->capacity * sizeof *accounts->slot);
}

void tw_loss_accounts_free(tw_loss_accounts *accounts) {
  tw_memory_free(accounts->memory, accounts->at);
  tw_memory_free(accounts->memory, accounts->slot);
  *accounts = (tw_loss_accounts){.memory = accounts->memory};
}
