// Files that wait above the field to be sent: chosen, pasted or dropped.

import { h, icon, iconButton } from "./dom.js";
import { size, t } from "./i18n.js";
import { upload } from "./net.js";
import { toast } from "./overlay.js";

const MAX_FILES = 20;
const MAX_BYTES = 50 * 1024 * 1024;
const PICTURES = new Set(["image/jpeg", "image/png", "image/webp", "image/bmp", "image/gif"]);

export class Tray {
  constructor({ changed, chosen }) {
    this.changed = changed;
    this.files = []; // {file, preview}
    this.plain = false; // pictures as files
    this.busy = false; // on their way
    this.root = h("div", { class: "tray", hidden: true });
    this.input = h("input", { type: "file", multiple: true, hidden: true });
    this.input.addEventListener("change", () => {
      this.add([...this.input.files]);
      this.input.value = "";
      chosen();
    });
    this.root.append(this.input);
  }

  choose(accept) {
    this.input.accept = accept;
    this.input.click();
  }

  /** Takes files as they come; true where there were any. */
  add(files, { plain = false } = {}) {
    for (const file of files) {
      if (file.size > MAX_BYTES) toast(t("e_file_big"));
      else if (this.files.length < MAX_FILES) {
        this.files.push({ file, preview: PICTURES.has(file.type) ? URL.createObjectURL(file) : "" });
      }
    }
    if (files.length) this.plain = plain;
    this.draw();
    return files.length > 0;
  }

  clear() {
    for (const { preview } of this.files) if (preview) URL.revokeObjectURL(preview);
    this.files = [];
    this.plain = false;
    this.draw();
  }

  drop(one) {
    if (one.preview) URL.revokeObjectURL(one.preview);
    this.files = this.files.filter((other) => other !== one);
    this.draw();
  }

  draw() {
    this.root.hidden = !this.files.length;
    const some = this.files.some(({ preview }) => preview);
    const asFile = h(
      "button",
      { type: "button", class: "chip", "aria-pressed": String(this.plain), onClick: () => this.turn() },
      t("as_file"),
    );
    this.root.replaceChildren(
      this.input,
      h("div", { class: "tray-files" }, this.files.map((one) => this.one(one))),
      some ? asFile : "",
      iconButton("close", t("remove_all"), () => this.clear()),
    );
    this.changed();
  }

  turn() {
    this.plain = !this.plain;
    this.draw();
  }

  one(one) {
    const { file, preview } = one;
    const picture = preview && !this.plain;
    return h(
      "div",
      { class: `tray-file ${picture ? "is-picture" : ""}`, title: file.name },
      preview ? h("img", { src: preview, alt: file.name }) : h("span", { class: "file-icon" }, icon("file")),
      picture ? null : h("span", { class: "file-text" }, h("strong", {}, file.name), h("small", {}, size(file.size))),
      iconButton("close", t("remove_file", { name: file.name }), () => this.drop(one), { class: "round small" }),
    );
  }

  /** What `attach` is told of the files, all of which are with the emulator then. */
  async upload() {
    const sent = [];
    for (const { file, preview } of this.files) {
      const { id } = await upload(file.name, file);
      sent.push({ id, as: preview && !this.plain ? "photo" : "document" });
    }
    return sent;
  }
}

/** Lets files be dropped anywhere on `root`. */
export function takeDrops(root, tray, allowed) {
  const hint = h("div", { class: "drop-hint", hidden: true }, icon("clip"), h("span"));
  root.append(hint);
  let depth = 0;
  const show = (on) => {
    hint.hidden = !on;
    hint.querySelector("span").textContent = t("drop_here");
  };
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files") && allowed();
  root.addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    show(true);
  });
  root.addEventListener("dragleave", (event) => {
    if (hasFiles(event)) depth = Math.max(0, depth - 1);
    if (!depth) show(false);
  });
  root.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  root.addEventListener("drop", (event) => {
    depth = 0;
    show(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    tray.add([...event.dataTransfer.files]);
  });
}
