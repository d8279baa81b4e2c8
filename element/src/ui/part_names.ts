// The names by which a page may style what lies inside: `openai-chatkit::part(composer) { … }`.

export const PART_NAMES = [
  'header', 'title', 'history', 'thread', 'start', 'greeting', 'prompt', 'turn', 'message-user', 'bubble', 'message-assistant', 'avatar',
  'message-footer', 'item', 'actions', 'changes', 'progress', 'step', 'sources', 'image', 'structured-input', 'question', 'answer-form', 'entity', 'error',
  'notice', 'closed', 'composer', 'input', 'send', 'menu', 'disclaimer', 'jump', 'preview', 'quote-button', 'shortcuts', 'link-dialog',
] as const;
