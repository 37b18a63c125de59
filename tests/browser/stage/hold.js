/** Keeps requests for an address waiting, in a page or a context, until what is returned is called. */
export async function hold(target, address) {
  let release;
  const released = new Promise((resolve) => { release = resolve; });
  await target.route(address, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}
