// Style sheets of shadow roots: constructed once, shared by all, never inline, so that a strict policy has nothing to refuse.

const sheets = {};

/** Adds a style sheet to a shadow root. */
export function adopt(root, css) {
  if (!sheets[css]) (sheets[css] = new CSSStyleSheet()).replaceSync(css);
  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, sheets[css]])];
}
