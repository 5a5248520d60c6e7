// SPDX-License-Identifier: Apache-2.0
// Pictures of a camera or a film, at most fifteen a second, none while there is no room for it.

const PERIOD_MS = 1000 / 15;
const QUALITY = 0.9;
const WIDTH = 640;
const HEIGHT = 480;

/** The size at which pictures are sent: within 640 × 480, of the same shape, never larger than they are. */
export function fitted(width, height) {
  const scale = Math.min(1, WIDTH / width, HEIGHT / height);
  return [Math.max(16, Math.round(width * scale)), Math.max(16, Math.round(height * scale))];
}

/**
 * Hand pictures to `take(picture)`, a canvas with `at` in ms and its `jpeg`, when `room()` says so.
 * `track` is a camera's, `video` an element that plays; returns a function that ends it.
 */
export function watch({ track, video }, room, take) {
  let over = false;
  let due = 0;
  let busy = false;

  function wanted() {
    const now = performance.now();
    if (over || busy || now < due || !room()) return false;
    due = Math.max(due + PERIOD_MS, now);
    return true;
  }

  async function send(image, width, height) {
    busy = true;
    try {
      const at = performance.now();
      const [w, h] = fitted(width, height);
      const canvas = new OffscreenCanvas(w, h);
      canvas.getContext("2d", { alpha: false }).drawImage(image, 0, 0, w, h);
      const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
      const jpeg = await blob.arrayBuffer();
      if (!over) take({ canvas, at, jpeg });
    } finally {
      busy = false;
    }
  }

  if (track && "MediaStreamTrackProcessor" in window) {
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    (async () => {
      for (;;) {
        const { done, value: frame } = await reader.read();
        if (done) return;
        // A frame that isn't closed is one that the camera lacks.
        const sending = wanted() ? send(frame, frame.displayWidth, frame.displayHeight) : null;
        frame.close();
        await sending;
      }
    })();
    return () => {
      over = true;
      reader.cancel();
    };
  }
  const each = () => {
    if (over) return;
    if (video.videoWidth && wanted()) send(video, video.videoWidth, video.videoHeight);
    video.requestVideoFrameCallback(each);
  };
  video.requestVideoFrameCallback(each);
  return () => (over = true);
}
