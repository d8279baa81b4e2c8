import { createElement } from 'react';
import Markdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { startReact } from './react.js';

const plugins = [remarkGfm];

export function start(scroller, updated) {
  return startReact(scroller, updated, (text) => createElement(Markdown, { remarkPlugins: plugins }, text));
}
