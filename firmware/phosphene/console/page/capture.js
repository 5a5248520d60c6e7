// SPDX-License-Identifier: Apache-2.0
// The visitor's camera and microphone, or a file in their place: taken on a click, given back by `stop`.

import { watch } from "/frames.js";
import { ear, listen } from "/sound.js";

const VIDEO = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
// What makes a voice pleasant to people takes away what tells words apart.
const AUDIO = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 };

/** Why there is nothing to take, in words with the cure; empty if there is. */
export function impossible() {
  if (navigator.mediaDevices?.getUserMedia) return "";
  return "Browsers give camera and microphone only to pages of this computer, or over HTTPS.";
}

export class Capture {
  /** `picture({canvas, at, jpeg})` and `sound(rate, first, samples)` take what comes; `room()` says if a picture may;
   * `ended(why)` is called when it ends by itself. */
  constructor({ room, picture, sound, ended }) {
    Object.assign(this, { room, picture, sound, ended });
    this.enders = [];
    this.camera = null; // { width, height, rate_hz }
    this.rate = null; // of the sound, samples per second
    this.name = "";
    this.missing = ""; // what was wished for and isn't there
    this.mirrored = false;
    this.live = false; // whether it is the visitor's own camera or microphone, and not a file
    this.over = false;
  }

  /** Raises DOMException when the visitor says no, or there is neither. */
  async useDevices() {
    this.live = true;
    const mine = await this.readyEar();
    const stream = await this.streamOfBoth();
    this.enders.push(() => stream.getTracks().forEach((track) => track.stop()));
    if (this.over) return this.stop();
    const [video] = stream.getVideoTracks();
    const [audio] = stream.getAudioTracks();
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => this.finish(`${track.label || track.kind} has gone`));
    }
    this.name = [video?.label, audio?.label].filter(Boolean).join(" and ");
    if (video) {
      const { width = 640, height = 480, frameRate = 30, facingMode } = video.getSettings();
      this.camera = { width, height, rate_hz: frameRate };
      this.mirrored = facingMode !== "environment";
      const element = await playing(new MediaStream([video]));
      this.enders.push(watch({ track: video, video: element }, this.room, this.picture));
      this.enders.push(() => (element.srcObject = null));
    }
    if (audio) {
      await listen(mine, new MediaStream([audio]), this.sound);
      this.rate = mine.context.sampleRate;
    }
  }

  async streamOfBoth() {
    const wishes = [{ video: VIDEO, audio: AUDIO }, { audio: AUDIO }, { video: VIDEO }];
    let first;
    for (const wish of wishes) {
      try {
        const stream = await navigator.mediaDevices.getUserMedia(wish);
        if (!wish.video) this.missing = "There is no camera, or another program has it.";
        if (!wish.audio) this.missing = "There is no microphone, or another program has it.";
        return stream;
      } catch (error) {
        first ??= error;
        if (!["NotFoundError", "NotReadableError"].includes(error.name)) throw error;
      }
    }
    throw first;
  }

  /** Play `file` as if it were the sensors. Raises Error when the browser can't play it. */
  async useFile(file) {
    const mine = await this.readyEar();
    const address = URL.createObjectURL(file);
    const element = document.createElement("video");
    this.enders.push(() => {
      element.pause();
      element.removeAttribute("src");
      URL.revokeObjectURL(address);
    });
    element.playsInline = true;
    element.src = address;
    await new Promise((resolve, reject) => {
      element.onloadeddata = resolve;
      element.onerror = () => reject(new Error(`This browser can't play ${file.name}.`));
    });
    this.name = file.name;
    element.onended = () => this.finish(`${file.name} has ended`);
    if (element.videoWidth) {
      this.camera = { width: element.videoWidth, height: element.videoHeight, rate_hz: 30 };
      this.enders.push(watch({ video: element }, this.room, this.picture));
    }
    await listen(mine, element, this.sound);
    this.rate = mine.context.sampleRate;
    this.play = () => element.play();
  }

  async readyEar() {
    const mine = await ear();
    this.enders.push(() => mine.close());
    return mine;
  }

  /** A file begins when the device listens; a camera and a microphone have begun. */
  async begin() {
    await this.play?.();
  }

  finish(why) {
    if (this.over) return;
    this.stop();
    this.ended(why);
  }

  stop() {
    this.over = true;
    for (const end of this.enders.splice(0).reverse()) end();
  }
}

async function playing(stream) {
  const element = document.createElement("video");
  element.muted = element.playsInline = true;
  element.srcObject = stream;
  await element.play();
  return element;
}
