// SPDX-License-Identifier: Apache-2.0
// The text tree of a frame as elements: what stands on the screen, where it stands, for who reads it or presses it.

const TAGS = { heading: "h2", button: "button" };

/** Make the elements of `container` those of `tree.nodes`. Elements that stay are kept, and with them the focus. */
export function lay(container, tree, choose) {
  const [width, height] = tree.size;
  const before = new Map([...container.children].map((element) => [element.dataset.node, element]));
  const wanted = tree.nodes.map((node) => {
    const tag = TAGS[node.role] ?? "p";
    const id = `${tag} ${node.role} ${node.key}`;
    const element = before.get(id) ?? made(tag, id, node, choose);
    before.delete(id);
    fill(element, node);
    const [x, y, w, h] = node.box;
    element.style.left = `${(100 * x) / width}%`;
    element.style.top = `${(100 * y) / height}%`;
    element.style.width = `${(100 * w) / width}%`;
    element.style.height = `${(100 * h) / height}%`;
    return element;
  });
  for (const gone of before.values()) gone.remove();
  wanted.forEach((element, at) => {
    if (container.children[at] !== element) container.insertBefore(element, container.children[at] ?? null);
  });
}

function made(tag, id, node, choose) {
  const element = document.createElement(tag);
  element.dataset.node = id;
  element.dataset.role = node.role;
  element.dataset.key = node.key;
  if (tag === "button") {
    element.type = "button";
    element.addEventListener("click", () => choose(node.key));
  } else if (tag === "p") {
    element.append(part("label"), " ", part("value"), part("age"));
    if (node.role === "meter") {
      const meter = part("meter");
      meter.setAttribute("role", "meter");
      meter.setAttribute("aria-valuemin", "0");
      meter.setAttribute("aria-valuemax", "100");
      element.append(meter);
    }
  }
  return element;
}

function part(name) {
  const element = document.createElement("span");
  element.dataset.part = name;
  return element;
}

function fill(element, node) {
  if (element.tagName === "P") {
    say(element.querySelector("[data-part=label]"), node.label);
    say(element.querySelector("[data-part=value]"), node.text);
    say(element.querySelector("[data-part=age]"), node.stale ? " (old)" : "");
    element.toggleAttribute("data-stale", node.stale);
    const meter = element.querySelector("[data-part=meter]");
    meter?.setAttribute("aria-label", node.label || "progress");
    meter?.setAttribute("aria-valuenow", String(Math.round(100 * node.level)));
    meter?.setAttribute("aria-valuetext", node.text);
  } else {
    say(element, node.text);
    element.toggleAttribute("data-main", node.main);
    if (node.label) element.setAttribute("aria-label", `${node.label} ${node.text}`);
  }
}

/** Set a text only when it differs: what is set is told anew by some screen readers. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The tree as one sentence, for the live region: the heading, each label with its value, then what can be chosen. */
export function spoken(nodes) {
  return nodes.map(({ role, label, text }) => (role === "button" ? `button ${text}` : `${label} ${text}`.trim())).join(", ");
}
