"""The values that everything else speaks in, and the pure rules on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


def is_private(chat_id: int) -> bool:
    """Telegram gives groups and channels negative ids."""
    return chat_id > 0


@dataclass(frozen=True, slots=True, order=True)
class Conversation:
    """A chat and one forum topic of it; the key of everything kept.

    `thread_id` is Telegram's `message_thread_id` where the message is a topic message, else 0: private
    chats, plain groups and the General topic (where sending thread 1 is refused) all have 0. Comments under a
    channel's post are a topic in all but name: they have the post's `message_id`, negative, since Telegram
    takes no thread there from a bot.
    """

    chat_id: int
    thread_id: int = 0

    @property
    def chat(self) -> Conversation:
        """The whole chat's conversation, from which a topic inherits its settings."""
        return Conversation(self.chat_id)

    @property
    def private(self) -> bool:
        return is_private(self.chat_id)


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote: a user, or the chat that speaks (`sender_chat`): an anonymous admin's group, a channel."""

    id: int
    name: str
    language: str = ""
    """IETF tag from Telegram's `language_code`; empty where Telegram gives none."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that a question replies to: context for the model, never instructions."""

    author: str
    text: str


class AttachmentKind(StrEnum):
    """What a person may attach that the bot can take in."""

    VOICE = "voice"
    VIDEO_NOTE = "video_note"
    AUDIO = "audio"
    PICTURE = "picture"
    DOCUMENT = "document"


SPOKEN = frozenset({AttachmentKind.VOICE, AttachmentKind.VIDEO_NOTE, AttachmentKind.AUDIO})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of Telegram's that goes with a question: where to fetch it, and what Telegram claims of it.

    Type, name, size and duration are the sender's word, trusted for nothing.
    """

    kind: AttachmentKind
    file_id: str
    file_unique_id: str
    mime_type: str = ""
    file_name: str = ""
    file_size: int = 0
    """In bytes; 0 where Telegram does not tell."""
    duration_s: int = 0
    quoted: bool = False
    """It belongs to the message replied to, or forwarded: somebody else's words."""
    author: str = ""
    """Of a quoted one: whose it is, or where it comes from."""
    message_id: int = 0
    """Of the message that carries it, if that is in this chat."""
    album: str = ""
    """Telegram's `media_group_id` of that message."""
    text: str = ""
    """What was heard or read in it; empty until then, and for pictures always."""
    unit: str = ""
    """`pages`, `lines` or `percent` where only a part of it was read: `read` of `total`."""
    read: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """What one person asks, parsed once from an update."""

    update_id: int
    conversation: Conversation
    message_id: int
    asker: Person
    text: str
    sent_at: datetime
    private: bool
    quote: Quote | None = None
    chat_title: str = ""
    topic_name: str = ""
    replies_to: int | None = None
    """`message_id` of the bot's own message that is replied to: the turn to continue from."""
    attachments: tuple[Attachment, ...] = ()
    """The files to be taken in before the model is asked, in the order they came."""
    forwards: tuple[Quote, ...] = ()
    """Messages forwarded with the question, in the order they came: data, like `quote`."""
    talk_after: int | None = None
    """/recap: it is about the room's talk from the message after this `TalkMessage.id` on."""


@dataclass(frozen=True, slots=True)
class TalkMessage:
    """What a person said in a group to the others, where the group lets the bot listen."""

    conversation: Conversation
    message_id: int | None
    """None: said before the group became a supergroup."""
    author: Person
    text: str
    said_at: datetime
    origin: str = ""
    """Of a forwarded one: where it comes from."""
    id: int = 0
    """The store's, in the order in which they came."""


class Memory(StrEnum):
    """How a conversation follows: which earlier turns a question continues."""

    LINEAR = "linear"
    """Each question continues the last turn, until /new. The default of private chats."""
    BRANCHES = "branches"
    """A question starts afresh; a reply to an answer continues from it. The default of groups."""
    OFF = "off"


class TurnState(StrEnum):
    """The life of a turn. The last five are ends."""

    WAITING = "waiting"
    """Without its answer; whether the model is being asked just now, only this process knows."""
    ANSWERED = "answered"
    """The answer is in the database; not every part of it is known to be delivered."""
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    EXPIRED = "expired"
    """Older than the limit at a start: apologised for, not answered."""
    DROPPED = "dropped"
    """Cancelled before an answer: /new, /forget, the bot was removed from the chat."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one request used, as the provider counted it; it may give no count at all."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    searches: int = 0
    """Web searches made; counted from the output, which names them even where no tokens are told."""
    reported: bool = True
    """False: the provider sent no usable count of tokens, so what was used is not known."""


class Ending(StrEnum):
    """How an answer that came ended."""

    COMPLETED = "completed"
    CUT = "cut"
    """At `max_output_tokens`: it can be continued."""
    REFUSED = "refused"
    """A `refusal` part or the content filter; the text is the model's own words, perhaps empty."""
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model gave for a question."""

    text: str
    ending: Ending
    usage: Usage = field(default_factory=Usage)
    model: str = ""
    sources: tuple[str, ...] = ()
    """Addresses of found pages that the answer cites, in order: http or https, each site's page once."""

    @property
    def can_go_on(self) -> bool:
        """Whether there is more to be had: the rest of a cut one, or all of one that was only thought."""
        return self.ending is Ending.CUT or self.only_thought

    @property
    def only_thought(self) -> bool:
        """Whether a reasoning model wrote nothing but its thoughts: a higher limit would help."""
        return self.ending is Ending.EMPTY and self.usage.reasoning_tokens > 0


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer, as the store keeps it."""

    id: int
    question: Question
    state: TurnState
    parent_id: int | None = None
    answer: Answer | None = None
    failure: str = ""
    """Of a failed turn the kind, as the log has it."""
    notice_id: int | None = None
    """`message_id` of the waiting notice, while one is shown."""
    version_of: int | None = None
    """The first version's turn, where this is another version of its answer."""
    continues: int | None = None
    """The version whose answer, cut at its limit, this one carries on: its text begins with that."""

    @property
    def first_id(self) -> int:
        """Of the first version: the same for every version of an answer."""
        return self.version_of or self.id


@dataclass(frozen=True, slots=True)
class Exchange:
    """One earlier question and its answer, as the model is shown them."""

    question: str
    answer: str
    asker: str = ""
    """Display name of who asked."""
    quote: Quote | None = None
    cut: bool = False
    """The answer ends before its end: it was stopped, or met its limit."""
    attachments: tuple[Attachment, ...] = ()
    forwards: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One message that shows a part of an answer, as it was last sent or edited."""

    n: int
    """From 0."""
    message_id: int
    fingerprint: str
    """Of the content shown: equal where nothing is to be sent again."""
    answer_chars: int | None = None
    """How many characters of its turn's answer stand in the chat up to its end; None: it is not known to show
    any of it.
    """


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """The settings in force in a conversation, after inheritance. `bot/options/` declares each."""

    temperature: float
    max_output_tokens: int
    model: str
    instructions: str
    language: str
    """`ru` or `en`; empty, in private chats only: the language of the person."""
    memory: str
    """A `Memory`; empty: by the kind of chat."""
    live: bool = False
    """Answers are shown while they grow."""
    who_may_change: str = "admins"
    wake_words: tuple[str, ...] = ()
    reactions: bool = True
    buttons: bool = False
    """In groups: whether a last answer has those that it always has in private chats."""
    share_title: bool = True
    search: bool = False
    """Whether the model may search the web."""
    listen: bool = False
    """In groups: whether the bot hears what people say to each other."""

    def memory_for(self, *, private: bool) -> Memory:
        if self.memory:
            return Memory(self.memory)
        return Memory.LINEAR if private else Memory.BRANCHES


@dataclass(frozen=True, slots=True)
class Override:
    """One setting's own value at one level (a chat or a topic), and who set it."""

    value: object
    changed_by: str
    changed_at: datetime
