import { defineConfig } from 'vite';

export default defineConfig({
  // The development server must not move the widget away from its module.
  optimizeDeps: { exclude: ['@visavis/widget'] },
  build: { target: 'es2022', rollupOptions: { input: ['index.html', 'protocol.html', 'headless.html'] } },
});
