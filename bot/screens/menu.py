"""The settings menu: what each of its pages shows. Pure; it is drawn anew for every press."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.core.values import Conversation
from bot.options import OPTIONS, Option, Value, shortened
from bot.options.inheriting import Effective, Level
from bot.options.kinds import Choice, ModelName, Number, Switch
from bot.options.saying import scope_of, source_line, whole_value
from bot.screens.callbacks import (
    AskValue,
    Callback,
    CancelPrompt,
    CloseMenu,
    OpenPage,
    OpenRoles,
    PickModel,
    ResetOption,
    SetOption,
    encode,
    encode_start,
)
from bot.screens.views import Button, View, in_pairs, marked

if TYPE_CHECKING:
    from bot.texts import Texts

MAIN: Final = "main"
GROUP: Final = "group"
"""The page of what is the same in all topics of a group. Every other page bears its option's name."""

_MODELS_A_PAGE: Final = 8
_LINE_LENGTH: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """The menu of one conversation's settings, as it would be drawn now."""

    place: Conversation
    """Whose settings: a private chat's, a whole group's, or a topic's."""
    found: Effective
    texts: Texts
    bot: str
    """The bot's username, for links."""
    title: str = ""
    """The group's title where its settings are managed from a private chat; else empty."""
    models: Sequence[str] = ()
    """Names to choose from; none where they can't be had."""
    configured: str
    """The deployment's own model: to be chosen where the others can't be had."""

    def page(self, name: str, number: int = 0) -> View | None:
        """A page by its name, and for a long list its sheet; None where there is no such page."""
        if name == MAIN:
            return self.main()
        if self.place.private and (name == GROUP or name not in self._names(whole_chat=False)):
            return None
        if name == GROUP:
            return self._group()
        option = OPTIONS.get(name)
        return None if option is None else self.option(option, number)

    def prompt(self, option: Option) -> View:
        """Asks for a value, to be sent as a reply to this very message."""
        text = self.texts(
            "menu-prompt",
            name=option.label(self.texts),
            about=option.about(self.texts),
            example=option.written_example(self.texts),
        )
        cancel = self._button(self.texts("button-cancel"), CancelPrompt(self.place, option.name))
        return View("\n\n".join((*self.where(), text)), ((cancel,),))

    def main(self) -> View:
        texts, names = self.texts, self._names(whole_chat=False)
        lines = [self._line(OPTIONS[name]) for name in names]
        heading = texts("menu-heading", scope=self._scope, title=self.title)
        rows = in_pairs(self._opening(names))
        rows.append((self._button(texts("menu-roles"), OpenRoles(self.place)),))
        if not self.place.private:
            rows.append((self._button(texts("menu-group-page"), OpenPage(self.place, GROUP)),))
        if self.place.thread_id:
            whole = OpenPage(self.place.chat, MAIN)
            rows.append((self._button(texts("button-whole-chat"), whole),))
        if not self.place.private and not self.title:
            link = f"https://t.me/{self.bot}?start={encode_start(self.place)}"
            rows.append((Button(texts("button-manage-in-private"), url=link),))
        rows.append((self._close,))
        return View("\n\n".join((heading, "\n".join(lines))), tuple(rows))

    def _group(self) -> View:
        names = self._names(whole_chat=True)
        values = [self._value(OPTIONS[name]) for name in names]
        text = "\n\n".join((*self.where(of_chat=True), *values))
        return View(text, (*in_pairs(self._opening(names)), (self._back(MAIN), self._close)))

    def option(self, option: Option, number: int = 0) -> View:
        about = self.texts("menu-about", name=option.label(self.texts), about=option.about(self.texts))
        paragraphs = [*self.where(of_chat=option.whole_chat), self._value(option), about]
        if isinstance(option.kind, ModelName) and not self.models:
            paragraphs.append(self.texts("menu-no-models"))
        rows = self._values(option, number)
        if self.found.is_own(option, self.place):
            rows.append((self._button(self.texts("button-reset"), ResetOption(self.place, option.name)),))
        rows.append((self._back(GROUP if option.whole_chat else MAIN), self._close))
        return View("\n\n".join(paragraphs), tuple(rows))

    def _values(self, option: Option, number: int) -> list[tuple[Button, ...]]:
        """The rows from which a value is chosen."""
        texts, kind, current = self.texts, option.kind, self.found.value(option.name)
        ask = self._button(texts("button-change"), AskValue(self.place, option.name))
        if isinstance(kind, Choice):
            return [(self._setting(option, word, kind.show(word, texts)),) for word in kind.words]
        if isinstance(kind, Switch):
            return [tuple(self._setting(option, value, kind.show(value, texts)) for value in (True, False))]
        if isinstance(kind, ModelName):
            return self._model_rows(option, number)
        presets = [
            self._setting(option, value, texts(text_id, value=value)) for text_id, value in option.presets
        ]
        if not isinstance(kind, Number):
            return [*in_pairs(presets), (ask,)]
        steps = [
            self._setting(
                option, step, f"{'−' if step < kind.decode(current) else '+'} {kind.show(step, texts)}"
            )
            for step in kind.steps(current)
        ]
        return [*in_pairs(presets), tuple(steps)]

    def _model_rows(self, option: Option, number: int) -> list[tuple[Button, ...]]:
        models = self.models or (self.configured,)
        sheets = max(1, -(-len(models) // _MODELS_A_PAGE))
        sheet = max(0, min(number, sheets - 1))
        first = sheet * _MODELS_A_PAGE
        current = self.found.value(option.name)
        rows: list[tuple[Button, ...]] = [
            (self._button(marked(name, chosen=name == current), PickModel(self.place, digest(name))),)
            for name in models[first : first + _MODELS_A_PAGE]
        ]
        if sheets > 1:
            before, after = (sheet - 1) % sheets, (sheet + 1) % sheets
            rows.append(
                (
                    self._button("‹", OpenPage(self.place, option.name, before)),
                    self._button(f"{sheet + 1}/{sheets}", OpenPage(self.place, option.name, sheet)),
                    self._button("›", OpenPage(self.place, option.name, after)),
                )
            )
        rows.append((self._button(self.texts("button-type-model"), AskValue(self.place, option.name)),))
        return rows

    @property
    def _scope(self) -> str:
        if self.place.private:
            return "private"
        kind = scope_of(self.place) if self.place.thread_id else "group"
        return f"{kind}-elsewhere" if self.title else kind

    def where(self, *, of_chat: bool = False) -> tuple[str, ...]:
        """Whose settings a page is about, where that is not plain from where it is shown."""
        scope = self._scope
        if of_chat and not self.place.private:
            scope = "group-elsewhere" if self.title else "group"
        if scope in {"private", "group"}:
            return ()
        return (self.texts("menu-where", scope=scope, title=self.title),)

    def _names(self, *, whole_chat: bool) -> list[str]:
        return [
            name
            for name, option in OPTIONS.items()
            if option.whole_chat == whole_chat and not (self.place.private and option.groups_only)
        ]

    def _line(self, option: Option) -> str:
        """A setting on the main page; one that the conversation has set itself is marked."""
        level = self.found.sources[option.name].level
        value = option.kind.show(self.found.value(option.name), self.texts)
        value = shortened(" ".join(value.split()), _LINE_LENGTH)
        label = option.label(self.texts)
        if self.place.private or level not in {Level.CHAT, Level.TOPIC}:
            return self.texts("menu-line", name=label, value=value)
        own = scope_of(self.place) if level is Level.TOPIC else "chat"
        return self.texts("menu-line-own", level=own, name=label, value=value)

    def _value(self, option: Option) -> str:
        return self.texts(
            "menu-value",
            name=option.label(self.texts),
            value=whole_value(option, self.found.value(option.name), self.texts),
            source=source_line(self.found.sources[option.name], self.texts, place=self.place),
        )

    def _opening(self, names: Iterable[str]) -> list[Button]:
        return [self._button(OPTIONS[name].label(self.texts), OpenPage(self.place, name)) for name in names]

    def _setting(self, option: Option, value: Value, text: str) -> Button:
        chosen = value == self.found.value(option.name)
        text = marked(text[:1].upper() + text[1:], chosen=chosen)
        return self._button(text, SetOption(self.place, option.name, option.kind.write(value)))

    @staticmethod
    def _button(text: str, callback: Callback) -> Button:
        return Button(text, encode(callback))

    def _back(self, page: str) -> Button:
        return self._button(self.texts("button-back"), OpenPage(self.place, page))

    @property
    def _close(self) -> Button:
        return self._button(self.texts("button-close"), CloseMenu(self.place))


def closed(texts: Texts) -> View:
    return View(texts("menu-closed"))


def digest(model: str) -> str:
    """Stands for a model's name in callback data."""
    return f"{zlib.crc32(model.encode()):08x}"


def picked(models: Iterable[str], wanted: str) -> str | None:
    """The model that was picked, if it is still in the list."""
    return next((name for name in models if digest(name) == wanted), None)
