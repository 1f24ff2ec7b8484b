"""A chat as Telegram's servers know it: its members, topics and messages."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

GENERAL = 1
"""Id of the General topic; its messages carry no `message_thread_id`."""
PRESENT = ("creator", "administrator", "member")

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
RIGHTS_IN = {
    "group": ("can_pin_messages", "can_manage_tags"),
    "supergroup": ("can_pin_messages", "can_manage_tags", "can_manage_topics"),
    "channel": ("can_post_messages", "can_edit_messages", "can_manage_direct_messages"),
}
"""An administrator's further rights by the kind of chat."""


@dataclass
class Member:
    """One user's place in a chat."""

    user: Json
    status: str = "member"
    is_anonymous: bool = False
    rights: dict[str, bool] = field(default_factory=dict)
    """Exceptions to an administrator's full rights, or a member's restrictions."""

    @property
    def present(self) -> bool:
        return self.status in PRESENT or (self.status == "restricted" and self.rights.get("is_member", True))

    @property
    def is_admin(self) -> bool:
        return self.status in {"creator", "administrator"}


@dataclass
class Topic:
    """A forum topic."""

    id: int
    name: str
    closed: bool = False
    deleted: bool = False


@dataclass
class Shown:
    """One thing that happened in a chat, as a member sees it happen."""

    verb: str
    """`sent`, `edited`, `rekeyed` (only its buttons changed) or `deleted`."""
    by_bot: bool
    message: Json
    """The message as it was then."""
    seen: bool = False


@dataclass
class Room:
    """A private chat, group, supergroup or channel."""

    id: int
    type: str
    title: str = ""
    username: str = ""
    person: Json = field(default_factory=dict)
    """The user of a private chat."""
    is_forum: bool = False
    linked_chat_id: int = 0
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    last_message_id: int = 1
    """Supergroups and channels; message 1 told that the chat was made."""
    migrated_to: int = 0
    started: bool = False
    """Private chats: the person has written, so that the bot may."""
    blocked: bool = False
    """Private chats: the person has blocked the bot."""
    muted: bool = False
    """Groups: members may not write (default permissions)."""
    shown: list[Shown] = field(default_factory=list)
    reactions: dict[int, list[Json]] = field(default_factory=dict)
    """The bot's reactions, by message."""
    people_reactions: dict[tuple[int, int], list[Json]] = field(default_factory=dict)
    """Everyone else's, by message and person."""
    actions: dict[int, tuple[str, float]] = field(default_factory=dict)
    """By thread: the chat action shown and when it ends, on the world's clock."""

    @property
    def private(self) -> bool:
        return self.type == "private"

    def json(self) -> Json:
        """`Chat`, as it stands in messages."""
        if self.private:
            names = ("first_name", "last_name", "username")
            return {
                "id": self.id,
                "type": "private",
                **{name: self.person[name] for name in names if name in self.person},
            }
        chat: Json = {"id": self.id, "type": self.type, "title": self.title}
        if self.username:
            chat["username"] = self.username
        if self.is_forum:
            chat["is_forum"] = True
        return chat

    def full_json(self) -> Json:
        """`ChatFullInfo`, as getChat gives it."""
        full = self.json() | {
            "accent_color_id": self.id % 7,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(
                (
                    "unlimited_gifts",
                    "limited_gifts",
                    "unique_gifts",
                    "premium_subscription",
                    "gifts_from_channels",
                ),
                False,
            ),
        }
        if not self.private and self.type != "channel":
            full["permissions"] = self._permissions()
        if self.linked_chat_id:
            full["linked_chat_id"] = self.linked_chat_id
        return full

    def _permissions(self) -> Json:
        speech = (
            "can_send_messages",
            "can_send_audios",
            "can_send_documents",
            "can_send_photos",
            "can_send_videos",
            "can_send_video_notes",
            "can_send_voice_notes",
            "can_send_polls",
            "can_send_other_messages",
            "can_add_web_page_previews",
            "can_react_to_messages",
        )
        rest = (
            "can_change_info",
            "can_invite_users",
            "can_pin_messages",
            "can_manage_topics",
            "can_edit_tag",
        )
        return dict.fromkeys(speech, not self.muted) | dict.fromkeys(rest, True)

    def member_json(self, user: Json) -> Json:
        """`ChatMember` of a user, whether or not they ever were here."""
        member = self.members.get(user["id"], Member(user, "left"))
        result: Json = {"user": copy.deepcopy(member.user), "status": member.status}
        if member.status == "creator":
            result["is_anonymous"] = member.is_anonymous
        elif member.status == "administrator":
            rights = ADMIN_RIGHTS + RIGHTS_IN[self.type]
            result |= {right: member.rights.get(right, True) for right in rights}
            result |= {"can_be_edited": False, "is_anonymous": member.is_anonymous}
        elif member.status == "kicked":
            result["until_date"] = 0
        elif member.status == "restricted":
            result |= self._permissions() | member.rights | {"is_member": member.present, "until_date": 0}
        return result

    def present(self, user_id: int) -> bool:
        member = self.members.get(user_id)
        return member is not None and member.present

    def show(self, verb: str, message: Json, *, by_bot: bool) -> None:
        self.shown.append(Shown(verb, by_bot, copy.deepcopy(message)))
