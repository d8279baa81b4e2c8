// The published React binding, as an app uses it. What a test does and sees goes through `globalThis`.
import { ChatKit, useChatKit } from '@openai/chatkit-react';
import { StrictMode, useState, version } from 'react';
import { createRoot } from 'react-dom/client';

globalThis.heard = [];
globalThis.reactVersion = version;

const hear = (name) => (detail) => void heard.push([name, detail ?? null]);

function Chat({ greeting }) {
  const chat = useChatKit({
    api: { url: '/chatkit', domainKey: 'local' },
    startScreen: { greeting },
    onClientTool: ({ name, params }) => ({ name, params, greeting }),
    onReady: hear('ready'),
    onResponseStart: hear('start'),
    onResponseEnd: hear('end'),
    onThreadChange: hear('thread'),
    onThreadLoadEnd: hear('loaded'),
    onEffect: ({ name, data }) => hear('effect')({ name, data, greeting }),
    onError: ({ error }) => hear('error')(error.message),
    onHistoryOpen: hear('history open'),
    onHistoryClose: hear('history close'),
  });
  globalThis.methods = chat;
  return <ChatKit control={chat.control} className="wide" style={{ height: '100vh' }} />;
}

function App() {
  const [greeting, setGreeting] = useState('Hello');
  const [isShown, show] = useState(true);
  Object.assign(globalThis, { setGreeting, show });
  return isShown ? <Chat greeting={greeting} /> : <p>Nothing here</p>;
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
