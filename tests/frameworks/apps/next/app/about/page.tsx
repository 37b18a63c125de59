import type { VisavisElement } from '@visavis/widget';
import type { DetailedHTMLProps, HTMLAttributes } from 'react';

import { chatOptions } from '../options';

type ThreadAttributes = DetailedHTMLProps<HTMLAttributes<VisavisElement>, VisavisElement> & Record<`${string}-${string}`, string>;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'visavis-thread': ThreadAttributes;
    }
  }
}

/** The element stands in the HTML that the server sends. */
export default function About() {
  const { baseUrl, tenantId, publicKey } = chatOptions();
  return (
    <>
      <h1>About</h1>
      <visavis-thread base-url={baseUrl} tenant-id={tenantId} public-key={publicKey} />
    </>
  );
}
