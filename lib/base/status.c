// status.c - the texts of the status codes, from the one list in status.inl.

#include <twin/base.h>

#include "base/assert.h"

#define TW_STATUS(name, number, text) \
  TW_STATIC_ASSERT(name == (number), #name " differs between status.inl and twin/base.h");
#include "base/status.inl"
#undef TW_STATUS

const char *twin_status_text(twin_status status) {
  // The switch also makes the compiler refuse a number that stands twice in the list.
  switch ((int)status) {
#define TW_STATUS(name, number, text) \
  case number: \
    return text;
#include "base/status.inl"
#undef TW_STATUS
    default: return "not a status of this version of the library";
  }
}
