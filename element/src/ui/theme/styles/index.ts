// The stylesheets of text chat, in order. Those of the extras are inserted before the last.
import { properties } from '../properties.ts';
import { base } from './base.ts';
import { composer } from './composer.ts';
import { forced } from './forced.ts';
import { frame } from './frame.ts';
import { print } from './print.ts';
import { prose } from './prose.ts';
import { thread } from './thread.ts';

export const styles = [properties, base, frame, thread, prose, composer, forced + print];
