// What messages carry besides text: pictures, albums, voices, videos and files.

import { h, icon } from "./dom.js";
import { length, size, t } from "./i18n.js";
import { lightbox } from "./overlay.js";

const BUBBLE_PX = 560;
const players = new Set();

/** The media of a message or an album; nothing where there is only text. */
export function mediaOf(pieces) {
  const drawn = pieces.map(({ message }) => [message, drawOne(message)]).filter(([, element]) => element);
  if (!drawn.length) return null;
  const pictures = drawn.every(([message]) => message.photo || message.video);
  const several = drawn.length > 1;
  return h(
    "div",
    { class: `media ${pictures ? "pictures" : "files"} ${several ? `album n${Math.min(drawn.length, 4)}` : ""}` },
    drawn.map(([message, element]) => h("div", { class: "piece", "data-id": several ? message.message_id : null }, element)),
  );
}

/** The fields that `mediaOf` draws. */
export function mediaOnly({ message: { message_id, photo, voice, audio, video, video_note, document, sticker, has_media_spoiler } }) {
  return [message_id, photo, voice, audio, video, video_note, document, sticker, has_media_spoiler];
}

function drawOne(message) {
  if (message.photo) return photo(message);
  if (message.voice) return player(message.voice, t("voice"));
  if (message.audio) return player(message.audio, message.audio.title ?? message.audio.file_name ?? t("audio"));
  if (message.video_note) return video(message.video_note, "round");
  if (message.video) return video(message.video, "");
  if (message.document) return file(message.document);
  if (message.sticker) return h("span", { class: "sticker" }, message.sticker.emoji ?? "🖼");
  return null;
}

export function address(file) {
  return `files/${encodeURIComponent(file.file_id)}`;
}

function photo(message) {
  const sizes = message.photo;
  const shown = sizes.find((one) => one.width >= BUBBLE_PX) ?? sizes.at(-1);
  const { width, height } = sizes.at(-1);
  const alt = message.caption || t("photo");
  const image = h("img", { src: address(shown), width, height, alt, loading: "lazy", draggable: "false" });
  const hidden = message.has_media_spoiler ? "veiled" : "";
  const button = h("button", { type: "button", class: `picture ${hidden}`, "aria-label": t("open_photo") }, image);
  button.addEventListener("click", () => {
    if (button.classList.contains("veiled")) button.classList.remove("veiled");
    else lightbox(address(sizes.at(-1)), alt);
  });
  return button;
}

function video(file, shape) {
  return h("video", { class: `video ${shape}`, src: address(file), controls: true, preload: "none", width: "320", height: shape ? "320" : "240" });
}

function file(document) {
  const name = document.file_name || t("file");
  const small = document.thumbnail;
  const mark = small ? h("img", { class: "file-icon", src: address(small), alt: "" }) : h("span", { class: "file-icon" }, icon("file"));
  return h(
    "a",
    { class: "file", href: `${address(document)}?save`, download: name, "aria-label": t("file_of", { name }) },
    mark,
    h("span", { class: "file-text" }, h("strong", {}, name), h("small", {}, size(document.file_size ?? 0))),
  );
}

/** A recording that is played here; one at a time. */
function player(file, name) {
  const sound = h("audio", { src: address(file), preload: "none" });
  const bar = h("progress", { max: String(file.duration || 1), value: "0", "aria-hidden": "true" });
  const clock = h("small", {}, length(file.duration));
  const button = h("button", { type: "button", class: "play", "aria-label": t("play") }, icon("play"));
  const draw = () => {
    button.replaceChildren(icon(sound.paused ? "play" : "pause"));
    button.setAttribute("aria-label", t(sound.paused ? "play" : "pause"));
    if (sound.ended) sound.currentTime = 0;
    bar.value = sound.currentTime;
    clock.textContent = length(sound.paused && !sound.currentTime ? file.duration : sound.currentTime);
  };
  for (const event of ["play", "pause", "timeupdate", "ended"]) sound.addEventListener(event, draw);
  button.addEventListener("click", () => {
    for (const other of players) if (other !== sound) other.pause();
    players.add(sound);
    if (sound.paused) sound.play().catch(() => button.classList.add("broken"));
    else sound.pause();
  });
  return h("div", { class: "player" }, button, h("span", { class: "player-text" }, h("strong", {}, name), bar, clock), sound);
}
