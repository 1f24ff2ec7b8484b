// One message: a bubble with its quote, text, file, buttons and reactions, or a service line.

import { h, icon } from "./dom.js";
import { draw, oneLine } from "./entities.js";
import { clock, size, t } from "./i18n.js";
import { followHere } from "./links.js";
import { alertBox, attempt, openMenu, toast } from "./overlay.js";
import { avatar, colourOf, nameOf, previewOf, senderOf, serviceText } from "./people.js";
import { store } from "./store.js";

/** The element of a message. `hooks`: reply, edit, jump and command. */
export function bubble({ message, reactions }, room, hooks) {
  const service = serviceText(message);
  const id = { "data-id": message.message_id, tabindex: "-1" };
  if (service) return h("div", { class: "service", ...id }, h("span", {}, service));
  const mine = store.isMine(message);
  const sender = senderOf(message);
  const named = room.type !== "private" && !mine;
  const body = h(
    "div",
    { class: "bubble" },
    named ? h("div", { class: `author fg${colourOf(sender.id)}` }, nameOf(sender), badge(message)) : null,
    message.forward_origin && !message.is_automatic_forward ? h("div", { class: "forwarded" }, originName(message)) : null,
    quoted(message, hooks),
    message.document ? file(message.document) : null,
    message.photo ? file({ ...message.photo.at(-1), file_name: "photo" }) : null,
    textOf(message, hooks),
    h("div", { class: "reactions" }, reactions.map((reaction) => reactionButton(message, reaction))),
  );
  const element = h(
    "article",
    { class: `message ${mine ? "out" : "in"}`, "aria-label": label(message, mine), ...id },
    room.type !== "private" && !mine ? avatar(sender.id, nameOf(sender)) : null,
    h("div", { class: "stack" }, body, keyboard(message)),
    tools(message, room, hooks),
  );
  element.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a")) return;
    event.preventDefault();
    const at = { x: event.clientX, y: event.clientY };
    openMenu(menuOf(message, room, hooks, at), at);
  });
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== element) return;
    event.preventDefault();
    openMenu(menuOf(message, room, hooks, { under: body }), { under: body });
  });
  return element;
}

function reactionButton(message, { emoji, by }) {
  const own = by.includes(store.me.user.id);
  const props = { type: "button", class: "reaction", "aria-pressed": String(own), "aria-label": `${emoji} ${by.length}` };
  return h("button", { ...props, onClick: () => react(message, emoji) }, by.length > 1 ? `${emoji} ${by.length}` : emoji);
}

function react(message, emoji) {
  return attempt(store.act("react", { chat_id: message.chat.id, message_id: message.message_id, emoji }));
}

function label(message, mine) {
  const who = mine ? t("you") : nameOf(senderOf(message));
  return `${who}, ${clock(message.date)}: ${oneLine(previewOf(message))}`;
}

function badge(message) {
  if (message.sender_chat?.id === message.chat.id) return h("span", { class: "badge" }, t("admin"));
  if (message.sender_chat) return h("span", { class: "badge" }, t("channel"));
  const room = store.rooms.get(message.chat.id);
  const status = room && store.member(room, message.from.id)?.status;
  if (status === "creator") return h("span", { class: "badge" }, t("creator"));
  if (status === "administrator") return h("span", { class: "badge" }, t("admin"));
  return message.from.is_bot ? h("span", { class: "badge" }, t("bot")) : null;
}

function originName(message) {
  const origin = message.forward_origin;
  return `↪ ${nameOf(origin.chat ?? origin.sender_user ?? { first_name: origin.sender_user_name ?? "" })}`;
}

function quoted(message, hooks) {
  const original = message.reply_to_message;
  if (!original || original.forum_topic_created) return null;
  const sender = senderOf(original);
  return h(
    "button",
    { type: "button", class: `quoted c${colourOf(sender.id)}`, onClick: () => hooks.jump(original.message_id) },
    h("strong", {}, nameOf(sender)),
    h("span", {}, oneLine(previewOf(original)) || "…"),
  );
}

function textOf(message, hooks) {
  const text = message.text ?? message.caption ?? "";
  const entities = message.entities ?? message.caption_entities ?? [];
  const meta = h(
    "span",
    { class: "meta" },
    message.edit_date ? `${t("edited")} ` : "",
    h("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date)),
  );
  return h("div", { class: "text", dir: "auto" }, draw(text, entities, { onCommand: hooks.command }), meta);
}

function file(document) {
  const name = document.file_name || t("file");
  return h(
    "a",
    { class: "file", href: `files/${encodeURIComponent(document.file_id)}`, download: name, "aria-label": t("file_of", { name }) },
    h("span", { class: "file-icon" }, icon("file")),
    h("span", { class: "file-text" }, h("strong", {}, name), h("small", {}, size(document.file_size ?? 0))),
  );
}

function keyboard(message) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  return h(
    "div",
    { class: "keyboard" },
    rows.map((row) => h("div", { class: "keyboard-row" }, row.map((button) => keyboardButton(message, button)))),
  );
}

function keyboardButton(message, button) {
  const style = ["primary", "success", "danger"].includes(button.style) ? button.style : "";
  const element = h("button", { type: "button", class: `key ${style}` }, h("span", {}, button.text));
  if (button.url) element.append(icon("link"));
  if (button.copy_text) element.append(icon("copy"));
  element.addEventListener("click", () => press(message, button, element));
  return element;
}

async function press(message, button, element) {
  if (button.url) {
    if (followHere(button.url)) return;
    if (/^https?:/i.test(button.url)) window.open(button.url, "_blank", "noopener,noreferrer");
    return;
  }
  if (button.copy_text) {
    await navigator.clipboard?.writeText(button.copy_text.text).then(() => toast(t("copied")), () => {});
    return;
  }
  if (!button.callback_data || element.classList.contains("waiting")) return;
  element.classList.add("waiting");
  const where = { chat_id: message.chat.id, message_id: message.message_id, data: button.callback_data };
  const answer = await attempt(store.act("press", where));
  element.classList.remove("waiting");
  if (!answer?.text) return;
  if (answer.alert) alertBox(nameOf(store.bot.user), answer.text);
  else toast(answer.text);
}

function tools(message, room, hooks) {
  const button = (name, title, onClick) =>
    h("button", { type: "button", class: "tool", tabindex: "-1", "aria-label": title, title, onClick }, icon(name));
  return h(
    "div",
    { class: "tools" },
    canReply(room) ? button("reply", t("reply"), () => hooks.reply(message)) : null,
    button("more", t("more"), (event) => {
      const at = { under: event.currentTarget };
      openMenu(menuOf(message, room, hooks, at), at);
    }),
  );
}

const REACTIONS = ["👍", "❤", "🔥", "😁", "🤔", "👎"];

function reactionMenu(message, at) {
  openMenu(REACTIONS.map((emoji) => ({ label: emoji, onPick: () => react(message, emoji) })), at);
}

function canReply(room) {
  return room.type === "private" || (room.type !== "channel" && store.member(room));
}

function menuOf(message, room, hooks, at) {
  const text = message.text ?? message.caption ?? "";
  const own = message.from?.id === store.me.user.id;
  const where = { chat_id: message.chat.id, message_id: message.message_id };
  return [
    canReply(room) && { icon: "reply", label: t("reply"), onPick: () => hooks.reply(message) },
    (room.type === "private" || store.member(room)) && { icon: "smile", label: t("react"), onPick: () => reactionMenu(message, at) },
    own && message.text && { icon: "edit", label: t("edit"), onPick: () => hooks.edit(message) },
    text && {
      icon: "copy",
      label: t("copy"),
      onPick: () => navigator.clipboard?.writeText(text).then(() => toast(t("copied")), () => {}),
    },
    (own || room.type === "private" || store.isAdmin(room)) && {
      icon: "delete",
      label: t("delete"),
      danger: true,
      onPick: () => attempt(store.act("delete", where)),
    },
  ].filter(Boolean);
}
