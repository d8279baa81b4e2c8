// `<turnstream-chat>` and `<turnstream-widget>` in React's JSX: import type {} from 'turnstream-types/react';
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { TurnstreamChat, TurnstreamWidget } from './index';

type ChatAttributes = { 'api-url'?: string; locks?: string; dev?: boolean };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'turnstream-chat': DetailedHTMLProps<HTMLAttributes<TurnstreamChat>, TurnstreamChat> & ChatAttributes;
      'turnstream-widget': DetailedHTMLProps<HTMLAttributes<TurnstreamWidget>, TurnstreamWidget> & {
        widget?: TurnstreamWidget['widget'];
      };
    }
  }
}
