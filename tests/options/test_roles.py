"""Ready instructions: found by what people call them, and known again by what they say."""

from __future__ import annotations

import pytest

from bot.options.roles import OwnRole, Roles
from bot.texts import Catalogue

CATALOGUE = Catalogue("ru")


def test_a_role_is_found_by_its_id_and_its_name_in_either_language() -> None:
    roles, both = Roles(), [CATALOGUE["ru"], CATALOGUE["en"]]
    for asked in ("translator", "Переводчик", " переводчик ", "TRANSLATOR", "Translator"):
        found = roles.named(asked, both)
        assert found is not None
        assert (found.id, found.name) == ("translator", "Переводчик")
    assert roles.named("без  инструкций", both) == roles.get("none", CATALOGUE["ru"])
    assert roles.named("повар", both) is None


@pytest.mark.parametrize("language", ["ru", "en"])
def test_each_ready_role_fits_the_setting_and_is_known_again(language: str) -> None:
    roles, both = Roles(), [CATALOGUE["ru"], CATALOGUE["en"]]
    for role in roles.all(CATALOGUE[language]):
        assert 100 < len(role.instructions) < 1000
        assert roles.in_force(role.instructions, both) == role.id
    assert roles.in_force("Свои.", both) == ""
    assert roles.in_force("", both) == "none"


@pytest.mark.parametrize(
    ("names", "name"),
    [
        ({"ru": "Повар", "en": "Cook"}, "Cook"),
        ({"ru": "Повар", "": "Chef"}, "Chef"),
        ({"ru": "Повар"}, "Повар"),
        ({"": "Chef", "en": "Cook"}, "Cook"),
    ],
)
def test_a_role_is_called_in_the_language_that_is_spoken_if_it_has_a_name_in_it(
    names: dict[str, str], name: str
) -> None:
    assert OwnRole("cook", names, {"": "Cook."}).spoken("en").name == name
