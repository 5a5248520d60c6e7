// SPDX-License-Identifier: Apache-2.0
// The console page: draws the frames that the device paints, and sends back what a person does.

import { infer } from "/inference.js";
import { lay, spoken } from "/tree.js";
import { attend, visit } from "/visitor.js";
import { vital } from "/vitals.js";

const SILENCE_MS = 2000; // the console pulses twice a second
const LATE_S = 2;
const HEAD = 16;
const BESIDE_PX = 24; // of the window, what the picture leaves free above and below itself
const byId = (id) => document.getElementById(id);
const root = document.documentElement;
const canvas = byId("picture");
const paper = canvas.getContext("2d", { alpha: false });
const stillness = matchMedia("(prefers-reduced-motion: reduce)");

let socket = null;
let wait = 250;
let heard = 0;
let waiting = null; // a tree whose frame is still to come
let frame = 0; // what the canvas shows
let scene = 0;
let late = false;
let trouble = "";

// ---- the line to the console

function connect() {
  const mine = (socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/screen`));
  mine.binaryType = "arraybuffer";
  heard = performance.now();
  mine.onopen = () => (wait = 250);
  mine.onmessage = (event) => {
    heard = performance.now();
    if (typeof event.data === "string") take(JSON.parse(event.data));
    else draw(event.data);
  };
  mine.onclose = () => {
    if (socket !== mine) return;
    socket = null;
    frame = scene = 0;
    veil();
    setTimeout(connect, wait);
    wait = Math.min(2 * wait, 4000);
  };
}

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function take(message) {
  if (message.type === "tree") waiting = message;
  else if (message.type === "pulse") late = message.late_s > LATE_S;
  else if (message.type === "about") about(message);
  else if (message.type === "inference") infer(message);
  else if (message.type === "vitals") vital(message);
  else if (message.type === "say") byId("said").textContent = message.text;
  else if (message.type === "trouble") {
    trouble = message.text;
    send({ type: "displayed", frame: message.frame });
  }
  veil();
}

// ---- the picture

function draw(bytes) {
  const head = new DataView(bytes, 0, HEAD);
  const [number, width, height] = [head.getUint32(4, true), head.getUint16(8, true), head.getUint16(10, true)];
  const tree = waiting;
  waiting = null;
  if (tree?.frame !== number) return; // a picture without its words is not shown
  const rgb = new Uint8Array(bytes, HEAD);
  const image = paper.createImageData(width, height);
  const rgba = new Uint32Array(image.data.buffer);
  for (let at = 0, from = 0; at < rgba.length; at += 1, from += 3) {
    rgba[at] = 0xff000000 | (rgb[from + 2] << 16) | (rgb[from + 1] << 8) | rgb[from];
  }
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    fit();
  }
  paper.putImageData(image, 0, 0);
  const fresh = tree.scene !== scene;
  frame = number;
  scene = tree.scene;
  trouble = "";
  canvas.dataset.frame = number;
  canvas.dataset.scene = scene;
  lay(byId("tree"), tree, (key) => send({ type: "chosen", key, frame }));
  byId("hint").textContent = tree.hint;
  byId("hint").hidden = !tree.hint;
  byId("facts").textContent = figures(tree);
  if (fresh) {
    // A new scene is told once; a ticking value is there to be read, not said every second.
    byId("news").textContent = `${spoken(tree.nodes)} ${tree.hint}`;
    appear();
  }
  send({ type: "displayed", frame: number });
  veil();
}

/**
 * Let the whole picture be seen without scrolling, on a phone that lies on its side, too; and give each painted pixel a
 * whole number of the page's own, unless that wastes the room: unequal ones look rough.
 */
function fit() {
  const high = Math.max(innerHeight - BESIDE_PX, canvas.height);
  const room = Math.min(byId("stage").clientWidth, (high * canvas.width) / canvas.height);
  const width = (Math.floor((room * devicePixelRatio) / canvas.width) * canvas.width) / devicePixelRatio;
  const whole = width > 0.75 * room;
  canvas.toggleAttribute("data-whole", whole);
  root.style.setProperty("--glass-width", `${whole ? width : room}px`);
  root.style.setProperty("--glass-shape", `${canvas.width} / ${canvas.height}`);
}
new ResizeObserver(fit).observe(byId("stage"));
addEventListener("resize", fit);

/** The new picture comes up from near its ground. Two pictures are never mixed: a mix could read as a third value. */
function appear() {
  if (!stillness.matches) canvas.animate([{ opacity: 0.35 }, { opacity: 1 }], { duration: 160, easing: "ease-out" });
}

function figures(tree) {
  const stages = Object.entries(tree.ms).map(([stage, ms]) => `${stage} ${ms} ms`);
  return [`frame ${tree.frame}`, `${tree.size[0]} × ${tree.size[1]}`, tree.outcome, ...stages].filter(Boolean).join(" · ");
}

// ---- what is old is covered

function veil() {
  const silent = performance.now() - heard > SILENCE_MS;
  let words = "";
  let more = "";
  if (!socket || silent || socket.readyState !== WebSocket.OPEN) {
    words = root.dataset.met ? "The picture is old" : "Connecting to the device";
    more = root.dataset.met ? "The console does not answer. Trying again…" : "";
  } else if (trouble) {
    words = "This can't be painted";
    more = trouble;
  } else if (late) {
    words = "The picture is old";
    more = "The painter is late.";
  } else if (!frame) {
    words = "Waiting for the first picture";
  } else {
    root.dataset.met = "yes";
  }
  const changed = byId("veil-words").textContent !== words || root.hasAttribute("data-veiled") !== Boolean(words);
  if (!changed && byId("veil-more").textContent === more) return;
  root.toggleAttribute("data-veiled", Boolean(words));
  byId("veil-words").textContent = words;
  byId("veil-more").textContent = more;
  byId("alarm").textContent = root.dataset.met && words ? `${words}. ${more}` : "";
  state(words);
}

let board = "";
function state(words) {
  byId("state").dataset.state = words ? (root.dataset.met ? "gone" : "waiting") : "live";
  byId("state-words").textContent = words ? words.toLowerCase() : board || "live";
}
setInterval(() => {
  if (socket && performance.now() - heard > 3 * SILENCE_MS) socket.close(); // half open: nobody is there any more
  veil();
}, 250);

// ---- what the person does

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const line = byId("line").value.trim();
  if (!line) return;
  byId("said").textContent = "";
  send({ type: "typed", line });
  byId("line").select();
});
byId("look").addEventListener("click", () => send({ type: "another_look" }));
attend(() => send({ type: "here" }));
for (const control of document.querySelectorAll("[data-setting]")) {
  const name = control.dataset.setting;
  control.addEventListener("input", () => {
    const value = control.type === "range" ? control.valueAsNumber : control.value || null;
    send({ type: "set", settings: { [name]: value } });
    inWords();
  });
}

function inWords() {
  byId("distance-words").textContent = `${byId("distance").value} cm`;
  const light = byId("light").valueAsNumber;
  byId("light-words").textContent = light < 0.2 ? "dark" : light < 0.4 ? "dim" : light < 0.75 ? "lit" : "bright";
}

function about(message) {
  visit(message.visitor);
  for (const control of document.querySelectorAll("[data-setting]")) {
    if (document.activeElement !== control) control.value = message.settings[control.dataset.setting] ?? "";
  }
  inWords();
  board = message.board;
  const list = byId("tasks");
  const lines = message.tasks.map((task) => [task.type, task.help]);
  if (list.childElementCount === lines.length) return state(byId("veil-words").textContent);
  list.replaceChildren(
    ...lines.map(([line, help]) => {
      const option = document.createElement("option");
      option.value = line;
      option.label = help;
      return option;
    }),
  );
  state(byId("veil-words").textContent);
}

// ---- this page's own look, kept in this browser

for (const control of document.querySelectorAll("[data-page]")) {
  const name = control.dataset.page;
  const key = `phosphene.${name}`;
  const apply = (value) => (value ? (root.dataset[name] = value) : delete root.dataset[name]);
  const kept = localStorage.getItem(key) ?? "";
  if (control.type === "checkbox") control.checked = Boolean(kept);
  else control.value = kept;
  apply(kept);
  control.addEventListener("change", () => {
    const value = control.type === "checkbox" ? (control.checked ? "yes" : "") : control.value;
    localStorage.setItem(key, value);
    apply(value);
  });
}

connect();
