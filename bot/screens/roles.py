"""The pages on which a role is looked at and taken."""

from __future__ import annotations

from collections.abc import Sequence

from bot.options.kinds import shortened
from bot.options.roles import NONE, Role
from bot.screens.callbacks import CloseMenu, OpenPage, OpenRoles, ShowRole, TakeRole, encode
from bot.screens.menu import Menu
from bot.screens.views import Button, View, in_pairs, marked

_SHOWN_LENGTH = 3000


def all_roles(menu: Menu, roles: Sequence[Role], in_force: str) -> View:
    """Every role, marked the one whose id is `in_force`; empty, if the instructions are the chat's own."""
    texts, place = menu.texts, menu.place
    own = texts("role-own") if not in_force else ""
    name = next((role.name for role in roles if role.id == in_force), own)
    lines = [texts("role-now", role=name or texts("role-none")), texts("role-about")]
    offered = [
        Button(marked(role.name, chosen=role.id == in_force), encode(ShowRole(place, role.id)))
        for role in roles
    ]
    rows = [
        *in_pairs(offered),
        (
            Button(marked(texts("role-none"), chosen=in_force == NONE), encode(ShowRole(place, NONE))),
            Button(texts("role-own"), encode(OpenPage(place, "instructions"))),
        ),
        (
            Button(texts("button-back"), encode(OpenPage(place, "main"))),
            Button(texts("button-close"), encode(CloseMenu(place))),
        ),
    ]
    return View("\n\n".join((*menu.where(), *lines)), tuple(rows))


def one_role(menu: Menu, role: Role, *, taken: bool) -> View:
    """What a role says, and the button that takes it."""
    texts, place = menu.texts, menu.place
    says = shortened(role.instructions, _SHOWN_LENGTH) or texts("role-none-says")
    back = Button(texts("button-back"), encode(OpenRoles(place)))
    take = Button(
        marked(texts("role-taken" if taken else "button-take-role"), chosen=taken),
        encode(TakeRole(place, role.id)),
    )
    return View("\n\n".join((*menu.where(), role.name, says)), ((take,), (back,)))
