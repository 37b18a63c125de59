/** The widget's options for this site's relay, which only the server knows. */
export async function widgetOptions() {
  const { base_url: baseUrl, tenant_id: tenantId, public_key: publicKey } = await config();
  return { backend: 'bloonio', baseUrl, tenantId, publicKey };
}

/** Where the operators' API is: one origin for each back end. */
export async function backendUrls() {
  const { base_url: relay, appengine } = await config();
  return [relay, appengine.base_url];
}

async function config() {
  const answer = await fetch('/config.json');
  if (!answer.ok) throw new Error(`/config.json answered ${answer.status}`);
  return answer.json();
}

/** Writes options as the attributes of an element: `baseUrl` becomes `base-url`. */
export function setOptions(element, options) {
  for (const [name, value] of Object.entries(options)) {
    element.setAttribute(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value);
  }
}
