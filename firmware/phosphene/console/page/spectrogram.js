// SPDX-License-Identifier: Apache-2.0
// The last eight seconds of sound as the device hears them, with the words that it heard where they were said.

const SPAN_S = 8;
const STEP_S = 0.02;
const COLUMNS = Math.round(SPAN_S / STEP_S);
const HEAD = 24;
const LANES = 4;
const GROUND = "#0a0c14";
// From silence to full scale; each step is lighter than the one before, so it reads without colours, too.
const RAMP = [[10, 12, 20], [34, 27, 74], [104, 42, 112], [186, 66, 88], [240, 128, 62], [252, 214, 122], [255, 250, 226]];

const colours = Uint32Array.from({ length: 256 }, (_, value) => {
  const at = (value / 255) * (RAMP.length - 1);
  const [low, high] = [RAMP[Math.floor(at)], RAMP[Math.ceil(at)]];
  const [r, g, b] = low.map((from, part) => Math.round(from + (high[part] - from) * (at % 1)));
  return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
});

export class Spectrogram {
  constructor(canvas, stillness) {
    this.canvas = canvas;
    this.paper = canvas.getContext("2d", { alpha: false });
    this.stillness = stillness; // where motion is to be reduced, the newest sweeps over the oldest and nothing moves
    this.clear();
  }

  clear() {
    this.tape = null; // one pixel a column, used round and round
    this.newest = null; // number of the column that comes next, counted from time 0
    this.words = new Map();
    this.drawn = 0;
    this.soon();
  }

  /** Take columns as they come over the wire. */
  take(bytes) {
    const head = new DataView(bytes, 0, HEAD);
    const [count, bands, first] = [head.getUint16(4, true), head.getUint8(6), head.getFloat64(8, true)];
    if (this.tape?.height !== bands) {
      this.tape = new OffscreenCanvas(COLUMNS, bands);
      this.ink = this.tape.getContext("2d", { alpha: false });
      this.blank(0, COLUMNS);
    }
    const start = Math.round(first / STEP_S);
    if (this.newest !== null && start > this.newest) this.blank(this.newest, Math.min(start, this.newest + COLUMNS));
    const values = new Uint8Array(bytes, HEAD);
    for (let at = 0; at < count; at += 1) {
      const image = new ImageData(1, bands);
      const pixels = new Uint32Array(image.data.buffer);
      for (let band = 0; band < bands; band += 1) pixels[bands - 1 - band] = colours[values[at * bands + band]];
      this.ink.putImageData(image, (start + at) % COLUMNS, 0);
    }
    this.newest = Math.max(this.newest ?? 0, start + count);
    this.drawn += count;
    this.canvas.dataset.columns = this.drawn;
    this.soon();
  }

  blank(from, to) {
    this.ink.fillStyle = GROUND;
    for (let column = from; column < to; column += 1) this.ink.fillRect(column % COLUMNS, 0, 1, this.tape.height);
  }

  /** Take the words of a hop: new ones, changed ones, and the numbers of those that were none. */
  hear({ words, withdrawn }) {
    for (const word of words) this.words.set(word.number, word);
    for (const number of withdrawn) this.words.delete(number);
    if (words.length || withdrawn.length) this.soon();
    this.canvas.dataset.words = [...this.words.values()].map(({ text }) => text).join(" ");
  }

  soon() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.draw();
    });
  }

  draw() {
    const { canvas, paper } = this;
    const width = Math.round(canvas.clientWidth * devicePixelRatio);
    const height = Math.round(canvas.clientHeight * devicePixelRatio);
    if (!width || !height) return;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    paper.fillStyle = GROUND;
    paper.fillRect(0, 0, width, height);
    if (this.newest === null) return;
    const next = this.newest % COLUMNS;
    const column = width / COLUMNS;
    paper.imageSmoothingEnabled = false;
    if (this.stillness.matches) {
      paper.drawImage(this.tape, 0, 0, width, height);
      paper.fillStyle = "#fff";
      paper.fillRect(next * column, 0, 2 * devicePixelRatio, height);
    } else {
      const old = COLUMNS - next;
      paper.drawImage(this.tape, next, 0, old, this.tape.height, 0, 0, old * column, height);
      if (next) paper.drawImage(this.tape, 0, 0, next, this.tape.height, old * column, 0, next * column, height);
    }
    this.lanes = [];
    for (const word of this.words.values()) this.word(word, width, height);
  }

  word({ number, text, start_s, end_s, confidence, committed }, width, height) {
    const oldest = this.newest - COLUMNS;
    const [start, end] = [start_s / STEP_S, end_s / STEP_S];
    if (start < oldest) {
      this.words.delete(number);
      return;
    }
    const { paper } = this;
    const place = (at) => ((this.stillness.matches ? at % COLUMNS : at - oldest) / COLUMNS) * width;
    const size = 13 * devicePixelRatio;
    paper.font = `${committed ? 700 : 400} ${size}px system-ui, sans-serif`;
    const label = `${text} ${Math.round(100 * confidence)}`;
    const wide = Math.max(((end - start) / COLUMNS) * width, paper.measureText(label).width + 0.7 * size);
    const left = Math.max(0, Math.min(place(start), width - wide));
    const top = height - (1.75 + 1.8 * this.lane(left, left + wide)) * size;
    paper.fillStyle = committed ? "#ffe9a8" : "#2b3040e0";
    paper.fillRect(left, top, wide, 1.45 * size);
    paper.fillStyle = committed ? "#14161b" : "#d5d8e0";
    paper.textBaseline = "middle";
    paper.fillText(label, left + 0.35 * size, top + 0.76 * size);
    // How sure it is, also as a length: the line under the word.
    paper.fillStyle = committed ? "#0e6e60" : "#8a8d94";
    paper.fillRect(left, top + 1.3 * size, wide * confidence, 0.15 * size);
    paper.fillStyle = committed ? "#ffe9a8" : "#d5d8e0";
    paper.fillRect(place(start), 0, devicePixelRatio, top);
  }

  /** The lowest lane in which nothing stands there yet. */
  lane(left, right) {
    let lane = this.lanes.findIndex((until) => until < left);
    if (lane < 0) lane = Math.min(this.lanes.length, LANES - 1);
    this.lanes[lane] = right;
    return lane;
  }
}
