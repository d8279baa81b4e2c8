'use client';

import { useEffect, useRef } from 'react';

export default function Page() {
  const chat = useRef(null);
  useEffect(() => {
    customElements.whenDefined('openai-chatkit').then(() => chat.current?.setOptions({ api: { url: '/chatkit' } }));
  }, []);
  return <openai-chatkit ref={chat} style={{ height: '100dvh' }} />;
}
