// What a frame asks of the page: nothing happens without the consent of the page or the person.
import { ProtocolError } from '@modelcontextprotocol/client';
import type { AppBridge } from '@modelcontextprotocol/ext-apps/app-bridge';
import type { FrameSource } from '../../../api/options.ts';
import type { WidgetContext } from '../../tree/widget_context.ts';

/** The error code of the specification for what the host denies. */
const DENIED = -32_000;
const MAX_RUNNING_CALLS = 16;
const MAX_DATA_CHARS = 256 * 1024;
const MAX_URL_CHARS = 8192;
const MAX_LOG_CHARS = 1000;
/** Someone who has refused so many links of a frame is not asked again. */
const MAX_REFUSED_LINKS = 3;

export class FrameRequests {
  readonly #context: WidgetContext;
  readonly #source: () => FrameSource;
  #running = 0;
  #refusedLinks = 0;

  constructor(context: WidgetContext, source: () => FrameSource) {
    this.#context = context;
    this.#source = source;
  }

  listen(bridge: AppBridge): void {
    bridge.oncalltool = async ({ name, arguments: given = {} }) =>
      (await this.#callTool(name, given)) as { content: [] };
    bridge.onopenlink = async ({ url }) => {
      await this.#openLink(url);
      return {};
    };
    bridge.onmessage = async ({ content }) => {
      await this.#message(content);
      return {};
    };
    bridge.onloggingmessage = ({ level, data }) => {
      const text = typeof data === 'string' ? data : (JSON.stringify(data) ?? '');
      this.#context.log('frame.log', `${level}: ${text.slice(0, MAX_LOG_CHARS)}`);
    };
  }

  async #callTool(name: string, given: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { callTool } = this.#consent('Tool calls');
    if (callTool === undefined) throw this.#denied('The page does not call tools for frames.', 'callTool');
    if (isLarge(given)) throw denied('The arguments are too large.');
    if (this.#running >= MAX_RUNNING_CALLS) throw denied('Too many calls run: wait for their results.');
    this.#running++;
    try {
      return await this.#asked(async () => callTool({ name, arguments: given }, this.#source()));
    } finally {
      this.#running--;
    }
  }

  async #openLink(url: string): Promise<void> {
    const { openLink } = this.#consent('Links');
    const href = hrefOf(url);
    if (href === null) throw denied('Only addresses of http and https open.');
    if (openLink !== undefined) {
      if ((await this.#asked(async () => openLink(href, this.#source()))) === false)
        throw denied('The page does not open this link.');
      return;
    }
    const { confirmLink } = this.#context;
    if (confirmLink === null || this.#refusedLinks >= MAX_REFUSED_LINKS)
      throw denied('Nobody can be asked about this link.');
    if (await confirmLink(href)) return;
    this.#refusedLinks++;
    throw denied('The person does not open this link.');
  }

  async #message(content: readonly object[]): Promise<void> {
    const { message } = this.#consent('Messages');
    if (message === undefined) throw this.#denied('The page takes no messages of frames.', 'message');
    if (isLarge(content)) throw denied('The message is too large.');
    const blocks = content as readonly Record<string, unknown>[];
    if ((await this.#asked(async () => message(blocks, this.#source()))) === false)
      throw denied('The page does not take this message.');
  }

  /** What the page allows; a widget that cannot be used allows nothing. */
  #consent(what: string): NonNullable<WidgetContext['frames']> {
    const { frames, isInert } = this.#context;
    if (isInert) throw denied(`${what} are refused while the widget cannot be used.`);
    return frames ?? {};
  }

  #denied(message: string, option: string): ProtocolError {
    this.#context.note('frame.refused', option, `${message} Set the option \`widgets.frames.${option}\`.`);
    return denied(message);
  }

  /** The page's error is the page's to know: the frame only learns that there was one. */
  async #asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      this.#context.failed(error instanceof Error ? error : new Error(String(error)));
      throw denied('The page has refused this.');
    }
  }
}

function denied(message: string): ProtocolError {
  return new ProtocolError(DENIED, message);
}

function isLarge(value: unknown): boolean {
  return JSON.stringify(value).length > MAX_DATA_CHARS;
}

function hrefOf(url: string): string | null {
  if (url.length > MAX_URL_CHARS || !URL.canParse(url)) return null;
  const { href, protocol, username, password } = new URL(url);
  const isPlain = username === '' && password === '';
  return isPlain && (protocol === 'https:' || protocol === 'http:') ? href : null;
}
