// Canonical strings of our nodes and of the specifications' HTML, for comparison.

import { languageOf } from '../../src/markdown/heavy/languages.ts';

const BLOCKS = /^(?:p|h[1-6]|ul|ol|li|blockquote|pre|hr|table|thead|tbody|tr|th|td|div|section)$/;
const VOID = /^(?:br|hr|img|input)$/;
const TAG = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*\/?>/g;
const ATTRIBUTE = /([\w-]+)(?:="([^"]*)")?/g;
const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"' };

/** The attributes with a meaning for the document; others are details of an implementation. */
const COMPARED = new Set(['href', 'src', 'alt', 'title', 'start', 'class', 'checked', 'align']);

type Attributes = Readonly<Record<string, string>>;

function unescaped(html: string): string {
  return html.replace(/&(?:lt|gt|amp|quot);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** The absolute address with as few escapes as possible, since implementations escape differently. */
function resolved(address: string): string {
  try {
    return decodeURI(new URL(address, document.baseURI).href).replaceAll('%5B', '[').replaceAll('%5D', ']');
  } catch {
    return address;
  }
}

/** For an unknown language, the specifications write a class and we do not. */
function isUnknownLanguage(value: string): boolean {
  return value.startsWith('language-') && languageOf(value.replace('language-', '')) === null;
}

function shown(name: string, value: string): string {
  return name === 'href' || name === 'src' ? resolved(value) : value;
}

/** Collects tags and text, without the white space around blocks and at the ends of paragraphs. */
class Canonical {
  private out = '';
  private pre = 0;
  private isAtBlock = true;

  open(name: string, attributes: Attributes): void {
    if (BLOCKS.test(name)) this.trimEnd();
    const list = Object.entries(attributes)
      .filter(([key, value]) => COMPARED.has(key) && !isUnknownLanguage(value))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const written = list.map(([key, value]) => ` ${key}=${JSON.stringify(shown(key, value))}`);
    this.out += `<${name}${written.join('')}>`;
    if (name === 'pre') this.pre++;
    this.isAtBlock = BLOCKS.test(name) || name === 'br';
  }

  close(name: string): void {
    if (VOID.test(name)) return;
    if (BLOCKS.test(name)) this.trimEnd();
    if (name === 'pre') this.pre--;
    this.out += `</${name}>`;
    this.isAtBlock = BLOCKS.test(name);
  }

  text(text: string): void {
    const value = this.pre > 0 ? text.replace(/\n$/, '') : this.isAtBlock ? text.trimStart() : text;
    if (value === '') return;
    this.out += value;
    this.isAtBlock = false;
  }

  toString(): string {
    return this.out.trimEnd();
  }

  private trimEnd(): void {
    if (this.pre === 0) this.out = this.out.trimEnd();
  }
}

/** The canonical form of a specification's expected HTML. */
export function canonicalHtml(html: string): string {
  const canonical = new Canonical();
  let from = 0;
  for (const match of html.matchAll(TAG)) {
    const [whole, slash = '', name = '', attributes = ''] = match;
    canonical.text(unescaped(html.slice(from, match.index)));
    from = match.index + whole.length;
    if (slash === '/') canonical.close(name);
    else canonical.open(name, parsedAttributes(attributes));
  }
  canonical.text(unescaped(html.slice(from)));
  return canonical.toString();
}

function parsedAttributes(source: string): Attributes {
  return Object.fromEntries(
    [...source.matchAll(ATTRIBUTE)].map(([, name = '', value = '']) => [name, unescaped(value)]),
  );
}

/** The canonical form of the content of `node`, without elements that only serve layout. */
export function canonicalNodes(node: Node): string {
  const canonical = new Canonical();
  for (const child of node.childNodes) visit(child, canonical);
  return canonical.toString();
}

function visit(node: Node, canonical: Canonical): void {
  if (!(node instanceof Element)) return canonical.text(node.nodeValue ?? '');
  const name = node.localName;
  if (node.matches('.code-bar')) return;
  if (node.matches('pre > code')) return visitCode(node, canonical);
  const isWrapper = node.matches('.part, .code, .table, a > bdi, span:not([class])');
  if (!isWrapper) canonical.open(name, ownAttributes(node));
  for (const child of node.childNodes) visit(child, canonical);
  if (!isWrapper) canonical.close(name);
}

/** Code without highlighting, which may or may not be loaded, and with known languages only. */
function visitCode(node: Element, canonical: Canonical): void {
  canonical.open('code', ownAttributes(node));
  canonical.text(node.textContent);
  canonical.close('code');
}

/** The title of a link, without the host. */
function ownAttributes(node: Element): Attributes {
  const all = [...node.attributes].map(({ name, value }) => [name, value] as const);
  const host = node instanceof HTMLAnchorElement ? node.host || node.pathname : '';
  const title = (node.getAttribute('title') ?? '')
    .split('\n')
    .filter((line) => line !== host)
    .join('\n');
  return Object.fromEntries(
    all.flatMap(([name, value]) =>
      name !== 'title' ? [[name, value]] : title === '' ? [] : [[name, title]],
    ),
  );
}
