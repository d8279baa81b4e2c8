import { useMemo, useRef, useState } from 'react';
import type { ChatOptions } from 'turnstream-types';
import { Chat } from './Chat';
import type { ClientToolHandlers, EffectEvent } from './contracts';

export function App() {
  const [items, setItems] = useState<readonly string[]>([]);
  const newest = useRef(items);
  newest.current = items;

  const options = useMemo<ChatOptions>(() => {
    const tools: ClientToolHandlers = {
      get_list: () => ({ items: [...newest.current] }),
    };
    return {
      api: { url: '/chatkit' },
      locks: '#list',
      persist: true,
      onEffect: (event) => {
        const { name, data, undoWith } = event as EffectEvent;
        if (name === 'add_item') {
          setItems((before) => [...before, data.name]);
          undoWith({ name: 'remove_item', data: { name: data.name } });
        } else {
          setItems((before) => before.filter((item) => item !== data.name));
        }
      },
      onClientTool: ({ name }) => tools[name as keyof ClientToolHandlers]({}),
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
