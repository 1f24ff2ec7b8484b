"""The words of messages that are neither text nor a file: polls, places, contacts, lists, dice, games."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from bot.handlers.entities import as_markdown

if TYPE_CHECKING:
    from telegram import Checklist, Contact, Dice, ExternalReplyInfo, Game, Location, Message, Poll, Venue


def words_of_kind(message: Message | ExternalReplyInfo) -> str:
    """Empty where a message has none, being text or a file. A sign tells the kind, in any language."""
    for name, worded in _KINDS.items():
        found = getattr(message, name, None)
        if found is not None:
            return worded(found)
    return ""


def _poll(poll: Poll) -> str:
    options = [f"- {as_markdown(option.text, option.text_entities)}" for option in poll.options]
    return "\n".join([f"📊 {as_markdown(poll.question, poll.question_entities)}", *options])


def _venue(venue: Venue) -> str:
    return f"📍 {venue.title}, {venue.address} ({_point(venue.location)})"


def _location(location: Location) -> str:
    return f"📍 {_point(location)}"


def _point(location: Location) -> str:
    return f"{location.latitude:.6g}, {location.longitude:.6g}"


def _contact(contact: Contact) -> str:
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    return f"👤 {name}, {contact.phone_number}"


def _checklist(checklist: Checklist) -> str:
    tasks = [
        f"- [{'x' if task.completion_date else ' '}] {as_markdown(task.text, task.text_entities)}"
        for task in checklist.tasks
    ]
    return "\n".join([f"☑ {as_markdown(checklist.title, checklist.title_entities)}", *tasks])


def _dice(dice: Dice) -> str:
    return f"{dice.emoji} {dice.value}"


def _game(game: Game) -> str:
    return "\n".join(part for part in (f"🎮 {game.title}", game.description, game.text or "") if part)


_KINDS: Final[Mapping[str, Callable[..., str]]] = {
    "poll": _poll,
    "venue": _venue,  # before its location, which Telegram repeats beside it
    "location": _location,
    "contact": _contact,
    "checklist": _checklist,
    "dice": _dice,
    "game": _game,
}
