import { mergeApplicationConfig } from '@angular/core';
import { bootstrapApplication, type BootstrapContext } from '@angular/platform-browser';
import { RenderMode, provideServerRendering, withRoutes } from '@angular/ssr';

import { App, config } from './app';

const onServer = { providers: [provideServerRendering(withRoutes([{ path: '**', renderMode: RenderMode.Prerender }]))] };

export default (context: BootstrapContext) => bootstrapApplication(App, mergeApplicationConfig(config, onServer), context);
