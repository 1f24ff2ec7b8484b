// What can be done with a chat as a whole, as its header's menu.

import { t } from "./i18n.js";
import { ask, attempt, openMenu } from "./overlay.js";
import { avatar, nameOf } from "./people.js";
import { store } from "./store.js";

export function roomMenu(room) {
  const act = (action, more = {}) => () => attempt(store.act(action, { chat_id: room.id, ...more }));
  if (room.type === "private") {
    return [
      room.blocked
        ? { icon: "check", label: t("unblock"), onPick: act("block", { on: false }) }
        : { icon: "close", label: t("block"), danger: true, onPick: act("block", { on: true }) },
    ];
  }
  const items = [];
  if (store.isAdmin(room)) items.push(...adminItems(room, act));
  else if (store.member(room)) items.push({ icon: "close", label: t("leave"), danger: true, onPick: act("leave") });
  else items.push({ icon: "plus", label: t("join"), onPick: act("join") });
  items.push(null, {
    icon: "bookmark",
    label: t("privacy"),
    note: t("privacy_hint"),
    checked: !store.bot.reads_all,
    onPick: act("privacy", { on: store.bot.reads_all }),
  });
  return items;
}

function adminItems(room, act) {
  const bot = store.member(room, store.bot.user.id);
  const items = [];
  if (room.is_forum) {
    const make = (name) => attempt(store.act("topic", { chat_id: room.id, name })).then((made) => made && store.select(room.id, made.thread_id));
    items.push({ icon: "hash", label: t("new_topic"), onPick: () => ask(t("topic_name"), make) });
  }
  items.push({ icon: "edit", label: t("promote_me"), onPick: () => openMenu(rolesMenu(room, act), { x: innerWidth / 2 - 120, y: 80 }) });
  if (!bot) items.push({ icon: "bot", label: t("add_bot"), onPick: act("add_bot") });
  else {
    const isAdmin = bot.status === "administrator";
    items.push(
      { icon: "bot", label: t(isAdmin ? "bot_member" : "bot_admin"), onPick: act("add_bot", { admin: !isAdmin }) },
      { icon: "delete", label: t("remove_bot"), danger: true, onPick: act("remove_bot") },
    );
  }
  if (room.type === "group") items.push({ icon: "plus", label: t("migrate"), onPick: act("migrate") });
  return items;
}

function rolesMenu(room, act) {
  const others = room.members.filter(({ user, status }) => status !== "creator" && !user.is_bot);
  return others.map(({ user, status }) => ({
    image: avatar(user.id, nameOf(user)),
    label: nameOf(user),
    note: t(status === "administrator" ? "demote" : "promote"),
    checked: status === "administrator",
    onPick: act(status === "administrator" ? "demote" : "promote", { user_id: user.id }),
  }));
}
