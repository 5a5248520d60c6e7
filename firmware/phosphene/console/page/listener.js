// SPDX-License-Identifier: Apache-2.0
// Runs where the browser's sound is: blocks of 20 ms, one channel, 16 bits, each with the number of its first sample.

class Listener extends AudioWorkletProcessor {
  constructor() {
    super();
    this.size = Math.round(0.02 * sampleRate);
    this.begin(currentFrame);
  }

  begin(first) {
    this.block = new Int16Array(this.size);
    this.first = first;
    this.filled = 0;
  }

  process([channels]) {
    // Before a source is connected, and after it has gone, there are no channels.
    const length = channels.length ? channels[0].length : 0;
    for (let at = 0; at < length; at += 1) {
      let sum = 0;
      for (const channel of channels) sum += channel[at];
      if (this.filled === 0) this.first = currentFrame + at;
      const value = Math.round((32768 * sum) / channels.length);
      this.block[this.filled++] = Math.max(-32768, Math.min(32767, value));
      if (this.filled === this.size) {
        this.port.postMessage({ first: this.first, samples: this.block.buffer }, [this.block.buffer]);
        this.begin(this.first + this.size);
      }
    }
    return true;
  }
}

registerProcessor("listener", Listener);
