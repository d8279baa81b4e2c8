// The bundle of widgets, which is loaded with the first one.
import { styles as widgetStyles } from './widgets/styles/index.ts';

export { previewOf, ShownWidget } from './ui/widgets/shown_widget.ts';

export const styles: readonly string[] = widgetStyles;
