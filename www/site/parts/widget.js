/** Loads the widget and returns `window.Visavis`, or `null` with a word on the page when it is not built. */
export async function loadVisavis() {
  try {
    await import('/visavis.js');
  } catch (error) {
    console.warn('The widget cannot be loaded.', error);
  }
  if (!window.Visavis) sayMissing();
  return window.Visavis ?? null;
}

function sayMissing() {
  const notice = document.querySelector('#widget-missing');
  if (notice) notice.hidden = false;
}
