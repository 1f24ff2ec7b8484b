"""What a code block is called as a file."""

from __future__ import annotations

import re

_EXTENSIONS = {
    "bash": "sh",
    "c": "c",
    "c#": "cs",
    "c++": "cpp",
    "cpp": "cpp",
    "cs": "cs",
    "csharp": "cs",
    "css": "css",
    "csv": "csv",
    "dart": "dart",
    "diff": "diff",
    "go": "go",
    "golang": "go",
    "haskell": "hs",
    "html": "html",
    "ini": "ini",
    "java": "java",
    "javascript": "js",
    "js": "js",
    "json": "json",
    "jsx": "jsx",
    "kotlin": "kt",
    "kt": "kt",
    "latex": "tex",
    "lua": "lua",
    "markdown": "md",
    "md": "md",
    "perl": "pl",
    "php": "php",
    "powershell": "ps1",
    "py": "py",
    "python": "py",
    "python3": "py",
    "r": "r",
    "rb": "rb",
    "rs": "rs",
    "ruby": "rb",
    "rust": "rs",
    "scala": "scala",
    "sh": "sh",
    "shell": "sh",
    "sql": "sql",
    "svg": "svg",
    "swift": "swift",
    "tex": "tex",
    "toml": "toml",
    "ts": "ts",
    "tsx": "tsx",
    "typescript": "ts",
    "xml": "xml",
    "yaml": "yaml",
    "yml": "yml",
    "zsh": "sh",
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
