// What is offered above the field: the bot's commands, and in groups its name.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { nameOf } from "./people.js";
import { store } from "./store.js";

export class CommandList {
  /** `send` sends a command at once; `changed` is told when the field was filled in. */
  constructor(field, { send, changed }) {
    this.field = field;
    this.actions = { send, changed };
    this.shown = [];
    this.chosen = -1;
    this.root = h("div", { class: "commands", role: "listbox", id: "commands", hidden: true });
  }

  /** The commands that Telegram would show here: the nearest scope that has any. */
  commands() {
    const { room } = store;
    const kinds = room.type === "private" ? ["all_private_chats"] : ["all_group_chats"];
    if (room.type !== "private" && store.isAdmin(room)) kinds.unshift("all_chat_administrators");
    const sets = Object.entries(store.bot.commands).map(([key, list]) => [...JSON.parse(key), list]);
    const spoken = store.me.user.language_code;
    for (const kind of [...kinds, "default"]) {
      for (const language of [spoken, ""]) {
        const found = sets.find(([scope, given]) => scope.type === kind && given === language);
        if (found?.[2].length) return found[2];
      }
    }
    return [];
  }

  toggle() {
    if (this.root.hidden) this.show(this.commands(), -1);
    else this.hide();
    this.field.focus();
  }

  /** A command at the beginning, or in a group the bot's name wherever it is begun. */
  offer() {
    const command = /^\/(\w*)$/.exec(this.field.value);
    const name = /(?:^|\s)@(\w*)$/.exec(this.field.value);
    let found = [];
    if (command) found = this.commands().filter((each) => each.command.startsWith(command[1]));
    else if (name) found = this.mentions().filter((each) => each.mention.startsWith(name[1].toLowerCase()));
    if (found.length) this.show(found, 0);
    else this.hide();
  }

  mentions() {
    const { room, bot } = store;
    const here = room.type !== "private" && room.members.some(({ user }) => user.id === bot.user.id);
    return here ? [{ mention: bot.user.username, description: nameOf(bot.user) }] : [];
  }

  show(list, chosen) {
    this.shown = list;
    this.chosen = chosen;
    this.root.hidden = false;
    this.root.setAttribute("aria-label", t("commands"));
    this.root.replaceChildren(...list.map((command, place) => this.row(command, place)));
    this.mark();
  }

  row({ command, mention, description }, place) {
    const pick = (event) => {
      event.preventDefault(); // the field keeps the focus
      this.pick(place);
    };
    return h(
      "div",
      { class: "command", role: "option", id: `command-${place}`, onPointerdown: pick },
      h("strong", {}, mention ? `@${mention}` : `/${command}`),
      h("span", {}, description),
    );
  }

  mark() {
    [...this.root.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === this.chosen)));
    this.root.children[this.chosen]?.scrollIntoView({ block: "nearest" });
    if (this.chosen >= 0) this.field.setAttribute("aria-activedescendant", `command-${this.chosen}`);
  }

  hide() {
    this.root.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  /** True where the key was for the list. */
  key(event) {
    if (this.root.hidden) return false;
    const count = this.shown.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const start = this.chosen < 0 && event.key === "ArrowUp" ? 0 : this.chosen;
      this.chosen = (start + (event.key === "ArrowDown" ? 1 : -1) + count) % count;
      this.mark();
    } else if (event.key === "Escape") this.hide();
    else if (event.key === "Tab" && this.chosen >= 0) this.complete(this.chosen);
    else if (event.key === "Enter" && this.chosen >= 0) this.pick(this.chosen);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  named(place) {
    const suffix = store.room.type === "private" ? "" : `@${store.bot.user.username}`;
    return `/${this.shown[place].command}${suffix}`;
  }

  complete(place) {
    const { mention } = this.shown[place];
    this.field.value = mention ? this.field.value.replace(/@\w*$/, `@${mention} `) : `${this.named(place)} `;
    this.hide();
    this.actions.changed();
  }

  pick(place) {
    if (this.shown[place].mention) {
      this.complete(place);
      return;
    }
    const text = this.named(place);
    this.hide();
    this.field.value = "";
    this.actions.changed();
    this.actions.send(text);
  }
}
