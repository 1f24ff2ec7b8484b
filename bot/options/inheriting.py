"""Which settings are in force in a conversation, and where each comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.core.values import ChatSettings, Conversation, Override
from bot.options import BUILT_IN, OPTIONS, Option
from bot.options.kinds import BadValue, Value


class Level(StrEnum):
    """Where a value can come from; each inherits from the one before."""

    BUILT_IN = "built-in"
    DEPLOYMENT = "deployment"
    CHAT = "chat"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from and, if a chat or a topic has set it, who did and when."""

    level: Level
    changed_by: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Effective:
    """The settings in force, and the source of each by its name."""

    settings: ChatSettings
    sources: Mapping[str, Source]

    def value(self, name: str) -> Value:
        value: Value = getattr(self.settings, name)
        return value

    def is_own(self, option: Option, place: Conversation) -> bool:
        """Whether the conversation, of which these are the settings, has set it and not inherited it."""
        level = Level.TOPIC if option.place(place).thread_id else Level.CHAT
        return self.sources[option.name].level is level


def effective(
    defaults: ChatSettings,
    chat_overrides: Mapping[str, Override],
    topic_overrides: Mapping[str, Override],
    *,
    private: bool,
    in_topic: bool = False,
) -> Effective:
    """The deployment's `defaults` under the chat's own values under the topic's.

    A stored value that is not one of its setting any more is passed over, as is a setting that no longer
    exists: the inherited value holds. `private` tells the kind of chat, on which memory depends, and the
    language: a private chat has its person's own until it sets one. `in_topic`: these are a topic's, which
    does not inherit all.
    """
    built_in = BUILT_IN
    if private:
        defaults, built_in = (replace(inherited, language="") for inherited in (defaults, built_in))
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    for name in OPTIONS:
        changed = getattr(defaults, name) != getattr(built_in, name)
        sources[name] = Source(Level.DEPLOYMENT if changed else Level.BUILT_IN)
    for level, overrides in ((Level.CHAT, chat_overrides), (Level.TOPIC, topic_overrides)):
        for name, option in OPTIONS.items():
            override = overrides.get(name)
            if override is None or (
                option.whole_chat if level is Level.TOPIC else option.by_topic and in_topic
            ):
                continue
            try:
                values[name] = option.kind.decode(override.value)
            except BadValue:
                continue
            sources[name] = Source(level, override.changed_by, override.changed_at)
    settings = replace(defaults, **values)
    settings = replace(settings, memory=settings.memory_for(private=private).value)
    return Effective(settings, sources)
