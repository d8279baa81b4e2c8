// The custom properties of the stylesheets: the page's own value if it sets one, otherwise the theme's.
import { PROPERTIES } from './theme.ts';

const declarations = PROPERTIES.map(
  (name) => `${name}:var(--turnstream-${name.slice(2)},var(--theme-${name.slice(2)}));`,
);

export const properties = `:host{${declarations.join('')}}`;
