"""Reads which pages an answer cites, out of annotations that may have any shape."""

from __future__ import annotations

import re
from typing import Any

MOST_SOURCES = 5
_LONGEST_URL = 2000
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(.*)", re.IGNORECASE | re.DOTALL)
_PORT = re.compile(r"\d{1,5}(?:[/?#]|\Z)")
# A host has a dot, in any alphabet; a name before it (user@host) only serves to deceive.
_ADDRESS = re.compile(r"(?P<host>(?:[\w-]+\.)+[^\W\d][\w-]+(?::\d{1,5})?)(?P<rest>(?:[/?#].*)?)", re.DOTALL)


def cited(parts: list[dict[str, Any]]) -> tuple[str, ...]:
    """Addresses of the `url_citation` annotations: cleaned, in order, each page once, the first five.

    The provider fills in the URL alone, sometimes without a scheme, sometimes a bare site.
    """
    found: dict[str, str] = {}
    for part in parts:
        annotations = part.get("annotations")
        for annotation in annotations if isinstance(annotations, list) else ():
            if isinstance(annotation, dict) and annotation.get("type") == "url_citation":
                url = clean_url(annotation.get("url"))
                if url:
                    found.setdefault(url.partition("://")[2].rstrip("/"), url)
    return tuple(found.values())[:MOST_SOURCES]


def clean_url(url: Any) -> str:
    """An http or https URL, `https://` added where it has no scheme; empty for anything else."""
    url = url.strip() if isinstance(url, str) else ""
    if len(url) > _LONGEST_URL or not url.isprintable() or re.search(r'[\s\\<>"]', url):
        return ""
    scheme, rest = "https", url.removeprefix("//")
    match = _SCHEME.fullmatch(url)
    if match is not None and not _PORT.match(match[2]):
        scheme, rest = match[1].lower(), match[2].removeprefix("//")
        if scheme not in {"http", "https"} or rest == match[2]:
            return ""
    address = _ADDRESS.fullmatch(rest)
    return f"{scheme}://{address['host'].lower()}{address['rest']}" if address is not None else ""
