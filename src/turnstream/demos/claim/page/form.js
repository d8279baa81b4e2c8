// The claim form. Knows nothing of a chat: values that survive a reload, steps, flags, and the receipt.
import { reviewedPhotos, showPhotos } from './photos.js';

const el = (id) => document.getElementById(id);
const form = el('claim');

const STEPS = { what: 'What', when: 'When', cost: 'Cost', contact: 'Contact', review: 'Review' };
const FIELDS = {
  kind: ['what', 'Type of loss'],
  item: ['what', 'Item'],
  description: ['what', 'Description'],
  date: ['when', 'Date'],
  place: ['when', 'Place'],
  reference: ['when', 'Crime reference'],
  amount: ['cost', 'Amount'],
  bought: ['cost', 'Year of purchase'],
  name: ['contact', 'Name'],
  email: ['contact', 'Email'],
  phone: ['contact', 'Phone'],
};
const OPTIONAL = new Set(['bought', 'phone']);
const EMPTY = { values: {}, photos: [], filled: {}, flags: {}, step: 'what', sent: null, applied: [] };
const MAX_APPLIED = 500;

let claim = load();

function load() {
  return { ...EMPTY, ...JSON.parse(localStorage.getItem('claim') ?? '{}') };
}

function save(changes) {
  claim = { ...claim, ...changes };
  localStorage.setItem('claim', JSON.stringify(claim));
  render();
}

const without = (object, name) => Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
const isRequired = (name) => !OPTIONAL.has(name) && (name !== 'reference' || claim.values.kind === 'theft');
const missing = () => Object.keys(FIELDS).filter((name) => isRequired(name) && !claim.values[name]);

// --- what the model and the person may do -----------------------------------------------------------------------
export const values = () => ({
  values: claim.values,
  missing: missing(),
  step: claim.step,
  sent: claim.sent,
  photos: claim.photos.map(({ name, shows }) => shows || name),
});
export const value = (name) => claim.values[name] ?? '';
export const flag = (name) => claim.flags[name] ?? '';
export const step = () => claim.step;
export const isSent = () => claim.sent !== null;

/** Writes a value; `byAssistant` marks it until the person changes it. */
export function fill(name, text, byAssistant = true) {
  if (!Object.hasOwn(FIELDS, name) || isSent()) return;
  const filled = byAssistant && text ? { ...claim.filled, [name]: true } : without(claim.filled, name);
  save({ values: text ? { ...claim.values, [name]: text } : without(claim.values, name), filled, flags: without(claim.flags, name) });
}

export function setFlag(name, message) {
  if (Object.hasOwn(FIELDS, name) && !isSent()) save({ flags: message ? { ...claim.flags, [name]: message } : without(claim.flags, name) });
}

export function goTo(name) {
  if (Object.hasOwn(STEPS, name)) save({ step: name });
}

/** Adds a photo, `{ id, name, shows }`, which the chat's server has under its id. */
export function addPhoto(photo) {
  if (!isSent()) save({ photos: [...claim.photos.filter(({ id }) => id !== photo.id), photo] });
}

/** Removes a photo and returns it; null if there is none. */
export function removePhoto(id) {
  const photo = claim.photos.find((one) => one.id === id);
  if (photo === undefined || isSent()) return null;
  save({ photos: claim.photos.filter((one) => one !== photo) });
  return photo;
}

let whenSent = () => {};

/** Calls `listener` when the claim is submitted. */
export function onSent(listener) {
  whenSent = listener;
}

/** Sends the claim; here that is to give it a reference. */
export function submit() {
  if (isSent()) return { reference: claim.sent };
  if (missing().length > 0) throw new Error(`Still missing: ${missing().join(', ')}`);
  const digits = [...JSON.stringify(claim.values)].reduce((sum, character) => (sum * 31 + character.codePointAt(0)) % 1_000_000, 7);
  save({ sent: `AL-${String(digits).padStart(6, '0')}`, step: 'review', flags: {} });
  whenSent();
  return { reference: claim.sent };
}

/** Whether the effect of this id was not applied before; from now on it was. Without an id nobody can know. */
export function isNew(id) {
  if (id === undefined) return true;
  if (claim.applied.includes(id)) return false;
  save({ applied: [...claim.applied, id].slice(-MAX_APPLIED) });
  return true;
}

export const state = () => ({ values: claim.values, photos: claim.photos, flags: claim.flags, step: claim.step, sent: claim.sent });

// --- on the screen ----------------------------------------------------------------------------------------------
function render() {
  for (const field of form.querySelectorAll('[data-field]')) renderField(field, field.dataset.field);
  for (const section of form.querySelectorAll('[data-step]')) section.hidden = section.dataset.step !== claim.step;
  for (const item of el('steps').children) {
    const { id } = item.dataset;
    const names = Object.keys(FIELDS).filter((name) => FIELDS[name][0] === id);
    const isDone = id === 'review' ? isSent() : names.every((name) => !missing().includes(name));
    item.dataset.state = names.some((name) => claim.flags[name]) ? 'flagged' : isDone ? 'done' : 'open';
    if (id === claim.step) item.firstChild.setAttribute('aria-current', 'step');
    else item.firstChild.removeAttribute('aria-current');
  }
  showPhotos(el('photos'), claim.photos, isSent() ? null : dropPhoto);
  el('back').disabled = claim.step === 'what';
  el('next').hidden = isSent();
  el('next').textContent = claim.step === 'review' ? 'Submit claim' : 'Next';
  el('sent').hidden = !isSent();
  el('sent').textContent = isSent() ? `Claim submitted. Your reference is ${claim.sent}.` : '';
  if (claim.step === 'review') el('review').replaceChildren(...Object.keys(FIELDS).map(reviewed), ...reviewedPhotos(claim.photos));
}

function renderField(field, name) {
  const text = value(name);
  for (const input of field.querySelectorAll('input, textarea')) {
    if (input.type === 'radio') input.checked = input.value === text;
    else if (input.value !== text) input.value = text;
    input.disabled = isSent();
    input.toggleAttribute('aria-invalid', Boolean(flag(name)));
  }
  field.toggleAttribute('data-filled', Boolean(claim.filled[name]));
  field.toggleAttribute('data-flag', Boolean(flag(name)));
  const words = flag(name) || (claim.filled[name] ? 'Filled in by the assistant' : '');
  let hint = field.querySelector('.hint');
  if (words && !hint) {
    hint = Object.assign(document.createElement('p'), { className: 'hint', id: `${name}-hint` });
    field.append(hint);
    for (const input of field.querySelectorAll('input, textarea')) input.setAttribute('aria-describedby', hint.id);
  }
  if (!words) hint?.remove();
  else if (hint.textContent !== words) hint.textContent = words;
}

function dropPhoto(id) {
  removePhoto(id);
  (el('photos').querySelector('button') ?? form.querySelector('section:not([hidden]) h2')).focus();
}

function reviewed(name) {
  const [where, label] = FIELDS[name];
  const row = document.createElement('div');
  const term = document.createElement('dt');
  const detail = document.createElement('dd');
  term.textContent = label;
  detail.textContent = shown(name) || (isRequired(name) ? 'Missing' : '–');
  detail.classList.toggle('missing', isRequired(name) && !value(name));
  row.append(term, detail);
  if (!isSent()) {
    const change = document.createElement('button');
    change.type = 'button';
    change.textContent = 'Change';
    change.setAttribute('aria-label', `Change: ${label}`);
    change.addEventListener('click', () => {
      goTo(where);
      form.querySelector(`[name="${name}"]`).focus();
    });
    const cell = document.createElement('dd');
    cell.append(change);
    row.append(cell);
  }
  return row;
}

function shown(name) {
  if (name === 'kind') return form.querySelector(`[name="kind"][value="${value('kind')}"]`)?.parentElement.textContent ?? '';
  if (name === 'amount') return value('amount') && `£${value('amount')}`;
  if (name !== 'date' || !value('date')) return value(name);
  return new Date(`${value('date')}T12:00`).toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
}

/** To the step after this one, or before it, where a reader goes on at the heading. */
function move(by) {
  const steps = Object.keys(STEPS);
  goTo(steps[steps.indexOf(claim.step) + by]);
  form.querySelector('section:not([hidden]) h2').focus();
}

for (const [id, label] of Object.entries(STEPS)) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  item.dataset.id = id;
  button.type = 'button';
  button.textContent = label;
  button.addEventListener('click', () => goTo(id));
  item.append(button);
  el('steps').append(item);
}
form.addEventListener('input', ({ target }) => fill(target.name, target.value, false));
form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (claim.step !== 'review') return move(1);
  if (missing().length === 0) return submit();
  return save({ flags: Object.fromEntries(missing().map((name) => [name, 'This field is required.'])), step: FIELDS[missing()[0]][0] });
});
el('back').addEventListener('click', () => move(-1));
el('anew').addEventListener('click', () => save({ ...EMPTY, applied: claim.applied }));
addEventListener('storage', ({ key }) => {
  if (key !== 'claim') return;
  claim = load(); // another tab wrote it
  render();
});
render();
