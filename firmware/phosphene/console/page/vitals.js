// SPDX-License-Identifier: Apache-2.0
// How the device does, in figures: what was decided last, what each stage takes, the line, the machine.

const place = document.getElementById("vitals");
const words = document.getElementById("vitals-words");
const rows = document.getElementById("vitals-stages");

const counted = (counts) =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");

/** Show the figures that the device told. */
export function vital({ ticks, decision, stages, late, frames, lease, line, machine }) {
  place.hidden = false;
  if (!place.open) return; // nobody looks
  const said = [
    decision && `Last decision: ${decision}`,
    `${ticks} ticks${Object.keys(late).length ? `, late: ${counted(late)}` : ""}`,
    `frames: ${counted(frames) || "none"}`,
    `lease: ${lease}`,
    `line: round trip ${line.p50_us} µs (p99 ${line.p99_us}), ${line.retries} retries, ${line.resets_seen} resets`,
    `load ${machine.load}${machine.memory_mb ? `, ${machine.memory_mb} MB` : ""}` +
      (machine.celsius ? `, ${machine.celsius} °C` : ""),
  ];
  words.textContent = said.filter(Boolean).join(". ");
  rows.replaceChildren(
    ...Object.entries(stages).map(([name, { p50, p95, p99 }]) => {
      const row = document.createElement("tr");
      for (const [at, text] of [name, p50, p95, p99].entries()) {
        const cell = document.createElement(at ? "td" : "th");
        if (!at) cell.scope = "row";
        cell.textContent = at ? text.toFixed(1) : text;
        row.append(cell);
      }
      return row;
    }),
  );
}
