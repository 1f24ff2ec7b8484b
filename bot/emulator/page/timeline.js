// One row of the timeline: a line that opens into the whole JSON.

import { h } from "./dom.js";
import { oneLine } from "./entities.js";
import { language, t } from "./i18n.js";

const ARROWS = { update: "↓", call: "↑", poll: "↑", model: "◆" };
const OUTCOMES = { ok: "", pending: "pending", refused: "refused", cut: "cut" };

export class TimelineRow {
  constructor(row) {
    this.kind = row.name === "getUpdates" ? "poll" : row.kind;
    this.summary = h("summary");
    this.details = h("div", { class: "json" });
    this.element = h("details", { class: `row ${this.kind}` }, this.summary, this.details);
    this.element.addEventListener("toggle", () => this.drawDetails());
    this.update(row);
  }

  update(row) {
    this.row = row;
    this.element.dataset.outcome = row.outcome;
    this.summary.replaceChildren(
      h("time", {}, time(row.at)),
      h("span", { class: "arrow", title: t(`direction_${row.kind}`) }, ARROWS[this.kind]),
      h("strong", {}, row.name),
      h("span", { class: "gist" }, oneLine(gist(row))),
      h("span", { class: "outcome" }, outcome(row)),
    );
    this.drawDetails();
  }

  drawDetails() {
    if (!this.element.open) return;
    const parts = [h("h4", {}, `${t(`direction_${this.row.kind}`)} · ${t("request")}`), pretty(this.row.request)];
    if (this.row.response !== undefined) parts.push(h("h4", {}, t("response")), pretty(this.row.response));
    this.details.replaceChildren(...parts);
  }
}

function time(seconds) {
  const options = { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 1, hour12: false };
  return new Intl.DateTimeFormat(language, options).format(seconds * 1000);
}

function outcome(row) {
  if (row.outcome === "refused") return String(row.response?.error_code ?? row.status ?? t("refused"));
  if (OUTCOMES[row.outcome]) return t(row.outcome);
  if (row.took_s === undefined) return "";
  return row.took_s < 1 ? `${Math.round(row.took_s * 1000)} ${t("ms")}` : `${row.took_s.toFixed(1)} ${t("sec")}`;
}

/** What a row is about, in a few words. */
function gist(row) {
  const { request, response } = row;
  if (row.gist) return row.gist;
  if (row.outcome === "refused" && response?.description) return response.description;
  if (row.kind === "update") {
    const inner = request[row.name] ?? {};
    return inner.text ?? inner.caption ?? inner.data ?? inner.new_chat_member?.status ?? "";
  }
  if (row.name === "getUpdates") return Array.isArray(response) ? `${response.length}` : "";
  return request?.text ?? request?.caption ?? request?.action ?? request?.file_path ?? "";
}

/** JSON with its names, strings and numbers coloured. */
function pretty(value) {
  const block = h("pre", { tabindex: "0" });
  write(block, value, "");
  return block;
}

function write(block, value, indent) {
  const inner = `${indent}  `;
  if (value === null || typeof value !== "object") {
    block.append(h("span", { class: value === null ? "null" : typeof value }, JSON.stringify(value)));
    return;
  }
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  block.append(isList ? "[" : "{");
  entries.forEach(([name, item], place) => {
    block.append(`${place ? "," : ""}\n${inner}`);
    if (!isList) block.append(h("span", { class: "name" }, JSON.stringify(name)), ": ");
    write(block, item, inner);
  });
  block.append(`${entries.length ? `\n${indent}` : ""}${isList ? "]" : "}"}`);
}
