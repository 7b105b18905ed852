"""What a user does first, in an environment that need not have pandas: bare.py LINE."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import libtwin as tw

here = {name.partition(".")[0] for name in sys.modules}
assert not here & {"pandas", "matplotlib", "typer", "rich", "pyarrow"}, here
assert Path(tw.__file__).is_relative_to(sys.prefix), tw.__file__

line = tw.load(sys.argv[1])
assert str(line.check())
run = line.run(until="1 d", record="run.h5")
plain = line.run(until="1 d")
assert plain.full_hash == run.full_hash
assert len(plain.intervals) == len(run.intervals) > 100
assert line.replicate(4, threads=2).n_done == 4
with tw.open("run.h5") as file:
    assert file.is_complete
    assert file.intervals["end"].max() == 86400.0
    said = ""
    try:
        print(len(file.intervals.pandas()), "rows as a data frame")
    except ImportError as error:
        said = str(error)
    if importlib.util.find_spec("pandas") is None:
        assert "pip install 'libtwin[pandas]'" in said, said
Path("run.h5").unlink()
print("libtwin", tw.__version__, "works in", Path(sys.prefix).name)
