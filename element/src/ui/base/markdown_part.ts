// A Lit directive that keeps one growing markdown document per place in a template.
import { Directive, directive } from 'lit-html/directive.js';
import { FrameThrottle } from '../../markdown/frame_throttle.ts';
import type { RenderOptions } from '../../markdown/render/render.ts';
import { MarkdownStream } from '../../markdown/stream.ts';

class MarkdownDirective extends Directive {
  readonly #throttle = new FrameThrottle();
  #stream: MarkdownStream | null = null;
  #settings: Partial<RenderOptions> | null = null;

  override render(source: string, isOpen: boolean, settings: Partial<RenderOptions>): Node {
    const stream = this.#streamFor(settings);
    const show = (): void => stream.update(source, isOpen);
    this.#throttle.run(show);
    if (!isOpen) this.#throttle.flush();
    return stream.node;
  }

  #streamFor(settings: Partial<RenderOptions>): MarkdownStream {
    if (this.#stream === null) this.#stream = new MarkdownStream(settings);
    else if (settings !== this.#settings) this.#stream.configure(settings);
    this.#settings = settings;
    return this.#stream;
  }
}

/** `markdown(source, isOpen, settings)`; settings are compared by identity. */
export const markdown = directive(MarkdownDirective);
