/** By back end: the widget's options for this site's servers, which only the site's server knows. */
export async function widgetOptions(backend = 'bloonio') {
  const { base_url: baseUrl, tenant_id: tenantId, public_key: publicKey, appengine } = await config();
  const { base_url: gateway, org_id: orgId, config_id: configId } = appengine;
  return backend === 'appengine' ? { backend, baseUrl: gateway, orgId, configId } : { backend, baseUrl, tenantId, publicKey };
}

/** Where the operators' API is: one origin for each back end, the one with several people last. */
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
