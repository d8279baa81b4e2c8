import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // Without changeOrigin the chat sees the address that the page has, and knows it as its own.
  server: { proxy: { '/chatkit': { target: 'http://127.0.0.1:8000', changeOrigin: false } } },
});
