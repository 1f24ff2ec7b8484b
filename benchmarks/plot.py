"""The stored figures as a picture for the documents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OURS, THEIRS, LATER = "#2481cc", "#b0b7be", "#f2a33a"


def draw(figures: Mapping[str, Any], path: Path) -> None:
    """An SVG of what is there of latency, capacity and soak."""
    import matplotlib as mpl  # noqa: PLC0415 - half a second, for one who stores
    from matplotlib import pyplot as plt  # noqa: PLC0415

    mpl.use("svg")
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "benchmarks", "font.size": 9})
    panels = [
        panel
        for name, panel in (("capacity", _throughput), ("latency", _latency), ("soak", _memory))
        if name in figures
    ]
    if not panels:
        return
    figure, axes = plt.subplots(1, len(panels), figsize=(4.2 * len(panels), 3.2), squeeze=False)
    for panel, axis in zip(panels, axes[0], strict=True):
        panel(axis, figures)
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)


def _throughput(axis: Axes, figures: Mapping[str, Any]) -> None:
    loads = [*figures["capacity"].values(), *_of(figures.get("latency", {}), "ours")]
    points = sorted({(load["offered_per_s"], load["answered_per_s"]) for load in loads})
    most = max(offered for offered, _ in points)
    axis.plot([0, most], [0, most], linestyle=":", color=THEIRS, label="all of it")
    axis.scatter(*zip(*points, strict=True), color=OURS, label="this bot")
    others = [
        (load["offered_per_s"], load["answered_per_s"])
        for load in _of(figures.get("latency", {}), "tutorial")
    ]
    if others:
        axis.scatter(*zip(*others, strict=True), color=LATER, marker="x", label="a tutorial's bots")
    axis.set(xlabel="questions offered, 1/s", ylabel="answers, 1/s", title="Answers, model 2 s")
    axis.legend(frameon=False)


def _latency(axis: Axes, figures: Mapping[str, Any]) -> None:
    loads = [load for load in _of(figures["latency"], "ours") if load["answered_per_s"] > 0]
    rates = [f"{load['offered_per_s']:g}/s" for load in loads]
    for shift, part, color in ((-0.2, "before_ms", OURS), (0.2, "after_ms", LATER)):
        at = [n + shift for n in range(len(loads))]
        axis.bar(at, [load[part]["p99"] for load in loads], 0.35, color=color, alpha=0.35)
        label = part.replace("_ms", " the model")
        axis.bar(at, [load[part]["p50"] for load in loads], 0.35, color=color, label=label)
    axis.set(yscale="log", ylim=(1, None), ylabel="ms", title="Added latency: p50 (pale: p99)")
    axis.set_xticks(range(len(loads)), rates)
    axis.legend(frameon=False)


def _memory(axis: Axes, figures: Mapping[str, Any]) -> None:
    soak = figures["soak"]
    samples = soak["memory_mb"]
    at_min = [soak["minutes"] * (n + 1) / len(samples) for n in range(len(samples))]
    axis.plot(at_min, samples, color=OURS)
    title = f"{soak['questions']:,} questions with faults".replace(",", " ")
    axis.set(xlabel="minutes", ylabel="memory, MB", ylim=(0, max(samples) * 1.2), title=title)


def _of(loads: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return [figures for load, figures in loads.items() if load.startswith(name)]
