import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (name) => name.startsWith('visavis-') } } })],
  // The development build says in the console what is wrong.
  define: { 'process.env.NODE_ENV': '"development"' },
  build: { target: 'es2022', minify: false },
});
