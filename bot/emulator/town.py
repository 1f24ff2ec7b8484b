"""Who is in the world: people and chats, and what happens to their membership."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.emulator import membership, messages
from bot.emulator.people import User
from bot.emulator.rooms import GENERAL, Member
from bot.emulator.state import State
from bot.emulator.talk import Chat

Json = dict[str, Any]


class Town:
    """The people's side of a world. Chats made here have been there for a while: nothing is announced."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.me = User(state.bot)
        """The bot, as someone to promote, restrict and so on."""

    def user(self, first_name: str, *, language: str = "ru", username: str = "", last_name: str = "") -> User:
        rest = {"last_name": last_name, "username": username, "language_code": language}
        return User(self.state.add_user(first_name, **{k: v for k, v in rest.items() if v}))

    def other_bot(self, first_name: str, username: str) -> User:
        return User(self.state.add_user(first_name, username=username, is_bot=True))

    def private(self, who: User) -> Chat:
        """The private chat with the bot; the bot may write there once the person has."""
        return Chat(self.state, self.state.private_room(who.json))

    def chat(self, chat_id: int) -> Chat:
        """The chat of that id."""
        return Chat(self.state, self.state.rooms[chat_id])

    def group(
        self,
        title: str,
        *,
        members: Iterable[User] = (),
        admins: Iterable[User] = (),
        owner: User | None = None,
        with_bot: bool = True,
    ) -> Chat:
        """A basic group, the bot a plain member of it in privacy mode."""
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
            for name in names[1:]:
                self._open_topic(chat, name, self._owner(chat).json)
        return chat

    def channel(
        self, title: str, *, owner: User | None = None, discussion: Chat | None = None, with_bot: bool = False
    ) -> Chat:
        """A channel; its posts are forwarded into the `discussion` group. The bot, if in it, is an admin."""
        chat = self._group("channel", title, (), (), owner, with_bot=with_bot)
        if with_bot:
            chat.room.members[self.me.id].status = "administrator"
        if discussion is not None:
            chat.room.linked_chat_id, discussion.room.linked_chat_id = discussion.id, chat.id
        return chat

    def _group(
        self,
        kind: str,
        title: str,
        members: Iterable[User],
        admins: Iterable[User],
        owner: User | None,
        *,
        with_bot: bool,
    ) -> Chat:
        room = self.state.add_room(kind, title)
        owner = owner or self.user("Владелец")
        for users, status in ((members, "member"), (admins, "administrator"), ((owner,), "creator")):
            for user in users:
                room.members[user.id] = Member(user.json, status)
        if with_bot:
            room.members[self.me.id] = Member(self.state.bot)
        return Chat(self.state, room)

    def _owner(self, chat: Chat) -> User:
        return User(next(m.user for m in chat.room.members.values() if m.status == "creator"))

    # Topics

    def topic(self, forum: Chat, name: str, *, by: User) -> int:
        """Opens a topic; gives its `message_thread_id`."""
        message = self._open_topic(forum, name, by.json)
        messages.deliver(self.state, forum.room, message)
        return int(message["message_id"])

    def _open_topic(self, forum: Chat, name: str, by: Json) -> Json:
        created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        message = messages.create(self.state, forum.room, {"from": by}, created)
        message |= {"message_thread_id": message["message_id"], "is_topic_message": True}
        self.state.add_topic(forum.room, message["message_id"], name)
        return message

    def close_topic(self, forum: Chat, name: str, *, by: User, closed: bool = True) -> None:
        topic = forum.topic(name)
        topic.closed = closed
        event = "forum_topic_closed" if closed else "forum_topic_reopened"
        self._service(forum, by, {event: {}}, topic.id)

    def rename_topic(self, forum: Chat, name: str, new_name: str, *, by: User) -> None:
        topic = forum.topic(name)
        topic.name = new_name
        self._service(forum, by, {"forum_topic_edited": {"name": new_name}}, topic.id)

    def delete_topic(self, forum: Chat, name: str) -> None:
        """The topic goes with all its messages; bots are not told."""
        topic = forum.topic(name)
        topic.deleted = True
        gone = [m for m in forum.room.messages.values() if m.get("message_thread_id") == topic.id]
        for message in gone:
            del forum.room.messages[message["message_id"]]

    def retitle(self, chat: Chat, title: str, *, by: User) -> None:
        chat.room.title = title
        self._service(chat, by, {"new_chat_title": title})

    def pin(self, chat: Chat, message_id: int, *, by: User) -> None:
        """Pins a message; one that is gone by then is an inaccessible message in the update."""
        gone = {"chat": chat.room.json(), "message_id": message_id, "date": 0}
        self._service(chat, by, {"pinned_message": chat.room.messages.get(message_id, gone)})

    def _service(self, chat: Chat, by: User, content: Json, thread_id: int = 0) -> None:
        message = messages.create(self.state, chat.room, {"from": by.json}, content, thread_id=thread_id)
        messages.deliver(self.state, chat.room, message)

    # Who is where

    def join(self, chat: Chat, who: User, *, by: User | None = None) -> None:
        membership.change(self.state, chat.room, who.json, "member", by=(by or who).json)

    def leave(self, chat: Chat, who: User) -> None:
        membership.change(self.state, chat.room, who.json, "left", by=who.json)

    def promote(self, chat: Chat, who: User, *, by: User, anonymous: bool = False, **rights: bool) -> None:
        """Makes an administrator with every right but those given as False."""
        membership.change(
            self.state, chat.room, who.json, "administrator", by=by.json, is_anonymous=anonymous, **rights
        )

    def demote(self, chat: Chat, who: User, *, by: User) -> None:
        membership.change(self.state, chat.room, who.json, "member", by=by.json)

    def restrict(self, chat: Chat, who: User, *, by: User, **permissions: bool) -> None:
        """For example `can_send_messages=False`."""
        membership.change(self.state, chat.room, who.json, "restricted", by=by.json, **permissions)

    def add_bot(self, chat: Chat, *, by: User, admin: bool = False) -> None:
        membership.change(
            self.state, chat.room, self.state.bot, "administrator" if admin else "member", by=by.json
        )

    def remove_bot(self, chat: Chat, *, by: User) -> None:
        membership.change(self.state, chat.room, self.state.bot, "kicked", by=by.json)

    def block(self, who: User, *, blocked: bool = True) -> None:
        """The person blocks the bot in the private chat, or lets it in again."""
        membership.block(self.state, self.state.private_room(who.json), blocked=blocked)

    def migrate(self, chat: Chat, *, by: User | None = None) -> Chat:
        """The group becomes a supergroup under a new id; the old handle keeps the old one."""
        by = by or self._owner(chat)
        return Chat(self.state, membership.migrate(self.state, chat.room, by=by.json))
