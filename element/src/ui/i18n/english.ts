// Every word in English: what is imported from here on finds `strings.ts` complete.
import { english as core } from './strings.ts';
import { more } from './strings_more.ts';

export const english = Object.assign(core, more);
