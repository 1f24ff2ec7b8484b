// What the page knows: the world as the events tell it, who I am, and where I look.

import { act } from "./net.js";

const ANONYMOUS_ID = 1087968824;
export const GENERAL = 1;

class Store extends EventTarget {
  rooms = new Map();
  messages = new Map(); // chat id -> Map(message id -> {message, reactions})
  bot = { user: { id: 0, first_name: "" }, commands: {}, reads_all: false };
  timeline = [];
  extra = {};
  typing = new Map(); // "chat/thread" -> end, ms
  read = new Map(); // "persona/chat/thread" -> last message id
  online = false;
  me = null;
  chatId = 0;
  threadId = 0;

  /** Tells every view that something of this kind changed. */
  tell(kind, detail = {}) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  on(kinds, listener) {
    for (const kind of kinds.split(" ")) this.addEventListener(kind, (event) => listener(event.detail));
  }

  take(event) {
    this[`take_${event.type}`]?.(event);
  }

  take_snapshot(event) {
    const first = !this.rooms.size;
    this.rooms = new Map(event.rooms.map((room) => [room.id, room]));
    this.messages = new Map(event.rooms.map((room) => [room.id, new Map(room.messages.map((m) => [m.message_id, m]))]));
    Object.assign(this, { bot: event.bot, timeline: event.timeline, extra: event.extra });
    const key = sessionStorage.getItem("persona");
    this.me = this.personas.find((persona) => persona.key === (this.me?.key ?? key)) ?? this.personas[0];
    if (first) for (const room of this.rooms.values()) this.markAllRead(room);
    if (!this.room) this.select(this.visibleRooms()[0]?.id ?? 0, 0);
    this.tell("snapshot");
  }

  take_room({ room }) {
    const known = this.rooms.get(room.id);
    this.rooms.set(room.id, room);
    if (!this.messages.has(room.id)) this.messages.set(room.id, new Map());
    if (room.migrated_to && !known?.migrated_to && this.chatId === room.id) this.select(room.migrated_to, 0);
    this.tell("room", { chatId: room.id });
  }

  take_bot({ bot }) {
    this.bot = bot;
    this.tell("bot");
  }

  take_message(event) {
    const messages = this.messages.get(event.chat_id) ?? new Map();
    this.messages.set(event.chat_id, messages);
    const isNew = !messages.has(event.message_id);
    if (event.message) messages.set(event.message_id, event);
    else messages.delete(event.message_id);
    if (isNew && event.message) this.typing.delete(`${event.chat_id}/${threadOf(event.message)}`);
    this.tell("message", { chatId: event.chat_id, messageId: event.message_id, isNew: isNew && Boolean(event.message) });
  }

  take_action({ chat_id, thread_id }) {
    const key = `${chat_id}/${thread_id}`;
    this.typing.set(key, Date.now() + 5000);
    setTimeout(() => this.tell("typing", { chatId: chat_id }), 5050);
    this.tell("typing", { chatId: chat_id });
  }

  take_extra({ name, value }) {
    this.extra[name] = value;
    this.tell("extra", { name });
  }

  take_row({ row }) {
    const place = this.timeline.findIndex((known) => known.id === row.id);
    if (place >= 0) this.timeline[place] = row;
    else this.timeline.push(row);
    if (this.timeline.length > 600) this.timeline.splice(0, 200);
    this.tell("row", { row, isNew: place < 0 });
  }

  get personas() {
    return this.extra.personas?.list ?? [];
  }

  get room() {
    return this.rooms.get(this.chatId);
  }

  become(key) {
    this.me = this.personas.find((persona) => persona.key === key);
    sessionStorage.setItem("persona", key);
    if (this.room?.type === "private") this.chatId = this.me.user.id;
    this.tell("select");
  }

  select(chatId, threadId) {
    const room = this.rooms.get(chatId);
    this.chatId = chatId;
    this.threadId = room?.is_forum ? threadId || GENERAL : 0;
    this.tell("select");
  }

  visibleRooms() {
    const shown = [...this.rooms.values()].filter(
      (room) => !room.migrated_to && (room.type !== "private" || room.id === this.me?.user.id),
    );
    // A chat that waits for its first message stands first, as after opening a bot's link.
    const date = (room) => this.last(room.id)?.date ?? (room.type === "private" ? Infinity : 0);
    return shown.sort((a, b) => (date(a) === date(b) ? 0 : date(b) - date(a)));
  }

  /** A chat's messages, oldest first; one forum topic's; a migrated group's earlier ones too. */
  list(chatId, threadId = 0) {
    const room = this.rooms.get(chatId);
    const earlier = [...this.rooms.values()].filter((other) => other.migrated_to === chatId).flatMap((r) => this.list(r.id));
    const own = [...(this.messages.get(chatId)?.values() ?? [])].sort((a, b) => a.message_id - b.message_id);
    return [...earlier, ...own.filter(({ message }) => !room?.is_forum || !threadId || topicOf(message) === threadId)];
  }

  last(chatId, threadId = 0) {
    return this.list(chatId, threadId).at(-1)?.message;
  }

  isTyping(chatId, threadId) {
    const room = this.rooms.get(chatId);
    const now = Date.now();
    const threads = threadId === undefined ? (room?.topics ?? []).map((topic) => topic.id) : [threadId];
    return [0, ...threads].some((thread) => {
      if (thread === 0 && room?.is_forum && threadId !== undefined && threadId !== GENERAL) return false;
      return (this.typing.get(`${chatId}/${thread}`) ?? 0) > now;
    });
  }

  isMine(message) {
    if (message.sender_chat && !this.me.anonymous) return false;
    if (message.from?.id === ANONYMOUS_ID) return this.me.anonymous;
    return message.from?.id === this.me.user.id;
  }

  member(room, userId = this.me.user.id) {
    return room.members.find((member) => member.user.id === userId);
  }

  isAdmin(room) {
    return ["creator", "administrator"].includes(this.member(room)?.status);
  }

  unread(chatId, threadId = 0) {
    const room = this.rooms.get(chatId);
    if (room.is_forum && !threadId) return room.topics.reduce((sum, topic) => sum + this.unread(chatId, topic.id), 0);
    const last = this.read.get(`${this.me.key}/${chatId}/${threadId}`) ?? 0;
    return this.list(chatId, threadId).filter(
      ({ message }) => message.chat.id === chatId && message.message_id > last && !this.isMine(message),
    ).length;
  }

  markRead(chatId, threadId, persona = this.me) {
    this.read.set(`${persona.key}/${chatId}/${threadId}`, this.last(chatId, threadId)?.message_id ?? 0);
  }

  markAllRead(room) {
    const threads = room.is_forum ? room.topics.map((topic) => topic.id) : [0];
    for (const persona of this.personas) for (const thread of threads) this.markRead(room.id, thread, persona);
  }

  /** Does something as whoever I am now. */
  act(action, params = {}) {
    return act(action, { as: this.me.key, ...params });
  }
}

export function threadOf(message) {
  return message.is_topic_message ? message.message_thread_id : 0;
}

function topicOf(message) {
  return threadOf(message) || GENERAL;
}

export const store = new Store();
