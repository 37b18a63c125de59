// Vite does not link Angular's libraries; the compiler does it in the browser.
import '@angular/compiler';
import 'zone.js';

import { bootstrapApplication } from '@angular/platform-browser';

import { App, providers } from './app';

bootstrapApplication(App, { providers }).catch((error) => console.error(error));
