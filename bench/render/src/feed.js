// Feeds a text in deltas as a network would, in timers, and watches the frames meanwhile.

export const DELTA = 4;
const TICK_MS = 4;
const FRAME_MS = 1000 / 60;
const LONG_MS = 33;

/**
 * Calls `push` with each delta of `text`, `rate` characters a second, in time however long the page is busy.
 * Calls `at` with each place of `marks` when it is reached.
 */
export function feed(text, { rate, marks, push, at }) {
  return new Promise((resolve) => {
    const ahead = [...marks];
    const start = performance.now();
    let fed = 0;
    const timer = setInterval(() => {
      const due = Math.min(text.length, ((performance.now() - start) * rate) / 1000);
      for (; fed + DELTA <= due; fed += DELTA) push(text.slice(fed, fed + DELTA));
      while (ahead.length > 0 && fed >= ahead[0]) at(ahead.shift());
      if (fed + DELTA <= text.length) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
}

/** The times of the frames; `stop` returns how many were long, how many were dropped, and the longest. */
export class Frames {
  times = [];
  isOn = true;

  constructor() {
    requestAnimationFrame(this.note);
  }

  note = (time) => {
    this.times.push(time);
    if (this.isOn) requestAnimationFrame(this.note);
  };

  count() {
    const gaps = this.times.slice(1).map((time, at) => time - this.times[at]);
    const dropped = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / FRAME_MS) - 1), 0);
    return { long: gaps.filter((gap) => gap > LONG_MS + 1).length, dropped, longestMs: Math.max(0, ...gaps) };
  }

  stop() {
    this.isOn = false;
  }
}

/** Calls `render` with the text so far, once per frame at most. */
export function perFrame(render) {
  let text = '';
  let frame = 0;
  const show = () => {
    frame = 0;
    render(text, true);
  };
  return {
    push(delta) {
      text += delta;
      frame ||= requestAnimationFrame(show);
    },
    end() {
      cancelAnimationFrame(frame);
      render(text, false);
    },
  };
}

export const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
