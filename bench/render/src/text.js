// The answer that everybody renders: headings, paragraphs, lists, tables and code, the same at every run.

const WORDS = `the of and to in that is was for on are with as be at one have this from by hot word but what some can out
other were all your when up use how said each she which do their time if will way about many then them would write like so
these her long make thing see him two has look more day could go come did number sound no most people my over know water
than call first who may down side been now find any new work part take get place made live where after back little only
round man year came show every good me give our under name very through just form sentence great think say help low line
differ turn cause much mean before move right boy old too same tell does set three want air well also play small end put
home read hand port large spell add even land here must big high such follow act why ask men change went light kind off
need house picture try us again animal point mother world near build self earth father`.split(/\s+/);

/** mulberry32 */
function dice(seed) {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

class Writer {
  constructor(seed) {
    this.roll = dice(seed);
  }

  words(count) {
    return Array.from({ length: count }, () => WORDS[this.roll(WORDS.length)]).join(' ');
  }

  phrase() {
    const some = this.words(1 + this.roll(3));
    switch (this.roll(14)) {
      case 0: return `**${some}**`;
      case 1: return `*${some}*`;
      case 2: return `\`${some.replaceAll(' ', '_')}\``;
      case 3: return `[${some}](https://example.org/${some.replaceAll(' ', '-')})`;
      default: return this.words(4 + this.roll(5));
    }
  }

  sentence() {
    const text = Array.from({ length: 2 + this.roll(3) }, () => this.phrase()).join(' ');
    return `${text[0].toUpperCase()}${text.slice(1)}.`;
  }

  paragraph() {
    return Array.from({ length: 2 + this.roll(4) }, () => this.sentence()).join(' ');
  }

  list() {
    const isOrdered = this.roll(3) === 0;
    const entry = (_, at) => {
      const nested = this.roll(4) === 0 ? `\n   - ${this.sentence()}\n   - ${this.words(5)}` : '';
      return `${isOrdered ? `${at + 1}.` : '-'} ${this.sentence()}${nested}`;
    };
    return Array.from({ length: 3 + this.roll(5) }, entry).join('\n');
  }

  table() {
    const columns = 2 + this.roll(3);
    const row = (cell) => `| ${Array.from({ length: columns }, cell).join(' | ')} |`;
    const rows = Array.from({ length: 3 + this.roll(6) }, () => row(() => this.words(1 + this.roll(4))));
    return [row(() => this.words(1)), row(() => '---'), ...rows].join('\n');
  }

  code() {
    const line = () => `${' '.repeat(2 * this.roll(3))}const ${this.words(1)} = ${this.words(1)}(${this.roll(100)}, "${this.words(2)}");`;
    return `\`\`\`js\n${Array.from({ length: 4 + this.roll(14) }, line).join('\n')}\n\`\`\``;
  }

  block() {
    const kind = this.roll(12);
    if (kind === 0) return `## ${this.words(2 + this.roll(4))}`;
    if (kind === 1) return `> ${this.sentence()}`;
    if (kind < 4) return this.list();
    if (kind === 4) return this.table();
    if (kind === 5) return this.code();
    return this.paragraph();
  }
}

/** A text of exactly `length` characters, all of them ASCII. */
export function answer(length, seed = 1) {
  const writer = new Writer(seed);
  const blocks = [];
  for (let size = 0; size < length; size += blocks.at(-1).length + 2) blocks.push(writer.block());
  return blocks.join('\n\n').slice(0, length);
}
