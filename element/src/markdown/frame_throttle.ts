// Runs the newest of many requested tasks at most once per frame, and for at most a fifth of the time.

const FRAME_MS = 14;
const REST = 4;

export class FrameThrottle {
  #frame = 0;
  #task: (() => void) | null = null;
  #endedAt = -Infinity;
  #durationMs = 0;

  /**
   * Runs `task` now when a frame has passed since the last run, otherwise in a later frame unless a newer one
   * comes.
   */
  run(task: () => void): void {
    this.#task = task;
    if (this.#frame !== 0) return;
    if (this.#isRested()) this.flush();
    else this.#schedule();
  }

  /** Runs the pending task now. */
  flush(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const task = this.#task;
    this.#task = null;
    if (task === null) return;
    const startedAt = performance.now();
    task();
    this.#endedAt = performance.now();
    this.#durationMs = this.#endedAt - startedAt;
  }

  cancel(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#task = null;
  }

  #isRested(): boolean {
    return performance.now() - this.#endedAt >= Math.max(FRAME_MS, REST * this.#durationMs);
  }

  #schedule(): void {
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#isRested()) this.flush();
      else this.#schedule();
    });
  }
}
