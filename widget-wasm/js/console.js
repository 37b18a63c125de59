// The one place that writes to the page's console.

/** Says something once; the same sentence again says nothing new. */
const said = new Set();

export function complain(sentence) {
  if (said.has(sentence)) return;
  said.add(sentence);
  console.error(`visavis: ${sentence}`);
}
