/** The widget's options for each back end, from a test's fixtures. */
export const OPTIONS_OF = {
  bloonio: ({ options }) => options,
  appengine: ({ gatewayOptions }) => gatewayOptions,
  mailoo: ({ demo }) => ({ backend: 'mailoo', bffUrl: demo.site, locale: 'en' }),
};

/** What may become of a call that nobody answers. */
export const UNANSWERED = { 'on their way': () => {}, 'cut off': (route) => route.abort() };

/** Lets no call to a back end be answered; the page's own files come. */
export async function unanswered(page, answer) {
  await page.route((url) => url.origin !== new URL(page.url()).origin && page.url() !== 'about:blank', answer);
}

/** Runs in the page: presses the launcher in the frame in which it is drawn. */
export function pressAtOnce() {
  const look = () => {
    const launcher = document.querySelector('visavis-launcher')?.shadowRoot?.querySelector('[part~=launcher-button]');
    if (launcher) launcher.click();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
