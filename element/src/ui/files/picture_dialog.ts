// A picture in the size of the window.
import { render } from 'lit-html';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import type { Picture } from './picture_element.ts';
import { pictureDialog } from './styles/picture_dialog.ts';

export const styles = [pictureDialog];

/** Shows `picture` until Escape, the button or a click next to it. The browser returns the focus. */
export function enlarge(root: ShadowRoot, picture: Picture, closeLabel: string): void {
  const shell = root.querySelector('.shell');
  if (shell === null || shell.querySelector('.picture-dialog') !== null) return;
  const place = document.createElement('div');
  const close = (): void => place.querySelector('dialog')?.close();
  const onClick = ({ target }: Event): void => {
    if (!(target as Element).matches('img, bdi')) close();
  };
  const { action: _, ...plain } = picture;
  render(
    html`<dialog class="picture-dialog" aria-label=${picture.name} @close=${() => place.remove()}
      @keydown=${keepEscape} @click=${onClick}>
      <div class="picture-head"><bdi>${picture.name}</bdi>
        <button type="button" class="icon-button" autofocus aria-label=${closeLabel}>${icon('close')}</button>
      </div>
      <turnstream-picture .picture=${{ ...plain, isEager: true }}></turnstream-picture>
    </dialog>`,
    place,
  );
  shell.append(place);
  place.querySelector('dialog')?.showModal();
}

/** Escape only closes the dialog: it must not reach the chat, which would stop the answer. */
function keepEscape(event: KeyboardEvent): void {
  if (event.key === 'Escape') event.stopPropagation();
}
