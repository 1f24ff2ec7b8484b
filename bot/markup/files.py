"""What a code block is called as a file."""

from __future__ import annotations

import re

_SAME = """
    c cpp cs css csv dart diff go html ini java js json jsx kt lua md php py r rb rs scala sh sql svg swift
    tex toml ts tsx xml yaml yml
"""
"""Languages by the extensions of their files."""
_OTHER = """
    bash sh  c# cs  c++ cpp  csharp cs  golang go  haskell hs  javascript js  kotlin kt  latex tex
    markdown md  perl pl  powershell ps1  python py  python3 py  ruby rb  rust rs  shell sh  typescript ts
    zsh sh
"""
_EXTENSIONS = {
    **{name: name for name in _SAME.split()},
    **dict(zip(_OTHER.split()[::2], _OTHER.split()[1::2], strict=True)),
}
_WHOLE_NAMES = {
    "docker": "Dockerfile",
    "dockerfile": "Dockerfile",
    "make": "Makefile",
    "makefile": "Makefile",
}
_FILE_NAME = re.compile(r"\w[\w-]{0,60}\.\w{1,8}")


def file_name(language: str, title: str, number: int) -> str:
    """By the name that the model wrote next to the language, else by the language; `number` from 1."""
    if _FILE_NAME.fullmatch(title):
        return title
    key = language.lower()
    if key in _WHOLE_NAMES and number == 1:
        return _WHOLE_NAMES[key]
    stem = "code" if number == 1 else f"code-{number}"
    return f"{stem}.{_EXTENSIONS.get(key, 'txt')}"
