// Runs in every page before its own scripts, after recorder.js: what a test can ask of all that is on the screen.
globalThis.probes = (() => {
  const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  // The heading of the first level is the page's, not the chat's.
  const RULES = { 'page-has-heading-one': { enabled: false } };
  const TARGETS = 'button, a[href], input, textarea, summary, label.choice, [role=option]';
  // WCAG 2.5.8 leaves out what stands in a line of text; a radio button is as large as its label; a task of an answer cannot be ticked.
  const EXEMPT = ':is(p, li, td, sup, .bubble) :is(a, button.tag), label input, input:disabled';

  const nameOf = (node) => node.getAttribute('aria-label') ?? (node.textContent.trim().slice(0, 40) || node.localName);
  const isShown = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0 && node.closest('[inert]') === null;

  async function broken(runOnly, rules = {}) {
    const { violations } = await axe.run(document, { runOnly, rules, resultTypes: ['violations'], preload: false });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, html }) => `${id}: ${target.flat().join(' ')} ${html.slice(0, 120)}`));
  }

  /** Its box, or what `::after` adds around it; of the field its frame, which passes every click on. */
  function hitArea(node) {
    const { width, height } = (node.id === 'message' ? node.closest('.composer') : node).getBoundingClientRect();
    const after = getComputedStyle(node, '::after');
    const isWider = after.content !== 'none' && after.position === 'absolute';
    return isWider ? [Math.max(width, Number.parseFloat(after.width)), Math.max(height, Number.parseFloat(after.height))] : [width, height];
  }

  function innermost(root = document) {
    const { activeElement } = root;
    return activeElement?.shadowRoot?.activeElement ? innermost(activeElement.shadowRoot) : activeElement;
  }

  return {
    innermost,

    axe: () => broken(TAGS, RULES),
    contrast: () => broken(['color-contrast']),

    /** Without a border, a button of forced colours is only its icon. */
    unseen() {
      return deep('button.icon-button, button.send, button.chip').filter((node) => isShown(node) && getComputedStyle(node).borderStyle === 'none').map(nameOf);
    },

    smallTargets() {
      return deep(TARGETS).filter((node) => isShown(node) && !node.matches(EXEMPT)).flatMap((node) => {
        const [width, height] = hitArea(node);
        return width >= 44 && height >= 44 ? [] : [`${nameOf(node)}: ${width.toFixed(1)} x ${height.toFixed(1)}`];
      });
    },

    /** The page, and whatever scrolls downwards in it, may not scroll sideways as well. */
    sideways() {
      const scrollers = [document.documentElement, ...deep('.scroller, .history-list, .menu, .suggestions')];
      return scrollers.filter((node) => node.scrollWidth > node.clientWidth).map((node) => `${node.localName}.${node.className}: ${node.scrollWidth} in ${node.clientWidth}`);
    },

    moving() {
      const roots = [document, ...deep('*').flatMap(({ shadowRoot }) => shadowRoot ?? [])];
      return roots.flatMap((root) => root.getAnimations()).filter(({ playState }) => playState === 'running')
        .map(({ animationName, transitionProperty, effect }) => `${animationName ?? transitionProperty}: ${effect?.target?.className}`);
    },

    focused() {
      const node = innermost();
      return node === null || node === document.body || !isShown(node) ? 'nothing' : nameOf(node);
    },

    /** All that the Tab key should reach, in the order of the tree. */
    focusable: () => deep('button, a[href], input, textarea, summary, [tabindex="0"]').filter((node) => isShown(node) && !node.disabled && node.tabIndex >= 0).map(nameOf),
  };
})();
