"""What the documents name is there: links, targets of make, variables, files and tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.config.settings import variables

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.ru.md")
DOCUMENTS = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")))


def text(document: str | Path) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_within_the_repository_lead_somewhere(document: Path) -> None:
    prose = re.sub(r"`[^`\n]*`", "", text(document))
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", prose):
        path, _, heading = target.partition("#")
        found = (document.parent / path).resolve() if path else document
        assert found.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.*)$", text(found), re.MULTILINE)
            anchors = [re.sub(r"[^\w -]", "", words).lower().replace(" ", "-") for words in headings]
            assert heading in anchors, target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_target_of_make_that_is_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text(document), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_variable_that_is_named_exists(document: Path) -> None:
    families = "|".join({name.split("_")[0] for name in variables()})
    assert set(re.findall(rf"\b(?:{families})_[A-Z_]+\b", text(document))) <= set(variables())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_and_test_that_is_named_exists(document: Path) -> None:
    for path, _, test in re.findall(r"`((?:bot|tests|docs|benchmarks)/[\w./-]*)(::(\w+))?`", text(document)):
        assert (ROOT / path).exists(), path
        if test:
            assert re.search(rf"^(async )?def {test}\(", text(path), re.MULTILINE), f"{path}::{test}"


@pytest.mark.parametrize("readme", READMES)
def test_the_first_screen_reaches_a_talking_bot(readme: str) -> None:
    screen = "\n".join(text(readme).splitlines()[:45])
    assert "make demo" in screen
    assert "make run" in screen
