// One message, or one album: a bubble with its quote, media, text, buttons and reactions, or a service line.

import { h, icon, morph } from "./dom.js";
import { draw, oneLine } from "./entities.js";
import { clock, t } from "./i18n.js";
import { followHere } from "./links.js";
import { mediaOf, mediaOnly } from "./media.js";
import { alertBox, attempt, openMenu, toast } from "./overlay.js";
import { avatar, colourOf, nameOf, originOf, previewOf, senderOf, serviceText } from "./people.js";
import { store } from "./store.js";

/**
 * The element of a message, or of an album's first with all in `pieces`. `hooks`: reply, edit, forward, select, jump
 * and command. Its `update` shows a newer state and leaves alone what stays the same, as while an answer grows.
 */
export function bubble(shown, room, hooks) {
  const { message } = shown;
  const service = serviceText(message);
  const id = { "data-id": message.message_id, tabindex: "-1" };
  if (service) return h("div", { class: "service", ...id }, h("span", {}, service));
  let now = shown;
  const mine = store.isMine(message);
  const parts = [
    part(({ message: { from, sender_chat } }) => [from, sender_chat], (one) => head(one, room)),
    part(({ message }) => message.forward_origin, originLine),
    part(({ message: { reply_to_message, external_reply, quote } }) => [reply_to_message, external_reply, quote], (one) => quoted(one, hooks)),
    part(({ pieces }) => pieces.map(mediaOnly), ({ pieces }) => mediaOf(pieces)),
    growing((one) => textOf(one, hooks)),
    part(({ reactions }) => reactions, reactionsOf),
  ];
  const keys = part(({ message: { reply_markup } }) => reply_markup, (one) => keyboard(one.message));
  const body = h("div", { class: "bubble" }, parts.map((one) => one.node));
  const element = h(
    "article",
    { class: `message ${mine ? "out" : "in"}`, ...id },
    room.type !== "private" && !mine ? avatar(senderOf(message).id, nameOf(senderOf(message))) : null,
    h("div", { class: "stack" }, body, keys.node),
    tools(room, hooks, () => now),
  );
  element.update = (newer) => {
    now = newer;
    for (const one of [...parts, keys]) one.update(newer);
    element.setAttribute("aria-label", label(newer.message, mine));
  };
  element.update(shown);
  element.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a")) return;
    event.preventDefault();
    const at = { x: event.clientX, y: event.clientY };
    openMenu(menuOf(now, room, hooks, at), at);
  });
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== element) return;
    event.preventDefault();
    openMenu(menuOf(now, room, hooks, { under: body }), { under: body });
  });
  return element;
}

/** A place in a bubble, drawn anew only when what it `shows` is another: nothing flickers, what plays goes on. */
function part(shows, draws) {
  const place = h("div", { class: "part" });
  let known = null;
  const update = (shown) => {
    const json = JSON.stringify(shows(shown)) ?? "";
    if (json === known) return;
    known = json;
    place.replaceChildren(...[draws(shown)].flat().filter(Boolean));
  };
  return { node: place, update };
}

/** A place whose text is changed where it differs: what was opened or selected in it stays so. */
function growing(draws) {
  const place = h("div", { class: "part" });
  return { node: place, update: (shown) => morph(place, h("div", {}, draws(shown))) };
}

function reactionsOf({ message: { chat, message_id }, reactions }) {
  return h("div", { class: "reactions" }, reactions.map((one) => reactionButton(chat.id, message_id, one)));
}

function reactionButton(chat_id, message_id, { emoji, by }) {
  const own = by.includes(store.me.user.id);
  const props = { type: "button", class: "reaction", "aria-pressed": String(own), "aria-label": `${emoji} ${by.length}` };
  return h("button", { ...props, onClick: () => react(chat_id, message_id, emoji) }, by.length > 1 ? `${emoji} ${by.length}` : emoji);
}

function react(chat_id, message_id, emoji) {
  return attempt(store.act("react", { chat_id, message_id, emoji }));
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

function head({ message }, room) {
  if (room.type === "private" || store.isMine(message)) return null;
  const sender = senderOf(message);
  return h("div", { class: `author fg${colourOf(sender.id)}` }, nameOf(sender), badge(message));
}

function originLine({ message }) {
  if (!message.forward_origin || message.is_automatic_forward) return null;
  const origin = originOf(message.forward_origin);
  return h("div", { class: "forwarded" }, icon("forward"), h("span", {}, t("forwarded_from"), h("strong", {}, origin.name)));
}

/** What is replied to: a message here, or one of another chat, of which only the quotation is known. */
function quoted({ message }, hooks) {
  const original = message.reply_to_message;
  const external = message.external_reply;
  if (external) {
    const origin = originOf(external.origin);
    const words = message.quote?.text ?? previewOf({ ...external, chat: {} });
    return quotation(origin.id, `↗ ${origin.name}`, words, Boolean(message.quote), null);
  }
  if (!original || original.forum_topic_created) return null;
  const sender = senderOf(original);
  const words = message.quote?.text ?? previewOf(original);
  return quotation(sender.id, nameOf(sender), words, Boolean(message.quote), () => hooks.jump(original.message_id));
}

function quotation(id, name, words, marked, onClick) {
  return h(
    onClick ? "button" : "div",
    { type: onClick ? "button" : null, class: `quoted c${colourOf(id)} ${marked ? "marked" : ""}`, onClick },
    h("strong", {}, name),
    h("span", {}, oneLine(words) || "…"),
  );
}

function textOf({ message, pieces }, hooks) {
  const { text, caption, entities, caption_entities } = pieces.map((one) => one.message).find((one) => one.text ?? one.caption) ?? message;
  const meta = h(
    "span",
    { class: "meta" },
    message.edit_date ? `${t("edited")} ` : "",
    h("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date)),
  );
  const words = draw(text ?? caption ?? "", entities ?? caption_entities ?? [], { onCommand: hooks.command });
  return h("div", { class: `text ${text ?? caption ? "" : "bare"}`, dir: "auto" }, words, meta);
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

function tools(room, hooks, now) {
  const button = (name, title, onClick) =>
    h("button", { type: "button", class: "tool", tabindex: "-1", "aria-label": title, title, onClick }, icon(name));
  return h(
    "div",
    { class: "tools" },
    canReply(room) ? button("reply", t("reply"), () => hooks.reply(now().message)) : null,
    button("forward", t("forward"), () => hooks.forward(messagesOf(now()))),
    button("more", t("more"), (event) => {
      const at = { under: event.currentTarget };
      openMenu(menuOf(now(), room, hooks, at), at);
    }),
  );
}

const REACTIONS = ["👍", "❤", "🔥", "😁", "🤔", "👎"];

function reactionMenu({ chat, message_id }, at) {
  openMenu(REACTIONS.map((emoji) => ({ label: emoji, onPick: () => react(chat.id, message_id, emoji) })), at);
}

function canReply(room) {
  return room.type === "private" || (room.type !== "channel" && store.member(room));
}

/** The messages of a bubble: an album has several. */
export function messagesOf({ pieces }) {
  return pieces.map(({ message }) => message);
}

function menuOf(shown, room, hooks, at) {
  const { message } = shown;
  const all = messagesOf(shown);
  const text = message.text ?? message.caption ?? "";
  const own = message.from?.id === store.me.user.id;
  return [
    canReply(room) && { icon: "reply", label: t("reply"), onPick: () => hooks.reply(message) },
    { icon: "forward", label: t("forward"), onPick: () => hooks.forward(all) },
    (room.type === "private" || store.member(room)) && { icon: "smile", label: t("react"), onPick: () => reactionMenu(message, at) },
    own && message.text && { icon: "edit", label: t("edit"), onPick: () => hooks.edit(message) },
    text && {
      icon: "copy",
      label: t("copy"),
      onPick: () => navigator.clipboard?.writeText(text).then(() => toast(t("copied")), () => {}),
    },
    { icon: "check", label: t("select"), onPick: () => hooks.select(all) },
    (own || room.type === "private" || store.isAdmin(room)) && {
      icon: "delete",
      label: t("delete"),
      danger: true,
      onPick: () => remove(all),
    },
  ].filter(Boolean);
}

async function remove(messages) {
  for (const { chat, message_id } of messages) await attempt(store.act("delete", { chat_id: chat.id, message_id }));
}
