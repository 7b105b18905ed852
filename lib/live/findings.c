// findings.c - a list of what was found in a log: codes counted without bound, rows kept up to one.

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "base/text.h"
#include "live/log.h"

enum { TEXT_BYTES = 60 };

const char *const tw_finding_words[TW_FOUND_N] = {
#define TW_FINDING(id, word, class, help) word,
#include "live/findings.inl"
#undef TW_FINDING
};
const char *const tw_finding_helps[TW_FOUND_N] = {
#define TW_FINDING(id, word, class, help) help,
#include "live/findings.inl"
#undef TW_FINDING
};
const int32_t tw_finding_classes[TW_FOUND_N] = {
#define TW_FINDING(id, word, class, help) TW_CLASS_##class,
#include "live/findings.inl"
#undef TW_FINDING
};
const char *const tw_class_words[TW_CLASS_N] = {"unreadable", "missing",    "rounded",     "order",
                                                "duplicate",  "impossible", "overlapping", "cut"};

void tw_findings_init(tw_findings *findings, const tw_memory *memory) {
  *findings = (tw_findings){.memory = memory};
  tw_log_names_init(&findings->texts, memory);
}

void tw_findings_free(tw_findings *findings) {
  tw_memory_free(findings->memory, findings->at);
  tw_log_names_free(&findings->texts);
}

// As much of a text as a message shows: UTF-8 without control characters.
static size_t make_readable(const char *text, size_t n_text, char *out) {
  size_t n = 0;
  for (size_t i = 0; i < n_text && n < TEXT_BYTES;) {
    const size_t n_byte = tw_utf8_length(text + i, n_text - i);
    const bool is_shown =
        n_byte > 1 || (n_byte == 1 && (unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
    if (n + n_byte > TEXT_BYTES) break;
    if (is_shown)
      memcpy(out + n, text + i, n_byte);
    else
      out[n] = '?';
    n += is_shown ? n_byte : 1;
    i += n_byte > 0 ? n_byte : 1;
  }
  return n;
}

void tw_findings_add(tw_findings *findings, const tw_finding *finding, const char *text,
                     size_t n_text) {
  TW_ASSERT(finding->code >= 0 && finding->code < TW_FOUND_N);
  findings->count[finding->code]++;
  if (findings->n >= TW_LOG_FINDINGS_MAX || findings->is_out_of_memory) return;
  if (findings->n == findings->capacity) {
    const int64_t capacity = findings->capacity == 0 ? 64 : 2 * findings->capacity;
    void *at =
        tw_memory_resize(findings->memory, findings->at, (size_t)capacity * sizeof *findings->at);
    if (at == NULL) {
      findings->is_out_of_memory = true;
      return;
    }
    findings->at = at;
    findings->capacity = capacity;
  }
  tw_finding *made = &findings->at[findings->n++];
  *made = *finding;
  made->text = -1;
  if (text == NULL) return;
  char shown[TEXT_BYTES + 4];
  made->text = tw_log_names_enter(&findings->texts, shown, make_readable(text, n_text, shown));
  if (made->text < 0) findings->is_out_of_memory = true;
}

int64_t tw_findings_total(const tw_findings *findings) {
  int64_t n = 0;
  for (int32_t i = 0; i < TW_FOUND_N; i++) n += findings->count[i];
  return n;
}
