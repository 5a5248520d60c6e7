// SPDX-License-Identifier: Apache-2.0
// A scripted visitor at the device: what they do stands beside the picture; whoever is really here takes over.

const byId = (id) => document.getElementById(id);
const HERE_MS = 5000; // how often it is worth telling that somebody is here
const ALONE = new Set(["Shift", "Control", "Alt", "Meta", "CapsLock"]); // somebody holds these for a key to come

let visiting = false;
let told = -Infinity;

/** Show what the visitor does; without one, hide it. */
export function visit(visitor) {
  visiting = Boolean(visitor);
  byId("visitor").hidden = !visiting;
  for (const button of document.querySelectorAll("#tree button")) {
    button.toggleAttribute("data-pressed", visiting && visitor.touched !== "" && button.dataset.key === visitor.touched);
  }
  say("visitor-about", visitor?.about ?? "");
  say("visitor-now", visitor?.now ?? "");
}

/** Call `tell` when somebody touches the page or types, wherever: at once during a visit, otherwise now and then. */
export function attend(tell) {
  const here = (event) => {
    if (ALONE.has(event.key)) return;
    const now = performance.now();
    if (!visiting && now - told < HERE_MS) return;
    told = now;
    tell();
  };
  addEventListener("pointerdown", here, { capture: true, passive: true });
  addEventListener("keydown", here, { capture: true, passive: true });
}

/** Set a text only when it differs: what is set is told anew by some screen readers. */
function say(id, text) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}
