// SPDX-License-Identifier: Apache-2.0
// The line to the console for the senses: pictures and sound go out as far as there is room, percepts come in.

const HEAD = 16;
const FLYING = 2; // pictures that the device hasn't answered
const FORGET_MS = 2000; // an answer that is so late won't come
const FULL = 400_000; // bytes that the browser couldn't send yet
const MAGIC = { picture: 0x31564850, sound: 0x31414850, columns: 0x31534850 }; // PHV1, PHA1, PHS1

export class SenseLine {
  /** `takes` has a function for each type of message, and `picture`, `columns` and `gone`. */
  constructor(takes) {
    this.takes = takes;
    this.wait = 250;
    this.number = 0;
    this.flying = new Map(); // number → the picture that was sent
    this.device = null; // a picture of the device's camera whose percepts are still to come
    this.connect();
  }

  connect() {
    const socket = (this.socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/senses`));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => (this.wait = 250);
    socket.onmessage = ({ data }) => (typeof data === "string" ? this.read(JSON.parse(data)) : this.readBytes(data));
    socket.onclose = () => {
      this.flying.clear();
      this.takes.gone();
      setTimeout(() => this.connect(), this.wait);
      this.wait = Math.min(2 * this.wait, 4000);
    };
  }

  get open() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  send(message) {
    if (this.open) this.socket.send(JSON.stringify(message));
  }

  take({ camera, rate, name }, over) {
    this.number = 0;
    this.flying.clear();
    this.send({ type: "take", camera, rate_hz: rate, name: name.slice(0, 80), over });
  }

  giveBack() {
    this.flying.clear();
    this.send({ type: "give_back" });
  }

  /** Whether a picture would be on its way at once. */
  get room() {
    const late = performance.now() - FORGET_MS;
    for (const [number, { at }] of this.flying) if (at < late) this.flying.delete(number);
    return this.open && this.flying.size < FLYING && this.socket.bufferedAmount < FULL;
  }

  sendPicture({ canvas, at, jpeg }) {
    if (!this.open) return;
    this.flying.set(this.number, { canvas, at });
    this.sendBytes(MAGIC.picture, this.number, at, jpeg);
    this.number += 1;
  }

  sendSound(rate, first, samples) {
    // What can't be sent is missing, and told as that by the next block's number. It never waits.
    if (this.open && this.socket.bufferedAmount < FULL) this.sendBytes(MAGIC.sound, rate, first, samples);
  }

  sendBytes(magic, whole, real, body) {
    const bytes = new Uint8Array(HEAD + body.byteLength);
    const head = new DataView(bytes.buffer);
    head.setUint32(0, magic, true);
    head.setUint32(4, whole, true);
    head.setFloat64(8, real, true);
    bytes.set(new Uint8Array(body), HEAD);
    this.socket.send(bytes);
  }

  read(message) {
    if (message.type === "seen") this.seen(message);
    else this.takes[message.type]?.(message);
  }

  /** Percepts are shown in the very picture that they are of. */
  async seen(message) {
    const { number } = message;
    const mine = this.flying.get(number);
    for (const sent of this.flying.keys()) if (sent <= number) this.flying.delete(sent);
    if (mine) return this.takes.picture(mine.canvas, message, true);
    if (this.device?.number !== number) return;
    const { jpeg } = this.device;
    const picture = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
    this.takes.picture(picture, message, false);
    picture.close();
    this.send({ type: "drawn", number });
  }

  readBytes(data) {
    const head = new DataView(data);
    const magic = head.getUint32(0, true);
    if (magic === MAGIC.columns) this.takes.columns(data);
    else if (magic === MAGIC.picture) this.device = { number: head.getUint32(4, true), jpeg: data.slice(HEAD) };
  }
}
