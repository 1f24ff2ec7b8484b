"""/role: ready instructions, read before they are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.values import Conversation
from bot.options import OPTIONS
from bot.options.roles import Role
from bot.options.saying import scope_of
from bot.screens.callbacks import OpenRoles, ShowRole, TakeRole
from bot.screens.menu import Menu
from bot.screens.roles import all_roles, one_role
from bot.screens.views import View

if TYPE_CHECKING:
    from bot.handlers.messages import Messages, Said
    from bot.handlers.presses import Press, Presses
    from bot.handlers.rights import Rights
    from bot.handlers.services import Services
    from bot.handlers.setting_commands import SettingCommands
    from bot.handlers.settings_menu import SettingsMenu
    from bot.texts import Texts

_OPTION = OPTIONS["instructions"]


class RoleChoice:
    """A role is a value of the setting `instructions`: whoever may change that may take one."""

    def __init__(
        self, services: Services, rights: Rights, menu: SettingsMenu, commands: SettingCommands
    ) -> None:
        self._services = services
        self._rights = rights
        self._menu = menu
        self._commands = commands

    async def command(self, said: Said) -> None:
        """Shows the roles; takes the one that is named."""
        texts, written = said.texts, said.argument
        role = self._services.roles.named(written, self._languages(texts)) if written else None
        if role is not None:
            await self._take(said, role)
            return
        view = await self._all(said.conversation, texts, said.message.chat.id)
        text = "\n\n".join((texts("role-unknown"), view.text)) if written else view.text
        await said.say(text, view.rows)

    async def open(self, press: Press, button: OpenRoles) -> None:
        if await self._menu.may(press, button.place, None, changes=False):
            await press.draw(await self._all(button.place, press.texts, press.chat.id))

    async def show(self, press: Press, button: ShowRole) -> None:
        role = self._services.roles.get(button.role, press.texts)
        if role is None:
            await press.answer("toast-stale-menu")
        elif await self._menu.may(press, button.place, None, changes=False):
            menu = await self._menu.of(button.place, press.texts, press.chat.id)
            await press.draw(one_role(menu, role, taken=role.id == self._in_force(menu)))

    async def take(self, press: Press, button: TakeRole) -> None:
        role = self._services.roles.get(button.role, press.texts)
        if role is None:
            await press.answer("toast-stale-menu")
        elif await self._menu.may(press, button.place, _OPTION):
            by = await self._services.admins.shown_name(button.place.chat_id, press.user)
            await self._set(button.place, role, by)
            await press.draw(await self._all(button.place, press.texts, press.chat.id), "toast-saved")

    async def _take(self, said: Said, role: Role) -> None:
        place = said.conversation
        refused = await self._rights.refused_to_author(said.message, place, _OPTION)
        if refused is not None:
            await said.reply(refused)
            return
        await self._set(place, role, await self._commands.signature(said, place))
        says = role.instructions or said.texts("role-none-says")
        await said.reply("role-set", scope=scope_of(place), role=role.name, says=says)

    async def _set(self, place: Conversation, role: Role, by: str) -> None:
        await self._services.store.settings.set(place, _OPTION.name, role.instructions, by)

    async def _all(self, place: Conversation, texts: Texts, shown_in: int) -> View:
        menu = await self._menu.of(place, texts, shown_in)
        return all_roles(menu, self._services.roles.all(texts), self._in_force(menu))

    def _in_force(self, menu: Menu) -> str:
        instructions = str(menu.found.value(_OPTION.name))
        return self._services.roles.in_force(instructions, self._languages(menu.texts))

    def _languages(self, first: Texts) -> list[Texts]:
        catalogue = self._services.catalogue
        others = [catalogue[language] for language in catalogue.languages() if language != first.language]
        return [first, *others]


def register(choice: RoleChoice, messages: Messages, presses: Presses) -> None:
    messages.on_command("role", choice.command)
    presses.on(OpenRoles, choice.open)
    presses.on(ShowRole, choice.show)
    presses.on(TakeRole, choice.take)
