// The list of chats on the left, with who I am at its top.

import { h, icon, iconButton } from "./dom.js";
import { clock, day, language, t } from "./i18n.js";
import { openMenu } from "./overlay.js";
import { avatar, nameOf, previewOf, roleOf, roomAvatar, senderOf, serviceText, titleOf } from "./people.js";
import { oneLine } from "./entities.js";
import { store } from "./store.js";

export class Sidebar {
  constructor(root, { open, switchLanguage, switchTheme }) {
    this.root = root;
    this.actions = { open, switchLanguage, switchTheme };
    this.head = h("header", { class: "sidebar-header" });
    this.lost = h("div", { class: "lost", hidden: true });
    this.list = h("nav", { class: "chats" });
    root.append(this.head, this.lost, this.list);
    store.on("snapshot select language room bot message typing read theme", () => this.soon());
    store.on("connection", () => this.drawLost());
  }

  /** Draws once, however much has changed. */
  soon() {
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      this.draw();
    });
  }

  drawLost() {
    this.lost.hidden = store.online;
    this.lost.textContent = t("connection_lost");
  }

  draw() {
    if (!store.me) return;
    const focused = this.root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.drawHead();
    this.drawLost();
    this.list.setAttribute("aria-label", t("chats"));
    this.list.replaceChildren(...store.visibleRooms().flatMap((room) => this.rows(room)));
    if (focused) this.root.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  drawHead() {
    const { me } = store;
    const dark = document.documentElement.dataset.theme === "dark";
    const who = h(
      "button",
      { type: "button", class: "persona", "aria-haspopup": "menu", "aria-label": `${t("i_am")}: ${nameOf(me.user)}, ${roleOf(me)}`, data: { key: "me" } },
      avatar(me.user.id, nameOf(me.user)),
      h("span", { class: "persona-text" }, h("strong", {}, nameOf(me.user)), h("small", {}, roleOf(me))),
      icon("down"),
    );
    who.addEventListener("click", () => openMenu(personaItems(), { under: who }));
    const other = language === "ru" ? "EN" : "RU";
    this.head.replaceChildren(
      who,
      h(
        "button",
        { type: "button", class: "round letters", "aria-label": t("language"), title: t("language"), onClick: this.actions.switchLanguage, data: { key: "language" } },
        other,
      ),
      iconButton(dark ? "sun" : "moon", t(dark ? "light" : "dark"), this.actions.switchTheme, { "data-key": "theme" }),
    );
  }

  rows(room) {
    const open = store.chatId === room.id;
    const rows = [this.row(room, 0, open && !room.is_forum)];
    if (room.is_forum && open) rows.push(this.topics(room));
    return rows;
  }

  row(room, threadId, current) {
    const last = store.last(room.id, threadId);
    const unread = store.unread(room.id, threadId);
    return h(
      "button",
      {
        type: "button",
        class: "chat-row",
        "aria-current": current ? "true" : null,
        "aria-expanded": room.is_forum ? String(store.chatId === room.id) : null,
        data: { key: `chat ${room.id}`, chat: room.id },
        onClick: () => this.actions.open(room.id, 0),
      },
      roomAvatar(room),
      h(
        "span",
        { class: "row-text" },
        h("span", { class: "row-top" }, kindIcon(room), h("strong", {}, titleOf(room)), last ? h("time", {}, when(last.date)) : null),
        h("span", { class: "row-bottom" }, preview(room, last), unread ? h("span", { class: "count" }, unread) : null),
      ),
    );
  }

  topics(room) {
    const rows = room.topics.map((topic) => {
      const unread = store.unread(room.id, topic.id);
      const last = store.last(room.id, topic.id);
      return h(
        "button",
        {
          type: "button",
          class: "topic-row",
          "aria-current": store.threadId === topic.id ? "true" : null,
          data: { key: `topic ${room.id} ${topic.id}` },
          onClick: () => this.actions.open(room.id, topic.id),
        },
        h("span", { class: `topic-mark fg${topic.id % 7}` }, icon("hash")),
        h("span", { class: "topic-text" }, h("strong", {}, topic.name), h("small", {}, topicPreview(room, topic, last))),
        unread ? h("span", { class: "count" }, unread) : null,
      );
    });
    return h("div", { class: "topics", role: "group", "aria-label": t("topics") }, rows);
  }
}

function personaItems() {
  return store.personas.map((persona) => ({
    image: avatar(persona.user.id, nameOf(persona.user)),
    label: nameOf(persona.user),
    note: roleOf(persona),
    checked: persona.key === store.me.key,
    onPick: () => store.become(persona.key),
  }));
}

function when(seconds) {
  return day(seconds) === t("today") ? clock(seconds) : day(seconds);
}

function kindIcon(room) {
  if (room.type === "private") return null;
  const label = t(room.is_forum ? "forum" : room.type);
  return h("span", { class: "kind", title: label }, icon(room.is_forum ? "hash" : room.type === "channel" ? "megaphone" : "people"));
}

function preview(room, last) {
  if (store.isTyping(room.id)) return h("span", { class: "preview is-typing" }, `${t("typing")}…`);
  if (!last) return h("span", { class: "preview" }, t(room.type === "private" ? "bot" : "empty_chat"));
  const text = oneLine(previewOf(last));
  const who = store.isMine(last) ? t("you") : nameOf(senderOf(last));
  const named = (room.type !== "private" && room.type !== "channel" && !serviceText(last)) || (room.type === "private" && store.isMine(last));
  return h("span", { class: "preview" }, named ? h("b", {}, `${who}: `) : null, text);
}

function topicPreview(room, topic, last) {
  if (store.isTyping(room.id, topic.id)) return `${t("typing")}…`;
  return last ? oneLine(previewOf(last)) : "";
}
