// The stylesheets of widgets.
import { blocks } from './blocks.ts';
import { controls } from './controls.ts';

export const styles = [blocks, controls];
