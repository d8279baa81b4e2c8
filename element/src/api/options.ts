// The options that a page passes to `setOptions`. Names and meanings are ChatKit's; an absent option has its
// default.

import type { UploadStrategy } from '../protocol/client.ts';
import { OptionsError } from '../protocol/errors.ts';
import type { ThreadItem, WidgetNode } from '../protocol/wire.ts';
import type { ChatEvents } from './events.ts';
import type { OutgoingContent } from './message.ts';
import type { OwnTexts } from './texts/texts.ts';

export type ColorScheme = 'light' | 'dark';

export type ThemeOption = {
  colorScheme?: ColorScheme;
  radius?: 'pill' | 'round' | 'soft' | 'sharp';
  density?: 'compact' | 'normal' | 'spacious';
  typography?: {
    baseSize?: 14 | 15 | 16 | 17 | 18;
    fontSources?: FontObject[];
    fontFamily?: string;
    fontFamilyMono?: string;
  };
  color?: {
    grayscale?: { hue: number; tint: number; shade?: number };
    accent?: { primary: string; level: 0 | 1 | 2 | 3 };
    surface?: { background: string; foreground: string };
  };
};

export type FontObject = {
  family: string;
  src: string;
  weight?: string | number;
  style?: 'normal' | 'italic' | 'oblique';
  display?: FontDisplay;
  unicodeRange?: string;
};

export type StartScreenPrompt = { label: string; prompt: string | OutgoingContent[]; icon?: string };

export type ToolOption = {
  id: string;
  label: string;
  icon: string;
  shortLabel?: string;
  placeholderOverride?: string;
  pinned?: boolean;
  persistent?: boolean;
};

export type ModelOption = {
  id: string;
  label: string;
  description?: string;
  disabled?: boolean;
  default?: boolean;
};

/** Something that a message can refer to. `data` goes to the server with the message. */
export type Entity = {
  title: string;
  id: string;
  icon?: string;
  interactive?: boolean;
  group?: string;
  data?: Record<string, string>;
};

export type Command = { id: string; label: string; description?: string; icon?: string; group?: string };

export type CommandSelection = { type: 'entity'; entity: Entity } | { type: 'menu'; commands: Command[] };

/** A part of the page: one element, or all elements that match a selector, including later ones. */
export type Region = string | Element;

/**
 * The regions that are locked while a response runs; `thread`: also while a thread is loading, and while it
 * is locked. Servers refer to regions by name. Screen readers announce `reason` instead of the element's own
 * words.
 */
export type LocksOption =
  | Region
  | readonly Region[]
  | {
      regions: Readonly<Record<string, Region | readonly Region[]>> | Region | readonly Region[];
      scope?: 'response' | 'thread';
      reason?: string;
    };

export type AttachmentOptions = {
  enabled: boolean;
  /**
   * In bytes, 100 MB by default. A record sets it by MIME type: `{ "image/*": 10_000_000, "*": 1_000_000 }`.
   */
  maxSize?: number | Record<string, number>;
  /** Files per message; 10 by default. */
  maxCount?: number;
  /** MIME types and their extensions: `{ "application/pdf": [".pdf"] }`. */
  accept?: Record<string, string[]>;
};

/**
 * Handlers that a page can pass among the options: each is called with the `detail` of its
 * event, after the event's listeners. The React binding keeps these to itself and listens to the events.
 */
export type EventHandlers = {
  onReady?: () => void;
  onError?: (detail: ChatEvents['error']) => void;
  onEffect?(detail: ChatEvents['effect']): void;
  onDeeplink?: (detail: ChatEvents['deeplink']) => void;
  onResponseStart?: () => void;
  onResponseEnd?: () => void;
  onThreadChange?: (detail: ChatEvents['thread.change']) => void;
  onThreadLoadStart?: (detail: ChatEvents['thread.load.start']) => void;
  onThreadLoadEnd?: (detail: ChatEvents['thread.load.end']) => void;
  onToolChange?: (detail: ChatEvents['tool.change']) => void;
  onLog?: (detail: ChatEvents['log']) => void;
  onHistoryOpen?: () => void;
  onHistoryClose?: () => void;
};

/**
 * Handlers are declared as methods, so that the compiler accepts handlers with the narrower types of the
 * official package.
 */
/** What a component of the page's own can do in its widget. */
export type OwnComponentContext = {
  readonly locale: string;
  /** The children of the component, to be put into its node. */
  readonly children: HTMLElement;
  /** The value that `setValue` has set, or that the widget was answered with. */
  readonly value: unknown;
  /** Runs an action, like a button of the widget. */
  act(action: {
    type: string;
    payload?: Record<string, unknown>;
    handler?: 'client' | 'server';
    loadingBehavior?: 'auto' | 'self' | 'container' | 'none';
    streaming?: boolean;
  }): void;
  /**
   * Sets the component's value, which its own actions and every action of the form around it carry under the
   * prop `name`, as with a field.
   */
  setValue(value: unknown): void;
};

/**
 * Returns the node of a component, and is called again when its props change or its widget was answered. The
 * same node may be returned.
 */
export type OwnComponentRenderer = (
  props: Readonly<Record<string, unknown>>,
  context: OwnComponentContext,
) => Node;

/** A frame that asks its page for something. `tool` is the tool whose call it shows. */
export type FrameSource = { readonly uri: string; readonly title: string; readonly tool?: string };

/** What a browser grants a frame only if the page does. */
export type FramePermission = 'camera' | 'microphone' | 'geolocation' | 'clipboardWrite';

/** What the page allows the frames of MCP Apps. Each handler is the page's consent to what it is called for. */
export type FramesOption = {
  /** Calls a tool for a frame, and resolves to its CallToolResult. Without it, all calls are refused. */
  callTool?(
    call: { name: string; arguments: Record<string, unknown> },
    frame: FrameSource,
  ): Promise<Record<string, unknown>>;
  /** Opens a link of http or https, or refuses by `false` or an error. Without it, the person is asked. */
  openLink?(url: string, frame: FrameSource): Promise<boolean | void> | boolean | void;
  /** Takes a message that a frame writes for the person. Without it, messages are refused. */
  message?(
    content: readonly Readonly<Record<string, unknown>>[],
    frame: FrameSource,
  ): Promise<boolean | void> | boolean | void;
  /** What a frame gets if its resource asks for it; nothing by default. */
  permissions?: readonly FramePermission[];
  /** The URL of the document around frames, which the server serves; `frame.html` beside `chatkit.js`. */
  src?: string;
};

export type ChatOptions = EventHandlers & {
  api: { url: string; fetch?: typeof fetch; domainKey?: string; uploadStrategy?: UploadStrategy };
  locale?: string;
  theme?: ColorScheme | ThemeOption;
  frameTitle?: string;
  initialThread?: string | null;
  onClientTool?(call: {
    name: string;
    params: Record<string, unknown>;
  }): Promise<Record<string, unknown> | null> | Record<string, unknown> | null;
  header?: {
    enabled?: boolean;
    title?: { enabled?: boolean; text?: string };
    leftAction?: { icon: string; onClick: () => void };
    rightAction?: { icon: string; onClick: () => void };
  };
  history?: { enabled?: boolean; showDelete?: boolean; showRename?: boolean };
  startScreen?: { greeting?: string; prompts?: StartScreenPrompt[] };
  threadItemActions?: { feedback?: boolean; retry?: boolean };
  composer?: {
    placeholder?: string;
    tools?: ToolOption[];
    models?: ModelOption[];
    attachments?: AttachmentOptions;
    dictation?: { enabled: boolean };
  };
  disclaimer?: { text: string; highContrast?: boolean };
  entities?: {
    onTagSearch?(query: string): Promise<Entity[]>;
    /** A button that starts a tag; shown if there is a search. */
    showComposerMenu?: boolean;
    onClick?(entity: Entity): void;
    onRequestPreview?(entity: Entity): Promise<{ preview: WidgetNode | null }>;
  };
  commands?: {
    enabled: boolean;
    onSearch?(query: string): Promise<Command[]>;
    onSelect?(command: Command): Promise<void | CommandSelection>;
  };
  widgets?: {
    onAction?(
      action: { type: string; payload?: Record<string, unknown> },
      item: { id: string; widget: WidgetNode },
    ): Promise<void>;
    /**
     * Beyond the official options: renders components of the page's own, by their types, such as `acme.Seat`.
     */
    components?: Readonly<Record<string, OwnComponentRenderer>>;
    /** Beyond the official options: shows `Frame`, the HTML of MCP Apps. Without it, no frame is shown. */
    frames?: FramesOption;
  };
  thread?: { autoScroll?: boolean };
  /** Beyond the official options: parts of the page that are inert while a response runs. */
  locks?: LocksOption | null;
  /**
   * Beyond the official options: the last open thread opens at the start, unless `initialThread` names one.
   * A string is the person's id: each person has a last thread, and a new id closes the open thread at once.
   */
  persist?: boolean | string;
  /**
   * Beyond the official options: returns the node that shows an item instead of the element's own, or nothing
   * to leave the item to the element. Called again whenever the item changes; it may return the same node.
   */
  renderItem?: (item: ThreadItem, state: { isStreaming: boolean }) => Node | null | undefined;
  /**
   * Beyond the official options: texts of the chat in place of those of its language, by the names and with
   * the placeholders of docs/locales.md. An invalid one is left out and reported in `chatkit.error`.
   */
  strings?: OwnTexts;
  /**
   * Beyond the official options: paths of the page's own origin from which images in messages load
   * automatically. A path allows itself and everything below it; an image from any other path is shown as a
   * link.
   */
  images?: { allowedPaths?: string[] };
  /**
   * Beyond the official options: when effects are delivered, by name, with `*` for all others. `frame`: at
   * most one per name, key and animation frame, with the newest data. Delayed effects are delivered before
   * any other event of the chat and before a client tool runs. The default is `now`.
   */
  effects?: Readonly<Record<string, { schedule?: 'now' | 'frame' }>>;
};

/** The options of `<turnstream-widget>`. `widgets.onAction` gets all actions of the widget. */
export type WidgetElementOptions = Pick<ChatOptions, 'locale' | 'theme' | 'strings' | 'widgets'> & {
  images?: ChatOptions['images'] & {
    /** Hosts from which images load, besides the page's own origin. */
    allowedDomains?: string[];
  };
};

/** What `setOptions` accepts. Options of the hosted service are refused with an error that says so. */
export type GivenOptions = Omit<ChatOptions, 'api'> & {
  api: ChatOptions['api'] | { getClientSecret: (currentClientSecret: string | null) => Promise<string> };
};

export type CheckedOptions = {
  /** The valid options; null without an API to talk to. */
  readonly options: ChatOptions | null;
  readonly problems: readonly OptionsError[];
};

/** Returns the valid options and a problem for each invalid one. Unknown options pass through. */
export function checkOptions(given: unknown): CheckedOptions {
  if (!isObject(given))
    return { options: null, problems: [new OptionsError('options', 'must be an object.')] };
  const apiProblem = checkApi(given['api']);
  if (apiProblem !== null) return { options: null, problems: [apiProblem] };
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  const problems = defined.flatMap(([name, value]) => checkOption(name, value) ?? []);
  const broken = new Set(problems.map(({ option }) => option));
  const groups = defined
    .filter(([name]) => !broken.has(name))
    .map(([name, value]) => withLists(name, value, problems));
  return { options: Object.fromEntries(groups) as ChatOptions, problems };
}

type Rule = readonly [isValid: (value: unknown) => boolean, problem: string];

const text: Rule = [(value) => typeof value === 'string', 'must be a string.'];
const group: Rule = [isObject, 'must be an object.'];
const handler: Rule = [(value) => typeof value === 'function', 'must be a function.'];

const rules = new Map<string, Rule>([
  [
    'locale',
    [
      (value) => typeof value === 'string' && /^[A-Za-z0-9-]+$/.test(value),
      'must be a language tag such as "de-DE".',
    ],
  ],
  ['frameTitle', text],
  ['initialThread', [(value) => value === null || typeof value === 'string', 'must be a thread id or null.']],
  ['renderItem', handler],
  [
    'persist',
    [
      (value) => typeof value === 'boolean' || (typeof value === 'string' && value !== ''),
      'must be a boolean or a string.',
    ],
  ],
  ['effects', [isSchedule, 'must be like { "*": { schedule: "frame" } }.']],
  [
    'theme',
    [
      (value) => value === 'light' || value === 'dark' || isObject(value),
      'must be "light", "dark" or an object.',
    ],
  ],
  ...[
    'header',
    'history',
    'startScreen',
    'threadItemActions',
    'composer',
    'disclaimer',
    'entities',
    'commands',
    'widgets',
    'thread',
    'images',
    'strings',
  ].map((name) => [name, group] as const),
]);

function isSchedule(value: unknown): boolean {
  const isOne = (one: unknown): boolean =>
    isObject(one) && [undefined, 'now', 'frame'].includes(one['schedule'] as undefined);
  return isObject(value) && Object.values(value).every(isOne);
}

function checkOption(name: string, value: unknown): OptionsError | null {
  const rule = rules.get(name) ?? (/^on[A-Z]/.test(name) ? handler : undefined);
  return rule === undefined || rule[0](value) ? null : new OptionsError(name, rule[1]);
}

/** Checks for lists: a value of another type would break every rendering. */
const lists: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  composer: { tools: listOf(isObject, 'objects'), models: listOf(isObject, 'objects') },
  startScreen: { prompts: listOf(isObject, 'objects') },
  images: { allowedPaths: listOf(isPath, 'paths such as "/pictures/"') },
};

function listOf(isOne: (value: unknown) => boolean, what: string): Rule {
  return [(value) => Array.isArray(value) && value.every(isOne), `must be a list of ${what}.`];
}

function isPath(value: unknown): boolean {
  return typeof value === 'string' && /^\/(?![/\\])[^?#]*$/.test(value);
}

function withLists(name: string, value: unknown, problems: OptionsError[]): [string, unknown] {
  const rules = Object.entries(lists[name] ?? {});
  const broken = rules.filter(
    ([key, [isValid]]) => isObject(value) && value[key] !== undefined && !isValid(value[key]),
  );
  if (broken.length === 0) return [name, value];
  problems.push(...broken.map(([key, [, problem]]) => new OptionsError(`${name}.${key}`, problem)));
  const defined = Object.entries(value as object).filter(([key]) => broken.every(([one]) => one !== key));
  return [name, Object.fromEntries(defined)];
}

function checkApi(api: unknown): OptionsError | null {
  if (!isObject(api)) return new OptionsError('api', 'is missing: give { url: "/chatkit" }.');
  const { url, fetch } = api;
  if (url === undefined && 'getClientSecret' in api) {
    return new OptionsError(
      'api',
      'has no "url": this element talks to your own server, and needs no client secret.',
    );
  }
  if (typeof url !== 'string' || url === '')
    return new OptionsError('api.url', 'must be a URL, such as "/chatkit".');
  if (fetch !== undefined && typeof fetch !== 'function')
    return new OptionsError('api.fetch', 'must be a function.');
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
