// When to do things, as the browser paints. A hidden page paints no frames, so timers stand in for them.

/** Text that streams in is shown thirty times a second: no reader sees more, and it is half the work of sixty. */
const REST_MS = 24;

/** Frames of one chat, with a rest between two. The first one after a rest is the next one that is painted. */
export function throttledFrames(): (callback: () => void) => () => void {
  let lastAt = -Infinity;
  return (callback) => {
    if (document.hidden) {
      const timer = setTimeout(callback, 250);
      return () => clearTimeout(timer);
    }
    const look = (now: number): void => {
      if (now - lastAt < REST_MS) return void (frame = requestAnimationFrame(look));
      lastAt = now;
      callback();
    };
    let frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  };
}

/** After the next paint: by then a framework has run the effects in which it attaches its listeners. */
export function afterPaint(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 100);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      setTimeout(resolve);
    });
  });
}

/** In a task of its own, as soon as the browser has looked after what is more urgent. */
export function inTask(callback: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(null);
}

/** Once, before the next paint; in a page that nobody sees, soon. Returns how to call it off. */
export function inFrame(callback: () => void): () => void {
  const end = (): void => {
    cancelAnimationFrame(frame);
    clearInterval(timer);
  };
  const run = (): void => {
    end();
    callback();
  };
  const frame = requestAnimationFrame(run);
  const timer = setInterval(() => document.hidden && run(), 250);
  return end;
}
