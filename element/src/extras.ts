// The rarely shown components, as one bundle, which `ui/extras_loader.ts` loads when the first of them is
// needed.
import { styles as toolboxStyles } from './ui/composer/toolbox.ts';
import { styles as bannerStyles } from './ui/dialogs/banners.ts';
import { styles as linkStyles } from './ui/dialogs/link_dialog.ts';
import { styles as overlayStyles } from './ui/dialogs/overlays.ts';
import { styles as tipStyles } from './ui/dialogs/tips.ts';
import { styles as panelStyles } from './ui/history/panel.ts';
import { styles as pageStyles } from './ui/shell/page_integration.ts';
import { styles as confirmationStyles } from './ui/thread/confirmations.ts';
import { styles as workflowStyles } from './ui/thread/workflow.ts';
import { styles as widgetStyles } from './ui/widgets/widget_item.ts';

export { longText } from './ui/base/long_text.ts';
export { Toolbox } from './ui/composer/toolbox.ts';
export { closedTemplate, disclaimerTemplate, noticesTemplate } from './ui/dialogs/banners.ts';
export { askToOpen, confirmLink } from './ui/dialogs/link_dialog.ts';
export { Overlays } from './ui/dialogs/overlays.ts';
export { replyChip } from './ui/dialogs/quote.ts';
export { History } from './ui/history/panel.ts';
export { PageIntegration } from './ui/shell/page_integration.ts';
export { citationsOf } from './ui/sources/annotations.ts';
export { tagTemplate } from './ui/sources/entities.ts';
export { sourcesTemplate } from './ui/sources/sources.ts';
export { addFonts } from './ui/theme/fonts.ts';
export { colorProperties } from './ui/theme/palette.ts';
export { AnswerActions } from './ui/thread/answer_actions.ts';
export { AnswerForm } from './ui/thread/answer_form.ts';
export { confirmationsTemplate, decision, structuredInput } from './ui/thread/confirmations.ts';
export { attachmentsTemplate, generatedImage } from './ui/thread/images.ts';
export { taskTemplate, workflowTemplate } from './ui/thread/workflow.ts';
export { widget } from './ui/widgets/widget_item.ts';

/** The style sheets of the extras, in the order of the cascade. */
export const styles: readonly string[] = [
  ...panelStyles,
  ...toolboxStyles,
  ...workflowStyles,
  ...confirmationStyles,
  ...bannerStyles,
  ...pageStyles,
  ...linkStyles,
  ...overlayStyles,
  ...tipStyles,
  ...widgetStyles,
];
