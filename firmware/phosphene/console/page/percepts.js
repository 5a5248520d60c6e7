// SPDX-License-Identifier: Apache-2.0
// A picture with what was seen in it: faces with distance and look, hands with their bones and gesture.

// MediaPipe's order: the wrist, then four joints of each finger from the thumb on.
const BONES = [
  [0, 1, 2, 3, 4],
  [0, 5, 6, 7, 8],
  [9, 10, 11, 12],
  [13, 14, 15, 16],
  [0, 17, 18, 19, 20],
  [5, 9, 13, 17],
];
const LOOKS = 0.5;
const FACE = "#ffd84a";
const AWAY = "#c9ccd4";
const HAND = "#7fe0cc";

export class PerceptView {
  constructor(canvas) {
    this.canvas = canvas;
    this.paper = canvas.getContext("2d", { alpha: false });
  }

  /** Draw `picture`, anything that drawImage takes, and what was `seen` in it. A person's own picture is mirrored. */
  show(picture, seen, mirrored) {
    const { canvas, paper } = this;
    const width = Math.round(canvas.clientWidth * devicePixelRatio) || picture.width;
    const height = Math.round((width * picture.height) / picture.width);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    this.thick = Math.max(2, width / 220);
    this.x = (x) => (mirrored ? 1 - x : x) * width;
    this.y = (y) => y * height;
    paper.save();
    if (mirrored) paper.setTransform(-1, 0, 0, 1, width, 0);
    paper.drawImage(picture, 0, 0, width, height);
    paper.restore();
    for (const face of seen.faces ?? []) this.face(face, mirrored);
    for (const hand of seen.hands ?? []) this.hand(hand, mirrored);
    canvas.dataset.faces = seen.faces?.length ?? "";
    canvas.dataset.hands = seen.hands?.length ?? "";
  }

  face({ box: [left, top, width, height], eyes, distance_cm, looking }, mirrored) {
    const colour = looking >= LOOKS ? FACE : AWAY;
    const x = this.x(mirrored ? left + width : left);
    const [y, w, h] = [this.y(top), width * this.canvas.width, height * this.canvas.height];
    this.line(colour, () => this.paper.roundRect(x, y, w, h, this.thick * 3));
    for (const [eyeX, eyeY] of eyes) this.dot(colour, this.x(eyeX), this.y(eyeY));
    this.label(`${Math.round(distance_cm)} cm · ${looking >= LOOKS ? "looking" : "not looking"}`, x, y, colour);
  }

  hand({ landmarks, gesture, confidence, direction }) {
    const { paper } = this;
    const points = landmarks.map(([x, y]) => [this.x(x), this.y(y)]);
    this.line(HAND, () => {
      for (const bone of BONES) bone.forEach((at, nth) => (nth ? paper.lineTo(...points[at]) : paper.moveTo(...points[at])));
    });
    for (const [x, y] of points) this.dot(HAND, x, y);
    if (direction) this.arrow(points[8], [this.x(direction[0]) - this.x(0), this.y(direction[1])]);
    const top = points.reduce((high, point) => (point[1] < high[1] ? point : high));
    if (gesture) this.label(`${gesture} ${Math.round(100 * confidence)} %`, top[0], top[1] - 2 * this.thick, HAND);
  }

  arrow([x, y], [towardsX, towardsY]) {
    const length = Math.hypot(towardsX, towardsY) || 1;
    const reach = this.canvas.width / 8;
    const [dx, dy] = [(reach * towardsX) / length, (reach * towardsY) / length];
    const { paper } = this;
    this.line(FACE, () => {
      paper.moveTo(x, y);
      paper.lineTo(x + dx, y + dy);
      for (const turn of [-1, 1]) {
        paper.moveTo(x + dx, y + dy);
        paper.lineTo(x + dx - (dx + turn * dy) / 4, y + dy - (dy - turn * dx) / 4);
      }
    });
  }

  /** Stroke a path twice: dark below, so that it stands out from any picture. */
  line(colour, path) {
    const { paper } = this;
    paper.beginPath();
    path();
    paper.lineJoin = paper.lineCap = "round";
    for (const [style, width] of [["#000b", 2.2 * this.thick], [colour, this.thick]]) {
      paper.strokeStyle = style;
      paper.lineWidth = width;
      paper.stroke();
    }
  }

  dot(colour, x, y) {
    const { paper } = this;
    for (const [style, radius] of [["#000b", 1.7 * this.thick], [colour, 1.1 * this.thick]]) {
      paper.fillStyle = style;
      paper.beginPath();
      paper.arc(x, y, radius, 0, 7);
      paper.fill();
    }
  }

  label(text, x, y, colour) {
    const { paper, canvas } = this;
    const size = Math.max(13 * devicePixelRatio, canvas.width / 34);
    paper.font = `600 ${size}px system-ui, sans-serif`;
    const width = paper.measureText(text).width + size;
    const left = Math.max(0, Math.min(x, canvas.width - width));
    const top = Math.max(0, y - 1.6 * size);
    paper.fillStyle = "#000c";
    paper.fillRect(left, top, width, 1.5 * size);
    paper.fillStyle = colour;
    paper.textBaseline = "middle";
    paper.fillText(text, left + size / 2, top + 0.78 * size);
  }
}

/** What was seen, in words. */
export function inWords({ faces, hands }) {
  if (!faces) return "This device can't see yet: the picture is shown as it is.";
  const people = faces.map((face) => `a face at ${10 * Math.round(face.distance_cm / 10)} cm, ${face.looking >= LOOKS ? "looking" : "not looking"}`);
  const told = hands.map((hand) => `a ${hand.right >= 0.5 ? "right" : "left"} hand${hand.gesture ? `: ${hand.gesture}` : ""}`);
  return people.concat(told).join("; ") || "Nobody is seen.";
}
