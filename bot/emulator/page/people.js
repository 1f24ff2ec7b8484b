// How people and chats are called and pictured, and what service messages say.

import { h, icon } from "./dom.js";
import { length, members, t } from "./i18n.js";
import { store } from "./store.js";

const COLOURS = 7;
const BOT_COLOUR = 5;

export function nameOf(user) {
  return [user.first_name, user.last_name].filter(Boolean).join(" ") || user.title || "";
}

export function titleOf(room) {
  return room.type === "private" ? nameOf(store.bot.user) : room.title;
}

/** Who speaks in a message: a chat (anonymous admin, channel) or a user. */
export function senderOf(message) {
  return message.sender_chat ?? message.from ?? message.chat;
}

/** One of seven colours; the same person always has the same. */
export function colourOf(id) {
  return id === store.bot.user.id ? BOT_COLOUR : Math.abs(id) % COLOURS;
}

export function avatar(id, name, props = {}) {
  if (id === store.bot.user.id) return h("span", { class: "avatar bot", "aria-hidden": "true", ...props }, icon("bot"));
  const words = name.replace(/[^\p{L}\p{N}\s]/gu, "").trim().split(/\s+/);
  const letters = words.length > 1 ? [...words[0]][0] + [...words.at(-1)][0] : ([...words[0]][0] ?? "•");
  return h("span", { class: `avatar c${colourOf(id)}`, "aria-hidden": "true", ...props }, letters.toUpperCase());
}

export function roomAvatar(room) {
  const who = room.type === "private" ? store.bot.user.id : room.id;
  return avatar(who, titleOf(room));
}

export function roleOf(persona) {
  return t(persona.key);
}

export function subtitleOf(room) {
  if (room.type === "private") return t(room.blocked ? "blocked" : "bot");
  const parts = [room.type === "channel" ? t("channel") : members(room.members.length)];
  const mine = store.member(room);
  const status = { creator: "creator", administrator: "admin", member: "member" }[mine?.status];
  if (room.type !== "channel" || mine) parts.push(t("your_role", { role: t(status ?? "stranger") }));
  return parts.join(", ");
}

/** The words of a service message; nothing for a message that somebody wrote. */
export function serviceText(message) {
  const who = nameOf(senderOf(message));
  if (message.new_chat_members) {
    const what = message.new_chat_members.map(nameOf).join(", ");
    const self = message.new_chat_members.every((user) => user.id === message.from?.id);
    return t(self ? "s_joined" : "s_added", { who, what });
  }
  if (message.left_chat_member) {
    const self = message.left_chat_member.id === message.from?.id;
    return t(self ? "s_left" : "s_removed", { who, what: nameOf(message.left_chat_member) });
  }
  if (message.forum_topic_created) return t("s_topic", { who, what: message.forum_topic_created.name });
  if (message.forum_topic_edited) return t("s_topic_edited", { what: message.forum_topic_edited.name ?? "" });
  if (message.new_chat_title) return t("s_title", { who, what: message.new_chat_title });
  const plain = {
    forum_topic_closed: "s_topic_closed",
    forum_topic_reopened: "s_topic_reopened",
    migrate_to_chat_id: "s_migrated",
    migrate_from_chat_id: "s_migrated",
    pinned_message: "s_pinned",
    group_chat_created: "s_group_created",
    supergroup_chat_created: "s_group_created",
    channel_chat_created: "s_channel_created",
  };
  const key = Object.keys(plain).find((name) => name in message);
  if (key) return t(plain[key], { who, what: message.chat.title });
  return message.text !== undefined || message.caption !== undefined || mediaName(message) ? "" : t("s_other");
}

/** In a word or two what a message carries besides text. */
function mediaName(message) {
  if (message.photo) return `🖼 ${t("photo")}`;
  if (message.document) return `📎 ${message.document.file_name ?? t("file")}`;
  if (message.voice) return `🎤 ${t("voice")}, ${length(message.voice.duration)}`;
  if (message.audio) return `🎵 ${message.audio.title ?? message.audio.file_name ?? t("audio")}`;
  if (message.video_note || message.video) return `🎬 ${t("video")}`;
  if (message.sticker) return message.sticker.emoji ?? "🖼";
  return message.poll ? `📊 ${message.poll.question}` : "";
}

/** Where forwarded words come from: who, and as whose name it is coloured. */
export function originOf({ sender_user, sender_user_name, sender_chat, chat, author_signature }) {
  const known = sender_user ?? sender_chat ?? chat;
  const name = known ? nameOf(known) : sender_user_name;
  return { name: author_signature ? `${name} (${author_signature})` : name, id: known?.id ?? 0 };
}

/** What a chat list says of a message. */
export function previewOf(message) {
  const service = serviceText(message);
  if (service) return service;
  const said = message.text ?? message.caption ?? "";
  const media = mediaName(message);
  return said && message.photo ? `🖼 ${said}` : [media, said].filter(Boolean).join(" ");
}
