// Draws a text with its entities. Telegram counts in UTF-16 code units, as JavaScript's strings do.

import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE_LINK = /^(https?|mailto|tel|tg):/i;
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };
const LONG_QUOTE_LINES = 3;

/** A fragment; `onCommand` is called with a bot command that is clicked. */
export function draw(text, entities = [], { onCommand } = {}) {
  const fragment = document.createDocumentFragment();
  const sorted = entities.filter((entity) => entity.length > 0).sort(byPlace);
  drawRange(fragment, text, 0, text.length, sorted, onCommand);
  return fragment;
}

/** The text in one line, for previews. */
export function oneLine(text) {
  return text.replace(/\s+/g, " ").trim().slice(0, 200);
}

function byPlace(a, b) {
  return a.offset - b.offset || b.length - a.length;
}

function drawRange(parent, text, start, end, entities, onCommand) {
  let at = start;
  const left = [...entities];
  while (left.length) {
    const entity = left.shift();
    const entityEnd = Math.min(entity.offset + entity.length, end);
    const inner = [];
    const later = [];
    while (left.length && left[0].offset < entityEnd) {
      const next = left.shift();
      const over = next.offset + next.length - entityEnd;
      inner.push(over > 0 ? { ...next, length: next.length - over } : next);
      if (over > 0) later.push({ ...next, offset: entityEnd, length: over });
    }
    left.unshift(...later);
    left.sort(byPlace);
    if (entity.offset > at) parent.append(text.slice(at, entity.offset));
    const [outer, holder] = make(entity, text.slice(entity.offset, entityEnd), onCommand);
    drawRange(holder, text, entity.offset, entityEnd, inner, onCommand);
    parent.append(outer);
    at = entityEnd;
    // A block ends its line by itself.
    if (BLOCKS.has(entity.type) && text[at] === "\n" && at < end && left[0]?.offset !== at) at += 1;
  }
  if (at < end) parent.append(text.slice(at, end));
}

/** The element of an entity, and the element inside it that takes the text. */
function make(entity, text, onCommand) {
  const { type } = entity;
  if (type === "pre") return pre(entity);
  if (type === "spoiler") return same(spoiler());
  if (type === "blockquote") return same(h("blockquote"));
  if (type === "expandable_blockquote") return quote(text);
  if (type === "text_link") return same(link(entity.url));
  if (type === "url") return same(link(/^\w+:/.test(text) ? text : `https://${text}`));
  if (type === "email") return same(link(`mailto:${text}`));
  if (type === "bot_command" && onCommand) {
    return same(h("button", { type: "button", class: "linklike", onClick: (event) => onCommand(event.currentTarget.textContent) }));
  }
  if (type in TAGS) return same(h(TAGS[type]));
  return same(h("span", { class: `entity ${/^[a-z_]+$/.test(type) ? type : ""}` }));
}

function same(element) {
  return [element, element];
}

function link(url) {
  if (!SAFE_LINK.test(url)) return h("span", { title: url });
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url });
}

function spoiler() {
  const element = h("span", { class: "spoiler", role: "button", tabindex: "0" });
  const reveal = () => element.classList.add("revealed");
  element.addEventListener("click", reveal);
  element.addEventListener("keydown", (event) => event.key === "Enter" && reveal());
  return element;
}

function pre(entity) {
  const code = h("code");
  const copyButton = h("button", { type: "button", class: "copy", "aria-label": t("copy"), title: t("copy") }, icon("copy"));
  copyButton.addEventListener("click", () => copy(code.textContent, copyButton));
  const head = h("div", { class: "pre-head" }, entity.language ? h("span", {}, entity.language) : null, copyButton);
  return [h("div", { class: `pre ${entity.language ? "" : "bare"}` }, head, h("pre", { tabindex: "0" }, code)), code];
}

export async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return; // the browser keeps the clipboard to itself
  }
  const old = [...button.childNodes];
  button.replaceChildren(icon("check"));
  setTimeout(() => button.replaceChildren(...old), 1200);
}

function quote(text) {
  const holder = h("div", { class: "quote-text" });
  if (text.split("\n").length <= LONG_QUOTE_LINES && text.length < 160) return [h("blockquote", {}, holder), holder];
  const element = h("blockquote", { class: "expandable" }, holder);
  const button = h("button", { type: "button", class: "linklike expand", "aria-expanded": "false" }, t("expand"));
  button.addEventListener("click", () => {
    const open = element.classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
    button.textContent = t(open ? "less" : "expand");
  });
  element.append(button);
  return [element, holder];
}
