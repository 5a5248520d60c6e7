// SPDX-License-Identifier: Apache-2.0
// The lights that the board drives for camera and microphone, as it says them, and the button that mutes both.

const byId = (id) => document.getElementById(id);
const LIGHTS = { lit: "light on", dark: "light off", none: "no light declared", "": "light not known yet" };

export class Privacy {
  /** `wish(on)` is called when somebody wants to mute, or to undo it. */
  constructor(wish) {
    this.muted = "no";
    byId("mute").addEventListener("click", () => wish(this.muted === "no"));
    document.addEventListener("keydown", (event) => {
      // The key by its place: with Alt it types another letter on some keyboards.
      if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat || event.code !== "KeyM") return;
      event.preventDefault();
      byId("mute").click();
    });
  }

  /** Show what the console says: who muted, why the senses are shut, and the lights. */
  show({ muted, shut, lights }) {
    this.muted = muted ?? "no";
    byId("privacy").hidden = !lights;
    for (const sensor of ["camera", "microphone"]) {
      const lamp = byId(`light-${sensor}`);
      lamp.dataset.light = lights?.[sensor] || "unknown";
      const words = `${sensor}: ${LIGHTS[lights?.[sensor] ?? ""]}`;
      if (lamp.lastElementChild.textContent !== words) lamp.lastElementChild.textContent = words;
    }
    const button = byId("mute");
    button.setAttribute("aria-pressed", String(this.muted !== "no"));
    button.disabled = this.muted === "switch";
    const words = shut ? `Camera and microphone are closed: ${shut}.` : "";
    if (byId("shut").textContent !== words) byId("shut").textContent = words;
    byId("senses").toggleAttribute("data-muted", this.muted !== "no");
  }
}
