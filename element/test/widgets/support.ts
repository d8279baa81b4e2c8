// A widget in a page, and what its handlers are called with.
import { onTestFinished } from 'vitest';
import type { WidgetNode } from '../../src/protocol/wire.ts';
import type { Action } from '../../src/widgets/forms/actions.ts';
import { type WidgetSettings, type WidgetState, WidgetView } from '../../src/widgets/widget_view.ts';

export const node = (type: string, fields: object = {}, ...children: WidgetNode[]): WidgetNode => ({
  type,
  ...fields,
  ...(children.length > 0 && { children }),
});
export const card = (...children: WidgetNode[]): WidgetNode => node('Card', {}, ...children);
export const act = (type: string, more: object = {}): object => ({ type, ...more });

export class Shown {
  readonly calls: { kind: 'client' | 'server' | 'sync'; action: Action }[] = [];
  readonly errors: Error[] = [];
  readonly unhandled: string[] = [];
  readonly log: string[] = [];
  /** What the handlers wait for. */
  answer: Promise<void> = Promise.resolve();
  readonly settings: WidgetSettings;
  readonly view: WidgetView;

  constructor(widget: WidgetNode, more: Partial<WidgetSettings> = {}, hasClient = true) {
    const handler = (kind: 'client' | 'server' | 'sync') => (action: Action) => {
      this.calls.push({ kind, action });
      return this.answer;
    };
    this.settings = {
      locale: 'en',
      texts: {},
      markdown: {},
      imageDomains: ['pictures.example'],
      isDev: false,
      mayFocus: false,
      actions: {
        client: hasClient ? handler('client') : null,
        server: handler('server'),
        sync: handler('sync'),
        failed: (error) => this.errors.push(error),
        unhandled: ({ type }) => this.unhandled.push(type),
      },
      log: (name, message) => this.log.push(`${name}: ${message}`),
      ...more,
    };
    this.view = new WidgetView(this.settings);
    const box = document.createElement('div');
    box.attachShadow({ mode: 'open' }).append(this.view.node);
    document.body.append(box);
    onTestFinished(() => box.remove());
    this.update(widget);
  }

  get node(): HTMLElement {
    return this.view.node;
  }

  update(widget: WidgetNode, state: Partial<WidgetState> = {}): void {
    this.view.update(widget, { isBusy: false, isInert: false, answer: null, ...state });
  }

  find<Found extends HTMLElement = HTMLElement>(selector: string, at = 0): Found {
    const found = this.node.querySelectorAll<Found>(selector)[at];
    if (found === undefined) throw new Error(`nothing matches ${selector} in ${this.node.innerHTML}`);
    return found;
  }

  button(label: string): HTMLButtonElement {
    const found = [...this.node.querySelectorAll('button')].find(
      (button) => button.textContent === label || button.getAttribute('aria-label') === label,
    );
    if (found === undefined) throw new Error(`no button is named ${label}`);
    return found;
  }

  press(label: string): void {
    this.button(label).click();
  }

  type(selector: string, value: string): void {
    const field = this.find<HTMLInputElement>(selector);
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }

  get actions(): Action[] {
    return this.calls.map(({ action }) => action);
  }
}

export const key = (target: HTMLElement, name: string, more: KeyboardEventInit = {}): void =>
  void target.dispatchEvent(
    new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }),
  );

/** Resolves when everything that has been started has run. */
export const calm = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The tree as text, without generated ids, and with attributes and declarations in alphabetical order. */
export function markup(node: Node): string {
  if (!(node instanceof Element)) return node.textContent ?? '';
  const attributes = [...node.attributes].map(({ name, value }) => {
    const text = name === 'style' ? value.split(/;\s*/).filter(Boolean).sort().join(';') : value;
    return text === '' && name === 'style' ? '' : `${name}=${text}`;
  });
  const own = attributes.filter(Boolean).sort().join(' ');
  const text = `<${node.localName} ${own}>${[...node.childNodes].map(markup).join('')}</>`;
  return text.replaceAll(/turnstream-widget-\d+/g, 'id');
}
