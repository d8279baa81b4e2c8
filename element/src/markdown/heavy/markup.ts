// Reads the markup that two libraries write: nested elements with quoted attributes, and text with five
// entities. The markup never reaches an HTML parser; the caller creates each element, or refuses it.

const PIECE = /<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)\s*>|[^<]+/gy;
const ATTRIBUTE = / ([a-z-]+)="([^"]*)"/g;
const ENTITY = /&(?:amp|lt|gt|quot|#x27|#39);/g;
const CHARACTERS: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
  '&#39;': "'",
};

export type Attributes = readonly (readonly [name: string, value: string])[];
export type MakeElement = (name: string, attributes: Attributes) => Element | null;

function unescaped(text: string): string {
  return text.replace(ENTITY, (entity) => CHARACTERS[entity] ?? entity);
}

function attributesOf(source: string): Attributes {
  return [...source.matchAll(ATTRIBUTE)].map(([, name = '', value = '']) => [name, unescaped(value)]);
}

/** The nodes that `markup` describes, or `null` if it is malformed or nested deeper than `maxDepth`. */
export function readMarkup(markup: string, make: MakeElement, maxDepth = 200): DocumentFragment | null {
  const root = document.createDocumentFragment();
  const open: Node[] = [root];
  let end = 0;
  for (const match of markup.matchAll(PIECE)) {
    const [whole, slash, name, attributes = ''] = match;
    end = match.index + whole.length;
    if (name === undefined) open.at(-1)?.appendChild(document.createTextNode(unescaped(whole)));
    else if (slash === '/') open.pop();
    else {
      const element = make(name, attributesOf(attributes));
      if (element === null || open.length > maxDepth) return null;
      open.at(-1)?.appendChild(element);
      open.push(element);
    }
  }
  return end === markup.length && open.length === 1 ? root : null;
}
