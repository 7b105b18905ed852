// h5_layout.c - everything a run file holds before its first row: attributes, the model's names,
// and one chunked dataset for each column. After this only rows are added, which is what lets a
// reader look in while the run goes on.

#include "io/run_file.h"

#ifdef TW_HAS_HDF5

#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "io/h5_inner.h"

// Where the words of a line stand; a column says so in its attribute "names".
static const char *const words_path[TW_WORDS_N] = {
    [TW_WORDS_PLACE] = "/model/station/name", [TW_WORDS_TYPE] = "/model/part/name",
    [TW_WORDS_CAUSE] = "/model/cause/name",   [TW_WORDS_KPI] = "/model/kpi/name",
    [TW_WORDS_UNIT] = "/model/unit/name",     [TW_WORDS_SHIFT] = "/model/shift/name",
    [TW_WORDS_OBJECT] = "/model/object/name", [TW_WORDS_MODEL_EVENT] = "/model/model_event/name",
    [TW_WORDS_REASON] = "/model/reason/name", [TW_WORDS_MODEL_STATE] = "/model/model_state/name",
    [TW_WORDS_SIGNAL] = "/model/signal/name", [TW_WORDS_LOSS] = "/model/loss/name",
    [TW_WORDS_ROOT] = "/model/root/name",
};

// The column that the others of its table are drawn over; -1: none.
static const int32_t scale_column[TW_TABLE_N] = {
    [TW_TABLE_EVENTS] = TW_AT(EVENTS, TIME),
    [TW_TABLE_INTERVALS] = TW_AT(INTERVALS, START),
    [TW_TABLE_PARTS] = TW_AT(PARTS, PART),
    [TW_TABLE_VISITS] = TW_AT(VISITS, ENTER),
    [TW_TABLE_SHIFTS] = TW_AT(SHIFTS, START),
    [TW_TABLE_SIGNALS] = TW_AT(SIGNALS, TIME),
    [TW_TABLE_CURVES] = TW_AT(CURVES, TIME),
    [TW_TABLE_SOLVERS] = -1,
    [TW_TABLE_KPI] = -1,
    [TW_TABLE_LOSSES] = -1,
    [TW_TABLE_REPLICATIONS] = TW_AT(REPLICATIONS, REPLICATION),
};

// Makes /model/NAME with one list of words in it; the group stays open.
static hid_t put_group_of_words(hid_t model, const char *name, tw_words words) {
  const hid_t group = H5Gcreate2(model, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (group >= 0 && tw_h5_put_words(group, "name", words.at, words.n)) return group;
  if (group >= 0) H5Gclose(group);
  return -1;
}

static bool put_words_only(hid_t model, const char *name, tw_words words) {
  const hid_t group = put_group_of_words(model, name, words);
  if (group >= 0) H5Gclose(group);
  return group >= 0;
}

static bool put_stations(hid_t model, const tw_record_words *words) {
  const tw_words places = words->list[TW_WORDS_PLACE];
  const hid_t group = put_group_of_words(model, "station", places);
  if (group < 0) return false;
  const bool is_good =
      tw_h5_put_words(group, "type", words->place_type, places.n) &&
      tw_h5_put_array(group, "machines", H5T_NATIVE_INT32, words->place_machines, (size_t)places.n);
  H5Gclose(group);
  return is_good;
}

// Only where one of their tables is kept: its columns count these words.
static bool put_machine_models(hid_t model, const tw_run_writer_setup *setup) {
  const tw_words *list = setup->words->list;
  if (!setup->has_table[TW_TABLE_SIGNALS] && !setup->has_table[TW_TABLE_SOLVERS]) return true;
  return put_words_only(model, "object", list[TW_WORDS_OBJECT]) &&
         put_words_only(model, "model_event", list[TW_WORDS_MODEL_EVENT]) &&
         put_words_only(model, "model_state", list[TW_WORDS_MODEL_STATE]) &&
         put_words_only(model, "reason", list[TW_WORDS_REASON]) &&
         put_words_only(model, "signal", list[TW_WORDS_SIGNAL]);
}

static bool put_loss_words(hid_t model, const tw_record_words *words) {
  return put_words_only(model, "loss", words->list[TW_WORDS_LOSS]) &&
         put_words_only(model, "root", words->list[TW_WORDS_ROOT]);
}

static bool put_model(hid_t file, const tw_run_writer_setup *setup) {
  const hid_t model = H5Gcreate2(file, "model", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (model < 0) return false;
  const tw_words *list = setup->words->list;
  const bool is_good =
      tw_h5_put_array(model, "line_json", H5T_NATIVE_UINT8, setup->line_json,
                      strlen(setup->line_json)) &&
      put_stations(model, setup->words) && put_words_only(model, "part", list[TW_WORDS_TYPE]) &&
      put_words_only(model, "cause", list[TW_WORDS_CAUSE]) &&
      put_words_only(model, "kpi", list[TW_WORDS_KPI]) &&
      put_words_only(model, "unit", list[TW_WORDS_UNIT]) &&
      put_words_only(model, "shift", list[TW_WORDS_SHIFT]) && put_machine_models(model, setup) &&
      (!setup->has_table[TW_TABLE_LOSSES] || put_loss_words(model, setup->words));
  H5Gclose(model);
  return is_good;
}

// Type of a column in the file; to be closed.
static hid_t stored_type(const tw_column *column) {
  switch (column->type) {
    case TW_COLUMN_I64: return H5Tcopy(H5T_STD_I64LE);
    case TW_COLUMN_U64: return H5Tcopy(H5T_STD_U64LE);
    case TW_COLUMN_F64: return H5Tcopy(H5T_IEEE_F64LE);
    case TW_COLUMN_NAME:
      if (words_path[column->words] == NULL) return tw_h5_word_type(tw_words_fixed(column->words));
      break;
    case TW_COLUMN_I32: break;
  }
  return H5Tcopy(H5T_STD_I32LE);
}

static hid_t make_dataset(hid_t group, const tw_column *column, int32_t n_chunk,
                          uint32_t compression) {
  const hsize_t none = 0, chunk = (hsize_t)n_chunk, unlimited = H5S_UNLIMITED;
  const hid_t type = stored_type(column);
  const hid_t space = H5Screate_simple(1, &none, &unlimited);
  const hid_t how = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(how, 1, &chunk);
  if (compression > 0) {
    H5Pset_shuffle(how);
    H5Pset_deflate(how, compression);
  }
  const hid_t dataset = H5Dcreate2(group, column->name, type, space, H5P_DEFAULT, how, H5P_DEFAULT);
  H5Pclose(how);
  H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  return dataset;
}

static bool put_attributes(hid_t dataset, const tw_column *column) {
  const char *names = words_path[column->words];
  return tw_h5_put_text(dataset, "unit", column->unit) &&
         tw_h5_put_text(dataset, "long_name", column->help) &&
         (names == NULL || tw_h5_put_text(dataset, "names", names));
}

// One entry of a scale's list of users, as the dimension scale specification lays it out.
typedef struct scale_user {
  hobj_ref_t dataset;
  unsigned dimension;
} scale_user;

static bool put_scale_users(hid_t scale, const scale_user *users, int32_t n) {
  const hsize_t extent = (hsize_t)n;
  const hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(scale_user));
  H5Tinsert(type, "dataset", HOFFSET(scale_user, dataset), H5T_STD_REF_OBJ);
  H5Tinsert(type, "dimension", HOFFSET(scale_user, dimension), H5T_NATIVE_UINT);
  const hid_t space = H5Screate_simple(1, &extent, NULL);
  const hid_t list = H5Acreate2(scale, "REFERENCE_LIST", type, space, H5P_DEFAULT, H5P_DEFAULT);
  const bool is_good = list >= 0 && H5Awrite(list, type, users) >= 0;
  if (list >= 0) H5Aclose(list);
  H5Sclose(space);
  H5Tclose(type);
  return is_good;
}

// Says that a dataset's one dimension is counted by the scale.
static bool put_dimension(hid_t dataset, hobj_ref_t scale) {
  const hsize_t one = 1;
  const hid_t type = H5Tvlen_create(H5T_STD_REF_OBJ);
  const hid_t space = H5Screate_simple(1, &one, NULL);
  const hid_t list = H5Acreate2(dataset, "DIMENSION_LIST", type, space, H5P_DEFAULT, H5P_DEFAULT);
  hvl_t entry = {.len = 1, .p = &scale};
  const bool is_good = list >= 0 && H5Awrite(list, type, &entry) >= 0;
  if (list >= 0) H5Aclose(list);
  H5Sclose(space);
  H5Tclose(type);
  return is_good;
}

// Makes one column the dimension scale of the others, so that it opens as their axis elsewhere.
bool tw_h5_put_scale(hid_t group, int32_t table_i) {
  const tw_column_table *table = &tw_column_tables[table_i];
  const tw_column *columns = table->column;
  const int32_t scale_i = scale_column[table_i];
  if (scale_i < 0) return true;
  scale_user users[TW_COLUMN_MAX];
  memset(users, 0, sizeof users);
  int32_t n_user = 0;
  const hid_t scale = H5Dopen2(group, columns[scale_i].name, H5P_DEFAULT);
  hobj_ref_t scale_at;
  bool is_good = scale >= 0 && tw_h5_put_text(scale, "CLASS", "DIMENSION_SCALE") &&
                 tw_h5_put_text(scale, "NAME", columns[scale_i].name) &&
                 H5Rcreate(&scale_at, group, columns[scale_i].name, H5R_OBJECT, -1) >= 0;
  for (int32_t i = 0; i < table->n_column && is_good; i++) {
    if (i == scale_i) continue;
    const hid_t dataset = H5Dopen2(group, columns[i].name, H5P_DEFAULT);
    is_good = dataset >= 0 && put_dimension(dataset, scale_at) &&
              H5Rcreate(&users[n_user].dataset, group, columns[i].name, H5R_OBJECT, -1) >= 0;
    if (dataset >= 0) H5Dclose(dataset);
    n_user++;
  }
  is_good = is_good && put_scale_users(scale, users, n_user);
  if (scale >= 0) H5Dclose(scale);
  return is_good;
}

static bool put_table(hid_t file, int32_t table_i, uint32_t compression) {
  const tw_column_table *table = &tw_column_tables[table_i];
  const hid_t group = H5Gcreate2(file, table->name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  bool is_good = group >= 0 && tw_h5_put_text(group, "long_name", table->help);
  for (int32_t i = 0; i < table->n_column && is_good; i++) {
    const hid_t dataset = make_dataset(group, &table->column[i], table->n_chunk, compression);
    is_good = dataset >= 0 && put_attributes(dataset, &table->column[i]);
    if (dataset >= 0) H5Dclose(dataset);
  }
  is_good = is_good && tw_h5_put_scale(group, table_i);
  if (group >= 0) H5Gclose(group);
  return is_good;
}

bool tw_h5_put_losses(hid_t file, const tw_record_words *words, uint32_t compression) {
  if (H5Lexists(file, tw_column_tables[TW_TABLE_LOSSES].name, H5P_DEFAULT) > 0) return true;
  const hid_t model = H5Gopen2(file, "model", H5P_DEFAULT);
  const bool is_good = model >= 0 && put_loss_words(model, words);
  if (model >= 0) H5Gclose(model);
  return is_good && put_table(file, TW_TABLE_LOSSES, compression);
}

bool tw_h5_layout(hid_t file, const tw_run_writer_setup *setup) {
  TW_ASSERT(setup->words != NULL && setup->line_json != NULL);
  if (!tw_h5_put_origin(file, setup) || !put_model(file, setup)) return false;
  for (int32_t i = 0; i < TW_TABLE_N; i++)
    if (setup->has_table[i] && !put_table(file, i, setup->compression)) return false;
  return true;
}

#endif
