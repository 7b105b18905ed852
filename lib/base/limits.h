// limits.h - the limits of limits.inl, and of log_limits.inl, as constants. What is only the size of an array somewhere stands there.

#ifndef TW_BASE_LIMITS_H
#define TW_BASE_LIMITS_H

enum {
#define TW_LIMIT(name, value, of) name = (value),
#include "base/limits.inl"
#include "base/log_limits.inl"
#undef TW_LIMIT
};

#endif
