// The custom properties that the stylesheets use: the page's own value where it gives one, otherwise the theme's.
import { PROPERTIES } from './theme.ts';

const declarations = PROPERTIES.map(
  (name) => `${name}:var(--turnstream-${name.slice(2)},var(--theme-${name.slice(2)}));`,
);

export const properties = `:host{${declarations.join('')}}`;
