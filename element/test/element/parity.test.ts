// Checks by the compiler against the types of the official package: none of its members is
// missing or different.
import type { ChatKitEvents, ChatKitOptions, CustomApiConfig, OpenAIChatKit } from '@openai/chatkit';
import { expect, test } from 'vitest';
import type { ChatEvents } from '../../src/api/events.ts';
import type { ChatOptions } from '../../src/api/options.ts';
import type { TurnstreamChat } from '../../src/element/element.ts';
import type { TurnstreamChat as PublicChat } from '../../src/element/public.ts';
import type { OPTION_PATHS } from './option_paths.ts';

/**
 * Ours talks to one's own server only, so the configuration of the hosted one is refused, with words of its
 * own.
 */
type OfficialOptions = Omit<ChatKitOptions, 'api'> & { api: CustomApiConfig };

type Branch<Value> = Value extends (...args: never[]) => unknown
  ? never
  : Value extends readonly (infer One)[]
    ? One extends object
      ? One
      : never
    : Value extends object
      ? Value
      : never;

type KeysOf<Value> = Value extends unknown ? Extract<keyof Value, string> : never;
type At<Value, Key extends string> = Value extends unknown
  ? Key extends keyof Value
    ? Value[Key]
    : never
  : never;

/** All paths such as `theme`, `theme.color` and `theme.color.accent`. Arrays count as their elements. */
type Paths<Value, Depth extends readonly unknown[] = []> = Depth['length'] extends 5
  ? never
  : {
      [Key in KeysOf<Value>]: string extends Key
        ? never
        : Key | `${Key}.${Paths<Branch<At<Value, Key>>, [...Depth, unknown]>}`;
    }[KeysOf<Value>];

type OfficialPath = Paths<Omit<OfficialOptions, 'widgets'>> | 'widgets' | 'widgets.onAction';
/** DOM elements among our own options have infinitely many paths. */
type Missing = Exclude<Paths<Omit<OfficialOptions, 'widgets'>>, Paths<Omit<ChatOptions, 'locks'>>>;

/** Compiles for `true` only. */
type Holds<Claim extends true> = Claim;

type Exactly<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

type EventDetail<Name extends keyof ChatEvents> =
  ChatKitEvents[`chatkit.${Name}`] extends CustomEvent<infer Detail> ? Detail : never;

type Lifecycle = 'connectedCallback' | 'disconnectedCallback' | 'attributeChangedCallback';
type Methods<Chat> = Exclude<keyof Chat, keyof HTMLElement | Lifecycle>;

/** The public types declare exactly the members of the element. */
export type Declared = [
  Holds<Exactly<Methods<PublicChat>, Methods<TurnstreamChat>>>,
  Holds<TurnstreamChat extends Pick<PublicChat, Methods<PublicChat>> ? true : false>,
];

export type Parity = [
  /** Our options accept all options of the official package. */
  Holds<OfficialOptions extends ChatOptions ? true : false>,
  /** And declare each by its name. */
  Holds<Exactly<Missing, never>>,
  /** And so do the docs. */
  Holds<Exactly<OfficialPath, (typeof OPTION_PATHS)[number]>>,
  /** Our element is assignable to theirs: every method, with its parameters. */
  Holds<TurnstreamChat extends OpenAIChatKit ? true : false>,
  /** The same events, no more and no fewer. */
  Holds<Exactly<keyof ChatKitEvents, `chatkit.${keyof ChatEvents}`>>,
  /** With at least their details. */
  Holds<
    {
      [Name in keyof ChatEvents]: ChatEvents[Name] extends EventDetail<Name>
        ? true
        : undefined extends ChatEvents[Name]
          ? true
          : false;
    }[keyof ChatEvents]
  >,
];

test('the types above are checked by the compiler', () => {
  expect(true satisfies Parity[0]).toBe(true);
});
