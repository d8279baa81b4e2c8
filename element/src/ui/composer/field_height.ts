// Fits the height of the message field to its text.

const MAX_LINES = 8;
/**
 * Longer texts always fill the field, so they are not measured: with 200 kB in one line, each layout takes
 * 100 ms.
 */
const LONG_CHARS = 5000;

export class FieldHeight {
  readonly #widths: ResizeObserver;
  #watched: HTMLTextAreaElement | null = null;
  #fitted: readonly unknown[] = [];

  /** `widthChanged` is called when the width of the field has changed, so that it must be fitted again. */
  constructor(widthChanged: () => void) {
    // In the next frame, since a height set in the callback would raise "ResizeObserver loop" in the page.
    this.#widths = new ResizeObserver(() => requestAnimationFrame(widthChanged));
  }

  /** Returns whether the height was set: nothing is measured again until the text or the width changes. */
  fit(field: HTMLTextAreaElement): boolean {
    if (field !== this.#watched) this.#watch(field);
    // Measuring forces a layout, and a streaming answer renders often.
    const { clientWidth } = field;
    const { lineHeight } = getComputedStyle(field);
    const fitted = [field, clientWidth, lineHeight, field.value];
    // A hidden field has no height and gets one when it is shown. Observed again, since an observer misses a
    // field that is hidden and shown between two frames.
    if (clientWidth === 0) this.#watch(field);
    if (clientWidth === 0 || fitted.every((value, at) => value === this.#fitted[at])) return false;
    this.#fitted = fitted;
    setHeight(field, Math.ceil((Number.parseFloat(lineHeight) || 24) * MAX_LINES));
    return true;
  }

  #watch(field: HTMLTextAreaElement): void {
    this.#watched = field;
    this.#widths.disconnect();
    this.#widths.observe(field);
  }
}

function setHeight(field: HTMLTextAreaElement, most: number): void {
  const isLong = field.value.length > LONG_CHARS;
  if (!isLong) field.style.setProperty('height', 'auto');
  const height = isLong ? most : Math.min(field.scrollHeight, most);
  field.style.setProperty('height', `${height}px`);
  field.classList.toggle('scrolls', isLong || field.scrollHeight > height + 1);
}
