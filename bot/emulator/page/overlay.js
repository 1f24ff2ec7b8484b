// What lies over the page for a moment: menus, dialogs, toasts.

import { h, icon } from "./dom.js";
import { has, t } from "./i18n.js";
import { Refused } from "./net.js";

const TOAST_MS = 3500;
let closeOpen = null;

/** Opens a menu at a point or under an element; items are {icon, label, onPick, danger} or null for a line. */
export function openMenu(items, { x, y, under } = {}) {
  closeMenu();
  const before = document.activeElement;
  const menu = h("div", { class: "menu", role: "menu" });
  for (const item of items) {
    if (!item) menu.append(h("hr"));
    else menu.append(menuItem(item));
  }
  document.body.append(menu);
  place(menu, x, y, under);
  const onDown = (event) => menu.contains(event.target) || closeMenu();
  const onKey = (event) => menuKey(event, menu);
  document.addEventListener("pointerdown", onDown, true);
  menu.addEventListener("keydown", onKey);
  closeOpen = () => {
    document.removeEventListener("pointerdown", onDown, true);
    menu.remove();
    closeOpen = null;
    if (before?.isConnected) before.focus({ preventScroll: true });
  };
  menu.querySelector("button")?.focus({ preventScroll: true });
}

function menuItem({ icon: name, image, label, note, onPick, danger, checked }) {
  const pick = () => {
    closeMenu();
    onPick();
  };
  const role = checked === undefined ? "menuitem" : "menuitemradio";
  const state = checked === undefined ? null : String(checked);
  return h(
    "button",
    { type: "button", role, "aria-checked": state, class: `menu-item${danger ? " danger" : ""}`, onClick: pick },
    image ?? (name ? icon(name) : null),
    h("span", { class: "menu-label" }, label, note ? h("small", {}, note) : null),
    checked ? icon("check") : null,
  );
}

function place(menu, x, y, under) {
  const size = menu.getBoundingClientRect();
  const box = under?.getBoundingClientRect();
  const left = box ? (box.left + size.width > innerWidth ? box.right - size.width : box.left) : x;
  let top = box ? box.bottom + 6 : y;
  if (top + size.height > innerHeight - 8) top = (box ? box.top - 6 : y) - size.height;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - size.width - 8))}px`;
  menu.style.top = `${Math.max(8, top)}px`;
}

function menuKey(event, menu) {
  const items = [...menu.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  if (event.key in moves) {
    event.preventDefault();
    items.at(moves[event.key] % items.length).focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closeMenu();
  }
}

export function closeMenu() {
  closeOpen?.();
}

export function toast(text) {
  const element = h("div", { class: "toast" }, text);
  document.getElementById("toasts").append(element);
  setTimeout(() => element.remove(), TOAST_MS);
}

/** An alert that has to be dismissed. */
export function alertBox(title, text) {
  const dialog = h(
    "dialog",
    { class: "dialog", "aria-label": title },
    h("h2", {}, title),
    h("p", {}, text),
    h("form", { method: "dialog", class: "dialog-buttons" }, h("button", { class: "text-button" }, t("ok"))),
  );
  show(dialog);
}

/** A dialog with a title and any content, shown at once. */
export function dialog(title, content) {
  const element = h("dialog", { class: "dialog", "aria-label": title }, h("h2", {}, title), content);
  show(element);
  return element;
}

/** A picture as large as the window lets it be; any click closes it. */
export function lightbox(source, alt) {
  const element = h("dialog", { class: "lightbox", "aria-label": alt }, h("img", { src: source, alt }));
  element.addEventListener("click", () => element.close());
  show(element);
}

/** Asks for one line; calls back with it. */
export function ask(label, onAnswer) {
  const input = h("input", { type: "text", maxlength: "128", "aria-label": label, placeholder: label, required: true });
  const cancel = h("button", { type: "button", class: "text-button", onClick: () => dialog.close() }, t("cancel"));
  const form = h(
    "form",
    { method: "dialog" },
    input,
    h("div", { class: "dialog-buttons" }, cancel, h("button", { class: "text-button" }, t("done"))),
  );
  form.addEventListener("submit", () => input.value.trim() && onAnswer(input.value.trim()));
  const dialog = h("dialog", { class: "dialog", "aria-label": label }, h("h2", {}, label), form);
  show(dialog);
}

function show(dialog) {
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.showModal();
}

/** Runs an action and says in a toast why it was refused; gives null then. */
export async function attempt(promise) {
  try {
    return await promise;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(has(`e_${error.message}`) ? t(`e_${error.message}`) : error.message);
    return null;
  }
}
