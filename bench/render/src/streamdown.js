import { createElement } from 'react';
import { Streamdown } from 'streamdown';
import { startReact } from './react.js';

export function start(scroller, updated) {
  return startReact(scroller, updated, (text) => createElement(Streamdown, null, text));
}
