// The side panel: the bot's process, the switches for trouble, and everything that goes over the wire.

import { h, iconButton } from "./dom.js";
import { language, t } from "./i18n.js";
import { attempt } from "./overlay.js";
import { store } from "./store.js";
import { TimelineRow } from "./timeline.js";

const KINDS = ["update", "call", "model", "poll"];
const LABELS = { update: "updates", call: "calls", model: "models", poll: "polls" };
const OFTEN_MS = 1000;

export class Panel {
  constructor(root, { close }) {
    this.root = root;
    this.close = close;
    this.hiddenKinds = new Set(["poll"]);
    this.rows = new Map();
    this.process = h("section", { class: "process" });
    this.troubles = h("section", { class: "troubles" });
    this.words = h("section", { class: "words" });
    this.filters = h("div", { class: "filters" });
    this.list = h("div", { class: "timeline", tabindex: "0" });
    this.head = h("header", { class: "panel-header" });
    this.top = h("div", { class: "panel-top" }, this.process, this.troubles, this.words);
    root.append(this.head, this.top, this.filters, this.list);
    store.on("snapshot language", () => this.draw());
    store.on("extra", ({ name }) => this.drawExtra(name));
    store.on("row", ({ row }) => this.take(row));
    setInterval(() => root.hidden || this.drawProcess(), OFTEN_MS);
  }

  draw() {
    this.root.setAttribute("aria-label", t("open_panel"));
    this.list.setAttribute("aria-label", t("timeline"));
    this.head.replaceChildren(h("h2", {}, t("open_panel")), iconButton("close", t("close"), this.close));
    this.drawFilters();
    for (const name of ["process", "troubles", "model"]) this.drawExtra(name);
    this.rows.clear();
    this.list.replaceChildren(h("p", { class: "nothing" }, t("empty_timeline")));
    for (const row of store.timeline) this.take(row);
  }

  drawExtra(name) {
    if (name === "process") this.drawProcess();
    if (name === "troubles") this.drawTroubles();
    if (name === "model") this.drawWords();
  }

  drawProcess() {
    const state = store.extra.process;
    if (!state) return;
    const focused = this.process.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const act = (what) => () => attempt(store.act("process", { do: what }));
    const button = (key, label, disabled) =>
      h("button", { type: "button", class: `pill ${key}`, disabled, onClick: act(key), data: { key } }, label);
    const since = state.since ? Math.max(0, Math.round(Date.now() / 1000 - state.since)) : 0;
    const facts = [`pid ${state.pid ?? "—"}`, `${t("restarts")}: ${state.restarts}`];
    if (state.up) facts.unshift(duration(since));
    else if (state.exit !== null) facts.push(`${t("last_exit")} ${state.exit}`);
    this.process.replaceChildren(
      h("span", { class: `lamp ${state.up ? "" : "off"}` }),
      h("div", { class: "process-text" }, h("strong", {}, t(state.up ? "bot_up" : "bot_down")), h("small", {}, facts.join(" · "))),
      button("kill", t("kill"), !state.up),
      button("start", t("start"), state.up),
    );
    if (focused) this.process.querySelector(`[data-key="${focused}"]`)?.focus();
  }

  drawTroubles() {
    const troubles = store.extra.troubles;
    if (!troubles) return;
    const ofTelegram = (name) => ["flood", "telegram_500", "cut"].includes(name);
    const group = (title, names) =>
      names.length
        ? h("div", { class: "trouble-group" }, h("h3", {}, title), names.map((name) => this.toggle(name, troubles.on.includes(name))))
        : null;
    this.troubles.replaceChildren(
      ...[
        group(t("telegram"), troubles.names.filter(ofTelegram)),
        group(t("model"), troubles.names.filter((name) => !ofTelegram(name))),
      ].filter(Boolean),
    );
  }

  toggle(name, on) {
    const flip = (event) => attempt(store.act("trouble", { name, on: event.target.checked }));
    const box = h("input", { type: "checkbox", role: "switch", onChange: flip, "aria-label": `${t(`t_${name}`)}: ${t(`th_${name}`)}` });
    box.checked = on;
    return h("label", { class: "switch", title: t(`th_${name}`) }, box, h("span", { class: "track" }), h("span", {}, t(`t_${name}`)));
  }

  drawWords() {
    const words = store.extra.model?.words ?? [];
    this.words.hidden = !words.length;
    const rows = words.map((word) => {
      const [name, does] = language === "ru" ? [word.russian, word.does_in_russian] : [word.word, word.does];
      return [h("dt", {}, h("code", {}, word.default === null ? name : `${name} ${word.default}`)), h("dd", {}, does)];
    });
    const open = this.words.querySelector("details")?.open;
    this.words.replaceChildren(
      h("details", { open }, h("summary", {}, t("words")), h("p", {}, t("words_hint")), h("dl", {}, rows)),
    );
  }

  drawFilters() {
    const chips = KINDS.map((kind) =>
      h(
        "button",
        {
          type: "button",
          class: `chip ${kind}`,
          "aria-pressed": String(!this.hiddenKinds.has(kind)),
          onClick: () => this.flip(kind),
        },
        t(LABELS[kind]),
      ),
    );
    this.filters.replaceChildren(
      ...chips,
      iconButton("delete", t("clear"), () => this.clear(), { class: "round small" }),
    );
  }

  flip(kind) {
    if (!this.hiddenKinds.delete(kind)) this.hiddenKinds.add(kind);
    this.drawFilters();
    for (const row of this.rows.values()) row.element.hidden = this.hiddenKinds.has(row.kind);
  }

  clear() {
    store.timeline.length = 0;
    this.rows.clear();
    this.list.replaceChildren(h("p", { class: "nothing" }, t("empty_timeline")));
  }

  /** Shows a row, or brings it up to date; the newest is at the bottom and stays in sight. */
  take(row) {
    const known = this.rows.get(row.id);
    if (known) {
      known.update(row);
      return;
    }
    const { list } = this;
    const stay = list.scrollHeight - list.scrollTop - list.clientHeight > 60;
    const shown = new TimelineRow(row);
    shown.element.hidden = this.hiddenKinds.has(shown.kind);
    this.rows.set(row.id, shown);
    list.querySelector(".nothing")?.remove();
    list.append(shown.element);
    while (list.childElementCount > 600) list.firstElementChild.remove();
    if (!stay) list.scrollTop = list.scrollHeight;
  }
}

function duration(seconds) {
  const minutes = Math.floor(seconds / 60);
  return minutes ? `${minutes}:${String(seconds % 60).padStart(2, "0")}` : `${seconds} ${t("sec")}`;
}

