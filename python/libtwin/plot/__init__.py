"""Pictures of runs, run files and studies, as matplotlib figures.

`Run.plot`, `File.plot` and `Study.plot` draw what these functions draw. They return a figure that
belongs to no window and show and save nothing: a notebook shows it, `figure.savefig("run.png")`
writes it, and its axes may be drawn on. matplotlib is imported when something is drawn.

The modules below are what the pictures are made of; the command `twin` uses them too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, get_args

import libtwin as tw

from ..given import instant_s
from .loss_rows import losses_of
from .recording import Recording
from .scene import headline, lacking, scene_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

What = Literal["all", "gantt", "levels", "states", "signals"]


def need_matplotlib() -> None:
    """Says what to install where matplotlib is not there."""
    try:
        import matplotlib as mpl
    except ImportError as error:
        said = "matplotlib is not here: pip install matplotlib"
        raise ImportError(said, name="matplotlib") from error
    del mpl


def recorded(
    file: tw.File,
    what: What = "all",
    *,
    begin: tw.Instant | None = None,
    window: tw.Duration | None = None,
    replication: int | None = None,
) -> Figure:
    """Draws what a run recorded: "gantt", "levels", "states", "signals", or all in one picture.

    From `begin` on, else from the first work behind the warm-up; so long as `window` says, else as
    long as is legible.
    """
    if what not in get_args(What):
        raise ValueError(f"a run is drawn as {', '.join(get_args(What))}, not as {what!r}")
    need_matplotlib()
    recording = Recording(file, replication)
    from_s = -1.0 if begin is None else instant_s("begin", begin, recording.line.start)
    if from_s >= recording.end_s > 0:
        raise ValueError(f"the record ends at {recording.end_s:g} s, before {begin!r}")
    length_s = 0.0 if window is None else tw.seconds(window)
    scene = scene_of(recording, from_s, length_s, what)
    if missing := lacking(scene, what):
        raise ValueError(missing)
    from .picture import draw_scene

    return draw_scene(scene, headline(recording), what)


def losses(observed: tw.Run | tw.Study) -> Figure:
    """Draws what the bottleneck of a run or a study loses, largest first; needs `losses=True`."""
    found = losses_of(observed)
    if found is None:
        raise ValueError("nothing is known of losses: no station has made a part")
    need_matplotlib()
    from .pareto import draw_losses

    return draw_losses(observed.line.name, found)


def estimates(
    studies: tw.Study | Mapping[str, tw.Study], paths: Sequence[str] | None = None
) -> Figure:
    """Draws figures of a study, or of several side by side, with their intervals.

    A row for each path with every replication as a dot; paths: those of the first studied line that
    say most, where none are given. Several studies are given by what they are called.
    """
    need_matplotlib()
    from .estimate_rows import draw_estimates

    several = studies if isinstance(studies, Mapping) else {studies.line.name: studies}
    return draw_estimates(several, paths)


def scenarios(study: tw.Study) -> Figure:
    """Draws what each scenario makes of the study's figure: paired differences, intervals."""
    need_matplotlib()
    from .whatif import draw_scenarios

    return draw_scenarios(study)


def warmup(study: tw.Study) -> Figure:
    """Draws the study's figure from the start on, and what MSER-5 would cut off."""
    need_matplotlib()
    from .whatif import draw_warmup

    return draw_warmup(study)
