// Runs in the page before everything else. Keeps what ran, in `ran`, and what no content may make, in `findings`,
// also when it was there only for a moment.
globalThis.ran = [];
globalThis.findings = [];

for (const name of ['__xss', 'alert', 'confirm', 'prompt', 'print', 'open']) {
  globalThis[name] = (...given) => void ran.push(`${name}(${given})`);
}

const NOWHERE = new Set('script iframe frame frameset object embed applet base meta link style'.split(' '));
const NOT_IN_TEXT = new Set(
  `form portal template noscript plaintext xmp marquee video audio source track picture map area isindex slot animate
  animatetransform animatemotion set use image feimage foreignobject handler annotation-xml mglyph maction openai-chatkit
  turnstream-chat`.split(/\s+/),
);
const LINKS = new Set(['http:', 'https:', 'mailto:', 'tel:', 'chatkit-link:']);
const FETCHES = new Set(`src srcset srcdoc poster data background cite action formaction ping xlink:href longdesc dynsrc lowsrc
  manifest codebase archive profile usemap http-equiv is shadowrootmode`.split(/\s+/));
const RASTER = /^data:image\/(png|jpeg|gif|webp|avif);base64,/;

const isText = (node) => node.closest('.markdown') !== null;

function isForbidden(node) {
  const name = node.localName.toLowerCase();
  return NOWHERE.has(name) || (NOT_IN_TEXT.has(name) && isText(node));
}

function isWrong(node, { name, value }) {
  if (/^on/i.test(name)) return true;
  if (name === 'href') return !LINKS.has(new URL(value, document.baseURI).protocol);
  if (name === 'src' && node.localName === 'img') return !RASTER.test(value) && (isText(node) || !isOwn(value));
  if (name === 'style') return isText(node) && !isMathLength(node, value);
  if (name === 'id' || name === 'name') return isText(node) && /^(chat|body|attributes|__proto__|f|x)$/.test(value);
  return FETCHES.has(name);
}

function isOwn(address) {
  return new URL(address, document.baseURI).origin === location.origin;
}

/** Set formulas may have lengths and colours. */
function isMathLength({ namespaceURI }, style) {
  const isMath = namespaceURI === 'http://www.w3.org/1998/Math/MathML';
  return isMath && /^[\w\s#.%:;,()-]*$/.test(style) && !/url|position/i.test(style);
}

function inspect(node) {
  if (isForbidden(node)) findings.push(`element ${node.outerHTML}`);
  for (const attribute of node.attributes) {
    if (isWrong(node, attribute)) findings.push(`${node.localName} ${attribute.name}=${attribute.value}`);
  }
}

function inspectAll(root) {
  if (root instanceof Element) inspect(root);
  root.querySelectorAll('*').forEach(inspect);
}

const watching = new MutationObserver((changes) => {
  for (const { type, target, addedNodes } of changes) {
    if (type === 'attributes') inspect(target);
    else for (const node of addedNodes) if (node instanceof Element) inspectAll(node);
  }
});

const roots = [];
const { attachShadow } = Element.prototype;
Element.prototype.attachShadow = function (options) {
  const root = attachShadow.call(this, options);
  roots.push(root);
  watching.observe(root, { subtree: true, childList: true, attributes: true });
  return root;
};

/** Looks at everything that is there now. */
globalThis.inspectNow = () => roots.forEach(inspectAll);

/** Clicks every link without leaving the page; returns the schemes that the links and their navigations had. */
globalThis.clickLinks = () => {
  const schemes = new Set();
  const stay = (event) => {
    const link = event.composedPath().find((node) => node instanceof Element && node.hasAttribute('href'));
    schemes.add(new URL(link.getAttribute('href'), document.baseURI).protocol);
    event.preventDefault();
  };
  const halt = (event) => {
    schemes.add(new URL(event.destination.url).protocol);
    event.preventDefault();
  };
  addEventListener('click', stay);
  navigation.addEventListener('navigate', halt);
  const links = roots.flatMap((root) => [...root.querySelectorAll('[href]')]);
  for (const link of links) link.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, cancelable: true }));
  removeEventListener('click', stay);
  navigation.removeEventListener('navigate', halt);
  return { count: links.length, schemes: [...schemes].sort() };
};
