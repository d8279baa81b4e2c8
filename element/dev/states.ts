// Every state of the chat that must look right, by name.
import type { ChatOptions } from '../src/api/options.ts';
import { assistant, done, exchange, type Fixture, user } from './fake-session.ts';
import {
  base,
  call,
  LONG,
  models,
  PINNED,
  prompts,
  question,
  REASONING,
  running,
  SOURCED,
  thread,
  threads,
  tools,
} from './fixtures.ts';
import { WIDGETS } from './widgets.ts';

export type State = Fixture & {
  readonly options?: Partial<ChatOptions>;
  readonly dir?: 'rtl';
  /** What to do once the page shows the state, by name of a function in dev.ts. */
  readonly then?:
    | 'mention'
    | 'command'
    | 'attach'
    | 'preview'
    | 'shortcuts'
    | 'history'
    | 'rename'
    | 'row-menu'
    | 'delete'
    | 'open-details'
    | 'type'
    | 'top'
    | 'menu'
    | 'models'
    | 'undo';
};

const widgetStates = Object.entries(WIDGETS).map(([name, widget]): [string, State] => [
  `widgets-${name}`,
  { view: { thread, items: done({ ...base, type: 'widget', id: 'w1', widget }) } },
]);

export const states: Readonly<Record<string, State>> = {
  start: {
    options: {
      startScreen: { prompts },
      disclaimer: { text: 'Answers can be wrong. [How we use what you write](https://example.com/privacy)' },
    },
  },
  'start-tools': { options: { composer: { tools, models } }, then: 'type' },
  'tool-menu': { options: { composer: { tools, models } }, then: 'menu' },
  'model-menu': { options: { composer: { tools, models } }, then: 'models' },
  'first-token': { view: { ...running, items: done(question) } },
  progress: {
    view: {
      ...running,
      items: done(question),
      progress: { icon: 'search', text: 'Looking up the stages of the Alpe-Adria trail…' },
    },
  },
  question: {
    view: {
      ...running,
      items: done(user('The third bed can go, it gets no sun'), assistant('I will take it out of the plan.')),
      confirmations: [call('remove_bed', { bed: 'Bed 3', plants: ['Tomato', 'Basil'], keep_soil: true })],
    },
  },
  confirmations: {
    view: {
      ...running,
      progress: { icon: 'search', text: 'Reading the plan…' },
      items: done(user('Move my trip to Friday and tell Ada')),
      confirmations: [
        call(
          'move_booking',
          {
            booking: 'ÖBB 731 Wien Hbf – Villach',
            from: '2026-07-23',
            to: '2026-07-24',
            seats: 2,
            price_difference: '€ 14.80',
          },
          'Move both seats to Friday, 24 July? The railway charges € 14.80.',
        ),
        call('send_mail', {
          to: 'ada@example.com',
          text:
            'Hello Ada,\n\nI am coming on Friday instead, with the train that arrives at 13:27.\n\n' +
            'See you then',
        }),
        call('refresh', {}),
      ],
    },
  },
  reconnecting: {
    view: {
      ...running,
      connection: 'reconnecting',
      items: [...done(question), { item: assistant(LONG.slice(0, 640)), status: 'streaming' }],
    },
  },
  offline: {
    view: {
      ...running,
      connection: 'offline',
      items: done(question),
      progress: { icon: 'search', text: 'Looking up the stages of the Alpe-Adria trail…' },
    },
  },
  interrupted: {
    view: {
      thread,
      items: done(question, assistant(LONG.slice(0, 168))),
      error: { code: 'interrupted', message: 'The answer was interrupted.', allowRetry: true },
    },
  },
  streaming: {
    view: {
      ...running,
      items: [...done(question), { item: assistant(LONG.slice(0, 640)), status: 'streaming' }],
    },
  },
  long: { view: { thread, items: done(question, assistant(LONG)) }, then: 'top' },
  'long-end': { view: { thread, items: done(question, assistant(LONG)) } },
  stopped: { view: { thread, items: done(question, assistant(LONG.slice(0, 168))), stopped: true } },
  error: {
    view: {
      thread,
      items: done(question),
      error: {
        code: 'stream.error',
        message: 'The answer broke off because the connection to the model was lost. Your message is safe.',
        allowRetry: true,
      },
    },
  },
  'not-sent': {
    view: {
      thread,
      items: [
        ...exchange('Order 20418'),
        { item: user('Can you send it to my office instead?'), status: 'failed' },
      ],
    },
  },
  locked: {
    view: {
      thread: {
        ...thread,
        status: { type: 'locked', reason: 'Ada from support is looking into this and will answer here.' },
      },
      items: exchange('Order 20418'),
    },
  },
  closed: {
    view: {
      thread: {
        ...thread,
        status: { type: 'closed', reason: 'This conversation was closed after 30 days.' },
      },
      items: exchange('Order 20418'),
    },
  },
  loading: { view: { thread, phase: 'loading' } },
  notices: {
    view: {
      thread,
      items: exchange('Order 20418'),
      notices: [
        {
          id: '1',
          level: 'info',
          title: null,
          message: 'Your documents are being indexed; answers get better in **about a minute**.',
        },
        {
          id: '2',
          level: 'warning',
          title: 'Almost at your limit',
          message: 'You have 3 messages left today. [See plans](https://example.com/plans)',
        },
        {
          id: '3',
          level: 'danger',
          title: null,
          message: 'The calendar could not be reached, so nothing was booked.',
        },
      ],
    },
  },
  sources: {
    view: { thread, items: done(user('Can I send back the desk I bought three weeks ago?'), SOURCED) },
    then: 'open-details',
  },
  reasoning: {
    view: {
      thread,
      items: done(
        question,
        REASONING,
        assistant('Take the pass over **Semmering**: it is the shorter way, and nothing is closed in July.'),
      ),
    },
  },
  workflow: {
    view: {
      ...running,
      items: [
        ...done(question),
        {
          item: {
            ...base,
            type: 'workflow',
            id: 'wf_2',
            workflow: {
              type: 'custom',
              tasks: [
                {
                  type: 'custom',
                  title: 'Reading the invoice',
                  icon: 'document',
                  status_indicator: 'complete',
                },
                {
                  type: 'custom',
                  title: 'Comparing it with the order',
                  icon: 'chart',
                  status_indicator: 'loading',
                },
              ],
              expanded: true,
            },
          },
          status: 'streaming',
        },
      ],
    },
  },
  quote: {
    view: {
      thread,
      items: done(
        user('And what does that mean for the desk?', {
          quoted_text: 'Opened software is excluded, and large furniture is collected from your home.',
          attachments: [{ type: 'file', id: 'a1', name: 'invoice-20418.pdf', mime_type: 'application/pdf' }],
        }),
        assistant('It is **collected**: choose a day and leave it packed in the hall.'),
      ),
    },
    then: 'type',
  },
  fallbacks: {
    view: {
      thread,
      items: done(
        user('Show me the weather and ask me something'),
        {
          ...base,
          type: 'widget',
          id: 'w1',
          widget: {
            type: 'Card',
            children: [
              { type: 'Title', value: 'Trieste' },
              { type: 'Text', value: '24 °C, light wind from the east' },
            ],
          },
        },
        {
          ...base,
          type: 'structured_input',
          id: 's1',
          status: 'answered',
          inputs: [
            {
              id: 'q1',
              type: 'multiple_choice',
              question: 'Which day suits you?',
              options: [{ value: 'Monday' }],
              answer: { values: ['Monday'], skipped: false },
            },
          ],
        },
        { ...base, type: 'generated_image', id: 'g1', image: null },
      ),
    },
  },
  'structured-input': {
    view: {
      thread,
      items: done(user('Book the guided ride for us'), {
        ...base,
        type: 'structured_input',
        id: 's2',
        status: 'pending',
        inputs: [
          {
            id: 'q1',
            type: 'multiple_choice',
            question: 'Which day suits you?',
            options: [
              { value: 'Friday, 7 August' },
              { value: 'Saturday, 8 August' },
              { value: 'Sunday, 9 August' },
            ],
          },
          {
            id: 'q2',
            type: 'freeform',
            question: 'Anything the guide should know?',
            description: 'Allergies, children, bikes with a motor.',
          },
        ],
      }),
    },
  },
  suggestions: {
    view: { thread, items: exchange('Order 20418') },
    options: {
      entities: {
        showComposerMenu: true,
        onTagSearch: async () => [
          { id: 'p1', title: 'Ada Lovelace', icon: 'user', group: 'People' },
          { id: 'p2', title: 'Grace Hopper', icon: 'user', group: 'People' },
          { id: 'd1', title: 'Warranty terms 2026', icon: 'document', group: 'Documents' },
        ],
      },
      composer: {
        tools: [{ id: 'search', label: 'Search the web', icon: 'globe' }],
        models: [{ id: 'm', label: 'Large' }],
        attachments: { enabled: true },
        dictation: { enabled: true },
      },
    },
    then: 'mention',
  },
  commands: {
    view: { thread, items: exchange('Order 20418') },
    options: {
      commands: {
        enabled: true,
        onSearch: async () => [
          {
            id: 'c1',
            label: 'Summarise',
            description: 'What was said so far, in five lines',
            icon: 'square-text',
          },
          { id: 'c2', label: 'Translate…', icon: 'globe' },
        ],
      },
      composer: { tools: [{ id: 'search', label: 'Search the web', icon: 'globe' }] },
    },
    then: 'command',
  },
  attachments: {
    uploading: 'pending',
    view: { thread, items: exchange('Order 20418') },
    options: { composer: { attachments: { enabled: true }, dictation: { enabled: true } } },
    then: 'attach',
  },
  'attachments-failed': {
    uploading: 'failing',
    view: { thread, items: exchange('Order 20418') },
    options: { composer: { attachments: { enabled: true } } },
    then: 'attach',
  },
  entities: {
    options: {
      entities: {
        onClick: () => undefined,
        onRequestPreview: async () => ({
          preview: {
            type: 'Basic',
            children: [{ type: 'Text', value: 'Arrived on 3 August, 4 boxes, signed for by the porter.' }],
          },
        }),
      },
    },
    view: {
      thread,
      items: done(
        user('', {
          content: [
            { type: 'input_text', text: 'Where is ' },
            {
              type: 'input_tag',
              id: 'o1',
              text: 'Order 20418',
              group: 'Orders',
              interactive: true,
              data: {},
            },
            { type: 'input_text', text: ' now, and who signed for it?' },
          ],
        }),
        assistant('It is **at your door**: the porter signed for it.'),
      ),
    },
    then: 'preview',
  },
  history: { view: { thread, items: exchange('Order 20418') }, threads, then: 'history' },
  shortcuts: { view: { thread, items: exchange('Order 20418') }, threads, then: 'shortcuts' },
  rename: { view: { thread, items: exchange('Order 20418') }, threads, then: 'rename' },
  'row-menu': { view: { thread, items: exchange('Order 20418') }, threads, then: 'row-menu' },
  delete: { view: { thread, items: exchange('Order 20418') }, threads, then: 'delete' },
  'history-empty': { threads: [], then: 'history' },
  'history-loading': { listing: 'pending', then: 'history' },
  'history-error': { listing: 'failing', then: 'history' },
  rtl: {
    dir: 'rtl',
    options: { locale: 'ar', startScreen: { prompts } },
    threads,
    view: {
      thread: { ...thread, title: 'رحلة بالدراجة من فيينا' },
      items: done(
        user('كيف أقسم الرحلة إلى أيام؟'),
        assistant(
          'خمسة أيام تكفي:\n\n1. من **فيينا** إلى مورتسوشلاغ\n2. ثم إلى يودنبورغ\n\n| اليوم | المسافة |\n' +
            '|---|---:|\n| 1 | 112 كم |\n\n```js\nconst days = 5;\n```\n\n> خذ سترة للنفق.',
        ),
      ),
    },
    then: 'history',
  },
  themed: {
    options: {
      startScreen: { prompts },
      theme: {
        radius: 'soft',
        density: 'compact',
        typography: { baseSize: 15 },
        color: { grayscale: { hue: 150, tint: 6 }, accent: { primary: '#0f8a5f', level: 2 } },
      },
    },
    view: { thread, items: exchange('Order 20418') },
  },
  'ten-thousand-end': {
    view: { thread, items: Array.from({ length: 5000 }, (_, at) => exchange(`Order ${at + 1}`)).flat() },
  },
  'ten-thousand-start': {
    view: { thread, items: Array.from({ length: 5000 }, (_, at) => exchange(`Order ${at + 1}`)).flat() },
    then: 'top',
  },
  undo: { changedAt: 2, view: { thread, items: PINNED, undone: [{ item_id: 'pin_1', is_undone: true }] } },
  redo: { changedAt: 2, view: { thread, items: PINNED }, then: 'undo' },
  ...Object.fromEntries(widgetStates),
  earlier: {
    earlier: 5,
    view: { thread, items: Array.from({ length: 12 }, (_, at) => exchange(`Latest ${at}`)).flat() },
  },
};
