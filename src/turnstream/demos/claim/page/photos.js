// The photos of a claim, `{ id, name, shows }` each, which the chat's server has under their ids.

/** Shows the photos in a list; `remove` is called with the id of the one that a person removes, if they may. */
export function showPhotos(list, photos, remove) {
  list.parentElement.hidden = photos.length === 0;
  const items = new Map([...list.children].map((item) => [item.dataset.id, item]));
  for (const photo of photos) {
    if (!items.delete(photo.id)) list.append(photoItem(photo));
  }
  for (const item of items.values()) item.remove();
  for (const button of list.querySelectorAll('button')) {
    button.hidden = remove === null;
    button.onclick = () => remove(button.parentElement.dataset.id);
  }
}

function photoItem({ id, name, shows }) {
  const item = document.createElement('li');
  item.dataset.id = id;
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: '×' });
  button.setAttribute('aria-label', `Remove ${name}`);
  item.append(picture(id, shows || name), button);
  return item;
}

/** A photo, or its name where the server has it no more. */
function picture(id, words) {
  const src = `chatkit/attachments/${encodeURIComponent(id)}`;
  const image = Object.assign(new Image(), { src, alt: words, title: words });
  image.addEventListener('error', () => image.replaceWith(words));
  return image;
}

/** The row of the review; none without photos. */
export function reviewedPhotos(photos) {
  if (photos.length === 0) return [];
  const row = document.createElement('div');
  const term = Object.assign(document.createElement('dt'), { textContent: 'Photos' });
  const detail = Object.assign(document.createElement('dd'), { className: 'photos' });
  detail.append(...photos.map(({ id, name, shows }) => picture(id, shows || name)));
  row.append(term, detail);
  return [row];
}
