"""Ready instructions to choose from: the bot's own six, and those that a deployment adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.texts import Texts

READY: Final = ("assistant", "translator", "editor", "teacher", "programmer", "companion")
NONE: Final = "none"
"""No instructions at all."""


@dataclass(frozen=True, slots=True)
class Role:
    """One role in one language. `id` stands in callback data: at most 20 of `A-Za-z0-9_-`."""

    id: str
    name: str
    instructions: str


@dataclass(frozen=True, slots=True)
class OwnRole:
    """A deployment's role: name and instructions by language, those under `""` for every other."""

    id: str
    names: Mapping[str, str]
    instructions: Mapping[str, str]

    def spoken(self, language: str) -> Role:
        return Role(self.id, _of(self.names, language), _of(self.instructions, language))


def _of(said: Mapping[str, str], language: str) -> str:
    return said.get(language) or said.get("") or next(iter(said.values()))


class Roles:
    """All roles of a deployment. Taking one sets a chat's `instructions`: that they are a role's is seen by
    their text, so that inheritance, source and reset are those of any setting.
    """

    def __init__(self, own: Sequence[OwnRole] = ()) -> None:
        """An own role takes the place of the ready one with its id."""
        self._own = {role.id: role for role in own}

    def all(self, texts: Texts) -> list[Role]:
        """In the order in which they are offered."""
        ready = [_ready(role_id, texts) for role_id in READY if role_id not in self._own]
        return ready + [role.spoken(texts.language) for role in self._own.values()]

    def get(self, role_id: str, texts: Texts) -> Role | None:
        if role_id == NONE:
            return Role(NONE, texts("role-none"), "")
        return next((role for role in self.all(texts) if role.id == role_id), None)

    def named(self, written: str, texts: Iterable[Texts]) -> Role | None:
        """The role that a person means by its id or its name, in any of the languages; the first one's
        instructions.
        """
        languages, asked = list(texts), " ".join(written.split()).casefold()
        for spoken in languages:
            for role in (*self.all(spoken), self.get(NONE, spoken)):
                if role is not None and asked in {role.id.casefold(), role.name.casefold()}:
                    return self.get(role.id, languages[0])
        return None

    def in_force(self, instructions: str, texts: Iterable[Texts]) -> str:
        """The id of the role whose instructions these are, in whichever language; empty: nobody's."""
        if not instructions:
            return NONE
        found = (
            role.id for spoken in texts for role in self.all(spoken) if role.instructions == instructions
        )
        return next(found, "")


def _ready(role_id: str, texts: Texts) -> Role:
    return Role(role_id, texts(f"role-{role_id}"), texts(f"role-{role_id}-says"))
