"""The pages on which a role is looked at and taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.options.kinds import shortened
from bot.options.roles import NONE
from bot.screens.callbacks import CloseMenu, OpenPage, OpenRoles, ShowRole, TakeRole, encode
from bot.screens.views import Button, View, in_pairs, marked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.values import Conversation
    from bot.options.roles import Role
    from bot.texts import Texts

_SHOWN_LENGTH = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePages:
    """`in_force` is the id of the role that the conversation has now; empty: its instructions are its own."""

    place: Conversation
    roles: Sequence[Role]
    in_force: str
    texts: Texts
    where: str = ""
    """Whose role it is, where that is not plain from where the page is shown."""

    def all(self) -> View:
        """Every role, the one in force marked."""
        own = self.texts("role-own") if not self.in_force else ""
        name = next((role.name for role in self.roles if role.id == self.in_force), own)
        lines = [self.texts("role-now", role=name or self.texts("role-none")), self.texts("role-about")]
        offered = [
            Button(marked(role.name, chosen=role.id == self.in_force), encode(ShowRole(self.place, role.id)))
            for role in self.roles
        ]
        none = marked(self.texts("role-none"), chosen=self.in_force == NONE)
        rows = [
            *in_pairs(offered),
            (
                Button(none, encode(ShowRole(self.place, NONE))),
                Button(self.texts("role-own"), encode(OpenPage(self.place, "instructions"))),
            ),
            (
                Button(self.texts("button-back"), encode(OpenPage(self.place, "main"))),
                Button(self.texts("button-close"), encode(CloseMenu(self.place))),
            ),
        ]
        return View("\n\n".join((*self._where, *lines)), tuple(rows))

    def one(self, role: Role) -> View:
        """What a role says, and the button that takes it."""
        says = shortened(role.instructions, _SHOWN_LENGTH) or self.texts("role-none-says")
        back = Button(self.texts("button-back"), encode(OpenRoles(self.place)))
        taken = role.id == self.in_force
        take = Button(
            marked(self.texts("role-taken" if taken else "button-take-role"), chosen=taken),
            encode(TakeRole(self.place, role.id)),
        )
        return View("\n\n".join((*self._where, role.name, says)), ((take,), (back,)))

    @property
    def _where(self) -> tuple[str, ...]:
        return (self.where,) if self.where else ()
