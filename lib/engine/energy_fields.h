// energy_fields.h - the records of the energy ledger (energy.h), as lists like those of records.h.

#ifndef TW_ENGINE_ENERGY_FIELDS_H
#define TW_ENGINE_ENERGY_FIELDS_H

// clang-format off
// Energy in whole pJ (uW us): 128 bits, the upper and the lower half. Only in lines that draw power.
#define TW_MACHINE_ENERGY_FIELDS(F)                                                                \
  F(tw_i64, since_us,        , "us", TW_STAT,    TW_ANY) /* booked up to here */                   \
  F(tw_u64, state_uw,        , "uW", TW_DERIVED, TW_ANY) /* drawn by its state since then */       \
  F(tw_u64, beside_uw,       , "uW", TW_STAT,    TW_ANY) /* and beside it, by its models */        \
  F(tw_u64, state_high, [TW_N_STATE], "2^64 pJ", TW_STAT, TW_ANY)                                  \
  F(tw_u64, state_low,  [TW_N_STATE], "pJ", TW_STAT, TW_ANY)                                       \
  F(tw_u64, beside_high,     , "2^64 pJ", TW_STAT, TW_ANY)                                         \
  F(tw_u64, beside_low,      , "pJ", TW_STAT,    TW_ANY)                                           \
  F(tw_i32, part_type,       , "1",  TW_DERIVED, TW_OF_PART_TYPE) /* of the part on it */          \
  F(tw_u8,  state,           , "1",  TW_DERIVED, TW_OF_STATE)

#define TW_PART_ENERGY_FIELDS(F)                                                                   \
  F(tw_u64, high,            , "2^64 pJ", TW_STAT, TW_ANY)                                         \
  F(tw_u64, low,             , "pJ", TW_STAT,    TW_ANY)

#define TW_TARIFF_ENERGY_FIELDS(F)                                                                 \
  F(tw_u64, high,            , "2^64 pJ", TW_STAT, TW_ANY)                                         \
  F(tw_u64, low,             , "pJ", TW_STAT,    TW_ANY)

// Of the line. Its window of the clock is the one that ends at since_us, or behind it.
#define TW_LINE_ENERGY_FIELDS(F)                                                                   \
  F(tw_i64, since_us,        , "us", TW_STAT,    TW_ANY) /* booked up to here */                   \
  F(tw_u64, power_uw,        , "uW", TW_DERIVED, TW_ANY) /* of all machines since then */          \
  F(tw_u64, overhead_high,   , "2^64 pJ", TW_STAT, TW_ANY) /* with no part on the machine */       \
  F(tw_u64, overhead_low,    , "pJ", TW_STAT,    TW_ANY)                                           \
  F(tw_u64, window_high,     , "2^64 pJ", TW_STAT, TW_ANY)                                         \
  F(tw_u64, window_low,      , "pJ", TW_STAT,    TW_ANY)                                           \
  F(tw_u64, peak_high,       , "2^64 pJ", TW_STAT, TW_ANY) /* most in a window that is over */     \
  F(tw_u64, peak_low,        , "pJ", TW_STAT,    TW_ANY)                                           \
  F(tw_i64, peak_end_us,     , "us", TW_STAT,    TW_ANY) /* end of the first such; 0: none */
// clang-format on

#endif
