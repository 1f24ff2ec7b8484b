"""Why nothing that the bot says gets through: from the room that sends up to the one that answers."""


class Unreachable(Exception):
    """The bot may not write in the chat: it was blocked or kicked, or the chat is gone."""


class Muted(Unreachable):
    """The bot is in the chat, and may not write there."""


class TopicGone(Unreachable):
    """Neither the topic nor what lies beside it takes the message; the chat's other topics may."""
