// When to do things, as the browser paints. Hidden pages paint no frames, so timers replace them there.

/**
 * Text that streams in is shown thirty times a second: no reader sees more, and it is half the work of sixty.
 */
const REST_MS = 24;

/**
 * Frames of one chat, with a rest between two. The first one after a rest is the next one that is painted.
 */
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

/** After the next paint: by then a framework has usually run the effects that attach its listeners. */
export function afterPaint(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 100);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      setTimeout(resolve);
    });
  });
}

/** Runs `callback` in a task of its own, after the browser's more urgent work. */
export function inTask(callback: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(null);
}

/**
 * Runs `callback` once, before the next paint, or soon in a hidden page. Returns a function that cancels it.
 */
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
