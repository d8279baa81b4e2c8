import { useMemo, useRef, useState } from 'react';
import type { ChatOptions } from 'turnstream-types';
import { Chat } from './Chat';
import type { ClientToolCall, ClientToolHandlers, TypedOptions } from './contracts';

export function App() {
  const [items, setItems] = useState<readonly string[]>([]);
  const newest = useRef(items);
  newest.current = items;

  const options = useMemo<TypedOptions<ChatOptions>>(() => {
    const tools: ClientToolHandlers = {
      get_list: () => ({ items: [...newest.current] }),
    };
    return {
      api: { url: '/chatkit' },
      locks: '#list',
      persist: true,
      onEffect: ({ name, data, undoWith }) => {
        if (name === 'add_item') {
          setItems((before) => [...before, data.name]);
          undoWith({ name: 'remove_item', data: { name: data.name } });
        } else {
          setItems((before) => before.filter((item) => item !== data.name));
        }
      },
      onClientTool: <Name extends keyof ClientToolHandlers>({ name, params }: ClientToolCall<Name>) => tools[name](params),
      onError: ({ error }) => console.warn('chat:', error.message),
    };
  }, []);

  return (
    <div style={{ display: 'grid', gridTemplateColumns: '1fr 400px', height: '100vh' }}>
      <main id="list">
        <h1>Packing list</h1>
        <ul>
          {items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      </main>
      <Chat options={options} />
    </div>
  );
}
