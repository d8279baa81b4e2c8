// ListView and ListViewItem.
import { length, setStyles } from '../css/values.ts';
import type { Children } from '../tree/children.ts';
import { Component, make, setAttributes, setText } from '../tree/component.ts';
import { childrenOf, countOf, oneOf, type Props } from '../tree/props.ts';
import { uniqueId } from '../tree/unique_id.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';
import { StatusLine, themeAttribute } from './cards.ts';

/** The number of items for the limit `auto`. */
const AUTO_LIMIT = 5;
/** More items than these are shown on demand, whatever the limit. */
const PAGE = 200;

export class ListView extends Component {
  readonly #status: StatusLine;
  readonly #list = make('ul', 'w-list-items');
  readonly #more = make('button', 'w-list-more');
  readonly #items: Children;
  /** How many items somebody has asked for. */
  #asked = 0;

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-list'));
    this.#status = new StatusLine(context);
    this.#more.type = 'button';
    this.#more.addEventListener('click', () => this.#showMore());
    this.node.append(this.#status.node, this.#list, this.#more);
    this.#items = this.holdChildren(this.#list);
  }

  protected override update(props: Props): void {
    this.setAttributes(themeAttribute(props));
    this.#status.update(props['status']);
  }

  protected override updateChildren(props: Props): void {
    const rows = childrenOf(props).map((one) => this.#asItem(one));
    const shown = Math.max(this.#asked, this.#limit(props, rows.length));
    this.#items.update(rows.slice(0, shown));
    const hidden = rows.length - shown;
    this.#more.hidden = hidden <= 0;
    setText(this.#more, this.context.words.showMore(Math.max(0, hidden)));
  }

  #limit({ limit }: Props, count: number): number {
    // One hidden item is no gain over the button that shows it.
    if (limit === 'auto') return count <= AUTO_LIMIT + 1 ? count : AUTO_LIMIT;
    return countOf(limit, PAGE) ?? PAGE;
  }

  #asItem(props: Props): Props {
    if (props.type === 'ListViewItem') return props;
    const message = `A ListView shows only items of the type ListViewItem; ${props.type} was put into one.`;
    this.context.note('widget.not_an_item', props.type, message);
    const { key, id } = props;
    return { type: 'ListViewItem', ...(key && { key }), ...(id && { id: `${id} item` }), children: [props] };
  }

  #showMore(): void {
    const before = this.#items.shown.length;
    this.#asked = before + PAGE;
    this.updateChildren(this.props);
    const first = this.#items.shown[before]?.node;
    const target =
      first?.querySelector<HTMLElement>('button:not([hidden]), input, select, textarea') ?? first;
    if (target === first && first !== undefined) first.tabIndex = -1;
    target?.focus({ preventScroll: true });
  }
}

export class ListViewItem extends Component {
  static readonly cost: number = 2;
  readonly #content = make('div', 'w-item-content');
  readonly #hit = make('button', 'w-item-hit');

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make(parent === null ? 'div' : 'li', 'w-item'));
    this.#content.id = uniqueId();
    this.#hit.type = 'button';
    this.#hit.addEventListener('click', () => this.#onClick());
    this.node.append(this.#hit, this.#content);
    this.holdChildren(this.#content);
    context.gates.add(this);
  }

  override dispose(): void {
    super.dispose();
    this.context.gates.delete(this);
  }

  override reflectBusy(): void {
    const isOpen = this.context.accepts(this.props['onClickAction']);
    setAttributes(this.#hit, 'busy', { 'aria-disabled': isOpen ? null : 'true' });
  }

  protected override update(props: Props): void {
    const action = props['onClickAction'];
    const isClickable = action !== undefined && action !== null;
    this.#hit.hidden = !isClickable;
    this.setAttributes({ 'data-clickable': isClickable });
    setStyles(this.#content, {
      gap: length(props['gap'], 'spacing'),
      'align-items': oneOf(props['align'], ['start', 'center', 'end', 'baseline', 'stretch'], null),
    });
    this.reflectBusy();
  }

  protected override updateChildren(props: Props): void {
    super.updateChildren(props);
    const words = wordsOf(this.#content);
    // The words of a control inside are its own, and would be read as part of the item's name.
    setAttributes(this.#hit, 'name', {
      'aria-labelledby': words === null ? this.#content.id : null,
      'aria-label': words,
    });
  }

  #onClick(): void {
    const action = this.props['onClickAction'];
    if (this.context.accepts(action)) this.context.run(this, action, 'self');
  }
}

const CONTROLS = 'button, input, select, textarea';

/** The text of `node` outside the controls in it; null if it has none. */
function wordsOf(node: HTMLElement): string | null {
  if (node.querySelector(CONTROLS) === null) return null;
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const words: string[] = [];
  while (texts.nextNode() !== null) {
    const { parentElement, data } = texts.currentNode as Text;
    if (parentElement?.closest(CONTROLS) == null) words.push(data.trim());
  }
  return words.filter(Boolean).join(' ') || null;
}
