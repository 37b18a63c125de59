import { setOptions, widgetOptions } from './parts/config.js';
import { loadVisavis } from './parts/widget.js';

const [Visavis, options] = await Promise.all([loadVisavis(), widgetOptions()]);
if (Visavis) {
  const thread = document.createElement('visavis-thread');
  setOptions(thread, options);
  document.querySelector('#slot').append(thread);
}
