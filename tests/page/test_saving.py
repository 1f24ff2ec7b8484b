"""The demo's world in a file."""

from __future__ import annotations

from pathlib import Path

from bot.emulator import demo_world, saving
from bot.emulator.world import World


async def test_the_demo_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    first = World(seed=1)
    assert saving.load(first, path) is False
    await demo_world.build(first, "ru")
    member = demo_world.personas(first.state)[0].user
    saving.save(first, path)
    written = path.stat()
    saving.save(first, path)  # nothing has changed
    assert path.stat().st_mtime_ns == written.st_mtime_ns
    await first.private(member).say(member, "Запомни")
    sent = await first.private(member).document(member, "план.txt", "Большой план".encode())
    saving.save(first, path)
    second = World(seed=2)
    assert saving.load(second, path) is True
    assert second.token == first.token
    assert [persona.json() for persona in demo_world.personas(second.state)] == [
        persona.json() for persona in demo_world.personas(first.state)
    ]
    assert second.private(member).messages[-2].text == "Запомни"
    assert second.private(member).file(sent).decode() == "Большой план"
    assert "Большой план" not in path.read_text(encoding="utf-8")
    waiting = [update.json["message"] for update in second.state.updates.waiting]
    assert [message.get("text") for message in waiting] == ["Запомни", None]


async def test_the_demo_s_world_in_english() -> None:
    world = World()
    await demo_world.build(world, "en")
    assert {room.title for room in world.state.rooms.values() if room.title} == {
        "Altai hike",
        "Product team",
        "Readers' club",
        "A book a day",
    }
    assert not world.state.updates.waiting
    assert demo_world.NAMES["en"].keys() == demo_world.NAMES["ru"].keys()
