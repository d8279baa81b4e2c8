// How deep a heading stands under those before it. Models begin with "##" or skip a level; a person who moves from heading
// to heading should not have to wonder what is missing.

export class Outline {
  /** As many as "#" stand before them: the heading that is written last, and those that it lies under. */
  readonly #open: number[];

  /** Of a new document, or a copy. */
  constructor(from?: Outline) {
    this.#open = [...(from === undefined ? [] : from.#open)];
  }

  /** Notes a heading that is written with `signs`; gives the number of those that it lies under. */
  enter(signs: number): number {
    while ((this.#open.at(-1) ?? 0) >= signs) this.#open.pop();
    return this.#open.push(signs) - 1;
  }
}
