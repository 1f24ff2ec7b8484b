// Voice messages: from the microphone where the browser gives one, or the recorded sample.

import { h, icon, iconButton } from "./dom.js";
import { language, length, t } from "./i18n.js";
import { openMenu, toast } from "./overlay.js";

const KINDS = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];

export class Voice {
  /** `send` takes the recording; `show(on)` makes room for the bar while it is being made. */
  constructor({ send, show }) {
    this.send = send;
    this.show = show;
    this.clock = h("span", { class: "clock" });
    this.bar = h("div", { class: "recording", hidden: true });
  }

  offer(under) {
    const items = [{ icon: "wave", label: t("voice_sample"), note: t("voice_sample_words"), onPick: () => this.sample() }];
    const kind = globalThis.MediaRecorder && KINDS.find((one) => MediaRecorder.isTypeSupported(one));
    if (kind && navigator.mediaDevices?.getUserMedia) {
      items.unshift({ icon: "mic", label: t("voice_record"), onPick: () => this.record(kind) });
    }
    openMenu(items, { under });
  }

  async sample() {
    const response = await fetch(`voice-${language}.oga`);
    this.send(await response.blob());
  }

  async record(kind) {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      toast(t("no_microphone"));
      return;
    }
    const pieces = [];
    const recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 32_000 });
    recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
    const end = (keep) => {
      recorder.addEventListener("stop", () => keep && this.send(new Blob(pieces, { type: kind })));
      recorder.stop();
      for (const track of stream.getTracks()) track.stop();
      clearInterval(ticking);
      this.bar.hidden = true;
      this.show(false);
    };
    const began = Date.now();
    const tick = () => {
      this.clock.textContent = length((Date.now() - began) / 1000);
    };
    const ticking = setInterval(tick, 250);
    tick();
    recorder.start();
    this.bar.replaceChildren(
      iconButton("delete", t("cancel"), () => end(false)),
      h("span", { class: "lamp-red" }),
      this.clock,
      h("span", { class: "recording-text" }, t("recording")),
      h("button", { type: "button", class: "round send ready", "aria-label": t("send_voice"), title: t("send_voice"), onClick: () => end(true) }, icon("send")),
    );
    this.bar.hidden = false;
    this.show(true);
  }
}
