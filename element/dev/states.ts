// Every state of the chat that must look right, by name.
import type { ChatOptions } from '../src/api/options.ts';
import type { ClientToolCallItem, ThreadItem, ThreadMeta } from '../src/protocol/wire.ts';
import { assistant, done, exchange, type Fixture, user } from './fake-session.ts';

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

const base = { thread_id: 'thr_1', created_at: '2026-07-24T09:00:00Z' };
const thread: ThreadMeta = {
  id: 'thr_1',
  title: 'Cycling from Vienna to Trieste',
  created_at: base.created_at,
};

const LONG =
  `Vienna to Trieste is about **560 km** and takes most people seven to nine days. The ` +
  `Alpe-Adria part is the gem of it: an old railway line, paved and mostly downhill.

## The stages

| Day | From | To | Distance | Climb |
|----:|------|----|---------:|------:|
| 1 | Vienna | Mürzzuschlag | 112 km | 940 m |
| 2 | Mürzzuschlag | Judenburg | 98 km | 310 m |
| 3 | Judenburg | Klagenfurt | 104 km | 620 m |
| 4 | Klagenfurt | Tarvisio | 78 km | 540 m |
| 5 | Tarvisio | Udine | 97 km | 180 m |

A few things to settle before you leave:

1. **Trains.** Reserve the bicycle space between Villach and Udine; there are only six on each train.
2. **Beds.** Weekends in July fill up early. Book *Tarvisio* and *Gemona* first.
   - Gasthof Alte Post keeps a locked shed.
   - In Venzone, ask for \`Camera 4\`: it is the quiet one.
3. **Weather.** Thunderstorms come in the afternoon, so start before eight.

### Checking the climb

If you have the tracks as GPX files, this sums up the climb of a day:

\`\`\`python
from pathlib import Path
import gpxpy

def climb(path: Path) -> float:
    """Metres uphill, small noise ignored."""
    gpx = gpxpy.parse(path.read_text())
    return gpx.get_uphill_downhill().uphill

print(f"{climb(Path('day1.gpx')):.0f} m")
\`\`\`

The mean gradient of a day is $g = \\frac{h}{d}$, which for the first one gives

$$g = \\frac{940\\,\\text{m}}{112\\,\\text{km}} \\approx 0.84\\,\\%$$

and that is gentle.[^1]

> The tunnel after Tarvisio is lit, but cold: keep a jacket within reach.

- [x] Spare tube
- [ ] Lights for the tunnels

More in the [official guide](https://www.alpe-adria-radweg.com).

[^1]: Measured along the cycle path, not the road.`;

const SOURCED = assistant('', {
  content: [
    {
      type: 'output_text',
      text:
        'Returns are free within 30 days of delivery. Opened software is excluded, and large ' +
        'furniture is collected from your home.',
      annotations: [
        {
          type: 'annotation',
          index: 44,
          source: { type: 'url', title: 'Returns and refunds', url: 'https://www.example.com/help/returns' },
        },
        {
          type: 'annotation',
          index: 72,
          source: { type: 'file', title: 'Terms of sale, July 2026', filename: 'terms-2026-07.pdf' },
        },
        {
          type: 'annotation',
          index: 121,
          source: {
            type: 'url',
            title: 'Collection of large items',
            url: 'https://help.example.org/collection',
            attribution: 'Help centre',
          },
        },
      ],
    },
  ],
});

const REASONING: ThreadItem = {
  ...base,
  type: 'workflow',
  id: 'wf_1',
  workflow: {
    type: 'reasoning',
    summary: { duration: 14 },
    expanded: true,
    tasks: [
      {
        type: 'thought',
        title: 'Comparing the two routes',
        content:
          'The Drava route is longer but has no pass. The question asks for *seven days*, so the pass ' +
          'over Semmering is the better choice.',
      },
      {
        type: 'web_search',
        title_query: 'Alpe-Adria trail closures July 2026',
        queries: ['alpe adria radweg sperre juli 2026', 'tarvisio cycle path closed'],
        sources: [
          { type: 'url', title: 'Current closures', url: 'https://www.alpe-adria-radweg.com/news' },
          { type: 'url', title: 'Regione FVG: ciclovie', url: 'https://www.regione.fvg.it' },
        ],
      },
      {
        type: 'file',
        title: 'Read the packing list',
        sources: [{ type: 'file', title: 'packing.md', filename: 'packing.md' }],
      },
    ],
  },
};

const DAY = 86_400_000;
const ago = (days: number): string => new Date(Date.now() - days * DAY).toISOString();
const threads: ThreadMeta[] = [
  thread.title,
  'Refund for order 20418',
  'Rename the staging cluster',
  'Anniversary dinner ideas',
  'Why does the build take nine minutes since we moved to the new machines',
  'Letter to the landlord',
  'Kernel density estimate in pandas',
  'Sourdough at 30 °C',
  'Difference between lease and rent',
  'Pension statement, explained',
].map((title, at) => ({
  id: at === 0 ? 'thr_1' : `thr_h${at}`,
  title: title ?? null,
  created_at: ago([0, 0, 1, 1, 3, 5, 6, 24, 40, 300][at] ?? 0),
}));

const question = user(
  'I want to cycle from Vienna to Trieste in July. How would you split it into days, and what should I ' +
    'book ahead?',
);

const prompts: NonNullable<ChatOptions['startScreen']>['prompts'] = [
  { label: 'Where is my order?', prompt: 'Where is my order?', icon: 'map-pin' },
  { label: 'Start a return or exchange', prompt: 'I would like to return something', icon: 'reload' },
  { label: 'Explain my last invoice', prompt: 'Explain my last invoice', icon: 'document' },
  { label: 'Find a gift under €50', prompt: 'Find a gift under 50 euros', icon: 'sparkle' },
];

const tools: NonNullable<ChatOptions['composer']>['tools'] = [
  {
    id: 'search',
    label: 'Search the catalogue',
    shortLabel: 'Search',
    icon: 'search',
    pinned: true,
    placeholderOverride: 'What are you looking for?',
  },
  { id: 'image', label: 'Create an image', shortLabel: 'Image', icon: 'images' },
  { id: 'analysis', label: 'Analyse a table', icon: 'chart' },
];
const models: NonNullable<ChatOptions['composer']>['models'] = [
  { id: 'fast', label: 'Swift', description: 'For everyday questions', default: true },
  { id: 'deep', label: 'Thorough', description: 'Thinks longer' },
  { id: 'old', label: 'Classic', description: 'Not available on your plan', disabled: true },
];

const call = (
  name: string,
  given: Record<string, unknown>,
  confirm: boolean | string = true,
): ClientToolCallItem => ({
  ...base,
  type: 'client_tool_call',
  id: name,
  call_id: name,
  status: 'pending',
  name,
  arguments: given,
  confirm,
});

const running = { thread, phase: 'responding', canStop: true } as const;

const PINNED = done(
  user('Mark the mountain huts along the way', { id: 'pin_1' }),
  assistant('Four huts are on the map now. The one at **Neunkirchner** has a shed for bicycles.'),
  user('Only those that are open in May', { id: 'pin_2' }),
  assistant('Two of them open in May, and I have taken the others off the map.'),
);

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
  earlier: {
    earlier: 5,
    view: { thread, items: Array.from({ length: 12 }, (_, at) => exchange(`Latest ${at}`)).flat() },
  },
};
