// The level of a heading below the headings before it. Models begin with "##" or skip a level; a person who
// moves from heading to heading must not find gaps.

export class Outline {
  /** The written levels of the last heading and of its ancestors. */
  readonly #open: number[];

  /** The outline of a new document, or a copy. */
  constructor(from?: Outline) {
    this.#open = [...(from === undefined ? [] : from.#open)];
  }

  /** Records a heading with the written level `signs`; returns the number of its ancestors. */
  enter(signs: number): number {
    while ((this.#open.at(-1) ?? 0) >= signs) this.#open.pop();
    return this.#open.push(signs) - 1;
  }
}
