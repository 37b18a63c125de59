import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// React's development build mounts every component twice, which is what a test wants to see.
export default defineConfig({ plugins: [react()], define: { 'process.env.NODE_ENV': '"development"' }, build: { target: 'es2022', minify: false } });
