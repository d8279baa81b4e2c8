// Threads, items and options that several states show.
import type { ChatOptions } from '../src/api/options.ts';
import type { ClientToolCallItem, ThreadItem, ThreadMeta } from '../src/protocol/wire.ts';
import { assistant, done, user } from './fake-session.ts';

export const base = { thread_id: 'thr_1', created_at: '2026-07-24T09:00:00Z' };
export const thread: ThreadMeta = {
  id: 'thr_1',
  title: 'Cycling from Vienna to Trieste',
  created_at: base.created_at,
};

export const LONG =
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

export const SOURCED = assistant('', {
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

export const REASONING: ThreadItem = {
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
export const threads: ThreadMeta[] = [
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

export const question = user(
  'I want to cycle from Vienna to Trieste in July. How would you split it into days, and what should I ' +
    'book ahead?',
);

export const prompts: NonNullable<NonNullable<ChatOptions['startScreen']>['prompts']> = [
  { label: 'Where is my order?', prompt: 'Where is my order?', icon: 'map-pin' },
  { label: 'Start a return or exchange', prompt: 'I would like to return something', icon: 'reload' },
  { label: 'Explain my last invoice', prompt: 'Explain my last invoice', icon: 'document' },
  { label: 'Find a gift under €50', prompt: 'Find a gift under 50 euros', icon: 'sparkle' },
];

export const tools: NonNullable<NonNullable<ChatOptions['composer']>['tools']> = [
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
export const models: NonNullable<NonNullable<ChatOptions['composer']>['models']> = [
  { id: 'fast', label: 'Swift', description: 'For everyday questions', default: true },
  { id: 'deep', label: 'Thorough', description: 'Thinks longer' },
  { id: 'old', label: 'Classic', description: 'Not available on your plan', disabled: true },
];

export const call = (
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

export const running = { thread, phase: 'responding', canStop: true } as const;

export const PINNED = done(
  user('Mark the mountain huts along the way', { id: 'pin_1' }),
  assistant('Four huts are on the map now. The one at **Neunkirchner** has a shed for bicycles.'),
  user('Only those that are open in May', { id: 'pin_2' }),
  assistant('Two of them open in May, and I have taken the others off the map.'),
);
