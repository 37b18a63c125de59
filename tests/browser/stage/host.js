/** A page of somebody's site, as plain as can be: what it has on top is what a test puts there. */
export function hostPage({ head = '', body = '', lang = 'en', policy, headers = {} } = {}) {
  const html = `<!doctype html>
<html lang="${lang}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>A page with a chat</title>
  ${head}
</head>
<body>
  <header><p>Somebody’s site</p></header>
  <main>
    <h1>A page with a chat</h1>
    <p>Some text, and <a id="before" href="#before">a link</a>.</p>
    ${body}
  </main>
  <footer><p>The end of the page</p></footer>
</body>
</html>`;
  return { html, headers: policy ? { 'content-security-policy': policy, ...headers } : headers };
}

/** The one line that embeds the widget. */
export function scriptTag(options, { kind = 'async' } = {}) {
  return `<script ${kind} src="/visavis.js"${attributes(options, 'data-')}></script>`;
}

/** An element with its options as attributes. */
export function element(name, options, more = '') {
  return `<${name}${attributes(options)} ${more}></${name}>`;
}

/** A script tag without options: it brings the elements and `window.Visavis`, and draws nothing by itself. */
export const LIBRARY = '<script src="/visavis.js"></script>';

function attributes(options, prefix = '') {
  return Object.entries(options)
    .map(([name, value]) => ` ${prefix}${kebab(name)}="${escaped(value)}"`)
    .join('');
}

function kebab(name) {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function escaped(value) {
  return String(value).replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}
