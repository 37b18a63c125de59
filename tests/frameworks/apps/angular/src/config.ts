import { provideBrowserGlobalErrorListeners, type ApplicationConfig } from '@angular/core';
import { provideClientHydration } from '@angular/platform-browser';

import { providers } from './app';

export const config: ApplicationConfig = { providers: [provideBrowserGlobalErrorListeners(), provideClientHydration(), ...providers] };
