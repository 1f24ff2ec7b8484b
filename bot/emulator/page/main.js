// Starts the page and joins its parts.

import { ChatView } from "./chat.js";
import { Composer } from "./composer.js";
import { oneLine } from "./entities.js";
import { language, setLanguage } from "./i18n.js";
import { follow } from "./net.js";
import { attempt, closeMenu } from "./overlay.js";
import { Panel } from "./panel.js";
import { nameOf, previewOf, senderOf, titleOf } from "./people.js";
import { Sidebar } from "./sidebar.js";
import { store } from "./store.js";

const root = document.documentElement;
const panelElement = document.getElementById("panel");
const veil = document.getElementById("veil");
const systemDark = matchMedia("(prefers-color-scheme: dark)");

function applyTheme() {
  root.dataset.theme = localStorage.getItem("theme") ?? (systemDark.matches ? "dark" : "light");
  store.tell("theme");
}

function switchTheme() {
  localStorage.setItem("theme", root.dataset.theme === "dark" ? "light" : "dark");
  applyTheme();
}

function switchLanguage() {
  setLanguage(language === "ru" ? "en" : "ru");
  speak();
  store.tell("language");
}

/** Telegram tells bots each person's language: everybody here speaks the page's. */
function speak() {
  attempt(store.act("language", { language }));
}

function showPanel(on) {
  panelElement.hidden = !on;
  veil.hidden = !on;
  document.body.classList.toggle("with-panel", on);
  sessionStorage.setItem("panel", on ? "open" : "");
  if (on) panel.list.scrollTop = panel.list.scrollHeight;
}

function openChat(chatId, threadId) {
  store.select(chatId, threadId);
  document.body.dataset.screen = "chat";
  if (matchMedia("(pointer: fine)").matches) composer.field.focus();
}

const composer = new Composer();
new ChatView(document.getElementById("chat"), composer, {
  showList: () => {
    document.body.dataset.screen = "list";
  },
  togglePanel: () => showPanel(panelElement.hidden),
});
new Sidebar(document.getElementById("sidebar"), { open: openChat, switchLanguage, switchTheme });
const panel = new Panel(panelElement, { close: () => showPanel(false) });

veil.addEventListener("click", () => showPanel(false));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !panelElement.hidden && matchMedia("(max-width: 1180px)").matches) showPanel(false);
  if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const ids = store.visibleRooms().map((room) => room.id);
    const next = ids.indexOf(store.chatId) + (event.key === "ArrowDown" ? 1 : -1);
    if (ids[next] !== undefined) openChat(ids[next], 0);
  }
});
systemDark.addEventListener("change", applyTheme);
addEventListener("resize", closeMenu);

store.on("snapshot", () => {
  if (store.me.user.language_code !== language) speak();
});
store.on("message", ({ chatId, messageId, isNew }) => {
  const room = store.rooms.get(chatId);
  const message = store.messages.get(chatId)?.get(messageId)?.message;
  const mine = !room || (room.type === "private" && room.id !== store.me.user.id);
  if (!isNew || mine || store.isMine(message)) return;
  document.getElementById("heard").textContent = `${titleOf(room)}, ${nameOf(senderOf(message))}: ${oneLine(previewOf(message))}`;
});
store.on("snapshot select message read", () => {
  const unread = store.visibleRooms().reduce((sum, room) => sum + store.unread(room.id), 0);
  document.title = `${unread ? `(${unread}) ` : ""}${nameOf(store.bot.user)}`;
});

setLanguage(language);
applyTheme();
showPanel(sessionStorage.getItem("panel") === "open");
follow(
  (event) => store.take(event),
  (online) => {
    store.online = online;
    store.tell("connection");
  },
);
