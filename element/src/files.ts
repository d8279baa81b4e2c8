// Files and pictures, as one bundle, which `ui/thread/images.ts` loads with the first of them.
import { styles as dialogStyles } from './ui/files/picture_dialog.ts';
import { styles as pictureStyles } from './ui/files/pictures.ts';
import { styles as trayStyles } from './ui/files/tray.ts';

export { attachmentsTemplate, generatedImage } from './ui/files/pictures.ts';
export { FileTray } from './ui/files/tray.ts';
export { wordsOf } from './ui/files/words.ts';

/** The style sheets of the bundle, in the order of the cascade. */
export const styles: readonly string[] = [...pictureStyles, ...dialogStyles, ...trayStyles];
