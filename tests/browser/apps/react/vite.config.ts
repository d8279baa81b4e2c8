import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // Keeps the page's Host header, so the server sees a same-origin request.
  server: { proxy: { '/chatkit': { target: 'http://127.0.0.1:8000', changeOrigin: false } } },
});
