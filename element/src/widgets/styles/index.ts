// The stylesheets of widgets.
import { blocks } from './blocks.ts';
import { controls } from './controls.ts';
import { themes } from './themes.ts';

export const styles = [themes, blocks, controls];
