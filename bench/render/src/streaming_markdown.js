// Takes deltas, and appends to the document as they come.
import { default_renderer, parser, parser_end, parser_write } from 'streaming-markdown';

export function start(scroller, updated) {
  const node = scroller.appendChild(document.createElement('div'));
  const state = parser(default_renderer(node));
  let frame = 0;
  const follow = () => {
    frame = 0;
    scroller.scrollTop = scroller.scrollHeight;
    updated();
  };
  return {
    push(delta) {
      parser_write(state, delta);
      frame ||= requestAnimationFrame(follow);
    },
    end() {
      parser_end(state);
      follow();
    },
  };
}
