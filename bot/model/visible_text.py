"""Takes a reasoning model's `<think>…</think>` out of what people see and the history keeps."""

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE | re.DOTALL | re.MULTILINE
_OPEN = r"(?P<open>(?P<line>^ {0,3})?<think(?:ing)?\s*>)"
_CLOSE = r"(?P<close></\s*think(?:ing)?\s*>)"
_SPAN = r"`[^`\n]+`"
_TOKEN = re.compile(
    rf"(?P<code>```.*?(?:```|\Z)|^~~~.*?(?:^~~~|\Z)|^(?: {{4}}|\t)[^\n]*|{_SPAN})|{_OPEN}", _FLAGS
)
_TAG = re.compile(rf"{_OPEN}|{_CLOSE}", _FLAGS)
# In a thought a fence may be left open: only one that is closed on a line of its own hides a tag.
_FENCED = r"^[ \t]*(?P<mark>```|~~~)[^\n]*\n.*?^[ \t]*(?P=mark)[ \t]*$"
_TAG_OR_CODE = re.compile(rf"(?P<code>{_FENCED}|{_SPAN})|{_OPEN}|{_CLOSE}", _FLAGS)
_HALF_TAG = re.compile(r"<(?:t(?:h(?:i(?:n(?:k(?:i(?:n(?:g)?)?)?\s*)?)?)?)?)?\Z", re.IGNORECASE)


def visible_text(text: str) -> str:
    """`text` without what the model wrote for itself.

    A block that is not closed (the limit came first) is thought to its end where it begins a line; a tag in
    code, or alone in a sentence about such tags, is text.
    """
    return _visible(text, whole=True)


def growing_text(text: str) -> str:
    """As `visible_text`, of an answer that is still being written: a tag half arrived is not shown."""
    return _visible(_HALF_TAG.sub("", text), whole=False)


def _visible(text: str, *, whole: bool) -> str:
    if "think" not in text.lower():
        return text
    kept = _after_unopened(text)
    tags = _TAG if whole else _TAG_OR_CODE
    last_close = max((tag.end() for tag in tags.finditer(kept) if tag["close"]), default=0)
    shown, at = [], 0
    while token := _TOKEN.search(kept, at):
        shown.append(kept[at : token.start()])
        at = token.end()
        end = _end_of_thought(kept, at, whole=whole) if token["open"] and at < last_close else None
        if end is not None:
            at = end
        elif token["open"] and token["line"] is not None:
            at = len(kept)
        else:
            shown.append(token[0])
    shown.append(kept[at:])
    visible = "".join(shown)
    return visible if visible == text else visible.strip()


def _end_of_thought(text: str, at: int, *, whole: bool) -> int | None:
    """Where the thought that was opened before `at` ends, with those inside it; None where it is not closed.

    What it quotes as code closes nothing, unless nothing else does. Of tags that do not pair the first one
    that closes counts, in a text that is `whole`: rather a piece of a thought is seen than no answer.
    """
    for tags in (_TAG_OR_CODE, _TAG) if whole else (_TAG_OR_CODE,):
        depth, first = 1, None
        for tag in tags.finditer(text, at):
            if tag["close"]:
                depth -= 1
                first = first or tag
            elif tag["open"]:
                depth += 1
            if depth == 0:
                return tag.end()
        if first is not None:
            return first.end() if whole else len(text)
    return None


def _after_unopened(text: str) -> str:
    """Some servers put the opening tag into the prompt, so that only the closing one is in the text."""
    for tag in _TAG_OR_CODE.finditer(text):
        if tag["open"]:
            break
        if tag["close"] and _is_on_own_line(text, tag):
            return text[tag.end() :]
    return text


def _is_on_own_line(text: str, tag: re.Match[str]) -> bool:
    before, after = text[: tag.start()].rpartition("\n")[2], text[tag.end() :].partition("\n")[0]
    return not before.strip() and not after.strip()
