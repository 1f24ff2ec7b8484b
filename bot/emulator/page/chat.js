// The chat in the middle: its header, its messages, and what stands at the bottom.

import { bubble, messagesOf } from "./bubble.js";
import { arrange, h, icon, iconButton } from "./dom.js";
import { Selection, forward } from "./forwarding.js";
import { day, t } from "./i18n.js";
import { followHere } from "./links.js";
import { openMenu } from "./overlay.js";
import { nameOf, roomAvatar, senderOf, serviceText, subtitleOf, titleOf } from "./people.js";
import { roomMenu } from "./roommenu.js";
import { GENERAL, store, threadOf } from "./store.js";

const NEAR_BOTTOM_PX = 120;
const SAME_RUN_S = 300;

export class ChatView {
  constructor(root, composer, { showList, togglePanel }) {
    this.root = root;
    this.composer = composer;
    this.actions = { showList, togglePanel };
    this.made = new Map(); // key -> {json, element}
    this.list = h("div", { class: "list", role: "log", "aria-label": t("messages"), tabindex: "0" });
    this.list.addEventListener("keydown", (event) => this.walk(event));
    this.list.addEventListener("click", (event) => this.choose(event), true);
    this.list.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (link && followHere(link.href)) event.preventDefault();
    });
    this.scroller = h("div", { class: "scroller" }, this.list);
    this.scroller.addEventListener("scroll", () => this.scrolled());
    this.downButton = h("button", { type: "button", class: "down", hidden: true, onClick: () => this.toBottom(true) });
    this.header = h("header", { class: "chat-header" });
    // A narrower column or a taller field moves the messages: whoever was at the bottom stays there.
    const observer = new ResizeObserver(() => this.atBottom && this.toBottom());
    observer.observe(this.scroller);
    observer.observe(this.list);
    this.selection = new Selection(this.list, composer);
    root.append(this.header, this.scroller, this.downButton, composer.root, this.selection.bar);
    composer.takeDropsOn(root);
    this.hooks = {
      forward: (messages) => forward(messages, composer),
      select: (messages) => this.selection.start(messages.map((one) => one.message_id)),
      reply: (message) => composer.replyTo(message),
      edit: (message) => composer.edit(message),
      jump: (messageId) => this.jump(messageId),
      command: (text) => composer.sendText(text),
    };
    store.on("snapshot select language", () => this.open());
    store.on("room bot typing extra", () => this.drawHeader());
    store.on("room", ({ chatId }) => chatId === store.chatId && this.refresh());
    store.on("message", (detail) => detail.chatId === store.chatId && this.changed(detail));
  }

  open() {
    this.made.clear();
    this.selection.stop();
    this.list.setAttribute("aria-label", t("messages"));
    this.drawHeader();
    this.refresh();
    this.toBottom();
  }

  changed({ messageId, isNew }) {
    const stay = !this.isNearBottom();
    this.refresh();
    const message = store.messages.get(store.chatId)?.get(messageId)?.message;
    if (!stay || (isNew && message && store.isMine(message))) this.toBottom();
    else this.scrolled();
  }

  refresh() {
    const { room } = store;
    if (!room) return;
    const nodes = [];
    let before = null;
    for (const shown of bundled(store.list(room.id, store.threadId))) {
      const { message } = shown;
      if (!before || day(before.date) !== day(message.date)) nodes.push(this.keep(`day ${day(message.date)}`, "", () => dayLine(message)));
      const element = this.keep(`${message.chat.id}/${message.message_id}`, JSON.stringify(shown), () => bubble(shown, room, this.hooks), shown);
      element.classList.toggle("first", !sameRun(before, message));
      if (before) nodes.at(-1).classList.toggle("last", !sameRun(before, message) || nodes.at(-1).classList.contains("day"));
      nodes.push(element);
      before = message;
    }
    nodes.at(-1)?.classList.add("last");
    if (!nodes.length) nodes.push(this.keep("empty", "", empty));
    arrange(this.list, nodes);
    this.composer.refresh();
    this.drawHeader();
  }

  /** The element made before for this key; one that shows something else by now is changed, or made anew. */
  keep(key, json, make, shown) {
    const known = this.made.get(key);
    if (known?.json === json) return known.element;
    if (shown && known?.element.update) {
      known.json = json;
      known.element.update(shown);
      return known.element;
    }
    const element = make();
    this.made.set(key, { json, element });
    return element;
  }

  drawHeader() {
    const { room } = store;
    if (!room || !store.me) return;
    const topic = room.is_forum ? room.topics.find(({ id }) => id === store.threadId) : null;
    const typing = store.isTyping(room.id, room.is_forum ? store.threadId : 0);
    const subtitle = typing ? typingLine(room) : topic ? room.title : subtitleOf(room);
    const more = iconButton("more", t("more"), () => openMenu(roomMenu(room), { under: more }), { class: "round" });
    const focused = this.header.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    this.header.replaceChildren(
      iconButton("back", t("back"), this.actions.showList, { class: "round only-phone" }),
      roomAvatar(room),
      h(
        "div",
        { class: "chat-title" },
        h("h1", {}, topic ? `# ${topic.name}` : titleOf(room)),
        h("p", { class: typing ? "is-typing" : "" }, subtitle),
      ),
      h("span", { class: `dot ${store.extra.process?.up === false ? "off" : ""}`, title: t(store.extra.process?.up === false ? "bot_down" : "bot_up") }),
      iconButton("panel", t("open_panel"), this.actions.togglePanel, { class: "round panel-toggle" }),
      more,
    );
    if (focused) this.header.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  }

  isNearBottom() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_BOTTOM_PX;
  }

  toBottom(smooth = false) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
    this.scrolled();
  }

  scrolled() {
    this.atBottom = this.isNearBottom();
    const { room } = store;
    if (!room || !store.me) return;
    if (this.isNearBottom()) {
      const had = store.unread(room.id, store.threadId);
      store.markRead(room.id, store.threadId);
      if (had) store.tell("read");
    }
    const unread = store.unread(room.id, store.threadId);
    this.downButton.hidden = this.isNearBottom();
    this.downButton.setAttribute("aria-label", t("down"));
    this.downButton.replaceChildren(icon("down"), unread ? h("span", { class: "count" }, unread) : "");
  }

  jump(messageId) {
    const element = this.list.querySelector(`[data-id="${Number(messageId)}"]`)?.closest("article, .service");
    if (!element) return;
    element.scrollIntoView({ block: "center" });
    element.classList.add("flash");
    setTimeout(() => element.classList.remove("flash"), 1500);
  }

  /** While messages are being chosen, a click anywhere on one is for that. */
  choose(event) {
    const element = event.target.closest("article");
    if (!this.selection.on || !element) return;
    event.preventDefault();
    event.stopPropagation();
    const all = bundled(store.list(store.chatId, store.threadId));
    const shown = all.find(({ message }) => message.message_id === Number(element.dataset.id));
    if (shown) this.selection.toggle(messagesOf(shown).map((one) => one.message_id));
  }

  /** Arrows walk over the messages; Enter opens a message's menu. */
  walk(event) {
    const all = [...this.list.querySelectorAll("article")];
    const at = all.indexOf(document.activeElement);
    const next = { ArrowUp: at < 0 ? all.length - 1 : at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    const onSelf = event.target === this.list || event.target.matches("article");
    if (next === undefined || !onSelf || !all[next]) return;
    event.preventDefault();
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  }
}

function typingLine(room) {
  const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  return h("span", {}, room.type === "private" ? t("typing") : `${nameOf(store.bot.user)} ${t("typing")}`, dots);
}

/** Each message with its `pieces`: an album's are one after another, and stand in one bubble. */
function bundled(list) {
  const bundles = [];
  for (const shown of list) {
    const group = shown.message.media_group_id;
    const last = bundles.at(-1);
    if (group && last?.message.media_group_id === group) last.pieces.push(shown);
    else bundles.push({ ...shown, pieces: [shown] });
  }
  return bundles;
}

function dayLine(message) {
  return h("div", { class: "service day" }, h("span", {}, day(message.date)));
}

function empty() {
  return h("div", { class: "empty" }, icon("bot"), h("strong", {}, t("empty_chat")), h("span", {}, t("hello_text")));
}

function sameRun(a, b) {
  if (!a || serviceText(a) || serviceText(b)) return false;
  const close = b.date - a.date < SAME_RUN_S && day(a.date) === day(b.date);
  return close && senderOf(a).id === senderOf(b).id && (threadOf(a) || GENERAL) === (threadOf(b) || GENERAL);
}
