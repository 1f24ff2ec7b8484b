"""The files that deployments are made from: what they name exists, and their own tools find no fault."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.commands.exits import Exit
from bot.config.settings import variables
from bot.operating.health import Health
from bot.operating.metrics import Metrics
from bot.running.serve import END_AFTER_GRACE_S
from tests.operating.series import names_of

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "docs" / "deploy"
DOCKER_STOP_S = 10
"""After so long `docker stop` kills."""
UNIT = DEPLOY / "yandexgpt-telegram-bot.service"
ONE_OF_SEVERAL = DEPLOY / "yandexgpt-telegram-bot@.service"


def tool(name: str) -> str:
    """Its path; where it is missing the test is skipped."""
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:{Path(sys.executable).parent}")
    if path is not None:
        return path
    pytest.skip(f"{name} is not installed on this machine")


def ran(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - ours


def metric_names() -> set[str]:
    metrics = Metrics()
    metrics.watch_health(Health())
    metrics.watch_commits(lambda: 0)
    return names_of(metrics)


def used(expression: str) -> set[str]:
    return {*re.findall(r"\b(?:bot|process)_\w+", expression)}


def test_the_dashboard_asks_only_for_metrics_that_exist() -> None:
    dashboard = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
    asked = set()
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            asked |= used(target["expr"])
    assert asked <= metric_names()
    assert {
        name for name in metric_names() if name.startswith("bot_") and not name.endswith(("_sum", "_count"))
    } <= asked


def test_alerts_ask_only_for_metrics_that_exist_and_say_what_to_do() -> None:
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"][0]["rules"]
    for rule in rules:
        assert used(rule["expr"]) <= metric_names(), rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"].endswith((".", "}}"))
        assert rule["annotations"]["action"].endswith(".")


@pytest.mark.parametrize("file", ["grafana-dashboard.json", "alerts.yml"])
def test_what_is_compared_with_a_label_is_a_value_that_it_has(file: str) -> None:
    values = set(re.findall(r'(?:outcome|probe)\\?"?(?:=|=~|!=)\\?"([^"\\]+)', (DEPLOY / file).read_text()))
    sources = "".join(
        path.read_text()
        for folder in ("bot/operating", "bot/answering", "bot/model", "bot/delivery")
        for path in (ROOT / folder).rglob("*.py")
    )
    known = {value for found in values for value in found.split("|")}
    assert known
    assert all(f'"{value}"' in sources for value in known), known


# The image


def test_hadolint_finds_no_fault_in_the_dockerfile() -> None:
    done = ran(tool("hadolint"), "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


def test_the_image_has_what_it_copies_and_runs_as_nobody_special() -> None:
    copied = [rest.split()[-2] for word, rest in instructions() if word == "COPY"]
    assert copied == ["requirements.lock", "bot", "/opt/bot"]
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert ignored[0] == "*"
    assert {f"!{name}" for name in copied[:2]} <= {*ignored}
    assert ("USER", "10001") in instructions()
    assert ("ENTRYPOINT", '["python", "-m", "bot"]') in instructions()


def test_compose_is_hardened_and_waits_longer_than_the_bot_takes_to_stop() -> None:
    service: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["bot"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["restart"] == "unless-stopped"
    assert service["volumes"] == ["data:/srv/bot/data"]
    assert ("VOLUME", '["/srv/bot/data"]') in instructions()
    assert int(service["stop_grace_period"].rstrip("s")) == DOCKER_STOP_S
    assert ends_within_s() < DOCKER_STOP_S


def test_composes_replicas_are_the_bot_without_a_disk_beside_a_server() -> None:
    services: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    beside = {"profiles": ["postgres"], "depends_on": ["postgres"]}
    without = {name: value for name, value in services["bot"].items() if name != "volumes"}
    assert services["replica"] == without | beside
    assert services["postgres"]["profiles"] == ["postgres"]
    assert services["postgres"]["volumes"] == ["postgres:/var/lib/postgresql/data"]


def ends_within_s() -> float:
    """The longest that a stop takes with the default grace."""
    grace_s: float = variables()["SHUTDOWN_GRACE_S"].default
    return grace_s + END_AFTER_GRACE_S


# systemd


UNITS = pytest.mark.parametrize("file", [UNIT, ONE_OF_SEVERAL], ids=["one", "one of several"])


def unit(file: Path, tmp_path: Path) -> Path:
    """The unit with an interpreter that this machine has; of several, the first."""
    text = file.read_text()
    interpreter = "/opt/yandexgpt-telegram-bot/.venv/bin/python"
    assert text.count(interpreter) == 1
    copy = tmp_path / file.name.replace("@", "@1")
    copy.write_text(text.replace(interpreter, sys.executable))
    return copy


@UNITS
def test_systemd_finds_no_fault_in_the_unit(file: Path, tmp_path: Path) -> None:
    done = ran(tool("systemd-analyze"), "verify", "--man=no", str(unit(file, tmp_path)))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@UNITS
def test_systemd_rates_the_units_exposure_as_ok(file: Path, tmp_path: Path) -> None:
    """0 is the best, 10 the worst; the threshold is in tenths."""
    analyze = tool("systemd-analyze")
    done = ran(analyze, "security", "--offline=yes", "--threshold=20", str(unit(file, tmp_path)))
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


@UNITS
def test_the_unit_waits_longer_than_the_bot_takes_to_stop(file: Path) -> None:
    (waits_s,) = re.findall(r"^TimeoutStopSec=(\d+)s$", file.read_text(), re.MULTILINE)
    assert int(waits_s) > ends_within_s()


@UNITS
def test_the_unit_gives_up_where_a_restart_does_not_help(file: Path) -> None:
    text = file.read_text()
    assert f"RestartPreventExitStatus={Exit.BAD_CONFIGURATION:d} {Exit.TELEGRAM_REFUSED:d}\n" in text
    assert "DATABASE_URL" in variables()


def test_of_several_each_listens_elsewhere_and_the_two_units_are_the_same_otherwise() -> None:
    assert "Environment=HTTP_LISTEN=127.0.0.1:808%i " in ONE_OF_SEVERAL.read_text()
    settings = [
        {line for line in file.read_text().splitlines() if "=" in line and not line.startswith("#")}
        for file in (UNIT, ONE_OF_SEVERAL)
    ]
    names = {line.partition("=")[0] for line in settings[0] ^ settings[1]}
    assert names == {
        "Description",
        "Environment",
        "StartLimitBurst",
        "StartLimitIntervalSec",
        "StateDirectory",
        "StateDirectoryMode",
    }
