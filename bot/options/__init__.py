"""The settings of a chat, each declared once: from here come checks, commands, help, menus and errors.

A new setting is a field of `ChatSettings`, a declaration below and two texts: `option-<name>`, what it is
called, and `about-<name>`, what it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.core.values import ChatSettings, Conversation
from bot.options.kinds import (
    BadValue,
    Choice,
    Kind,
    ModelName,
    Number,
    Prose,
    Switch,
    Value,
    Whole,
    Words,
    shortened,
)

if TYPE_CHECKING:
    from bot.texts import Texts

__all__ = ["BUILT_IN", "OPTIONS", "BadValue", "Option", "Value", "is_reset", "shortened"]

_RESET = frozenset({"reset", "default", "сброс", "сбросить"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One setting. `name` is the field of `ChatSettings` and the key in the database."""

    name: str
    command: str
    kind: Kind
    example: Value | None = None
    """None: `example-<name>` is a text too."""
    presets: tuple[tuple[str, float], ...] = ()
    """Values to choose from at a touch, each with the id of the text that shows it."""
    groups_only: bool = False
    """Exists in groups only, and unless `by_topic` for the whole chat: a topic has none of its own."""
    by_topic: bool = False
    """Each topic has its own, and inherits none: what is set in General is not set in the others."""
    admins_only: bool = False
    """Stays with a group's admins even where everyone may change settings."""

    @property
    def whole_chat(self) -> bool:
        """It is the same in all topics of a chat."""
        return self.groups_only and not self.by_topic

    @property
    def _text(self) -> str:
        return self.name.replace("_", "-")

    def label(self, texts: Texts) -> str:
        return texts(f"option-{self._text}")

    def about(self, texts: Texts) -> str:
        """What it does, and its range: a phrase that can stand after a dash."""
        return texts(f"about-{self._text}", **self.kind.limits())

    def written_example(self, texts: Texts) -> str:
        """A value as one would write it in a command, in the texts' language."""
        if self.example is None:
            return texts(f"example-{self._text}")
        if isinstance(self.kind, Number):
            return self.kind.show(self.example, texts)
        return self.kind.write(self.example)

    def place(self, conversation: Conversation) -> Conversation:
        """The conversation for which it is set."""
        return conversation.chat if self.whole_chat else conversation

    def explain(self, error: BadValue, texts: Texts) -> str:
        """What was wrong with a value, what the setting takes, and an example."""
        return texts(
            error.text_id,
            **{
                "name": self.label(texts),
                "command": self.command,
                "example": self.written_example(texts),
                **error.variables,
            },
        )


def is_reset(written: str) -> bool:
    """Whether this stands in place of a value: back to the inherited one."""
    return written.strip().casefold() in _RESET


BUILT_IN = ChatSettings(
    temperature=0.8,
    max_output_tokens=1500,
    model="yandexgpt-lite",
    instructions=(
        "Ты — вежливый и точный помощник в Telegram. Отвечай на языке вопроса, по существу, "
        "не выдумывай фактов; если не знаешь, так и скажи."
    ),
    language="ru",
    memory="",
)
"""Where neither the deployment nor the chat says otherwise."""

_LANGUAGES = {
    "ru": frozenset({"русский", "рус", "по-русски", "russian"}),
    "en": frozenset({"английский", "англ", "по-английски", "english"}),
}
_MEMORIES = {
    "linear": frozenset({"on", "all", "вкл", "да", "подряд", "весь разговор", "линейная"}),
    "branches": frozenset(
        {"branch", "replies", "threads", "ветки", "ветка", "ветви", "ответы", "по ответам"}
    ),
    "off": frozenset({"no", "none", "нет", "выкл", "выключена", "без памяти"}),
}
_EDITORS = {
    "admins": frozenset({"admin", "administrators", "админ", "админы", "администраторы"}),
    "everyone": frozenset({"all", "everybody", "members", "все", "всем", "все участники", "участники"}),
}

OPTIONS: Mapping[str, Option] = MappingProxyType(
    {
        option.name: option
        for option in (
            Option(
                name="temperature",
                command="temperature",
                kind=Number(0, 1, step=0.1),
                example=0.3,
                presets=(
                    ("preset-exact", 0.2),
                    ("preset-balanced", 0.5),
                    ("preset-creative", 0.8),
                    ("preset-wild", 1.0),
                ),
            ),
            Option(
                name="max_output_tokens",
                command="tokens",
                kind=Whole(1, 8000, "value-tokens"),
                example=1500,
                presets=tuple(("value-tokens", tokens) for tokens in (500, 1000, 1500, 3000, 5000, 8000)),
            ),
            Option(name="model", command="model", kind=ModelName(), example="yandexgpt-lite"),
            Option(name="instructions", command="instructions", kind=Prose(4000)),
            Option(
                name="language", command="language", kind=Choice(_LANGUAGES, "value-language"), example="ru"
            ),
            Option(name="memory", command="memory", kind=Choice(_MEMORIES, "value-memory"), example="linear"),
            Option(name="search", command="search", kind=Switch(), example=True, admins_only=True),
            Option(name="live", command="live", kind=Switch(), example=True),
            Option(
                name="who_may_change",
                command="rights",
                kind=Choice(_EDITORS, "value-who-may-change"),
                example="everyone",
                groups_only=True,
                admins_only=True,
            ),
            Option(name="wake_words", command="wake", kind=Words(5, 2, 30), groups_only=True),
            Option(name="reactions", command="reactions", kind=Switch(), example=False, groups_only=True),
            Option(name="buttons", command="buttons", kind=Switch(), example=True, groups_only=True),
            Option(name="share_title", command="title", kind=Switch(), example=False, groups_only=True),
            Option(
                name="listen",
                command="listen",
                kind=Switch(),
                example=True,
                groups_only=True,
                by_topic=True,
                admins_only=True,
            ),
        )
    }
)
"""In the order in which menus and help show them."""
