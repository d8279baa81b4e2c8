import { useEffect, useRef } from 'react';
import type { ChatOptions, TurnstreamChat } from 'turnstream-types';
import type {} from 'turnstream-types/react';

/** The chat as a component. Changing the options keeps the open thread and the draft. */
export function Chat({ options }: { options: ChatOptions }) {
  const chat = useRef<TurnstreamChat>(null);
  useEffect(() => {
    void customElements.whenDefined('turnstream-chat').then(() => chat.current?.setOptions(options));
  }, [options]);
  return <turnstream-chat ref={chat} />;
}
