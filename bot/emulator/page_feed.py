"""What the chat page sees happen: one snapshot, then every change and everything on the wire."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from bot.emulator import page_view
from bot.emulator.rooms import Room
from bot.emulator.wire import Call

if TYPE_CHECKING:
    from bot.emulator.world import World

Json = dict[str, Any]

TIMELINE_ROWS: Final = 400
MAX_BEHIND: Final = 2000
"""Events that a watcher may be behind; one further behind is let go, connects again and starts afresh."""


class Feed:
    """Listens to the world and tells every open page."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._watchers: set[asyncio.Queue[str | None]] = set()
        self._timeline: deque[Json] = deque(maxlen=TIMELINE_ROWS)
        self._extra: dict[str, Json] = {}
        self._changed: dict[tuple[int, int], None] = {}
        self._known: dict[str, str] = {}
        self._calls: dict[int, tuple[Call, float]] = {}
        self._flush_soon = False
        self._stops: list[Callable[[], None]] = []

    def start(self) -> None:
        on = self._world.on
        self._stops = [
            on("room", self._room),
            on("update", self._update),
            on("call:before", self._call_began),
            on("call:after", self._call_ended),
        ]

    def close(self) -> None:
        """Stops listening and ends every watch."""
        while self._stops:
            self._stops.pop()()
        for watcher in self._watchers:
            watcher.put_nowait(None)

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[str | None]]:
        """A queue whose first event is the snapshot; None ends it."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        queue.put_nowait(json.dumps(self._snapshot()))
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)

    def show(self, name: str, value: Json) -> None:
        """Keeps and tells a part of the page that is not the world's: the bot's process, the switches."""
        self._extra[name] = value
        self._tell({"type": "extra", "name": name, "value": value})

    def row(self, row: Json) -> None:
        """Adds a row to the timeline, or brings the row with this id up to date."""
        for place, known in enumerate(self._timeline):
            if known["id"] == row["id"]:
                self._timeline[place] = row
                break
        else:
            self._timeline.append(row)
        self._tell({"type": "row", "row": row})

    def touch(self) -> None:
        """Looks for changes once whatever is going on now has been finished."""
        if not self._flush_soon:
            self._flush_soon = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _tell(self, event: Json) -> None:
        text = json.dumps(event) if self._watchers else ""
        for watcher in list(self._watchers):
            if watcher.qsize() > MAX_BEHIND:
                self._watchers.discard(watcher)
                watcher.put_nowait(None)
            else:
                watcher.put_nowait(text)

    def _snapshot(self) -> Json:
        state = self._world.state
        return {
            "type": "snapshot",
            "bot": page_view.bot_json(state),
            "rooms": [
                page_view.room_json(room)
                | {
                    "messages": [
                        page_view.message_json(room, number, state.bot["id"]) for number in room.messages
                    ]
                }
                for room in state.rooms.values()
            ],
            "timeline": list(self._timeline),
            "extra": self._extra,
        }

    def _room(self, room: Room, verb: str, message: Json) -> None:
        if verb == "action":
            thread_id = message.get("message_thread_id", 0)
            self._tell({"type": "action", "chat_id": room.id, "thread_id": thread_id})
        else:
            self._changed[room.id, message["message_id"]] = None
        self.touch()

    def _update(self, update: Json) -> None:
        self.row(page_view.update_json(update, self._world.state.clock.now().timestamp()))
        self.touch()

    def _call_began(self, call: Call) -> None:
        self._calls[call.number] = (call, self._world.state.clock.monotonic())
        self.row(page_view.call_json(call, took_s=0))
        self.touch()

    def connections_lost(self) -> None:
        """The bot's process ended: nobody waits for what is under way any more."""
        for call, _ in list(self._calls.values()):
            call.dropped = call.dropped or "before"
        self.touch()

    def _call_ended(self, call: Call) -> None:
        self._end(call)
        self.touch()

    def _end(self, call: Call) -> None:
        _, began_s = self._calls.pop(call.number, (call, 0.0))
        self.row(page_view.call_json(call, took_s=self._world.state.clock.monotonic() - began_s))

    def _flush(self) -> None:
        self._flush_soon = False
        state = self._world.state
        for call, _ in list(self._calls.values()):
            if call.dropped:
                self._end(call)
        for room in state.rooms.values():
            self._tell_if_new(f"room {room.id}", {"type": "room", "room": page_view.room_json(room)})
        self._tell_if_new("bot", {"type": "bot", "bot": page_view.bot_json(state)})
        for chat_id, message_id in self._changed:
            room = state.rooms[chat_id]
            self._tell({"type": "message", **page_view.message_json(room, message_id, state.bot["id"])})
        self._changed.clear()

    def _tell_if_new(self, key: str, event: Json) -> None:
        text = json.dumps(event)
        if self._known.get(key) != text:
            self._known[key] = text
            self._tell(event)
