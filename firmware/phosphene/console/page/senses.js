// SPDX-License-Identifier: Apache-2.0
// The panel of the senses: takes the visitor's camera and microphone on a click, and shows what the device makes of it.

import { Capture, impossible } from "/capture.js";
import { inWords, PerceptView } from "/percepts.js";
import { Privacy } from "/privacy.js";
import { SenseLine } from "/senses-line.js";
import { Spectrogram } from "/spectrogram.js";

const EVENTS = 4;
const GOOD = new Set(["back"]);
const byId = (id) => document.getElementById(id);
const say = (id, text) => {
  if (byId(id).textContent !== text) byId(id).textContent = text;
};

const view = new PerceptView(byId("seen"));
const spectrogram = new Spectrogram(byId("spectrogram"), matchMedia("(prefers-reduced-motion: reduce)"));
let capture = null;
let whose = null; // the console's last word on who has the senses
let utterance = []; // the committed words of the one that goes on
let over = false; // whether the visitor said that another page shall give way
let again = false; // whether this page had them when they were shut

const line = new SenseLine({
  senses: status,
  gone,
  lost: ({ text }) => off(text),
  refused: ({ text }) => off(text),
  say: ({ text }) => {
    again = false;
    say("senses-said", text);
  },
  picture: (picture, seen, mine) => {
    view.show(picture, seen, mine && capture?.mirrored);
    say("seen-words", inWords(seen));
  },
  columns: (bytes) => spectrogram.take(bytes),
  heard,
  level: ({ level_db }) => level(level_db, 0),
  line: ({ words, outcome }) => say("heard-more", `“${words}”: ${outcome}`),
  event,
  rates: (message) => say("sense-rates", rates(message)),
});

const privacy = new Privacy((on) => {
  if (on) pause("");
  line.send({ type: "mute", on });
});

// ---- who has the senses

function status(message) {
  if (whose?.since_s !== message.since_s) forget();
  const opened = whose?.shut && message.shut === "";
  whose = message;
  privacy.show(message);
  if (message.shut) pause(message.shut);
  byId("senses").hidden = !message.there;
  byId("sensed").hidden = !message.camera && !message.microphone;
  byId("seen-figure").hidden = !message.camera;
  byId("heard-figure").hidden = !message.microphone;
  byId("sensed").toggleAttribute("data-one", !message.camera || !message.microphone);
  byId("follows").hidden = !message.camera;
  for (const box of document.querySelectorAll("[data-follow]")) box.checked = message.follows?.[box.dataset.follow];
  const cannot = [message.blind && `It can't see: ${message.blind}`, message.deaf && `It can't hear words: ${message.deaf}`];
  const loading = message.loading?.length ? `Loading what is for ${message.loading.join(" and ")}…` : "";
  say("senses-cannot", [...cannot, loading].filter(Boolean).join(" "));
  buttons();
  if (opened && again) use("useDevices");
}

/** Muted, or without a light that could tell: the browser lets go of camera and microphone, not the device alone. */
function pause(why) {
  if (!capture) return;
  const resumes = capture.live;
  off(resumes || !why ? "" : `The file was stopped: ${why}.`);
  again = resumes;
}

/** What was perceived for somebody else, or before, is nobody's now. */
function forget() {
  spectrogram.clear();
  utterance = [];
  for (const id of ["heard", "heard-more", "seen-words", "level-words", "sense-rates"]) say(id, "");
}

function gone() {
  whose = null;
  again = false;
  if (capture) off("The device does not answer: camera and microphone are off.");
  status({ there: !byId("senses").hidden });
}

function buttons() {
  const mine = Boolean(capture);
  const on = mine ? "mine" : whose?.shut ? "shut" : !whose?.who || whose.mine ? "no" : whose.camera || whose.microphone ? "device" : "other";
  byId("senses-state").dataset.on = on;
  say("senses-words", stateInWords(on));
  byId("senses-off").hidden = !mine;
  byId("senses-use").hidden = mine;
  byId("senses-file").parentElement.hidden = mine;
  byId("senses-use").textContent = `${on === "other" ? "Take over with" : "Use"} my camera and microphone`;
  byId("senses-use").disabled = Boolean(impossible() || whose?.shut);
  byId("senses-file").disabled = Boolean(whose?.shut);
  over = on === "other";
}

function stateInWords(on) {
  if (on === "mine") return `On: ${capture.name || "waiting for the browser"}`;
  if (on === "device") return `On: the device's own ${[whose.camera, whose.microphone].filter(Boolean).join(" and ")}`;
  if (on === "shut") return whose.muted === "no" ? "Closed" : "Muted";
  if (on === "no") return "No camera or microphone is on";
  const since = new Date(1000 * whose.since_s).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return `In use by ${whose.who}, since ${since}`;
}

async function use(way, ...given) {
  const takeOver = over; // of what the button said when it was pressed
  again = false;
  off("");
  const mine = (capture = new Capture({
    room: () => line.room,
    picture: (picture) => line.sendPicture(picture),
    sound: (...block) => line.sendSound(...block),
    ended: (why) => off(`${why}: it is off.`),
  }));
  forget();
  say("senses-said", "");
  buttons();
  try {
    await mine[way](...given);
    if (mine !== capture) return mine.stop();
    line.take(mine, takeOver);
    await mine.begin();
    say("senses-said", mine.missing);
    buttons();
  } catch (error) {
    if (mine === capture) off(inPlainWords(error));
  }
}

function off(why) {
  capture?.stop();
  if (capture) line.giveBack();
  capture = null;
  say("senses-said", why);
  buttons();
}

function inPlainWords(error) {
  if (error.name === "NotAllowedError") return "The browser was told not to give camera and microphone to this page.";
  if (error.name === "NotFoundError") return "There is neither a camera nor a microphone here.";
  if (error.name === "NotReadableError") return "Another program has the camera or the microphone.";
  return error.message;
}

byId("senses-use").addEventListener("click", () => use("useDevices"));
byId("senses-off").addEventListener("click", () => {
  off("");
  byId("senses-use").focus();
});
byId("senses-file").addEventListener("change", ({ target }) => {
  const [file] = target.files;
  target.value = ""; // the same file may be chosen again
  if (file) use("useFile", file);
});
for (const box of document.querySelectorAll("[data-follow]")) {
  box.addEventListener("change", () => line.send({ type: "follow", setting: box.dataset.follow, on: box.checked }));
}

// ---- what was heard

function level(level_db, speech) {
  byId("level").value = level_db;
  say("level-words", `${Math.round(level_db)} dB${speech >= 0.5 ? " · somebody speaks" : ""}`);
}

function heard(hop) {
  spectrogram.hear(hop);
  level(hop.level_db, hop.speech);
  const committed = hop.words.filter((word) => word.committed);
  utterance.push(...committed.map(({ text }) => text));
  // Only what is sure is said by a screen reader; what may still change stands in the spectrogram.
  if (committed.length) say("heard", utterance.join(" "));
  if (hop.ended) utterance = [];
}

// ---- what became of the sensors

function event({ sensor, trouble, text }) {
  const item = document.createElement("li");
  const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  item.textContent = `${time} ${sensor}: ${text}`;
  item.dataset.trouble = trouble;
  item.toggleAttribute("data-bad", !GOOD.has(trouble));
  byId("sensor-events").append(item);
  while (byId("sensor-events").children.length > EVENTS) byId("sensor-events").firstChild.remove();
}

/** How fast the sensors deliver and how long perceiving takes. */
function rates({ seeing, hearing }) {
  const told = (part, rate) =>
    [rate, part.dropped && `${part.dropped} lost`, part.ms !== null && `${part.ms} ms each`, ...part.troubles].filter(Boolean).join(", ");
  const parts = [];
  if (seeing) parts.push(`pictures: ${told(seeing, `${seeing.rate_hz} a second`)}`);
  if (hearing) parts.push(`sound: ${told(hearing, `${Math.round(hearing.rate_hz / 100) / 10} kHz`)}`);
  return parts.join(" · ");
}

say("senses-said", impossible());
buttons();
