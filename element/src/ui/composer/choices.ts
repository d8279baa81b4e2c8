// The tool and the model that are chosen for the next message, and what a page offers besides text.
import type { ChatOptions, ModelOption, ToolOption } from '../../api/options.ts';
import type { UserMessageInput } from '../../protocol/wire.ts';

export class Choices {
  readonly #options: () => ChatOptions;
  toolId: string | null = null;
  modelId: string | null = null;

  constructor(options: () => ChatOptions) {
    this.#options = options;
  }

  /** The chosen tool if the page still offers it. */
  get tool(): ToolOption | undefined {
    return this.#options().composer?.tools?.find(({ id }) => id === this.toolId);
  }

  /** The chosen model, otherwise the default one, otherwise the first one. */
  get model(): ModelOption | undefined {
    const models = this.#options().composer?.models ?? [];
    const offered = models.filter(({ disabled }) => disabled !== true);
    return (
      models.find(({ id }) => id === this.modelId) ??
      offered.find((model) => model.default === true) ??
      offered[0]
    );
  }

  get inferenceOptions(): UserMessageInput['inference_options'] {
    const { tool, model } = this;
    return { tool_choice: tool === undefined ? null : { id: tool.id }, model: model?.id ?? null };
  }
}

/** Whether the page offers anything besides text; `buttons`: anything besides commands and suggestions. */
export function offersOf({ composer, entities, commands }: ChatOptions): {
  readonly anything: boolean;
  readonly buttons: boolean;
} {
  const hasChoices = (composer?.tools ?? []).length + (composer?.models ?? []).length > 0;
  const buttons =
    hasChoices ||
    composer?.attachments?.enabled === true ||
    composer?.dictation?.enabled === true ||
    (entities?.onTagSearch !== undefined && entities.showComposerMenu === true);
  return {
    buttons,
    anything: buttons || entities?.onTagSearch !== undefined || commands?.enabled === true,
  };
}
