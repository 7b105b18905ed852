// reference_test.c - the format references in lines/README.md and lines/logs/README.md and the
// schemas beside them are what the field tables say today. TWIN_WRITE=1 writes them anew.

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <twin/live.h>
#include <twin/twin.h>

static const char MARK[] =
    "<!-- generated from the field tables; TWIN_WRITE=1 writes it anew -->\n";

static char *read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  cr_assert(file != NULL, "cannot open %s", path);
  char *text = calloc(1, 1 << 20);
  cr_assert(text != NULL);
  const size_t n = fread(text, 1, (1 << 20) - 1, file);
  text[n] = '\0';
  fclose(file);
  return text;
}

static void write_file(const char *path, const char *head, const char *text) {
  FILE *file = fopen(path, "wb");
  cr_assert(file != NULL, "cannot write %s", path);
  fputs(head, file);
  fputs(text, file);
  fclose(file);
}

// Compares what stands in a file behind `mark` (NULL: all of it) with text, or replaces it.
static void check_file(const char *path, const char *mark, const char *text) {
  char *now = read_file(path);
  char *generated = now;
  if (mark != NULL) {
    generated = strstr(now, mark);
    cr_assert(generated != NULL, "%s has no mark", path);
    generated += strlen(mark);
  }
  const int is_same = strcmp(generated, text) == 0;
  if (!is_same && getenv("TWIN_WRITE") != NULL) {
    *generated = '\0';
    write_file(path, now, text);
  } else {
    cr_expect(is_same, "%s is not what the tables say; run this test with TWIN_WRITE=1", path);
  }
  free(now);
}

Test(reference, stands_in_the_readme_of_the_lines_as_the_tables_say_it) {
  char *text = NULL;
  cr_assert_eq(twin_line_reference(&text), TWIN_OK);
  check_file("lines/README.md", MARK, text);
  twin_text_free(text);
}

Test(reference, schema_beside_the_lines_is_the_generated_one) {
  char *text = NULL;
  cr_assert_eq(twin_line_schema(&text), TWIN_OK);
  check_file("lines/line.schema.json", NULL, text);
  twin_text_free(text);
}

Test(reference, of_mapping_files_stands_in_the_readme_of_the_logs_as_the_tables_say_it) {
  char *text = NULL;
  cr_assert_eq(twin_event_map_reference(&text), TWIN_OK);
  check_file("lines/logs/README.md", MARK, text);
  twin_text_free(text);
}

Test(reference, schema_beside_the_logs_is_the_generated_one) {
  char *text = NULL;
  cr_assert_eq(twin_event_map_schema(&text), TWIN_OK);
  check_file("lines/logs/map.schema.json", NULL, text);
  twin_text_free(text);
}
