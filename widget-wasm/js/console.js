// What is told to whoever made the page.

import { trouble } from 'visavis-trouble';

const said = {};

/** Says something in the console, once, and makes it an error to throw. */
export function told(message, kind) {
  said[message] ??= [console.error(`visavis: ${message}`)];
  return Object.assign(new Error(message), { kind });
}

/** A mistake of the page, told with the option's name and what was expected. The words come in a file that no other page loads. */
export async function refusal([name, value], spelled) {
  return told((await words())?.mistake(name, value, spelled) ?? `the option ${spelled} is wrong`, 'configuration');
}

/** That there is no chat, with the cause and its cure. */
export async function unavailable(error) {
  // What is asked for again has another name, and is no other trouble.
  told((await words())?.explanation(error) ?? `chat is unavailable: ${error}`.split('?')[0]);
}

/** Nothing, where they cannot be had either. */
const words = () => trouble().catch(() => {});
