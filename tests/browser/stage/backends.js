/** The widget's options for each back end, from a test's fixtures. */
export const OPTIONS_OF = {
  bloonio: ({ options }) => options,
  appengine: ({ gatewayOptions }) => gatewayOptions,
  mailoo: ({ demo }) => ({ backend: 'mailoo', bffUrl: demo.site, locale: 'en' }),
};

/** Runs in the page: presses the launcher in the frame in which it is drawn. */
export function pressAtOnce() {
  const look = () => {
    const launcher = document.querySelector('visavis-launcher')?.shadowRoot?.querySelector('[part~=launcher-button]');
    if (launcher) launcher.click();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
