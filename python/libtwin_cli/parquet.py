"""Tables as Parquet files, for those who have pyarrow: units as metadata of each column."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .sheets import Sheet, SheetColumn
from .writers import replacing

MISSING = "Parquet needs the package pyarrow: pip install 'libtwin[parquet]'"


def is_there() -> bool:
    """True where pyarrow is installed."""
    return find_spec("pyarrow") is not None


def write_parquet(sheet: Sheet, path: Path) -> None:
    """Writes one table, some thousands of rows at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([field(pa, column) for column in sheet.columns])
    with replacing(path) as begun, pq.ParquetWriter(str(begun), schema) as out:
        for columns in sheet.batches():
            out.write_batch(
                pa.record_batch(
                    [pa.array(v, f.type) for v, f in zip(columns, schema, strict=True)],
                    schema=schema,
                )
            )


def field(pa: Any, column: SheetColumn) -> Any:
    """A column's name, type and unit."""
    if column.names is not None:
        kind = pa.dictionary(pa.int32(), pa.string())
    elif column.is_clock:
        kind = pa.timestamp("us")
    else:
        kind = pa.from_numpy_dtype(column.values.dtype)
    name = f"{column.name}_clock" if column.is_clock else column.name
    unit = {} if column.is_clock or not column.unit else {"unit": column.unit}
    return pa.field(name, kind, metadata=unit)
