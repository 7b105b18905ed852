// host.c - see host.h. A notice is printed into a buffer of its own: telling that memory is short
// needs none.

#include "base/host.h"

#include <stdarg.h>
#include <string.h>

#include "base/assert.h"
#include "base/format.h"

enum { TEXT_BYTES = 512 };

void twin_host_init(twin_host *host) {
  if (host == NULL) return;
  *host = (twin_host){.struct_size = sizeof *host};
}

bool tw_host_take(tw_host *host, const twin_host *given) {
  twin_host own = {0};
  uint32_t n = 0;
  *host = (tw_host){0};
  if (given == NULL) return true;
  memcpy(&n, given, sizeof n);
  if (n < sizeof n) return false;
  memcpy(&own, given, n < sizeof own ? n : sizeof own);
  const int n_call = (own.allocate != NULL) + (own.resize != NULL) + (own.release != NULL);
  if (n_call != 0 && n_call != 3) return false;
  *host = (tw_host){.memory = {.allocate = own.allocate,
                               .resize = own.resize,
                               .release = own.release,
                               .user = own.user},
                    .on_notice = own.on_notice,
                    .user = own.user};
  return true;
}

void tw_notice(const tw_host *host, twin_severity severity, twin_status status, const char *code,
               const char *format, ...) {
  TW_ASSERT(code != NULL && code[0] == 'N' && code[1] == '-');
  TW_ASSERT((status < 0) <= (severity != TWIN_NOTE));
  if (host == NULL || host->on_notice == NULL) return;
  char text[TEXT_BYTES];
  va_list args;
  va_start(args, format);
  if (tw_vformat(text, sizeof text, format, args) < 0) text[0] = 0;
  va_end(args);
  const twin_notice notice = {.struct_size = sizeof notice,
                              .severity = (int32_t)severity,
                              .status = (int32_t)status,
                              .code = code,
                              .text = text};
  host->on_notice(&notice, host->user);
}
