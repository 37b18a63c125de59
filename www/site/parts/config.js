/** By back end: the widget's options for this site's servers, which only the site's server knows. */
export async function widgetOptions(backend = 'bloonio') {
  return OPTIONS[backend](await config());
}

const OPTIONS = {
  bloonio: ({ base_url: baseUrl, tenant_id: tenantId, public_key: publicKey }) => ({ backend: 'bloonio', baseUrl, tenantId, publicKey }),
  appengine: ({ appengine: { base_url: baseUrl, org_id: orgId, config_id: configId } }) => ({ backend: 'appengine', baseUrl, orgId, configId }),
  // The page asks the site it came from; no key is known here.
  mailoo: ({ mailoo: { project_uid: projectUid, integration_id: integrationId, ws_origin: wsOrigin, welcome_message: welcomeMessage } }) => ({
    backend: 'mailoo', projectUid, integrationId, wsOrigin, welcomeMessage,
  }),
};

/** Which back ends this site has: its own one only when its server is set up for it. */
export async function backendsHere() {
  const settings = await config();
  return Object.keys(OPTIONS).filter((backend) => backend !== 'mailoo' || settings.mailoo);
}

/** Where the operators' API is: one origin for each back end, the one with several people last. */
export async function backendUrls() {
  const { base_url: relay, appengine, mailoo } = await config();
  return [relay, ...(mailoo ? [mailoo.operator_url] : []), appengine.base_url];
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
