// The seat map of a flight: a form control that is a grid of buttons. It is used in a widget, whose form sends its seat.
// Its styles are in a shadow root of its own, since those of the page do not reach into the chat.
const styles = new CSSStyleSheet();
styles.replaceSync(`
  :host { display: grid; justify-items: center; gap: 14px; outline: none; font-variant-numeric: tabular-nums; }
  .legend { display: flex; flex-wrap: wrap; justify-content: center; gap: 4px 14px; margin: 0; font-size: 0.8em; color: var(--quiet); }
  .legend span { display: inline-flex; align-items: center; gap: 6px; }
  i { width: 14px; height: 14px; border-radius: 4px 4px 3px 3px; }
  .cabin {
    position: relative; display: grid; gap: 4px; padding: 38px 14px 20px; border: 1px solid var(--line);
    border-radius: 120px 120px 26px 26px / 84px 84px 26px 26px; background: color-mix(in oklab, var(--ink) 3%, var(--card));
  }
  .row { display: grid; grid-template-columns: repeat(3, 33px) 26px repeat(3, 33px); gap: 4px; align-items: center; }
  .row[data-first]:not([data-first='0']) { margin-block-start: 10px; }
  .name { grid-column: 1 / -1; display: flex; align-items: center; gap: 8px; margin-block-end: 1px; font-size: 0.74em; color: var(--quiet); }
  .row[data-first='0'] .name { margin-inline: 14px; }
  .name::before, .name::after { content: ''; flex: 1; height: 1px; background: var(--line); }
  .number { text-align: center; font-size: 0.74em; color: var(--quiet); }
  button, i { border: 1px solid var(--edge); background: var(--seat); color: var(--on-seat); --edge: color-mix(in oklab, var(--accent) 72%, var(--card)); --seat: var(--card); --on-seat: var(--ink); }
  button {
    width: 33px; height: 33px; padding: 0; border-radius: 9px 9px 6px 6px; font: inherit; font-size: 0.76em; font-weight: 550;
    cursor: pointer; transition: background 120ms ease-out, border-color 120ms ease-out;
  }
  [data-kind='premier'] { --seat: color-mix(in oklab, var(--accent) 26%, var(--card)); --edge: var(--accent); }
  [data-kind='extra'] { --seat: color-mix(in oklab, var(--accent) 11%, var(--card)); --edge: var(--accent); }
  button:hover:not([aria-disabled]) { --seat: color-mix(in oklab, var(--accent) 38%, var(--card)); --edge: var(--accent); }
  [data-kind='taken'] { --seat: color-mix(in oklab, var(--ink) 9%, var(--card)); --edge: transparent; --on-seat: transparent; cursor: not-allowed; }
  [aria-pressed='true'], [data-kind='yours'] { --seat: var(--accent) !important; --edge: var(--accent) !important; --on-seat: var(--on-accent); }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  .chosen { min-height: 1.5em; margin: 0; font-size: 0.94em; text-align: center; color: var(--quiet); }
  .chosen[data-seat] { color: var(--ink); font-weight: 600; }
  @media (prefers-reduced-motion: reduce) { button { transition: none; } }
  @media (forced-colors: active) {
    [data-kind='taken'] { --edge: GrayText; --seat: repeating-linear-gradient(45deg, GrayText 0 1px, Canvas 1px 5px); forced-color-adjust: none; }
    [aria-pressed='true'], [data-kind='yours'] { forced-color-adjust: none; --seat: Highlight !important; --on-seat: HighlightText; }
  }
`);

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -9], End: [0, 9] };
const KINDS = { Premier: 'premier', 'Extra legroom': 'extra' };
const PLACES = { A: 'window', F: 'window', B: 'middle', E: 'middle', C: 'aisle', D: 'aisle' };

export class SeatMap extends HTMLElement {
  static formAssociated = true;
  #internals = this.attachInternals();
  #chosen = make('p', { class: 'chosen', role: 'status' });
  #rows = [];
  #host;

  /** `host` is what the chat gives each component: the value, and how to set it. */
  constructor(cabins, occupied, host) {
    super();
    this.#host = host;
    const root = this.attachShadow({ mode: 'open', delegatesFocus: true });
    root.adoptedStyleSheets = [styles];
    const grid = make('div', { class: 'cabin', role: 'group', 'aria-label': 'Seats' });
    for (const cabin of cabins) grid.append(...this.#cabin(cabin, new Set(occupied)));
    grid.addEventListener('keydown', (event) => this.#onKey(event));
    root.append(legend(cabins), grid, this.#chosen);
    const seats = this.#rows.flat();
    this.#show(seats.find(({ dataset }) => dataset.seat === host.value) ?? null);
  }

  #cabin({ name, first, last, letters, price }, occupied) {
    const numbers = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    const title = make('span', { class: 'name' }, price ? `${name} · £${price}` : name);
    return numbers.map((number, at) => {
      const row = make('div', { class: 'row', ...(at === 0 && { 'data-first': this.#rows.length }) }, ...(at === 0 ? [title] : []));
      const seats = [...letters].filter((letter) => letter !== ' ').map((letter) => this.#seat(number, letter, { name, price }, occupied));
      row.append(...seats.map(({ node }) => node), make('span', { class: 'number', 'aria-hidden': 'true' }, String(number)));
      this.#rows.push(seats.map(({ node }) => node));
      for (const { node, column } of seats) node.style.gridColumn = column;
      row.lastChild.style.gridColumn = 4;
      for (const child of row.children) if (child !== title) child.style.gridRow = title.parentNode === row ? 2 : 1;
      return row;
    });
  }

  #seat(number, letter, { name, price }, occupied) {
    const seat = `${number}${letter}`;
    const isTaken = occupied.has(seat);
    const words = [`Seat ${seat}`, PLACES[letter], name, price ? `£${price}` : 'included', isTaken ? 'taken' : 'free'];
    const node = make('button', {
      type: 'button',
      tabindex: -1,
      'aria-label': words.join(', '),
      'aria-pressed': 'false',
      'data-seat': seat,
      'data-kind': isTaken ? 'taken' : (KINDS[name] ?? 'free'),
      ...(isTaken && { 'aria-disabled': 'true' }),
    });
    node.textContent = letter;
    node.addEventListener('click', () => !isTaken && this.#choose(node));
    return { node, column: 'ABC DEF'.indexOf(letter) + 1 };
  }

  #choose(node) {
    this.#host.setValue(node.dataset.seat);
    this.#show(node);
  }

  #show(chosen) {
    const seats = this.#rows.flat();
    for (const seat of seats) seat.setAttribute('aria-pressed', String(seat === chosen));
    this.#makeReachable(chosen ?? seats.find((seat) => !seat.ariaDisabled));
    this.#chosen.toggleAttribute('data-seat', chosen !== null);
    this.#chosen.textContent = chosen ? chosen.ariaLabel.split(', ').slice(0, 4).join(' · ') : 'No seat chosen';
    const anchor = seats.find((seat) => seat.tabIndex === 0);
    this.#internals.setValidity(chosen ? {} : { valueMissing: true }, chosen ? '' : 'Choose a seat, or take any.', anchor);
  }

  /** One seat is in the order of tabs; the arrows lead to the others. */
  #makeReachable(node) {
    for (const seat of this.#rows.flat()) seat.tabIndex = seat === node ? 0 : -1;
  }

  #onKey(event) {
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    const row = this.#rows.findIndex((seats) => seats.includes(event.target));
    const column = event.target.style.gridColumnStart;
    const next = this.#rows[row + move[0]];
    if (!next) return;
    const at = move[0] === 0 ? next.indexOf(event.target) + move[1] : nearest(next, column);
    const node = next[Math.max(0, Math.min(next.length - 1, at))];
    this.#makeReachable(node);
    node.focus();
  }
}

/** The seat of a row in this column, or beside it where the row has fewer. */
function nearest(row, column) {
  const away = row.map(({ style }) => Math.abs(style.gridColumnStart - column));
  return away.indexOf(Math.min(...away));
}

function legend(cabins) {
  const kinds = cabins.flatMap(({ name }) => (KINDS[name] ? [[KINDS[name], name]] : []));
  const entries = [['free', 'Free'], ...kinds, ['taken', 'Taken'], ['yours', 'Yours']];
  return make('p', { class: 'legend', 'aria-hidden': 'true' }, ...entries.map(([kind, label]) => make('span', {}, make('i', { 'data-kind': kind }), label)));
}

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

customElements.define('travel-seat-map', SeatMap);
