// The npm package's way to `trouble.js`, which is part of it.

export const trouble = () => import('./trouble.js');
