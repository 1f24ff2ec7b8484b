// Forwarding: the chat that messages go to, and choosing several of them.

import { h, icon, iconButton } from "./dom.js";
import { t } from "./i18n.js";
import { dialog } from "./overlay.js";
import { roomAvatar, titleOf } from "./people.js";
import { store } from "./store.js";

/** Asks for the chat, opens it, and leaves the messages to the field there, where a comment may be added. */
export function forward(messages, composer) {
  if (!messages.length) return;
  const rows = store.visibleRooms().filter(writable).flatMap(placesOf);
  const list = h("div", { class: "places" });
  const box = dialog(t("forward_to"), list);
  list.append(
    ...rows.map(({ room, topic }) =>
      h(
        "button",
        {
          type: "button",
          class: "menu-item",
          onClick: () => {
            box.close();
            store.select(room.id, topic?.id ?? 0);
            composer.forward(messages);
          },
        },
        roomAvatar(room),
        h("span", { class: "menu-label" }, titleOf(room), topic ? h("small", {}, `# ${topic.name}`) : null),
      ),
    ),
  );
  list.querySelector("button")?.focus();
}

function writable(room) {
  if (room.type === "private") return !room.blocked;
  return room.type === "channel" ? store.isAdmin(room) : Boolean(store.member(room));
}

function placesOf(room) {
  return room.is_forum ? room.topics.filter((topic) => !topic.closed).map((topic) => ({ room, topic })) : [{ room }];
}

/** Several messages of one chat, chosen by a click each. */
export class Selection {
  constructor(view, composer) {
    this.view = view;
    this.composer = composer;
    this.ids = new Set();
    this.bar = h("footer", { class: "selection", hidden: true });
  }

  get on() {
    return !this.bar.hidden;
  }

  start(ids) {
    this.ids = new Set(ids);
    this.draw();
  }

  stop() {
    this.ids.clear();
    this.draw();
  }

  /** An album goes as a whole. */
  toggle(ids) {
    const had = ids.every((id) => this.ids.has(id));
    for (const id of ids) this.ids[had ? "delete" : "add"](id);
    this.draw();
  }

  draw() {
    const count = this.ids.size;
    this.bar.hidden = !count;
    this.composer.root.hidden = Boolean(count);
    this.view.classList.toggle("selecting", Boolean(count));
    for (const element of this.view.querySelectorAll("article")) {
      element.classList.toggle("chosen", this.ids.has(Number(element.dataset.id)));
    }
    const go = h("button", { type: "button", class: "text-button", onClick: () => this.forward() }, icon("forward"), t("forward"));
    const close = iconButton("close", t("cancel"), () => this.stop());
    this.bar.replaceChildren(close, h("span", {}, t("selected", { count })), go);
  }

  forward() {
    const here = store.messages.get(store.chatId);
    const messages = [...this.ids].sort((a, b) => a - b).map((id) => here?.get(id)?.message);
    this.stop();
    forward(messages.filter(Boolean), this.composer);
  }
}
