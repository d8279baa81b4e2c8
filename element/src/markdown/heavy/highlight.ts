// Colours for code. Loaded when the first finished fence of a known language is shown.
import core from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import dart from 'highlight.js/lib/languages/dart';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import elixir from 'highlight.js/lib/languages/elixir';
import go from 'highlight.js/lib/languages/go';
import graphql from 'highlight.js/lib/languages/graphql';
import haskell from 'highlight.js/lib/languages/haskell';
import http from 'highlight.js/lib/languages/http';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import julia from 'highlight.js/lib/languages/julia';
import kotlin from 'highlight.js/lib/languages/kotlin';
import latex from 'highlight.js/lib/languages/latex';
import lua from 'highlight.js/lib/languages/lua';
import makefile from 'highlight.js/lib/languages/makefile';
import markdown from 'highlight.js/lib/languages/markdown';
import nginx from 'highlight.js/lib/languages/nginx';
import objectivec from 'highlight.js/lib/languages/objectivec';
import perl from 'highlight.js/lib/languages/perl';
import php from 'highlight.js/lib/languages/php';
import powershell from 'highlight.js/lib/languages/powershell';
import python from 'highlight.js/lib/languages/python';
import r from 'highlight.js/lib/languages/r';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import scala from 'highlight.js/lib/languages/scala';
import scss from 'highlight.js/lib/languages/scss';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { highlightStyles } from './highlight_styles.ts';
import { type Attributes, readMarkup } from './markup.ts';
import { Recent } from './recent.ts';

const LANGUAGES = {
  bash,
  c,
  cpp,
  csharp,
  dart,
  diff,
  dockerfile,
  elixir,
  go,
  graphql,
  haskell,
  http,
  ini,
  java,
  javascript,
  json,
  julia,
  kotlin,
  latex,
  lua,
  makefile,
  markdown,
  nginx,
  objectivec,
  perl,
  php,
  powershell,
  python,
  r,
  ruby,
  rust,
  scala,
  scss,
  sql,
  swift,
  typescript,
  xml,
  yaml,
};
/** The classes of a token, or the language of an embedded part. */
const CLASS = /^(?:hljs|language)-[a-z_-]+(?: [a-z_-]+)*$/;
/** Longer blocks stay plain, since highlighting would take a noticeable time. */
const MAX_CHARS = 60_000;

for (const [name, language] of Object.entries(LANGUAGES)) core.registerLanguage(name, language);

const recent = new Recent<DocumentFragment>(30);

export const styles: readonly string[] = [highlightStyles];

/** `code` as text and `span` nodes with only a class, or `null` if it has to stay plain. */
export function highlighted(code: string, language: string): DocumentFragment | null {
  if (code.length > MAX_CHARS || core.getLanguage(language) === undefined) return null;
  return recent.of(`${language}\n${code}`, () => spans(code, language));
}

function spans(code: string, language: string): DocumentFragment | null {
  const { value } = core.highlight(code, { language, ignoreIllegals: true });
  const nodes = readMarkup(value, spanOfClass);
  return nodes?.textContent === code ? nodes : null;
}

function spanOfClass(name: string, [attribute, ...others]: Attributes): Element | null {
  if (name !== 'span' || attribute?.[0] !== 'class' || others.length > 0 || !CLASS.test(attribute[1]))
    return null;
  const span = document.createElement('span');
  span.className = attribute[1];
  return span;
}
