// The whole text parsed and cleaned anew in every frame.
import DOMPurify from 'dompurify';
import { marked } from 'marked';
import { perFrame } from './feed.js';

export function start(scroller, updated) {
  const node = scroller.appendChild(document.createElement('div'));
  return perFrame((text) => {
    node.innerHTML = DOMPurify.sanitize(marked.parse(text));
    scroller.scrollTop = scroller.scrollHeight;
    updated();
  });
}
