"""What a measurement says: percentiles, rates, CPU of processes, and a ratio beside its target."""

import statistics
from collections.abc import Iterable, Sequence

import psutil
from msgspec import Struct


class Burst(Struct, frozen=True):
    """One stretch of equal work: seconds of each piece, seconds on the wall, CPU seconds of whoever worked."""

    each: list[float]
    wall: float
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Pieces a second."""
        return len(self.each) / self.wall


class Line(Struct, frozen=True):
    """A line of the report. `reached` None: there is no target, the figure is only told."""

    name: str
    ours: str
    beside: str = ""
    ratio: str = ""
    target: str = ""
    reached: bool | None = None


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which `share` of all lie, the nearest one that occurred."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def p50(bursts: Sequence[Burst]) -> float:
    """The median piece of all bursts [s]."""
    return statistics.median([each for burst in bursts for each in burst.each])


def rate(bursts: Sequence[Burst]) -> float:
    """The median burst's pieces a second: one burst with a hiccup of the disk does not count double."""
    return statistics.median([burst.rate for burst in bursts])


def cpu(bursts: Sequence[Burst]) -> float:
    """CPU of one piece [µs]."""
    return 1e6 * sum(burst.cpu for burst in bursts) / sum(len(burst.each) for burst in bursts)


def paired(ours: Sequence[float], beside: Sequence[float]) -> float:
    """The median of the ratios of neighbours in time: what slows the machine slows both."""
    return statistics.median([one / other for one, other in zip(ours, beside, strict=True)])


def cpu_of(pids: Iterable[int]) -> float:
    """CPU seconds that these processes have used so far."""
    return sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in pids)


def at_most(name: str, ours: str, beside: str, ratio: float, target: float) -> Line:
    """A line that is reached when the ratio is small enough."""
    return Line(name, ours, beside, f"{ratio:.2f}", f"<= {target:g}", ratio <= target)


def at_least(name: str, ours: str, beside: str, ratio: float, target: float) -> Line:
    """A line that is reached when the ratio is large enough."""
    return Line(name, ours, beside, f"{ratio:.2f}", f">= {target:g}", ratio >= target)


def printed(line: Line) -> str:
    """The line as a row of a Markdown table."""
    verdict = {True: "ok", False: "missed", None: ""}[line.reached]
    return f"| {line.name} | {line.ours} | {line.beside} | {line.ratio} | {line.target} | {verdict} |"
