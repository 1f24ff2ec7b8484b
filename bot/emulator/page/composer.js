// Where a message is written: the field, what it answers or changes, and the bot's commands.

import { h, icon, iconButton } from "./dom.js";
import { oneLine } from "./entities.js";
import { t } from "./i18n.js";
import { attempt } from "./overlay.js";
import { nameOf, previewOf, senderOf } from "./people.js";
import { store } from "./store.js";

const MAX_HEIGHT_PX = 240;

export class Composer {
  constructor() {
    this.mode = null; // {kind: "reply" | "edit", message}
    this.drafts = new Map();
    this.place = "";
    this.field = h("textarea", { rows: "1", dir: "auto", maxlength: "20000" });
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.menuButton = h("button", { type: "button", class: "menu-button", onClick: () => this.toggleCommands() });
    this.sendButton = iconButton("send", t("send"), () => this.send(), { class: "round send" });
    this.context = h("div", { class: "context", hidden: true });
    this.commandList = h("div", { class: "commands", role: "listbox", id: "commands", hidden: true });
    this.line = h("div", { class: "line" }, h("div", { class: "field" }, this.menuButton, this.field), this.sendButton);
    this.instead = h("div", { class: "instead", hidden: true });
    this.root = h("footer", { class: "composer" }, this.commandList, h("div", { class: "composer-box" }, this.context, this.line, this.instead));
  }

  /** Fits the bottom of the chat to where I am and who I am there. */
  refresh() {
    const { room } = store;
    if (!room || !store.me) return;
    const place = `${store.me.key}/${room.id}/${store.threadId}`;
    if (place !== this.place) this.move(place);
    const instead = this.whatInstead(room);
    this.line.hidden = Boolean(instead);
    this.instead.hidden = !instead;
    this.instead.replaceChildren(instead ?? "");
    const name = t(room.type === "channel" ? "broadcast" : "message");
    this.field.placeholder = name;
    this.field.setAttribute("aria-label", name);
    this.sendButton.setAttribute("aria-label", t("send"));
    this.sendButton.title = t("send");
    this.menuButton.hidden = room.type !== "private" || !this.commands().length;
    this.menuButton.replaceChildren(icon("menu"), h("span", {}, t("menu")));
    this.menuButton.setAttribute("aria-label", t("commands"));
    this.drawContext();
  }

  move(place) {
    this.drafts.set(this.place, this.field.value);
    this.place = place;
    this.mode = null;
    this.field.value = this.drafts.get(place) ?? "";
    this.commandList.hidden = true;
    this.grow();
  }

  whatInstead(room) {
    const big = (label, onClick) => h("button", { type: "button", class: "big", onClick }, label);
    const act = (action, more) => () => attempt(store.act(action, { chat_id: room.id, ...more }));
    if (room.type === "private" && room.blocked) return big(t("unblock"), act("block", { on: false }));
    if (room.type === "private" && !room.started) return big(t("start_chat"), () => this.sendText("/start"));
    if (room.type === "channel") return store.isAdmin(room) ? null : h("p", {}, t("not_writable"));
    if (room.type !== "private" && !store.member(room)) return big(t("join"), act("join"));
    return null;
  }

  replyTo(message) {
    this.leaveEdit();
    this.mode = { kind: "reply", message };
    this.drawContext();
    this.field.focus();
  }

  edit(message) {
    this.mode = { kind: "edit", message, draft: this.field.value };
    this.field.value = message.text;
    this.drawContext();
    this.grow();
    this.field.focus();
  }

  leaveEdit() {
    if (this.mode?.kind === "edit") this.field.value = this.mode.draft;
    this.mode = null;
    this.drawContext();
    this.grow();
  }

  drawContext() {
    this.context.hidden = !this.mode || this.line.hidden;
    if (!this.mode) return;
    const { kind, message } = this.mode;
    const title = kind === "edit" ? t("edit") : nameOf(senderOf(message));
    this.context.replaceChildren(
      icon(kind),
      h("div", { class: "context-text" }, h("strong", {}, title), h("span", {}, oneLine(previewOf(message)))),
      iconButton("close", t("cancel"), () => this.leaveEdit()),
    );
  }

  typed() {
    this.grow();
    this.offer();
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, MAX_HEIGHT_PX)}px`;
    this.sendButton.classList.toggle("ready", Boolean(this.field.value.trim()));
  }

  key(event) {
    if (!this.commandList.hidden && this.commandKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape" && this.mode) {
      event.stopPropagation();
      this.leaveEdit();
    } else if (event.key === "ArrowUp" && !this.field.value && !this.mode) {
      const own = store.list(store.chatId, store.threadId).filter(({ message }) => message.from?.id === store.me.user.id && message.text);
      if (own.length) {
        event.preventDefault();
        this.edit(own.at(-1).message);
      }
    }
  }

  async send() {
    const text = this.field.value.trim();
    if (!text) return;
    const { mode } = this;
    if (mode?.kind === "edit") {
      this.leaveEdit();
      await attempt(store.act("edit", { chat_id: mode.message.chat.id, message_id: mode.message.message_id, text }));
      return;
    }
    this.field.value = "";
    this.mode = null;
    this.drawContext();
    this.typed();
    if (!(await this.sendText(text, mode?.message))) {
      this.field.value ||= text; // nothing that was typed is lost
      this.grow();
    }
  }

  sendText(text, replyTo) {
    const where = { chat_id: store.chatId, thread_id: store.threadId };
    return attempt(store.act("say", { ...where, text, reply_to: replyTo?.message_id }));
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

  toggleCommands() {
    if (this.commandList.hidden) this.showCommands(this.commands(), -1);
    else this.hideCommands();
    this.field.focus();
  }

  /** A command at the beginning, or in a group the bot's name wherever it is begun. */
  offer() {
    const command = /^\/(\w*)$/.exec(this.field.value);
    const name = /(?:^|\s)@(\w*)$/.exec(this.field.value);
    let found = [];
    if (command) found = this.commands().filter((each) => each.command.startsWith(command[1]));
    else if (name) found = this.mentions().filter((each) => each.mention.startsWith(name[1].toLowerCase()));
    if (found.length) this.showCommands(found, 0);
    else this.hideCommands();
  }

  mentions() {
    const { room, bot } = store;
    const here = room.type !== "private" && room.members.some(({ user }) => user.id === bot.user.id);
    return here ? [{ mention: bot.user.username, description: nameOf(bot.user) }] : [];
  }

  showCommands(list, chosen) {
    this.shown = list;
    this.chosen = chosen;
    this.commandList.hidden = false;
    this.commandList.setAttribute("aria-label", t("commands"));
    this.commandList.replaceChildren(...list.map((command, place) => this.commandRow(command, place)));
    this.mark();
  }

  commandRow({ command, mention, description }, place) {
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
    [...this.commandList.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === this.chosen)));
    this.commandList.children[this.chosen]?.scrollIntoView({ block: "nearest" });
    if (this.chosen >= 0) this.field.setAttribute("aria-activedescendant", `command-${this.chosen}`);
  }

  hideCommands() {
    this.commandList.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  commandKey(event) {
    const count = this.shown.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const start = this.chosen < 0 && event.key === "ArrowUp" ? 0 : this.chosen;
      this.chosen = (start + (event.key === "ArrowDown" ? 1 : -1) + count) % count;
      this.mark();
    } else if (event.key === "Escape") this.hideCommands();
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
    this.hideCommands();
    this.grow();
  }

  pick(place) {
    if (this.shown[place].mention) {
      this.complete(place);
      return;
    }
    const text = this.named(place);
    this.hideCommands();
    this.field.value = "";
    this.grow();
    this.sendText(text);
  }
}
