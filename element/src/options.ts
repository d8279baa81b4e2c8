// The options that a page passes to `setOptions`. Names and meanings are ChatKit's; what is absent has the default.
import type { ChatEvents } from './events.ts';
import { OptionsError } from './protocol/errors.ts';
import type { UserMessageContent } from './protocol/wire.ts';

export type ColorScheme = 'light' | 'dark';

export type ThemeOption = {
  colorScheme?: ColorScheme;
  radius?: 'pill' | 'round' | 'soft' | 'sharp';
  density?: 'compact' | 'normal' | 'spacious';
  typography?: { baseSize?: 14 | 15 | 16 | 17 | 18; fontFamily?: string; fontFamilyMono?: string };
  color?: {
    grayscale?: { hue: number; tint: number; shade?: number };
    accent?: { primary: string; level: 0 | 1 | 2 | 3 };
    surface?: { background: string; foreground: string };
  };
};

export type StartScreenPrompt = { label: string; prompt: string | UserMessageContent[]; icon?: string };

export type ToolOption = {
  id: string;
  label: string;
  icon: string;
  shortLabel?: string;
  placeholderOverride?: string;
  pinned?: boolean;
  persistent?: boolean;
};

export type ModelOption = { id: string; label: string; description?: string; disabled?: boolean; default?: boolean };

/**
 * Handlers that a page without a framework may give among the options: each is called with the `detail` of its
 * event, after the event's listeners. The React binding keeps these to itself and listens to the events.
 */
export type EventHandlers = {
  onReady?: () => void;
  onError?: (detail: ChatEvents['error']) => void;
  onEffect?: (detail: ChatEvents['effect']) => void;
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

export type ChatOptions = EventHandlers & {
  api: { url: string; fetch?: typeof fetch; domainKey?: string };
  locale?: string;
  theme?: ColorScheme | ThemeOption;
  frameTitle?: string;
  initialThread?: string | null;
  onClientTool?: (call: {
    name: string;
    params: Record<string, unknown>;
  }) => Promise<Record<string, unknown>> | Record<string, unknown>;
  header?: {
    enabled?: boolean;
    title?: { enabled?: boolean; text?: string };
    leftAction?: { icon: string; onClick: () => void };
    rightAction?: { icon: string; onClick: () => void };
  };
  history?: { enabled?: boolean; showDelete?: boolean; showRename?: boolean };
  startScreen?: { greeting?: string; prompts?: StartScreenPrompt[] };
  threadItemActions?: { feedback?: boolean; retry?: boolean };
  composer?: { placeholder?: string; tools?: ToolOption[]; models?: ModelOption[] };
  disclaimer?: { text: string; highContrast?: boolean };
  thread?: { autoScroll?: boolean };
};

export type CheckedOptions = {
  /** What can be used; null when there is nothing to talk to. */
  readonly options: ChatOptions | null;
  readonly problems: readonly OptionsError[];
};

/** Keeps every option that can be used and names every one that cannot. An unknown option is left alone. */
export function checkOptions(given: unknown): CheckedOptions {
  if (!isObject(given)) return { options: null, problems: [new OptionsError('options', 'must be an object.')] };
  const apiProblem = checkApi(given['api']);
  if (apiProblem !== null) return { options: null, problems: [apiProblem] };
  const kept = Object.entries(given).filter(([, value]) => value !== undefined);
  const problems = kept.flatMap(([name, value]) => checkOption(name, value) ?? []);
  const broken = new Set(problems.map(({ option }) => option));
  return { options: Object.fromEntries(kept.filter(([name]) => !broken.has(name))) as ChatOptions, problems };
}

type Rule = readonly [isValid: (value: unknown) => boolean, problem: string];

const text: Rule = [(value) => typeof value === 'string', 'must be a string.'];
const group: Rule = [isObject, 'must be an object.'];
const handler: Rule = [(value) => typeof value === 'function', 'must be a function.'];

const rules = new Map<string, Rule>([
  ['locale', [(value) => typeof value === 'string' && /^[A-Za-z0-9-]+$/.test(value), 'must be a language tag such as "de-DE".']],
  ['frameTitle', text],
  ['initialThread', [(value) => value === null || typeof value === 'string', 'must be a thread id or null.']],
  ['theme', [(value) => value === 'light' || value === 'dark' || isObject(value), 'must be "light", "dark" or an object.']],
  ...['header', 'history', 'startScreen', 'threadItemActions', 'composer', 'disclaimer', 'thread'].map((name) => [name, group] as const),
]);

function checkOption(name: string, value: unknown): OptionsError | null {
  const rule = rules.get(name) ?? (/^on[A-Z]/.test(name) ? handler : undefined);
  return rule === undefined || rule[0](value) ? null : new OptionsError(name, rule[1]);
}

function checkApi(api: unknown): OptionsError | null {
  if (!isObject(api)) return new OptionsError('api', 'is missing: give { url: "/chatkit" }.');
  const { url, fetch } = api;
  if (url === undefined && 'getClientSecret' in api) {
    return new OptionsError('api', 'has no "url": this element talks to your own server, and needs no client secret.');
  }
  if (typeof url !== 'string' || url === '') return new OptionsError('api.url', 'must be a URL, such as "/chatkit".');
  if (fetch !== undefined && typeof fetch !== 'function') return new OptionsError('api.fetch', 'must be a function.');
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
