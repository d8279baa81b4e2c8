import { ChatKit, useChatKit, type UseChatKitOptions } from '@openai/chatkit-react';
import type { TurnstreamChat, WithOwnOptions } from 'turnstream-types';

const options: WithOwnOptions<UseChatKitOptions> = {
  api: { url: '/chatkit', domainKey: 'none' },
  locks: '#list',
  persist: true,
  onEffect: ({ name, undoWith }) => undoWith({ name: `undo_${name}` }),
};

/** The chat with the official hook; methods that the hook lacks are called on the element. */
export function HookedChat() {
  const { control, ref } = useChatKit(options as UseChatKitOptions);
  const undo = () => (ref.current as TurnstreamChat | null)?.undo();
  return (
    <>
      <button onClick={undo}>Undo</button>
      <ChatKit control={control} style={{ height: '100vh' }} />
    </>
  );
}
