// physics_test.c - the list of machine models, and what the reference and the schema say of each.

#include "physics/physics.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include <twin/twin.h>

#include "field/inner.h"

// A text of the reference stands in the section of a model.
static void expect_in(const char *section, const char *model, const char *text) {
  const char *end = strstr(section + 1, "\n### ");
  // sections of its objects belong to it: "### two-zone: zone1"
  while (end != NULL && strncmp(end + 5, model, strlen(model)) == 0)
    end = strstr(end + 1, "\n### ");
  const char *found = strstr(section, text);
  cr_expect(found != NULL && (end == NULL || found < end), "%s does not say %s", model, text);
}

static void check_keys(const char *section, const char *model, const tw_table *table) {
  char row[80];
  for (int32_t i = 0; i < table->n_field; i++) {
    const tw_field *field = &table->fields[i];
    if (field->type == TW_FIELD_OBJECT) check_keys(section, model, field->sub);
    bool is_common = false;
    for (int32_t k = 0; k < tw_model_common_table.n_field; k++)
      is_common = is_common || strcmp(tw_model_common_table.fields[k].name, field->name) == 0;
    snprintf(row, sizeof row, "\n| `%s` | ", field->name);
    if (!is_common) expect_in(section, model, row);
  }
}

static void check_section(const char *reference, const tw_model *model) {
  char title[80], row[80];
  const char *name = model->table.name;
  snprintf(title, sizeof title, "\n### %s\n", name);
  const char *section = strstr(reference, title);
  cr_assert_not_null(section, "the reference has no section %s", name);
  expect_in(section, name, model->about);
  expect_in(section, name, model->source);
  check_keys(section, name, &model->table);
  for (int32_t i = 0; i < model->n_variable; i++)
    if (model->variable[i].equation != NULL) expect_in(section, name, model->variable[i].equation);
  for (int32_t i = 0; i < model->n_output; i++) expect_in(section, name, model->output[i].text);
  for (int32_t i = 0; i < model->n_switch; i++) {
    snprintf(row, sizeof row, "\n| `%s` | ", model->event[i].name);
    expect_in(section, name, row);
  }
}

Test(physics, reference_has_a_section_of_each_model_with_all_that_it_is_made_of) {
  char *reference = NULL;
  int32_t n;
  const tw_model *const *model = tw_models(&n);
  cr_assert_eq(twin_line_reference(&reference), TWIN_OK);
  for (int32_t i = 0; i < n; i++) check_section(reference, model[i]);
  twin_text_free(reference);
}

Test(physics, schema_has_a_definition_of_each_model) {
  char *schema = NULL, text[100];
  int32_t n;
  const tw_model *const *model = tw_models(&n);
  cr_assert_eq(twin_line_schema(&schema), TWIN_OK);
  for (int32_t i = 0; i < n; i++) {
    snprintf(text, sizeof text, "\"models.%s\": {", model[i]->table.name);
    cr_expect_not_null(strstr(schema, text), "%s", text);
    snprintf(text, sizeof text, "\"const\": \"%s\"", model[i]->table.name);
    cr_expect_not_null(strstr(schema, text), "%s", text);
    snprintf(text, sizeof text, "\"$ref\": \"#/$defs/models.%s\"", model[i]->table.name);
    cr_expect_not_null(strstr(schema, text), "%s", text);
  }
  twin_text_free(schema);
}

// Whoever writes a model says what it is, where it comes from, and what each of its numbers means.
Test(physics, each_model_explains_itself) {
  int32_t n;
  char name[64];
  const tw_model *const *model = tw_models(&n);
  for (int32_t i = 0; i < n; i++) {
    const char *of = model[i]->table.name;
    cr_expect(strlen(model[i]->about) > 40 && strlen(model[i]->source) > 10, "%s", of);
    for (int32_t k = 0; k < model[i]->n_variable; k++)
      cr_expect_not_null(model[i]->variable[k].help, "%s", of);
    for (int32_t k = 0; k < model[i]->n_variable; k++)
      cr_expect(model[i]->variable[k].equation == NULL || model[i]->variable[k].nominal > 0,
                "%s: %s has no usual size", of, model[i]->variable[k].name);
    // parameters are numbered without gaps, so that those of an object come before what uses them
    int32_t n_parameter = 0;
    while (n_parameter < TW_PARAMETERS_MAX &&
           tw_model_parameter(model[i], n_parameter, name, NULL) != NULL)
      n_parameter++;
    for (int32_t k = n_parameter; k < TW_PARAMETERS_MAX; k++)
      cr_expect_null(tw_model_parameter(model[i], k, name, NULL), "%s: %s", of, name);
  }
}
