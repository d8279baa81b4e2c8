// The cards of citations, sources and entities, as one bundle, which `ui/sources/cards_loader.ts` loads.
import { styles as previewStyles } from './ui/dialogs/preview.ts';

export { Preview } from './ui/dialogs/preview.ts';
export { Pointing } from './ui/sources/pointing.ts';

export const styles: readonly string[] = previewStyles;
