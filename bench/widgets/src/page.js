// Both renderers get the same trees: a new one for each update, in which all that did not change is the same
// object, as after an update of one component.
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { Node } from './react_view.jsx';

await import('/turnstream-widget.js');

const TREES = {
  form: {
    count: 50,
    make: (list) => ({ type: 'Card', size: 'full', children: list }),
    row: (at, said) => ({
      type: 'Col',
      key: `field-${at}`,
      gap: 1,
      children: [
        { type: 'Label', value: `Field ${at}`, fieldName: `f${at}` },
        { type: 'Input', name: `f${at}`, defaultValue: `value ${at}` },
        { type: 'Caption', value: said },
      ],
    }),
  },
  list: {
    count: 1000,
    make: (list) => ({ type: 'ListView', children: list }),
    row: (at, said) => ({
      type: 'ListViewItem',
      key: `item-${at}`,
      children: [
        { type: 'Text', value: `Item ${at}` },
        { type: 'Spacer' },
        { type: 'Badge', label: said, color: 'info' },
      ],
    }),
  },
};

const react = createRoot(reactHost());

/** React's container, with the styles and the elements around it that ours has. */
function reactHost() {
  const root = theirs.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = ours.shadowRoot.adoptedStyleSheets;
  const outer = root.appendChild(ours.shadowRoot.querySelector('div').cloneNode());
  const box = outer.appendChild(document.createElement('div'));
  box.className = 'widget';
  return box;
}

const RENDERERS = {
  nothing: () => undefined,
  ours: (tree) => (ours.widget = tree),
  react: (tree) => react.render(createElement(Node, { node: tree })),
};

const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** The theme's colours are properties of our element. */
function copyTheme() {
  theirs.setAttribute('style', ours.getAttribute('style') ?? '');
}

globalThis.bench = {
  /** Shows the tree. `shown`: as many of its rows; ours shows 200 items of a list, and the rest on demand. */
  async open(renderer, name, shown) {
    ours.widget = { type: 'Text', value: '' };
    await painted();
    copyTheme();
    ours.widget = null;
    await painted();
    const { count, make, row } = TREES[name];
    this.rows = Array.from({ length: Math.min(count, shown) }, (_, at) => row(at, 'new'));
    this.tree = { renderer, name, make, row };
    await mark('before');
    RENDERERS[renderer](make(this.rows));
    await painted();
    await mark('opened');
  },
  /** Changes one row after another, at `rate` updates a second. */
  async update(rate, count) {
    const { renderer, make, row } = this.tree;
    const begin = performance.now();
    await mark('begin');
    for (let done = 0; done < count; ) {
      const due = Math.min(count, Math.floor(((performance.now() - begin) / 1000) * rate));
      if (done < due) {
        const at = (done * 7) % this.rows.length;
        this.rows = this.rows.with(at, row(at, `update ${done}`));
        RENDERERS[renderer](make(this.rows));
        done++;
      }
      // One task for each update, so that nothing is batched.
      await new Promise((resolve) => setTimeout(resolve, done < due ? 0 : 1));
    }
    await painted();
    await mark('end');
  },
  text: (renderer) => (renderer === 'ours' ? ours : theirs).shadowRoot.querySelector('.widget').innerText,
};
