"""A Telegram of its own on this machine: people, chats and one bot, behind a Bot API server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

from aiohttp import web

from bot.emulator import membership, messages
from bot.emulator.botapi import MAX_REQUEST_BYTES, BotApi
from bot.emulator.people import User
from bot.emulator.refusals import Refusal, too_many_requests
from bot.emulator.rooms import GENERAL, Member
from bot.emulator.state import State
from bot.emulator.talk import Chat
from bot.emulator.ticking import RealClock
from bot.emulator.wire import Call, Failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from types import TracebackType

    from bot.emulator.ticking import Clock

Json = dict[str, Any]


class World:
    """Serves the Bot API while it is entered; leaving it fails if the bot broke the schema."""

    def __init__(
        self, clock: Clock | None = None, seed: int = 0, *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.state = State(clock or RealClock(), seed)
        self.api = BotApi(self.state)
        self._address = host, port
        self._runner: web.AppRunner | None = None
        self.url = ""
        """Root for TELEGRAM_API_URL."""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=MAX_REQUEST_BYTES)
        self.api.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, *self._address).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.state.updates.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if error is None and self.faults:
            raise AssertionError("the bot broke the Bot API's schema:\n" + "\n".join(self.faults))

    @property
    def token(self) -> str:
        return self.state.token

    @property
    def bot(self) -> Json:
        return self.state.bot

    @property
    def calls(self) -> list[Call]:
        """Every Bot API call so far."""
        return self.state.wire.calls

    @property
    def faults(self) -> list[str]:
        """What the bot sent against the schema: unknown methods and fields, wrong types."""
        return self.api.faults

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    # People and chats

    def user(self, first_name: str, *, language: str = "ru", username: str = "", last_name: str = "") -> User:
        rest = {"last_name": last_name, "username": username, "language_code": language}
        return User(self.state.add_user(first_name, **{k: v for k, v in rest.items() if v}))

    def private(self, who: User) -> Chat:
        """The private chat with the bot; the bot may write there once the person has."""
        return Chat(self.state, self.state.private_room(who.json))

    def group(
        self,
        title: str,
        *,
        members: Iterable[User] = (),
        admins: Iterable[User] = (),
        owner: User | None = None,
        with_bot: bool = True,
    ) -> Chat:
        return self._group("group", title, members, admins, owner, with_bot=with_bot)

    def supergroup(
        self,
        title: str,
        *,
        topics: Iterable[str] = (),
        members: Iterable[User] = (),
        admins: Iterable[User] = (),
        owner: User | None = None,
        with_bot: bool = True,
        username: str = "",
    ) -> Chat:
        """A supergroup; with topics it is a forum, and the first one named is General."""
        chat = self._group("supergroup", title, members, admins, owner, with_bot=with_bot)
        chat.room.username = username
        names = list(topics)
        chat.room.is_forum = bool(names)
        if names:
            self.state.add_topic(chat.room, GENERAL, names[0])
            by = next(m.user for m in chat.room.members.values() if m.status == "creator")
            for name in names[1:]:
                self._open_topic(chat, name, by)
        return chat

    def _group(
        self,
        kind: Literal["group", "supergroup"],
        title: str,
        members: Iterable[User],
        admins: Iterable[User],
        owner: User | None,
        *,
        with_bot: bool,
    ) -> Chat:
        """A group that has been there for a while: nothing is announced."""
        room = self.state.add_room(kind, title)
        owner = owner or self.user("Владелец")
        for users, status in (
            (members, "member"),
            (admins, "administrator"),
            ((owner,), "creator"),
        ):
            for user in users:
                room.members[user.id] = Member(user.json, status)
        if with_bot:
            room.members[self.bot["id"]] = Member(self.bot)
        return Chat(self.state, room)

    def topic(self, forum: Chat, name: str, *, by: User) -> int:
        """Opens a topic; returns its `message_thread_id`."""
        message = self._open_topic(forum, name, by.json)
        messages.deliver(self.state, forum.room, message)
        return int(message["message_id"])

    def _open_topic(self, forum: Chat, name: str, by: Json) -> Json:
        created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        message = messages.create(self.state, forum.room, {"from": by}, created)
        message |= {"message_thread_id": message["message_id"], "is_topic_message": True}
        self.state.add_topic(forum.room, message["message_id"], name)
        return message

    # Who is where

    def join(self, chat: Chat, who: User, *, by: User | None = None) -> None:
        membership.change(self.state, chat.room, who.json, "member", by=(by or who).json)

    def leave(self, chat: Chat, who: User) -> None:
        membership.change(self.state, chat.room, who.json, "left", by=who.json)

    def promote(self, chat: Chat, who: User, *, by: User, anonymous: bool = False) -> None:
        membership.change(
            self.state, chat.room, who.json, "administrator", by=by.json, is_anonymous=anonymous
        )

    def add_bot(self, chat: Chat, *, by: User, admin: bool = False) -> None:
        membership.change(self.state, chat.room, self.bot, "administrator" if admin else "member", by=by.json)

    def remove_bot(self, chat: Chat, *, by: User) -> None:
        membership.change(self.state, chat.room, self.bot, "kicked", by=by.json)

    def block(self, who: User, *, blocked: bool = True) -> None:
        """The person blocks the bot in the private chat."""
        membership.block(self.state, self.state.private_room(who.json), blocked=blocked)

    def migrate(self, chat: Chat, *, by: User | None = None) -> Chat:
        """The group becomes a supergroup under a new id; the old handle keeps the old one."""
        owner = next(m.user for m in chat.room.members.values() if m.status == "creator")
        return Chat(self.state, membership.migrate(self.state, chat.room, by=by.json if by else owner))

    # The wire

    def on(self, event: str, callback: Callable[..., Awaitable[None] | None]) -> Callable[[], None]:
        """Calls back at an event until the returned function is called.

        `call:before`, `call:after`, `call:<method>:before`, `call:<method>:after` get the `Call`, before it
        takes effect and after it did but before it is answered; these may be coroutine functions. `update`
        gets each update queued, `room` a `Room`, what happened and the message.
        """
        return self.state.wire.on(event, callback)

    def fail(
        self,
        method: str,
        *,
        status: int = 0,
        description: str = "",
        retry_after_s: int = 0,
        times: float = 1,
        when: Callable[[Json], bool] = lambda _: True,
        drop: Literal["", "before", "after"] = "",
        delay_s: float = 0,
        body: str = "",
    ) -> Failure:
        """The next `times` calls of `method` (`*`: any) that `when` accepts meet this trouble."""
        refusal = None
        if retry_after_s:
            refusal = too_many_requests(retry_after_s)
        elif status:
            refusal = Refusal(status, description or {500: "Internal Server Error"}.get(status, "Error"))
        failure = Failure(method, times, when, refusal, drop, delay_s, body)
        self.state.wire.failures.append(failure)
        return failure

    def feed(self, update: Json) -> Json:
        """Queues an update exactly as given, past every rule: golden and made-up ones."""
        return self.state.updates.put_raw(update)
