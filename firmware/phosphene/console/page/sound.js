// SPDX-License-Identifier: Apache-2.0
// Sound of a microphone or a file, as blocks of 16-bit samples.

const WANTED_HZ = 16000;

/** Make ready to listen, before anybody is asked for a microphone: its first syllable must not be missed. */
export async function ear() {
  const context = await withWorklet(new AudioContext({ sampleRate: WANTED_HZ, latencyHint: "interactive" }));
  return { context, close: () => context.close() };
}

async function withWorklet(context) {
  await context.audioWorklet.addModule("/listener.js");
  return context;
}

/**
 * Hand every block of `source`, a MediaStream or a playing element, to `take(rate, first, samples)`.
 * Some browsers don't bring a microphone to another rate; then the blocks come at the microphone's own.
 */
export async function listen(mine, source, take) {
  let node;
  try {
    node = sourceNode(mine.context, source);
  } catch (error) {
    if (error.name !== "NotSupportedError") throw error;
    await mine.context.close();
    mine.context = await withWorklet(new AudioContext({ latencyHint: "interactive" }));
    node = sourceNode(mine.context, source);
  }
  const { context } = mine;
  mine.close = () => context.close();
  const listener = new AudioWorkletNode(context, "listener", { numberOfInputs: 1, numberOfOutputs: 1 });
  listener.port.onmessage = ({ data }) => take(context.sampleRate, data.first, data.samples);
  // The listener is silent; being connected is what keeps it running.
  node.connect(listener).connect(context.destination);
  if (source instanceof HTMLMediaElement) node.connect(context.destination); // a person hears what the device hears
  await context.resume();
}

function sourceNode(context, source) {
  return source instanceof MediaStream
    ? context.createMediaStreamSource(source)
    : context.createMediaElementSource(source);
}
