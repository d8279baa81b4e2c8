// Below the thread: notices, the composer or a question in its place, and the disclaimer.
import { nothing, type TemplateResult } from 'lit-html';
import { html } from '../base/html.ts';
import type { Composer } from '../composer/composer.ts';
import type { ChatContext } from '../context.ts';
import type { AnswerForm } from '../thread/answer_form.ts';
import { pendingInput } from '../thread/message_groups.ts';

export class Footer {
  readonly #context: ChatContext;
  readonly #composer: Composer;
  #answerForm: AnswerForm | null = null;

  constructor(context: ChatContext, composer: Composer) {
    this.#context = context;
    this.#composer = composer;
  }

  template(): TemplateResult {
    return html`<div class="column">
              ${this.#noticesTemplate()}${this.#entryTemplate()}
              ${this.#disclaimerTemplate()}
            </div>`;
  }

  #noticesTemplate(): TemplateResult | typeof nothing {
    const { view, session, strings, markdown, extras } = this.#context;
    if (view.notices.length === 0) return nothing;
    const dismiss = (id: string): void => session?.dismissNotice(id);
    return extras.get()?.noticesTemplate(view.notices, strings, markdown, dismiss) ?? nothing;
  }

  #entryTemplate(): TemplateResult | typeof nothing {
    const { view, strings, extras } = this.#context;
    const status = view.thread?.status;
    if (status?.type === 'closed') {
      const newChat = (): void => this.#context.open(null);
      return extras.get()?.closedTemplate(status.reason, strings, newChat) ?? nothing;
    }
    return (status?.type === 'locked' ? null : this.#formTemplate()) ?? this.#composerTemplate();
  }

  /**
   * In a form of its own: with each character that is typed into a field without one, Chromium's autofill
   * walks through all controls without one, which took 15 ms in a thread of 10,000 messages, each with its
   * buttons.
   */
  #composerTemplate(): TemplateResult {
    return html`<form class="entry"
      @submit=${(event: Event) => event.preventDefault()}>${this.#composer.template()}</form>`;
  }

  /** The composer, or a question to the person in its place. */
  #formTemplate(): TemplateResult | null {
    const pending = pendingInput(this.#context.view);
    const extras = pending === null ? null : this.#context.extras.get();
    if (pending === null || extras === null) return null;
    this.#answerForm ??= new extras.AnswerForm(this.#context);
    return this.#answerForm.template(pending);
  }

  #disclaimerTemplate(): TemplateResult | typeof nothing {
    const { options, markdown, extras } = this.#context;
    if (options.disclaimer === undefined) return nothing;
    return extras.get()?.disclaimerTemplate(options, markdown) ?? nothing;
  }
}
