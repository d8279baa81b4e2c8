// Nodes of a drawing, and the widths of its texts.

type Values = Readonly<Record<string, string | number | null>>;

/** An element of SVG; attributes that are null are left out. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  className: string,
  values: Values = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[Tag] {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  if (className !== '') node.setAttribute('class', className);
  setValues(node, values);
  node.append(...children);
  return node;
}

export function setValues(node: Element, values: Values): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === null) node.removeAttribute(name);
    else node.setAttribute(name, typeof value === 'number' ? String(round(value)) : value);
  }
}

/** Hundredths of a pixel are enough, and shorter. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Labels are cut before they are measured. */
const MAX_CHARS = 60;

let canvas: CanvasRenderingContext2D | null | undefined;

/** Measures texts in one font, without a layout. */
export class TextRuler {
  readonly lineHeight: number;
  readonly #size: number;

  constructor(style: CSSStyleDeclaration) {
    this.#size = Number.parseFloat(style.fontSize) || 12;
    this.lineHeight = Math.ceil(this.#size * 1.3);
    canvas ??= document.createElement('canvas').getContext('2d');
    if (canvas !== null) canvas.font = `${style.fontWeight} ${this.#size}px ${style.fontFamily}`;
  }

  widthOf(text: string): number {
    const short = text.slice(0, MAX_CHARS);
    return canvas?.measureText(short).width ?? short.length * this.#size * 0.55;
  }

  /** The text, shortened with an ellipsis if it is wider than `room`; empty if not even that fits. */
  cut(text: string, room: number): string {
    if (text.length <= MAX_CHARS && this.widthOf(text) <= room) return text;
    const chars = Array.from(text.slice(0, MAX_CHARS));
    for (let count = chars.length - 1; count > 0; count--) {
      const short = `${chars.slice(0, count).join('').trimEnd()}…`;
      if (this.widthOf(short) <= room) return short;
    }
    return '';
  }
}
