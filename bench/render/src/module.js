// Our markdown module alone, paced and styled as in the element.
import { FrameThrottle } from '../../../element/src/markdown/frame_throttle.ts';
import { MarkdownStream } from '../../../element/src/markdown/stream.ts';
import { styles } from '../../../element/src/ui/theme/styles/index.ts';
import { applyTheme } from '../../../element/src/ui/theme/theme.ts';

/** Of a stylesheet in text, or of Lit's. */
function sheetOf(style) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(typeof style === 'string' ? style : style.cssText);
  return sheet;
}

export function start(scroller, updated) {
  const stream = new MarkdownStream();
  const paced = new FrameThrottle();
  const host = scroller.appendChild(document.createElement('div'));
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = styles.map(sheetOf);
  applyTheme(host, 'light');
  root.append(stream.node);
  let text = '';
  const show = (isOpen) => {
    stream.update(text, isOpen);
    scroller.scrollTop = scroller.scrollHeight;
    updated();
  };
  return {
    push(delta) {
      text += delta;
      paced.run(() => show(true));
    },
    end() {
      paced.cancel();
      show(false);
    },
  };
}
