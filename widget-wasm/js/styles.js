// Style sheets of shadow roots: constructed once, shared by all, never inline, so that a strict policy has nothing to refuse.

const sheets = new Map();

/** Adds a style sheet to a shadow root. */
export function adopt(root, css) {
  let sheet = sheets.get(css);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    sheets.set(css, sheet);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
