"""The pure values and rules."""

import pytest

from bot.core.values import ChatSettings, Conversation, Memory


def settings(memory: str) -> ChatSettings:
    return ChatSettings(
        temperature=0.8, max_output_tokens=1500, model="m", instructions="", language="", memory=memory
    )


def test_a_topic_inherits_from_its_chat() -> None:
    assert Conversation(-100, 7).chat == Conversation(-100)


@pytest.mark.parametrize(
    ("memory", "private", "expected"),
    [
        ("", True, Memory.LINEAR),
        ("", False, Memory.BRANCHES),
        ("off", True, Memory.OFF),
        ("linear", False, Memory.LINEAR),
    ],
)
def test_memory_follows_the_kind_of_chat_unless_set(memory: str, private: bool, expected: Memory) -> None:
    assert settings(memory).memory_for(private=private) == expected
