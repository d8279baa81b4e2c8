// A structured input, shown instead of the composer: one question at a time, answered by a choice or text, or
// skipped.
import { nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { repeat } from 'lit-html/directives/repeat.js';
import type {
  InputAnswer,
  StructuredInput,
  StructuredInputItem,
  StructuredSubmission,
} from '../../protocol/wire.ts';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import { isComposing } from '../base/keys.ts';
import type { ChatContext } from '../context.ts';
import { said } from '../i18n/strings.ts';

/** The choices and the text for one question. */
type Entry = { readonly chosen: ReadonlySet<string>; readonly other: string; readonly skipped: boolean };

const NOTHING: Entry = { chosen: new Set(), other: '', skipped: false };

export class AnswerForm {
  readonly #context: ChatContext;
  #item: StructuredInputItem | null = null;
  #at = 0;
  #entries = new Map<string, Entry>();
  #error: string | null = null;

  constructor(context: ChatContext) {
    this.#context = context;
  }

  /** The form; null for an input without questions. */
  template(item: StructuredInputItem): TemplateResult | null {
    if (item.id !== this.#item?.id) this.#begin();
    this.#item = item;
    // An update may have removed questions.
    this.#at = Math.max(0, Math.min(this.#at, item.inputs.length - 1));
    const input = item.inputs[this.#at];
    if (input === undefined) return null;
    const { strings } = this.#context;
    const count = item.inputs.length;
    return html`<form class="answer-form" part="answer-form" aria-label=${strings.questions}
      @submit=${this.#onSubmit} @keydown=${this.#onKey}>
      ${
        this.#error === null
          ? nothing
          : html`<p class="inline-error"
              role="alert">${icon('danger')}<span dir="auto">${this.#error}</span></p>`
      }
      ${repeat(
        [input],
        ({ id }) => id,
        () => this.#question(input),
      )}
      <div class="answer-foot">
        ${count < 2 ? nothing : html`<span class="answer-place">${strings.place(this.#at + 1, count)}</span>`}
        <span class="spring"></span>
        ${
          this.#at === 0
            ? nothing
            : html`<button type="button" class="button"
                @click=${() => this.#go(this.#at - 1)}>${strings.back}</button>`
        }
        <button type="button" class="button" @click=${() => this.#skip(input)}>${strings.skip}</button>
        ${
          count < 2
            ? nothing
            : html`<button type="button" class="button"
                @click=${() => this.#skipAll()}>${strings.skipAll}</button>`
        }
        <button type="submit" class="button primary" ?disabled=${!this.#isAnswered(input)}>${
          this.#isLast ? strings.send : strings.next
        }</button>
      </div>
    </form>`;
  }

  #begin(): void {
    this.#at = 0;
    this.#entries = new Map();
    this.#error = null;
  }

  get #isLast(): boolean {
    return this.#at === (this.#item?.inputs.length ?? 0) - 1;
  }

  #question(input: StructuredInput): TemplateResult {
    return html`<fieldset tabindex="-1">
      <legend dir="auto">${input.question}</legend>
      ${input.type === 'multiple_choice' ? this.#choices(input) : this.#words(input)}
    </fieldset>`;
  }

  #choices(input: Extract<StructuredInput, { type: 'multiple_choice' }>): TemplateResult {
    const { chosen, other } = this.#entry(input.id);
    const type = input.multiple === true ? 'checkbox' : 'radio';
    return html`<div class="choices">${input.options.map(
      ({ value }) => html`<label class="choice" dir="auto">
        <input type=${type} name="answer" .checked=${live(chosen.has(value))}
          @change=${(event: Event) => this.#choose(input.id, value, type, event)} />
        <span>${value}</span></label>`,
    )}</div>
      <input class="answer-other" type="text" dir="auto" aria-label=${this.#context.strings.otherAnswer}
        placeholder=${this.#context.strings.otherAnswer} .value=${live(other)}
        @input=${(event: Event) => this.#write(input.id, event, type === 'radio')} />`;
  }

  #words(input: Extract<StructuredInput, { type: 'freeform' }>): TemplateResult {
    const description = input.description ?? '';
    return html`${
      description === ''
        ? nothing
        : html`<p class="answer-hint" id="answer-hint" dir="auto">${description}</p>`
    }
      <textarea class="answer-words" rows="2" dir="auto" aria-label=${input.question}
        aria-describedby=${description === '' ? nothing : 'answer-hint'}
        .value=${live(this.#entry(input.id).other)}
        @input=${(event: Event) => this.#write(input.id, event, false)}></textarea>`;
  }

  #entry(id: string): Entry {
    return this.#entries.get(id) ?? NOTHING;
  }

  #keep(id: string, entry: Entry): void {
    this.#entries.set(id, entry);
    this.#context.changed();
  }

  #choose(id: string, value: string, type: 'radio' | 'checkbox', event: Event): void {
    const before = this.#entry(id);
    const isChosen = (event.target as HTMLInputElement).checked;
    if (type === 'radio') return this.#keep(id, { chosen: new Set([value]), other: '', skipped: false });
    const chosen = new Set(before.chosen);
    if (isChosen) chosen.add(value);
    else chosen.delete(value);
    this.#keep(id, { ...before, chosen, skipped: false });
  }

  /** The person's own text replaces a single choice. */
  #write(id: string, event: Event, replaces: boolean): void {
    const other = (event.target as HTMLInputElement).value;
    const { chosen } = this.#entry(id);
    this.#keep(id, { chosen: replaces && other !== '' ? NOTHING.chosen : chosen, other, skipped: false });
  }

  #isAnswered({ id }: StructuredInput): boolean {
    return this.#valuesOf(id).length > 0;
  }

  #valuesOf(id: string): string[] {
    const { chosen, other } = this.#entry(id);
    return [...chosen, other.trim()].filter((value) => value !== '');
  }

  #go(at: number): void {
    this.#at = at;
    void this.#context
      .changed()
      .then(() =>
        this.#context.root().querySelector<HTMLElement>('.answer-form :is(input, textarea)')?.focus(),
      );
  }

  #skip({ id }: StructuredInput): void {
    this.#entries.set(id, { ...NOTHING, skipped: true });
    this.#advance();
  }

  #skipAll(): void {
    void this.#submit({ status: 'skipped', answers: {} });
  }

  #advance(): void {
    if (!this.#isLast) this.#go(this.#at + 1);
    else void this.#submit(this.#submission());
  }

  #submission(): StructuredSubmission {
    const inputs = this.#item?.inputs ?? [];
    const answers = Object.fromEntries(
      inputs.map(({ id }): [string, InputAnswer] => [id, this.#answerOf(id)]),
    );
    const isSkipped = Object.values(answers).every(({ skipped }) => skipped);
    return { status: isSkipped ? 'skipped' : 'answered', answers };
  }

  #answerOf(id: string): InputAnswer {
    const values = this.#entry(id).skipped ? [] : this.#valuesOf(id);
    return { values, skipped: values.length === 0 };
  }

  async #submit(submission: StructuredSubmission): Promise<void> {
    if (this.#item === null) return;
    this.#error = null;
    try {
      await this.#context.answer(this.#item.id, submission);
    } catch (error) {
      this.#error =
        error instanceof Error
          ? said(error.message, this.#context.strings)
          : this.#context.strings.errorTitle;
      this.#context.changed();
    }
  }

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    const input = this.#item?.inputs[this.#at];
    if (input !== undefined && this.#isAnswered(input)) this.#advance();
  };

  /** Enter sends and Shift+Enter breaks the line, as in the composer. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (
      event.key !== 'Enter' ||
      event.shiftKey ||
      isComposing(event) ||
      !(event.target instanceof HTMLTextAreaElement)
    )
      return;
    this.#onSubmit(event);
  };
}
