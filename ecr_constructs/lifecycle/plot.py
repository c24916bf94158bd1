"""What remains day by day, as a picture by matplotlib."""

from __future__ import annotations

from pathlib import Path

from ecr_constructs.errors import OperationError, file_name
from ecr_constructs.lifecycle.timeline import Timeline

__all__ = ["write_svg"]

_GB = 10**9


def write_svg(timeline: Timeline, title: str, file: Path) -> None:
    """Write a picture of images and bytes; the same timeline gives the same bytes.

    Args:
        timeline: The days.
        title: What the picture is called.
        file: Where it is written.

    Raises:
        OperationError: It cannot be written.
    """
    import matplotlib

    # Ids that do not change. No window is opened for a figure of its own.
    matplotlib.rcParams["svg.hashsalt"] = "ecr-constructs"
    from matplotlib import dates
    from matplotlib import figure as drawn

    days = timeline.days
    figure = drawn.Figure(figsize=(7, 4))
    axes = figure.subplots()
    axes.xaxis_date()
    at = [float(dates.date2num(day.at)) for day in days]  # type: ignore[no-untyped-call]  # it is not typed
    axes.step(at, [day.images for day in days], where="post", label="images")
    if any(day.archived for day in days):
        axes.step(at, [day.archived for day in days], where="post", label="images in the archive", linestyle="--")
    axes.set_ylabel("images")
    axes.set_ylim(bottom=0)
    sizes = axes.twinx()
    sizes.step(at, [day.size / _GB for day in days], where="post", label="GB", color="tab:green", alpha=0.6)
    sizes.set_ylabel("GB in the storage class standard")
    sizes.set_ylim(bottom=0)
    axes.set_title(title)
    axes.grid(visible=True, alpha=0.25)
    lines = [*axes.get_lines(), *sizes.get_lines()]
    axes.legend(lines, [str(line.get_label()) for line in lines])
    figure.autofmt_xdate()
    figure.tight_layout()
    try:
        figure.savefig(file, format="svg", metadata={"Date": None})
    except OSError as error:
        raise OperationError(f"{file_name(file)} cannot be written: {error.strerror or error}.") from None
