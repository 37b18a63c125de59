import type { BloonioOptions } from '@visavis/widget';

/** What the page is told; nothing of it is secret. */
export function chatOptions(): BloonioOptions {
  return JSON.parse(process.env.CHAT_OPTIONS ?? '{}') as BloonioOptions;
}
