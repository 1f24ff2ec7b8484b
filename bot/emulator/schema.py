"""Reads a request's parameters by the schema, and names every fault in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.emulator.declarations import METHODS, OBJECTS

Json = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """A file sent with a request."""

    filename: str
    mime_type: str
    content: bytes


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    required: bool


def fields(declaration: str) -> dict[str, Field]:
    """The declaration's fields by name."""
    declared = {}
    for item in declaration.split():
        name, _, kind = item.partition(":")
        declared[name.rstrip("!")] = Field(name.rstrip("!"), kind, name.endswith("!"))
    return declared


class Reader:
    """Reads one request; `faults` says what in it the Bot API does not know or would not take."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.faults: list[str] = []

    def read(self, given: Mapping[str, Any]) -> Json:
        """The parameters with their declared types; text from a form becomes what its field declares."""
        declared = fields(METHODS[self.method])
        attached = {name for name, value in given.items() if isinstance(value, Upload)} - declared.keys()
        params = {}
        for name, value in given.items():
            if name in attached:
                params[name] = value
            elif name not in declared:
                self._fault(name, "unknown field")
            else:
                params[name] = self._typed(declared[name].kind, value, name)
        for name, field in declared.items():
            if field.required and name not in given:
                self._fault(name, "required field is missing")
        if params.get("parse_mode"):
            self._fault("parse_mode", "not modelled: entities are")
        for name, value in params.items():
            if isinstance(value, str) and value.startswith("attach://"):
                params[name] = params.get(value.removeprefix("attach://"), value)
        return params

    def _fault(self, where: str, what: str) -> None:
        self.faults.append(f"{self.method}: {where}: {what}")

    def _typed(self, kind: str, value: Any, where: str) -> Any:
        if isinstance(value, str) and kind not in {"str", "file", "chat", "any"}:
            try:
                value = json.loads(value)
            except ValueError:
                self._fault(where, f"{value!r} is not {kind}")
                return value
        if kind == "chat" and isinstance(value, str) and value.lstrip("-").isdigit():
            value = int(value)
        self._check(kind, value, where)
        return value

    def _check(self, kind: str, value: Any, where: str) -> None:
        if kind.startswith("["):
            if not isinstance(value, list):
                self._fault(where, f"{value!r} is not a list")
                return
            for number, item in enumerate(value):
                self._check(kind[1:-1], item, f"{where}[{number}]")
        elif kind in OBJECTS:
            self._check_object(kind, value, where)
        elif not _PLAIN[kind](value):
            self._fault(where, f"{value!r} is not {kind}")

    def _check_object(self, kind: str, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            self._fault(where, f"{value!r} is not {kind}")
            return
        alternatives = OBJECTS[kind].split("|")
        if len(alternatives) > 1:
            kind = next((a for a in alternatives if next(iter(fields(OBJECTS[a]))) in value), alternatives[0])
        declared = fields(OBJECTS[kind])
        for name in value.keys() - declared.keys():
            self._fault(f"{where}.{name}", f"unknown field of {kind}")
        for name, field in declared.items():
            if name in value:
                self._check(field.kind, value[name], f"{where}.{name}")
            elif field.required:
                self._fault(f"{where}.{name}", f"required field of {kind} is missing")


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_PLAIN: dict[str, Callable[[Any], bool]] = {
    "any": lambda _: True,
    "bool": lambda value: isinstance(value, bool),
    "int": _is_int,
    "str": lambda value: isinstance(value, str),
    "chat": lambda value: _is_int(value) or (isinstance(value, str) and value.startswith("@")),
    "file": lambda value: isinstance(value, (Upload, str)),
}
