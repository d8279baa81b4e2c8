// The published React binding with whatever options a test gives: `given` before the app, `setGiven` while it runs.
import { ChatKit, useChatKit } from '@openai/chatkit-react';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

function App() {
  const [given, setGiven] = useState(globalThis.given);
  const chat = useChatKit({ ...given, api: { url: '/chatkit', domainKey: 'local', ...given.api } });
  Object.assign(globalThis, { setGiven, methods: chat });
  return <ChatKit control={chat.control} style={{ height: '100vh' }} />;
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
