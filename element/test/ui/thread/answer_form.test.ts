// @vitest-environment happy-dom
import { render } from 'lit-html';
import { afterEach, expect, test, vi } from 'vitest';
import type {
  StructuredInput,
  StructuredInputItem,
  StructuredSubmission,
} from '../../../src/protocol/wire.ts';
import type { ChatContext } from '../../../src/ui/context.ts';
import { english } from '../../../src/ui/i18n/strings.ts';
import { AnswerForm } from '../../../src/ui/thread/answer_form.ts';

const DAY: StructuredInput = {
  id: 'day',
  type: 'multiple_choice',
  question: 'Which day?',
  options: [{ value: 'Monday' }, { value: 'Tuesday' }],
};
const EXTRAS: StructuredInput = {
  id: 'extras',
  type: 'multiple_choice',
  multiple: true,
  question: 'What else?',
  options: [{ value: 'Lunch' }, { value: 'Guide' }],
};
const NOTE: StructuredInput = {
  id: 'note',
  type: 'freeform',
  question: 'Anything to add?',
  description: 'The guide reads it.',
};

function show(...inputs: StructuredInput[]) {
  const root = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
  const item: StructuredInputItem = {
    type: 'structured_input',
    id: 'si_1',
    thread_id: 't',
    created_at: '',
    status: 'pending',
    inputs,
  };
  const sent: StructuredSubmission[] = [];
  const answer = vi.fn(
    async (_itemId: string, submission: StructuredSubmission): Promise<void> => void sent.push(submission),
  );
  const draw = (): void => void render(form.template(item), root);
  const form = new AnswerForm({
    strings: english,
    root: () => root,
    changed: async () => draw(),
    answer,
  } as Partial<ChatContext> as ChatContext);
  draw();
  const field = <T extends HTMLElement = HTMLInputElement>(selector: string): T =>
    root.querySelector(selector) as unknown as T;
  const pick = (at: number): void => {
    const box = root.querySelectorAll<HTMLInputElement>('.choice input')[at] as HTMLInputElement;
    box.checked = box.type === 'radio' || !box.checked;
    box.dispatchEvent(new Event('change'));
  };
  const write = (selector: string, text: string): void => {
    field(selector).value = text;
    field(selector).dispatchEvent(new Event('input'));
  };
  const press = (label: string): void =>
    [...root.querySelectorAll('button')].find((button) => button.textContent === label)?.click();
  const submit = (): boolean => field('form').dispatchEvent(new Event('submit', { cancelable: true }));
  return { root, sent, answer, field, pick, write, press, submit, draw };
}

afterEach(() => document.body.replaceChildren());

test('one choice is sent, and nothing before it is chosen', () => {
  const { sent, pick, submit, field } = show(DAY);
  expect(field<HTMLButtonElement>('[type=submit]').disabled).toBe(true);
  submit();
  expect(sent).toEqual([]);
  pick(1);
  submit();
  expect(sent).toEqual([{ status: 'answered', answers: { day: { values: ['Tuesday'], skipped: false } } }]);
});

test('words of one’s own take the place of a choice, and a choice that of the words', () => {
  const { sent, pick, write, submit, field } = show(DAY);
  pick(0);
  write('.answer-other', 'Any weekend');
  expect(field('.choice input').checked).toBe(false);
  submit();
  expect(sent[0]?.answers['day']?.values).toEqual(['Any weekend']);
  pick(1);
  expect(field('.answer-other').value).toBe('');
});

test('several choices and words go together where several are allowed', () => {
  const { sent, pick, write, submit } = show(EXTRAS);
  pick(0);
  pick(1);
  pick(0);
  write('.answer-other', ' A boat ');
  submit();
  expect(sent[0]?.answers['extras']?.values).toEqual(['Guide', 'A boat']);
});

test('questions come one by one; going back keeps what was said', () => {
  const { root, sent, pick, write, press, submit, field } = show(DAY, NOTE);
  pick(0);
  submit();
  expect(field('legend').textContent).toBe('Anything to add?');
  expect(root.textContent).toContain('2 of 2');
  expect(field('.answer-words').getAttribute('aria-describedby')).toBe(field('.answer-hint').id);
  press('Back');
  expect(field('.choice input').checked).toBe(true);
  submit();
  write('.answer-words', 'We bring a dog.');
  submit();
  expect(sent[0]?.answers).toEqual({
    day: { values: ['Monday'], skipped: false },
    note: { values: ['We bring a dog.'], skipped: false },
  });
});

test('one question is skipped, or all of them', () => {
  const one = show(DAY, NOTE);
  one.pick(0);
  one.press('Skip');
  one.write('.answer-words', 'Hello');
  one.submit();
  expect(one.sent).toEqual([
    {
      status: 'answered',
      answers: { day: { values: [], skipped: true }, note: { values: ['Hello'], skipped: false } },
    },
  ]);
  const all = show(DAY, NOTE);
  all.press('Skip all');
  expect(all.sent).toEqual([{ status: 'skipped', answers: {} }]);
});

test('a single question that is skipped skips the input', () => {
  const { sent, press } = show(DAY);
  press('Skip');
  expect(sent).toEqual([{ status: 'skipped', answers: { day: { values: [], skipped: true } } }]);
});

test('what the server refused is said, and what was chosen stays', async () => {
  const { root, answer, pick, submit, field } = show(DAY);
  answer.mockRejectedValueOnce(new Error('You are offline.'));
  pick(1);
  submit();
  await vi.waitFor(
    () => expect(root.querySelector('[role=alert]')?.textContent).toContain('You are offline.'),
    60_000,
  );
  expect(root.querySelectorAll<HTMLInputElement>('.choice input')[1]?.checked).toBe(true);
  expect(field('.choice input').checked).toBe(false);
});

test('Enter in a text sends, Shift+Enter and a composition do not', () => {
  const { sent, write, field } = show(NOTE);
  write('.answer-words', 'Hello');
  const enter = (init: KeyboardEventInit): boolean =>
    field('.answer-words').dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init }),
    );
  enter({ shiftKey: true });
  enter({ isComposing: true });
  expect(sent).toEqual([]);
  enter({});
  expect(sent).toHaveLength(1);
});
