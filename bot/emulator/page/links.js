// Links to the bot itself, which Telegram's clients follow without leaving.

import { attempt } from "./overlay.js";
import { store } from "./store.js";

/** Follows https://t.me/<the bot>?start=…: opens the private chat and starts it. False for any other link. */
export function followHere(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return false;
  }
  const name = url.pathname.slice(1).toLowerCase();
  if (url.hostname !== "t.me" || name !== store.bot.user.username?.toLowerCase()) return false;
  const chatId = store.me.user.id;
  store.select(chatId, 0);
  if (url.searchParams.has("start")) {
    attempt(store.act("say", { chat_id: chatId, text: `/start ${url.searchParams.get("start")}` }));
  }
  return true;
}
