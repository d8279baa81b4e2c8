// Markdown, Icon and Image.
import { FrameThrottle } from '../../markdown/frame_throttle.ts';
import { safeItemImageSource } from '../../markdown/render/pictures.ts';
import { MarkdownStream } from '../../markdown/stream.ts';
import { drawIcon } from '../../ui/base/icons.ts';
import { blockStyles } from '../css/box.ts';
import { color, SURFACE, TEXT } from '../css/colors.ts';
import { setStyles } from '../css/values.ts';
import { Component, make, setText } from '../tree/component.ts';
import { oneOf, type Props, rawText, textOf } from '../tree/props.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';

export class Markdown extends Component {
  static readonly cost: number = 4;
  static readonly required = ['value'];
  readonly #throttle = new FrameThrottle();
  readonly #stream: MarkdownStream;

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-markdown'));
    this.#stream = new MarkdownStream(context.markdown);
    this.node.append(this.#stream.node);
  }

  protected override update(props: Props): void {
    const isOpen = props['streaming'] === true;
    this.setAttributes({ 'aria-busy': isOpen ? 'true' : null });
    this.#throttle.run(() => this.#stream.update(rawText(props['value']), isOpen));
    if (!isOpen) this.#throttle.flush();
  }

  override refresh(): void {
    this.#stream.configure(this.context.markdown);
    super.refresh();
  }
}

const ICON_SIZES = ['xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl'] as const;

export class Icon extends Component {
  static readonly required = ['name'];
  #name = '';

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('span', 'w-icon'));
  }

  protected override update(props: Props): void {
    this.setAttributes({ 'data-size': oneOf(props['size'], ICON_SIZES, null) });
    setStyles(this.node, { color: color(props['color'], TEXT) });
    const name = rawText(props['name']);
    if (name !== this.#name) this.node.replaceChildren(drawIcon(name));
    this.#name = name;
  }
}

const FITS = ['cover', 'contain', 'fill', 'scale-down', 'none'] as const;
const POSITIONS = [
  'top left',
  'top',
  'top right',
  'left',
  'center',
  'right',
  'bottom left',
  'bottom',
  'bottom right',
] as const;

/** A picture from a host that the chat allows; a placeholder until it has loaded, and if it may not load. */
export class Image extends Component {
  static readonly cost: number = 2;
  static readonly required = ['src'];
  readonly #picture = make('img', '');
  readonly #label = make('span', 'w-image-label');

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-image'));
    this.#picture.referrerPolicy = 'no-referrer';
    this.#picture.loading = 'lazy';
    this.#picture.decoding = 'async';
    this.#picture.addEventListener('load', () => this.#show('loaded'));
    this.#picture.addEventListener('error', () => this.#show('failed'));
    this.node.append(this.#picture, this.#label);
  }

  protected override update(props: Props): void {
    const alt = textOf(props['alt']);
    const fit = oneOf(props['fit'], FITS, 'cover');
    this.setAttributes({ 'data-frame': props['frame'] === true, 'data-flush': props['flush'] === true });
    setStyles(this.node, { ...blockStyles(props), background: color(props['background'], SURFACE) });
    setStyles(this.#picture, {
      'object-fit': fit,
      'object-position': oneOf(props['position'], POSITIONS, null),
    });
    this.#picture.alt = alt;
    setText(this.#label, alt);
    this.#load(rawText(props['src']));
  }

  #load(address: string): void {
    const source = safeItemImageSource(address, this.context.imageDomains);
    if (source === null) {
      this.#picture.removeAttribute('src');
      this.context.note(
        'widget.image_blocked',
        address,
        `The image ${JSON.stringify(address.slice(0, 200))} of a widget is on a host that this ` +
          'chat does not allow.',
      );
      return this.#show('failed');
    }
    if (source === this.#picture.getAttribute('src')) return;
    this.#show('loading');
    this.#picture.src = source;
  }

  #show(state: 'loading' | 'loaded' | 'failed'): void {
    this.node.dataset['state'] = state;
    this.#picture.hidden = state === 'failed';
  }
}
