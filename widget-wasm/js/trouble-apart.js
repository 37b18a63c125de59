// The script tag's way to `trouble.js`: a file of its own.

import { apart } from './apart.js';

export const trouble = () => import(apart('trouble', 'js'));
