/** The widget's options for this site's relay, which only the server knows. */
export async function widgetOptions() {
  const answer = await fetch('/config.json');
  if (!answer.ok) throw new Error(`/config.json answered ${answer.status}`);
  const { base_url: baseUrl, tenant_id: tenantId, public_key: publicKey } = await answer.json();
  return { backend: 'bloonio', baseUrl, tenantId, publicKey };
}

/** Writes options as the attributes of an element: `baseUrl` becomes `base-url`. */
export function setOptions(element, options) {
  for (const [name, value] of Object.entries(options)) {
    element.setAttribute(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value);
  }
}
