// What each pattern of the reference page promises, by the address of its section.
import { Pattern } from './page.js';

const checks = {
  async 'complete-configuration'(page) {
    await page.until(() => page.shown.includes('What should we do?'), 'the greeting is shown');
    await page.answered('hello');
    await page.until(() => page.shown.includes('All is set.'), 'the answer is shown');
    page.equal(page.details('error').map(({ error }) => error.message), [], 'options that were refused');
  },

  async 'lock-the-app-while-it-answers'(page) {
    for (const end of [() => page.ended(), () => page.chat.stop()]) {
      await page.say('hello');
      await page.until(() => page.isLocked('#app'), 'the app is locked');
      await end();
      await page.until(() => !page.isLocked('#app'), 'the app is unlocked');
    }
    await page.answered('please fail');
    page.equal(page.count('error'), 1, 'errors');
    page.equal(page.isLocked('#app'), false, 'locked after an error');
    page.equal(document.querySelector('input').value, 'Ada', 'what was typed');
  },

  async 'lock-by-hand'(page) {
    const state = () => document.querySelector('#app p').textContent;
    await page.say('hello');
    await page.until(() => state() === 'Paused', 'the app is paused');
    await page.ended();
    await page.until(() => state() === 'Running', 'the app runs again');
    page.equal([page.count('response.start'), page.count('response.end')], [1, 1], 'starts and ends');
  },

  async 'widen-or-release-the-lock'(page) {
    const locked = () => ['#map', '#form'].filter((selector) => page.isLocked(selector));
    await page.say('hello');
    for (const regions of [['#map', '#form'], ['#map'], []]) {
      await page.until(() => JSON.stringify(locked()) === JSON.stringify(regions), `locked are ${regions.join(' and ') || 'no regions'}`);
    }
    page.equal(page.count('response.end'), 0, 'ends before the page was released');
    await page.ended();
  },

  async 'tell-the-page-to-do-something'(page) {
    await page.answered('hello');
    const { status, markers, view, mode, entities, notifications } = globalThis.app;
    page.equal(status, { energy: 80 }, 'the status');
    page.equal([...markers], [['m1', { lat: 51.5055, lng: -0.0754 }]], 'the markers');
    page.equal([view.zoom, mode], [14, 'pick'], 'the view and the mode');
    page.equal([...entities], [['dome', { oxygen: 92 }]], 'the entities');
    page.equal(notifications, ['Six things have changed.'], 'the notifications');
  },

  async 'a-burst-of-effects'(page) {
    await page.answered('hello');
    const { calls } = globalThis;
    page.equal(calls.at(-1), 499, 'the last step');
    page.equal(calls.length < 250 && calls.every((step, at) => at === 0 || step > calls[at - 1]), true, `few calls in order (${calls.length})`);
  },

  async 'restore-the-page'(page) {
    await page.answered('hello');
    const names = () => globalThis.applied.map(({ name, data, replayed }) => `${name} ${data.id ?? ''}${data.x ?? ''}${replayed ? ' again' : ''}`.trim());
    page.equal(names(), ['move a1', 'move a2', 'move b3', 'toast'], 'what was applied');
    globalThis.applied.length = 0;
    await page.reload({ api: { url: '/chatkit' }, persist: true });
    await page.until(() => page.count('effect') >= 2, 'effects are run again');
    page.equal(page.details('effect').map(({ data, replayed }) => [data.id, data.x, replayed]), [['a', 2, true], ['b', 3, true]], 'what is run again');
  },

  async 'report-progress'(page) {
    const lines = ['Searching…', 'Found 3 articles…', 'Processing 1/3…', 'Processing 2/3…', 'Processing 3/3…'];
    const seen = [];
    await page.say('hello');
    await page.until(() => {
      const shown = lines.find((line) => page.shown.includes(line));
      if (shown !== undefined && shown !== seen.at(-1)) seen.push(shown);
      return page.count('response.end') > page.ends;
    }, 'the response ends');
    // A page that is busy shows the newest line, and may leave out one before it.
    page.equal(seen.length > 0, true, 'any line was shown');
    page.equal(seen, lines.filter((line) => seen.includes(line)), 'the lines in their order');
    page.equal(page.shown.includes('Processing'), false, 'a line that stays');
  },

  async 'keep-the-conversation'(page) {
    await page.answered('hello');
    const id = page.details('thread.change').at(-1).threadId;
    await page.reload({ api: { url: '/chatkit' }, persist: 'ada' });
    await page.until(() => page.shown.includes('I will remember this.'), 'the conversation is back');
    const names = ['thread.change', 'thread.load.start', 'thread.load.end'];
    const events = () => globalThis.recorded.filter(({ name }) => names.includes(name)).map(({ name, detail }) => [name, detail.threadId]);
    page.equal(events(), names.map((name) => [name, id]), 'the events');
    await page.reload({ api: { url: '/chatkit' }, persist: 'grace' });
    page.equal([events(), page.shown.includes('I will remember this.')], [[], false], 'what another user sees');
  },

  async 'ask-the-page'(page) {
    await page.answered('hello');
    page.equal(page.shown.includes('2 items at zoom 11 for Ada; the weather: client_tool_error.'), true, `the answer in: ${page.shown}`);
    page.equal(page.details('error').map(({ error }) => error.message.includes('get_the_weather')), [true], 'errors');
  },

  async 'ask-the-person-first'(page) {
    await page.say('hello');
    await page.until(() => page.shown.includes('Send the claim?'), 'the person is asked');
    page.equal(globalThis.sent, [], 'sent before the person agreed');
    await page.press('Decline');
    await page.ended();
    page.equal([globalThis.sent, page.shown.includes('Not sent: declined.')], [[], true], 'after declining');
    await page.say('again');
    await page.press('Allow');
    await page.ended();
    page.equal(globalThis.sent, [{ amount: 640 }], 'after agreeing');
  },

  async 'undo-a-turn'(page) {
    const { entities } = globalThis;
    await page.answered('hello');
    page.equal(entities, { dome: { oxygen: 60 }, lab: { oxygen: 71 } }, 'after the answer');
    await page.chat.undo();
    await page.until(() => entities.dome.oxygen === 100 && entities.lab.oxygen === 100, 'all is as before');
    await page.until(() => page.shown.includes('Changes undone'), 'the turn is marked');
    await page.chat.redo();
    await page.until(() => entities.dome.oxygen === 60 && entities.lab.oxygen === 71, 'all is done again');
  },

  async 'when-something-goes-wrong'(page) {
    await page.answered('hello');
    page.equal(globalThis.errors, ['The model is having a break.'], 'errors');
    for (const words of ['I know this one: it is', 'The model is having a break.', 'Retry']) page.equal(page.shown.includes(words), true, `"${words}" is shown`);
    page.equal(page.isLocked('#app'), false, 'locked after the error');
  },

  async 'stop-a-response'(page) {
    await page.say('count');
    await page.until(() => page.shown.includes('1 2 3'), 'it counts');
    page.equal(page.isLocked('#app'), true, 'locked while it counts');
    await page.chat.stop();
    await page.ended();
    page.equal([page.isLocked('#app'), page.count('error'), page.shown.includes('1 2 3')], [false, 0, true], 'locked, errors, and what was said');
  },

  async 'give-the-thread-a-title'(page) {
    await page.answered('hello');
    await page.until(() => page.shown.includes('Three days in Lisbon'), 'the title is shown');
  },

  async 'common-mistakes'(page) {
    await page.answered('hello');
    await page.until(() => page.count('error') === 1, 'the error comes');
    const findings = await page.chat.inspect();
    const codes = findings.map(({ code }) => code);
    const expected = ['effect_failed', 'effect_slow', 'no_error_handler', 'not_locked', 'not_persisted'];
    page.equal(expected.filter((code) => !codes.includes(code)), [], `mistakes that were not seen among ${codes.join(', ')}`);
  },
};

/** The patterns that are checked. */
export const patterns = Object.keys(checks);

/** Returns what is wrong with a pattern, or ''. */
export async function verify(pattern) {
  try {
    await checks[pattern](new Pattern());
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
