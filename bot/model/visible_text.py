"""Takes a reasoning model's `<think>…</think>` out of what people see and the history keeps."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"(?P<code>```.*?(?:```|\Z)|`[^`\n]+`)|(?P<open>(?P<line>^[ \t]*)?<think(?:ing)?>)",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_CLOSE = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
# Some servers put the opening tag into the prompt, so that only the closing one is in the text.
_END_OF_THOUGHT = re.compile(r"^[ \t]*</think(?:ing)?>[ \t]*$", re.IGNORECASE | re.MULTILINE)
_HALF_TAG = re.compile(r"<(?:t(?:h(?:i(?:n(?:k(?:i(?:n(?:g)?)?)?)?)?)?)?)?\Z", re.IGNORECASE)


def visible_text(text: str) -> str:
    """`text` without what the model wrote for itself.

    A block that is not closed (the limit came first) is thought to its end where it begins a line; a tag in
    code, or alone in a sentence about such tags, is text.
    """
    if "think" not in text.lower():
        return text
    kept = _after_unopened(text)
    shown, at = [], 0
    while token := _TOKEN.search(kept, at):
        shown.append(kept[at : token.start()])
        at = token.end()
        close = _CLOSE.search(kept, at) if token["open"] else None
        if close is not None:
            at = close.end()
        elif token["open"] and token["line"] is not None:
            at = len(kept)
        else:
            shown.append(token[0])
    shown.append(kept[at:])
    whole = "".join(shown)
    return whole if whole == text else whole.strip()


def growing_text(text: str) -> str:
    """As `visible_text`, of an answer that is still being written: a tag half arrived is not shown."""
    return visible_text(_HALF_TAG.sub("", text))


def _after_unopened(text: str) -> str:
    end = _END_OF_THOUGHT.search(text)
    return text if end is None or "<think" in text[: end.start()].lower() else text[end.end() :]
