// A component that is given the whole text, once per frame.
import { createElement, useLayoutEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { perFrame } from './feed.js';

export function startReact(scroller, updated, element) {
  const root = createRoot(scroller.appendChild(document.createElement('div')));
  const Followed = ({ text }) => {
    useLayoutEffect(() => {
      scroller.scrollTop = scroller.scrollHeight;
      updated();
    }, [text]);
    return element(text);
  };
  return perFrame((text) => root.render(createElement(Followed, { text })));
}
