// loss_accounts.h - ticks by account: a table that grows with the causes that occur, not with time.

#ifndef TW_OBSERVE_LOSS_ACCOUNTS_H
#define TW_OBSERVE_LOSS_ACCOUNTS_H

#include "observe/losses.h"

typedef struct tw_loss_account {
  tw_loss_key key;
  int64_t time_us;
} tw_loss_account;

// Zero-initialised but for `memory`: no accounts.
typedef struct tw_loss_accounts {
  int32_t n, capacity;
  tw_loss_account *at;  // [n] in the order of their first booking
  int32_t *slot;        // [2 * capacity] number + 1 by hash; 0: free
  const tw_memory *memory;  // NULL: the C library's
} tw_loss_accounts;

// Adds ticks to an account, or takes them back; false when memory is short.
bool tw_loss_book(tw_loss_accounts *accounts, const tw_loss_key *key, int64_t time_us);

void tw_loss_accounts_clear(tw_loss_accounts *accounts);
void tw_loss_accounts_free(tw_loss_accounts *accounts);

#endif
