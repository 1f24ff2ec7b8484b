// Where a message is written: the field, what it answers, changes or forwards, and what goes along.

import { Tray, takeDrops } from "./attaching.js";
import { CommandList } from "./commands.js";
import { h, icon, iconButton } from "./dom.js";
import { oneLine } from "./entities.js";
import { t } from "./i18n.js";
import { upload } from "./net.js";
import { attempt, openMenu } from "./overlay.js";
import { nameOf, previewOf, senderOf } from "./people.js";
import { store } from "./store.js";
import { Voice } from "./voice.js";

const MAX_HEIGHT_PX = 240;

export class Composer {
  constructor() {
    this.mode = null; // {kind: "reply" | "edit", message}, or {kind: "forward", messages}
    this.drafts = new Map();
    this.place = "";
    this.field = h("textarea", { rows: "1", dir: "auto", maxlength: "20000" });
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("paste", (event) => this.paste(event));
    this.list = new CommandList(this.field, { send: (text) => this.sendText(text), changed: () => this.grow() });
    this.tray = new Tray({ changed: () => this.grow(), chosen: () => this.field.focus() });
    this.voice = new Voice({ send: (blob) => this.sendVoice(blob), show: (on) => this.showRecording(on) });
    this.menuButton = h("button", { type: "button", class: "menu-button", onClick: () => this.list.toggle() });
    this.clipButton = iconButton("clip", t("attach"), () => this.offerFiles());
    this.sendButton = iconButton("send", t("send"), () => this.send(), { class: "round send" });
    this.micButton = iconButton("mic", t("mic"), () => this.voice.offer(this.micButton), { class: "round send mic" });
    this.context = h("div", { class: "context", hidden: true });
    this.line = h(
      "div",
      { class: "line" },
      h("div", { class: "field" }, this.menuButton, this.field, this.clipButton),
      this.sendButton,
      this.micButton,
    );
    this.instead = h("div", { class: "instead", hidden: true });
    const box = h("div", { class: "composer-box" }, this.context, this.tray.root, this.line, this.voice.bar, this.instead);
    this.root = h("footer", { class: "composer" }, this.list.root, box);
  }

  /** Files may be dropped anywhere on the chat. */
  takeDropsOn(root) {
    takeDrops(root, this.tray, () => !this.line.hidden && this.mode?.kind !== "edit");
  }

  /** Fits the bottom of the chat to where I am and who I am there. */
  refresh() {
    const { room } = store;
    if (!room || !store.me) return;
    const place = `${store.me.key}/${room.id}/${store.threadId}`;
    if (place !== this.place) this.move(place);
    const instead = this.whatInstead(room);
    this.line.hidden = Boolean(instead) || !this.voice.bar.hidden;
    this.instead.hidden = !instead;
    this.instead.replaceChildren(instead ?? "");
    const name = t(room.type === "channel" ? "broadcast" : "message");
    this.field.placeholder = name;
    this.field.setAttribute("aria-label", name);
    for (const [button, word] of [[this.sendButton, "send"], [this.clipButton, "attach"], [this.micButton, "mic"]]) {
      button.setAttribute("aria-label", t(word));
      button.title = t(word);
    }
    this.menuButton.hidden = room.type !== "private" || !this.list.commands().length;
    this.menuButton.replaceChildren(icon("menu"), h("span", {}, t("menu")));
    this.menuButton.setAttribute("aria-label", t("commands"));
    this.drawContext();
    this.grow();
  }

  move(place) {
    this.drafts.set(this.place, this.field.value);
    this.place = place;
    this.mode = null;
    this.field.value = this.drafts.get(place) ?? "";
    this.list.hide();
    if (this.tray.files.length) this.tray.clear();
  }

  whatInstead(room) {
    const big = (label, onClick) => h("button", { type: "button", class: "big", onClick }, label);
    const act = (action, more) => () => attempt(store.act(action, { chat_id: room.id, ...more }));
    if (room.type === "private" && room.blocked) return big(t("unblock"), act("block", { on: false }));
    if (room.type === "private" && !room.started && this.mode?.kind !== "forward") return big(t("start_chat"), () => this.sendText("/start"));
    if (room.type === "channel") return store.isAdmin(room) ? null : h("p", {}, t("not_writable"));
    if (room.type !== "private" && !store.member(room)) return big(t("join"), act("join"));
    return null;
  }

  replyTo(message) {
    this.begin({ kind: "reply", message });
  }

  forward(messages) {
    this.begin({ kind: "forward", messages });
    this.refresh();
  }

  edit(message) {
    this.begin({ kind: "edit", message, draft: this.field.value });
    this.field.value = message.text;
    this.grow();
  }

  begin(mode) {
    this.leaveMode();
    this.mode = mode;
    this.drawContext();
    this.grow();
    this.field.focus();
  }

  leaveMode() {
    if (this.mode?.kind === "edit") this.field.value = this.mode.draft;
    this.mode = null;
    this.drawContext();
    this.grow();
  }

  drawContext() {
    this.context.hidden = !this.mode || this.line.hidden;
    if (!this.mode) return;
    const { kind, message, messages } = this.mode;
    const first = message ?? messages[0];
    const several = messages?.length > 1;
    const title = { edit: t("edit"), forward: t("forwarding", { count: messages?.length }) }[kind] ?? nameOf(senderOf(first));
    const gist = several ? [...new Set(messages.map((one) => nameOf(senderOf(one))))].join(", ") : oneLine(previewOf(first));
    this.context.replaceChildren(
      icon(kind),
      h("div", { class: "context-text" }, h("strong", {}, title), h("span", {}, gist)),
      iconButton("close", t("cancel"), () => this.leaveMode()),
    );
  }

  typed() {
    this.grow();
    this.list.offer();
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, MAX_HEIGHT_PX)}px`;
    const ready = Boolean(this.field.value.trim() || this.tray.files.length || this.mode?.kind === "forward");
    this.sendButton.classList.toggle("ready", ready);
    this.sendButton.hidden = !ready;
    this.micButton.hidden = ready;
  }

  key(event) {
    if (this.list.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape" && (this.mode || this.tray.files.length)) {
      event.stopPropagation();
      if (this.mode) this.leaveMode();
      else this.tray.clear();
    } else if (event.key === "ArrowUp" && !this.field.value && !this.mode) {
      const own = store.list(store.chatId, store.threadId).filter(({ message }) => message.from?.id === store.me.user.id && message.text);
      if (own.length) {
        event.preventDefault();
        this.edit(own.at(-1).message);
      }
    }
  }

  paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length && this.mode?.kind !== "edit" && this.tray.add(files)) event.preventDefault();
  }

  offerFiles() {
    const choose = (accept) => () => this.tray.choose(accept);
    const items = [
      { icon: "picture", label: t("attach_picture"), onPick: choose("image/*") },
      { icon: "file", label: t("attach_file"), onPick: choose("") },
    ];
    openMenu(items, { under: this.clipButton });
  }

  showRecording(on) {
    this.line.hidden = on;
    this.refresh();
  }

  async send() {
    const text = this.field.value.trim();
    const { mode } = this;
    if (mode?.kind === "edit") {
      if (!text) return;
      this.leaveMode();
      await attempt(store.act("edit", { chat_id: mode.message.chat.id, message_id: mode.message.message_id, text }));
      return;
    }
    if (this.tray.busy) return;
    if (!text && !this.tray.files.length && mode?.kind !== "forward") return;
    const sent = this.tray.files.length ? this.sendFiles(text, mode?.message) : this.sendWords(text, mode);
    this.field.value = "";
    this.mode = null;
    this.drawContext();
    this.typed();
    if (!(await sent)) {
      this.field.value ||= text; // nothing that was typed is lost
      this.grow();
    }
  }

  sendWords(text, mode) {
    if (mode?.kind !== "forward") return this.sendText(text, mode?.message);
    const { messages } = mode;
    const what = { from_chat_id: messages[0].chat.id, message_ids: messages.map((one) => one.message_id) };
    return attempt(store.act("forward", { ...this.where(), ...what, comment: text }));
  }

  async sendFiles(caption, replyTo) {
    const where = this.where();
    this.tray.busy = true;
    const sending = this.tray.upload().then((files) => store.act("attach", { ...where, files, caption, reply_to: replyTo?.message_id }));
    const sent = await attempt(sending);
    this.tray.busy = false;
    if (sent) this.tray.clear();
    return sent;
  }

  sendVoice(blob) {
    const where = this.where();
    const reply_to = this.mode?.kind === "reply" ? this.mode.message.message_id : undefined;
    this.leaveMode();
    return attempt(upload("voice", blob).then(({ id }) => store.act("attach", { ...where, reply_to, files: [{ id, as: "voice" }] })));
  }

  sendText(text, replyTo) {
    return attempt(store.act("say", { ...this.where(), text, reply_to: replyTo?.message_id }));
  }

  where() {
    return { chat_id: store.chatId, thread_id: store.threadId };
  }
}
