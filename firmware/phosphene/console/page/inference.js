// SPDX-License-Identifier: Apache-2.0
// What runs the networks, in one line that is announced when it changes, and what happened to it.

const line = document.getElementById("inference");
const list = document.getElementById("inference-events");
const clock = new Intl.DateTimeFormat([], { timeStyle: "medium" });

/** Show the state that the device told. */
export function infer({ line: said, well, happened }) {
  const told = happened.map(({ when, text }) => `${clock.format(new Date(1000 * when))} ${text}`);
  const words = [said, ...told.slice(-1)].join(". ");
  if (line.textContent !== words) line.textContent = words; // a page that connects again isn't told anew
  line.dataset.well = well ? "yes" : "no";
  list.replaceChildren(
    ...told.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
  list.parentElement.hidden = !told.length;
}
