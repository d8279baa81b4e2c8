// One frame: the sandboxed document, and the bridge of the specification to it.
import './no_eval.ts';
import { AppBridge } from '@modelcontextprotocol/ext-apps/app-bridge';
import type { FramesOption } from '../../../api/options.ts';
import { setStyles } from '../../css/values.ts';
import { make, NOTHING } from '../../tree/component.ts';
import { isRecord, type Props } from '../../tree/props.ts';
import type { WidgetContext } from '../../tree/widget_context.ts';
import { hostContextOf, themeOf, watchScheme } from './host_context.ts';
import { PARTING_MS, putAside } from './parting.ts';
import { FrameRequests } from './requests.ts';
import {
  allowOf,
  heightsOf,
  isSameResource,
  type Resource,
  resourceOf,
  sourceOf,
  titleOf,
} from './resource.ts';
import { FrameTransport } from './transport.ts';

const HOST = { name: 'turnstream', version: '1' };
const SANDBOX = 'allow-scripts allow-forms';

/** The document around the frame answers within milliseconds of its load, or never. */
const ANSWER_MS = 5000;
/** A frame that changes its height more often is not followed at once. */
const HEIGHT_MS = 100;

const REASONS: Readonly<Record<string, string>> = {
  flood: 'A frame was removed since it sent too many messages.',
  navigated: 'A frame was removed since it has left its document.',
};

export type Stop = (name: string, reason: string) => void;

/** Shows the frame of the component in `box`, and replaces it when its resource changes. */
export class FrameBridge {
  readonly #box: HTMLElement;
  readonly #context: WidgetContext;
  readonly #stop: Stop;
  readonly #observer = new ResizeObserver(() => this.#resized());
  readonly #unwatch: () => void;
  #props: Props = NOTHING;
  #shown: ShownFrame | null = null;

  /** `stop` is called when the frame cannot be shown, or no longer. */
  constructor(box: HTMLElement, context: WidgetContext, stop: Stop) {
    this.#box = box;
    this.#context = context;
    this.#stop = stop;
    this.#unwatch = watchScheme(box, () => this.#shown?.reflect());
    this.#observer.observe(box);
    context.parting.add(this.#part);
  }

  update(props: Props): void {
    this.#props = props;
    const frames = this.#context.frames ?? {};
    const resource = resourceOf(props, frames);
    if (this.#shown !== null && isSameResource(this.#shown.resource, resource)) this.#shown.update(props);
    else {
      this.#part();
      this.#shown = new ShownFrame(this.#box, this.#context, resource, frames, props, this.#stop);
    }
  }

  close(): void {
    this.#observer.disconnect();
    this.#unwatch();
    this.#context.parting.delete(this.#part);
    this.#part();
  }

  readonly #part = (): void => {
    this.#shown?.close();
    this.#shown = null;
  };

  /** The node of a widget can leave the page and come back, as when another thread is opened in between. */
  #resized(): void {
    if (!this.#box.isConnected) this.#part();
    else if (this.#shown === null) this.update(this.#props);
    else this.#shown.reflect();
  }
}

class ShownFrame {
  readonly resource: Resource;
  readonly #box: HTMLElement;
  readonly #context: WidgetContext;
  readonly #stop: Stop;
  readonly #frame = make('iframe', '');
  readonly #bridge: AppBridge;
  #props: Props;
  #isReady = false;
  #isInitialized = false;
  #isStopped = false;
  #sentInput: unknown = null;
  #sentResult: unknown = null;
  #height: number | null = null;
  #heightTimer: ReturnType<typeof setTimeout> | null = null;
  #answerTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    box: HTMLElement,
    context: WidgetContext,
    resource: Resource,
    frames: FramesOption,
    props: Props,
    stop: Stop,
  ) {
    this.resource = resource;
    this.#box = box;
    this.#context = context;
    this.#props = props;
    this.#stop = stop;
    this.#bridge = this.#newBridge(frames);
    this.#fill(addressOf(frames, resource, themeOf(box)));
    this.update(props);
  }

  update(props: Props): void {
    this.#props = props;
    this.#frame.title = titleOf(props);
    this.#box.toggleAttribute('data-border', props['prefersBorder'] === true);
    this.#reflectHeight();
    this.reflect();
    this.#sendCall();
  }

  /** Tells the frame what has changed around it. */
  reflect(): void {
    if (this.#isInitialized) this.#bridge.setHostContext(this.#hostContext());
  }

  close(): void {
    if (this.#heightTimer !== null) clearTimeout(this.#heightTimer);
    if (this.#answerTimer !== null) clearTimeout(this.#answerTimer);
    const isWaited = this.#isInitialized && !this.#isStopped && putAside(this.#frame);
    if (!isWaited) return this.#remove();
    void this.#bridge
      .teardownResource({}, { timeout: PARTING_MS })
      .catch(() => undefined)
      .finally(() => this.#remove());
  }

  /** A frame that misbehaves is neither heard nor waited for any longer. */
  #end(name: string, reason: string): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#remove();
    this.#stop(name, reason);
  }

  #remove(): void {
    this.#frame.remove();
    void this.#bridge.close();
  }

  #fill(address: string): void {
    const frame = this.#frame;
    frame.setAttribute('sandbox', SANDBOX);
    frame.allow = allowOf(this.resource);
    frame.referrerPolicy = 'no-referrer';
    frame.loading = 'lazy';
    frame.src = address;
    frame.addEventListener('load', () => this.#expectAnswer(address));
    this.#box.append(frame);
    const transport = new FrameTransport(frame, (reason) =>
      this.#end('frame.stopped', REASONS[reason] ?? 'A frame was removed.'),
    );
    void this.#bridge.connect(transport);
  }

  #newBridge(frames: FramesOption): AppBridge {
    const capabilities = {
      openLinks: {},
      logging: {},
      sandbox: { permissions: Object.fromEntries(this.resource.permissions.map((name) => [name, {}])) },
      ...(frames.callTool && { serverTools: {} }),
      ...(frames.message && { message: { text: {} } }),
    };
    const bridge = new AppBridge(null, HOST, capabilities, { hostContext: this.#hostContext() });
    bridge.onsandboxready = () => this.#sendResource();
    bridge.oninitialized = () => this.#initialized();
    bridge.onsizechange = ({ height }) => this.#resize(height);
    new FrameRequests(this.#context, () => sourceOf(this.#props)).listen(bridge);
    return bridge;
  }

  #hostContext(): ReturnType<typeof hostContextOf> {
    const { most } = heightsOf(this.#props);
    return hostContextOf(this.#box, this.#context.locale, most, sourceOf(this.#props));
  }

  #expectAnswer(address: string): void {
    if (this.#isReady) return;
    const reason =
      `The document around frames does not answer: ${address.replace(/[?#].*/, '')}. See that the server ` +
      "has it, and that the page's policy allows it in `frame-src`.";
    this.#answerTimer ??= setTimeout(() => this.#end('frame.unavailable', reason), ANSWER_MS);
  }

  /** Also when the frame has loaded anew, since its node was moved. */
  #sendResource(): void {
    this.#isReady = true;
    this.#isInitialized = false;
    if (this.#answerTimer !== null) clearTimeout(this.#answerTimer);
    const { html } = this.resource;
    const more = { title: titleOf(this.#props), allow: allowOf(this.resource) };
    void this.#bridge.sendSandboxResourceReady({ html, sandbox: SANDBOX, ...more });
  }

  #initialized(): void {
    this.#isInitialized = true;
    this.#sentInput = this.#sentResult = null;
    this.reflect();
    this.#sendCall();
  }

  /** Sends the arguments and the result of the call, each when it is new. */
  #sendCall(): void {
    if (!this.#isInitialized) return;
    const { input, result } = this.#props as { input?: unknown; result?: unknown };
    if (isRecord(input) || isRecord(result)) {
      const given = isRecord(input) ? input : {};
      if (isNew(given, this.#sentInput)) void this.#bridge.sendToolInput({ arguments: given });
      this.#sentInput = given;
    }
    if (!isRecord(result)) return;
    if (isNew(result, this.#sentResult)) void this.#bridge.sendToolResult(result as { content: [] });
    this.#sentResult = result;
  }

  #resize(height: number | undefined): void {
    if (height === undefined || !Number.isFinite(height)) return;
    this.#height = Math.max(1, Math.ceil(height));
    this.#heightTimer ??= setTimeout(() => {
      this.#heightTimer = null;
      this.#reflectHeight();
    }, HEIGHT_MS);
  }

  #reflectHeight(): void {
    const { first, most } = heightsOf(this.#props);
    setStyles(this.#frame, { height: `${Math.min(this.#height ?? first, most)}px` });
  }
}

function isNew(value: unknown, sent: unknown): boolean {
  return sent === null || JSON.stringify(value) !== JSON.stringify(sent);
}

function addressOf({ src }: FramesOption, { query }: Resource, theme: string): string {
  const address = src === undefined ? new URL('../frame.html', import.meta.url) : new URL(src, location.href);
  for (const [name, value] of new URLSearchParams(query)) address.searchParams.append(name, value);
  // The first colours of the document, before it is told of others.
  address.hash = theme;
  return address.href;
}
