"""Ratios of one run, and whether any is worse than what was stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOISE = 0.35
"""How far a ratio of two figures of one run went apart between runs on a shared machine of two cores."""


def ratios(suites: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Smaller is better in all of them."""
    found: dict[str, float] = {}
    if latency := suites.get("latency"):
        ours, theirs = latency["ours at 30/s"], latency["tutorial, concurrent_updates at 30/s"]
        slow = latency["tutorial, concurrent_updates at 2/s"]
        found["answers/s of the tutorial's bot ÷ ours, 30/s offered"] = (
            theirs["answered_per_s"] / ours["answered_per_s"]
        )
        found["CPU an answer ÷ the tutorial's bot's"] = ours["cpu_ms_an_answer"] / slow["cpu_ms_an_answer"]
        found["p50 before the model at 30/s ÷ at 5/s"] = _p50(ours) / _p50(latency["ours at 5/s"])
    if start := suites.get("start"):
        found["start ÷ the tutorial's bot's"] = start["ours"]["median_s"] / start["tutorial"]["median_s"]
        found["idle memory ÷ the tutorial's bot's"] = start["ours"]["idle_mb"] / start["tutorial"]["idle_mb"]
    if capacity := suites.get("capacity"):
        for slots in (10, 64):
            once = capacity[f"{slots} slots, 1x the bound"]
            found[f"bound ÷ answers/s, {slots} slots"] = once["bound_per_s"] / once["answered_per_s"]
        once, twice = (capacity[f"256 slots, {times}x the bound"] for times in (1, 2))
        found["answers/s ÷ those when offered twice as much"] = (
            once["answered_per_s"] / twice["answered_per_s"]
        )
    if growth := suites.get("growth"):
        empty, full = growth["0 turns"], growth["1000000 turns"]
        found["p50 before the model, a million turns ÷ none"] = _p50(full) / _p50(empty)
        found["CPU an answer, a million turns ÷ none"] = full["cpu_ms_an_answer"] / empty["cpu_ms_an_answer"]
    if fairness := suites.get("fairness"):
        alone, flooded = (fairness[f"after {n} messages of another, s"] for n in (0, 50))
        found["a stranger's extra wait ÷ a generation"] = (flooded - alone) / fairness["generation_s"]
    if listening := suites.get("listening"):
        alone, beside = (listening[f"{n} remarks/s"] for n in (0, 20))
        found["p50 before the model, 20 remarks/s beside ÷ none"] = _p50(beside) / _p50(alone)
    if live := suites.get("live"):
        for at_once in (5, 30):
            grown, plain = (live[f"{how}, {at_once} at a time"] for how in ("live", "plain"))
            found[f"CPU a live answer ÷ a plain one, {at_once} at a time"] = (
                grown["cpu_ms_an_answer"] / plain["cpu_ms_an_answer"]
            )
    found |= _of_capabilities(suites.get("capabilities"))
    found |= _of_databases(suites.get("pair"))
    return {name: round(ratio, 3) for name, ratio in found.items()}


def _of_capabilities(measured: Mapping[str, Any] | None) -> dict[str, float]:
    """Of voices, pictures and documents nothing is to be seen where none comes."""
    if measured is None:
        return {}
    on, off = (min(_p50(measured[f"{kind} at 30/s, {turn}"]) for turn in (1, 2)) for kind in ("on", "off"))
    idle, idle_off = (measured[f"{kind}, idle"] for kind in ("on", "off"))
    return {
        "p50 before the model, voices and pictures on ÷ off": on / off,
        "start, voices and pictures on ÷ off": idle["median_s"] / idle_off["median_s"],
        "idle memory, voices and pictures on ÷ off": idle["idle_mb"] / idle_off["idle_mb"],
    }


def _of_databases(pair: Mapping[str, Any] | None) -> dict[str, float]:
    """Each in its better run: what else the machine does meets a server in a process of its own more."""
    if pair is None:
        return {}
    server, file = (
        min(_p50(pair[f"{kind} at 30/s, {turn}"]) for turn in (1, 2)) for kind in ("PostgreSQL", "SQLite")
    )
    return {"p50 before the model, PostgreSQL ÷ SQLite": server / file}


def faults(suites: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What ours must never do, however slow the machine."""
    loads = {
        f"{suite}, {name}": figures
        for suite in ("latency", "capacity", "growth", "listening", "capabilities", "live")
        for name, figures in suites.get(suite, {}).items()
        if not name.startswith("tutorial") and "lost" in figures
    }
    if soak := suites.get("soak"):
        loads["soak"] = soak
    found = [
        f"{name}: {figures[fault]} {fault}"
        for name, figures in loads.items()
        for fault in ("lost", "repeated", "disordered")
        if figures[fault] > (_unknown_fates(figures) if fault == "repeated" else 0)
    ]
    for suite in ("pair", "ends"):
        for name, figures in suites.get(suite, {}).items():
            found += [f"{suite}, {name}: {fault}" for fault in figures.get("faults", ())]
            if figures.get("lost"):
                found.append(f"{suite}, {name}: {figures['lost']} lost")
    for suite in ("crash", "hour"):
        found += [f"{suite}: {fault}" for fault in suites.get(suite, {}).get("faults", ())]
    return found


def _unknown_fates(figures: Mapping[str, Any]) -> int:
    """Sends that Telegram carried out and gave no reply to: each may be repeated once."""
    return int(figures.get("faults", {}).get("sendMessage cut", 0))


def worse(now: Mapping[str, float], stored: Mapping[str, float]) -> list[str]:
    """The ratios that are beyond their noise worse than the stored ones."""
    return [
        f"{name}: {ratio} (stored: {stored[name]})"
        for name, ratio in now.items()
        if name in stored and ratio > stored[name] * (1 + NOISE) + 0.05
    ]


def _p50(outcome: Mapping[str, Any]) -> float:
    return max(0.1, float(outcome["before_ms"]["p50"]))
