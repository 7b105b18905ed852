// JSON in from several threads at once: cJSON keeps one error pointer for all of them, which the
// guard in json_in.c is for.

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "io/json.h"

enum { N_THREAD = 4, N_ROUND = 200 };

// Reads a good and a bad text in turn; counts what did not come out as it should.
static void *read_texts(void *argument) {
  int *n_wrong = argument;
  for (int i = 0; i < N_ROUND; i++) {
    char text[64];
    const bool is_good = i % 2 == 0;
    snprintf(text, sizeof text, is_good ? "{\"a\": [%d, \"x\"]}" : "{\"a\": [%d \"x\"]}", i);
    tw_arena arena;
    tw_arena_init(&arena);
    twin_problems *problems = twin_problems_new();
    const tw_node *root = tw_json_read(text, strlen(text), "t", &arena, problems);
    const tw_node *list = tw_node_member(root, "a");
    const bool is_right = is_good ? list != NULL && list->first->number == i
                                  : root == NULL && twin_problems_count(problems, -1) == 1;
    if (!is_right) ++*n_wrong;
    twin_problems_free(problems);
    tw_arena_free(&arena);
  }
  return NULL;
}

Test(json, is_read_by_several_threads_at_once) {
  pthread_t threads[N_THREAD];
  int n_wrong[N_THREAD] = {0};
  for (int i = 0; i < N_THREAD; i++) {
    cr_assert_eq(pthread_create(&threads[i], NULL, read_texts, &n_wrong[i]), 0);
  }
  for (int i = 0; i < N_THREAD; i++) {
    pthread_join(threads[i], NULL);
    cr_assert_eq(n_wrong[i], 0);
  }
}
