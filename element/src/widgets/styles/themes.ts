// The colours of widgets with a theme of their own. Somebody who forces colours has chosen the only theme.
import { schemeColors } from '../../ui/theme/theme.ts';

const rules = (['light', 'dark'] as const).map((scheme) => {
  const declarations = Object.entries(schemeColors(scheme)).map(([name, value]) => `${name}:${value};`);
  return `.widget [data-theme='${scheme}']{${declarations.join('')}}`;
});

export const themes = `@media (forced-colors: none){${rules.join('')}}`;
