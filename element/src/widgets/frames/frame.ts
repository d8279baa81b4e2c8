// Frame: its place, and what stands there if the page shows no frames. What shows one is a bundle of its own.
import type { FramesOption } from '../../api/options.ts';
import { Component, make, setText } from '../tree/component.ts';
import type { Props } from '../tree/props.ts';
import type { Part, WidgetContext } from '../tree/widget_context.ts';
import type { FrameBridge } from './bridge/frame_bridge.ts';
import { problemIn } from './frame_options.ts';

const OFF = 'The page does not show frames. Set the option `widgets.frames`.';

export class Frame extends Component {
  static readonly cost: number = 40;
  static readonly required = ['title', 'uri', 'html'];
  readonly #notice = make('p', 'w-missing');
  #bridge: FrameBridge | null = null;
  #checked: FramesOption | null = null;
  #isLoading = false;
  /** The frame has misbehaved, or could not be loaded. Another resource is tried again. */
  #stopped: unknown = null;

  constructor(context: WidgetContext, parent: Part | null) {
    super(context, parent, make('div', 'w-frame'));
  }

  protected override update(props: Props): void {
    const problem = this.#problem();
    if (problem !== null) return this.#refuse(problem);
    if (this.#stopped !== null && this.#stopped === props['html']) return;
    this.#stopped = null;
    this.#notice.remove();
    if (this.#bridge !== null) this.#bridge.update(props);
    else if (!this.#isLoading) void this.#load();
  }

  /** Why no frame may be shown; null if one may. */
  #problem(): string | null {
    const { frames } = this.context;
    if (frames === null) {
      this.context.note('frame.off', '', OFF);
      return OFF;
    }
    const problem = problemIn(frames);
    if (problem === null) return null;
    if (frames !== this.#checked) this.context.failed(problem);
    this.#checked = frames;
    return problem.message;
  }

  /** A developer reads why; a visitor reads that there is something. */
  #refuse(reason: string): void {
    this.#bridge?.close();
    this.#bridge = null;
    setText(this.#notice, this.context.isDev ? reason : this.context.words.missing);
    this.node.append(this.#notice);
  }

  async #load(): Promise<void> {
    this.#isLoading = true;
    this.setAttributes({ 'aria-busy': 'true' });
    try {
      const { FrameBridge } = await import('./bridge/frame_bridge.ts');
      const { frames } = this.context;
      if (frames !== null)
        this.#bridge = new FrameBridge(this.node, this.context, (name, reason) => this.#stop(name, reason));
      this.#bridge?.update(this.props);
    } catch (error) {
      this.#stop('frame.failed', `A frame could not be loaded: ${error}`);
    }
    this.#isLoading = false;
    this.setAttributes({});
  }

  #stop(name: string, reason: string): void {
    this.#stopped = this.props['html'];
    this.context.log(name, reason);
    this.#refuse(reason);
  }

  override dispose(): void {
    this.#bridge?.close();
    this.#bridge = null;
    super.dispose();
  }
}
