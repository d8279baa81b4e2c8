// The options that a page passes to `setOptions`. Names and meanings are ChatKit's; what is absent has the default.

import type { UploadStrategy } from '../protocol/client.ts';
import { OptionsError } from '../protocol/errors.ts';
import type { ThreadItem, WidgetNode } from '../protocol/wire.ts';
import type { ChatEvents } from './events.ts';
import type { OutgoingContent } from './message.ts';

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

/** A part of the page: what a selector finds, also later, or one element. */
export type Region = string | Element;

/**
 * What nobody but the assistant may use while a response runs; `thread`: also while a thread is loading, and as long as it is
 * locked. A server names regions by their names. `reason` is said to screen readers instead of the element's own words.
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
  /** Bytes; 100 MB unless given. By MIME type where it is a record: `{ "image/*": 10_000_000, "*": 1_000_000 }`. */
  maxSize?: number | Record<string, number>;
  /** Per message; 10 unless given. */
  maxCount?: number;
  /** MIME types and their extensions: `{ "application/pdf": [".pdf"] }`. */
  accept?: Record<string, string[]>;
};

/**
 * Handlers that a page without a framework may give among the options: each is called with the `detail` of its
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

/** Handlers are written as methods, so that the compiler takes those that ask for the narrower types of the official package. */
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
    /** A button that begins a tag; shown where there is a search. */
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
  };
  thread?: { autoScroll?: boolean };
  /** Beyond the official options: parts of the page that are inert while a response runs, however it ends. */
  locks?: LocksOption | null;
  /**
   * Beyond the official options: the thread that was open last is opened at the start, unless `initialThread` names one.
   * A string is the person's id: each has a last thread, and another id leaves the thread on the screen at once.
   */
  persist?: boolean | string;
  /**
   * Beyond the official options: makes the node that shows an item, in place of the element's own; nothing for those that it
   * leaves to the element. Called again whenever the item changes; the same node may be returned.
   */
  renderItem?: (item: ThreadItem, state: { isStreaming: boolean }) => Node | null | undefined;
  /**
   * Beyond the official options: paths of the page's own origin from which pictures in messages load by themselves. A path
   * allows itself and all that lies below it; without any, such a picture is a link.
   */
  images?: { allowedPaths?: string[] };
  /**
   * Beyond the official options: when effects reach the page, by their names and `*` for all others. `frame`: at most one of
   * a name and key per animation frame, with the newest data; those that wait are handed over before any other event of the
   * chat and before a client tool runs. `now` unless given.
   */
  effects?: Readonly<Record<string, { schedule?: 'now' | 'frame' }>>;
};

/** What `setOptions` may be given. Options for the hosted service are refused, in words: this element talks to your own server. */
export type GivenOptions = Omit<ChatOptions, 'api'> & {
  api: ChatOptions['api'] | { getClientSecret: (currentClientSecret: string | null) => Promise<string> };
};

export type CheckedOptions = {
  /** What can be used; null when there is nothing to talk to. */
  readonly options: ChatOptions | null;
  readonly problems: readonly OptionsError[];
};

/** Keeps every option that can be used and names every one that cannot. An unknown option is left alone. */
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

/** What is read as a list, and is none, would end every rendering. */
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
