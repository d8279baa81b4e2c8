// The claim form and its chat. The model fills in the form through effects, reads it through a client tool, and submits it
// through another one, which the person confirms in the chat.
import * as form from './form.js';

const el = (id) => document.getElementById(id);

// --- what the model may do: what changes the form returns the effect that takes it back -------------------------
const effects = {
  fill_field({ name, value }) {
    const before = form.value(name);
    form.fill(name, value);
    return { data: { name, value: before } };
  },
  add_photo({ id, name, shows }) {
    form.addPhoto({ id, name, shows });
    return { name: 'remove_photo', data: { id } };
  },
  remove_photo({ id }) {
    const photo = form.removePhoto(id);
    return photo && { name: 'add_photo', data: photo };
  },
  go_to_step({ step }) {
    form.goTo(step); // To show a step changes nothing.
    return null;
  },
  flag_field({ name, message }) {
    const before = form.flag(name);
    form.setFlag(name, message);
    return { data: { name, message: before } };
  },
};

const tools = {
  get_form_values: () => form.values(),
  submit_claim: () => form.submit(),
};

// --- the chat ---------------------------------------------------------------------------------------------------
const chat = el('chat');
const PHOTOS = { 'image/png': ['.png'], 'image/jpeg': ['.jpg', '.jpeg'], 'image/webp': ['.webp'] };
const dark = matchMedia('(prefers-color-scheme: dark)');

function configure() {
  chat.setOptions({
    api: { url: 'chatkit', domainKey: 'none', uploadStrategy: { type: 'two_phase' } },
    persist: true,
    locks: { regions: { form: '#claim' }, reason: 'The form is locked until the answer ends' },
    theme: {
      colorScheme: dark.matches ? 'dark' : 'light',
      radius: 'round',
      color: { accent: { primary: dark.matches ? '#a4abf5' : '#4a53b8', level: 1 } },
    },
    history: { enabled: true, showDelete: true, showRename: true },
    threadItemActions: { feedback: true, retry: true },
    startScreen: {
      greeting: 'What happened?',
      prompts: [
        ...[
          ['My bike was stolen in Camden on Tuesday. It cost 640 pounds.', 'write'],
          ['My phone fell in Leeds yesterday and cost 480 pounds. I am Priya Raman, priya@example.org. Please submit the claim.', 'document'],
          ['What does the form still need?', 'check-circle'],
          ['Tell me a long story', 'book-open'],
        ].map(([prompt, icon]) => ({ label: prompt, prompt, icon })),
      ],
    },
    composer: {
      placeholder: 'Describe what happened',
      attachments: { enabled: true, accept: PHOTOS, maxCount: 3, maxSize: 10_000_000 },
    },
    onClientTool: ({ name, params }) => {
      if (!Object.hasOwn(tools, name)) throw new Error(`This page has no tool called ${name}`);
      return tools[name](params);
    },
  });
}

// The form belongs to the person, not to a thread: it keeps its own state and applies each effect once. Otherwise,
// reopening a thread would overwrite the person's later input with the model's earlier values.
chat.addEventListener('chatkit.effect', ({ detail: { name, data, id, undoWith } }) => {
  if (!Object.hasOwn(effects, name) || !form.isNew(id)) return;
  const inverse = effects[name](data);
  if (inverse !== null && !form.isSent()) undoWith(inverse);
});
// A submitted claim is final. The form does not belong to a thread, so this holds for every thread that is opened later, too.
const finish = () => form.isSent() && chat.clearUndo();
form.onSent(finish);
chat.addEventListener('chatkit.thread.load.end', finish);
chat.addEventListener('chatkit.error', ({ detail: { error } }) => console.warn('chat:', error.message));
dark.addEventListener('change', configure);

customElements.whenDefined('openai-chatkit').then(configure);
fetch('about.json')
  .then((response) => response.json())
  .then(({ model }) => {
    el('model').textContent = `Model: ${model}`;
  });

// The markup keeps `main` inert until the handlers above are attached.
document.querySelector('main').inert = false;

/** What the model changed, for tests. */
window.appState = () => form.state();
