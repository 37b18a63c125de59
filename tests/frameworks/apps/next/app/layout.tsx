import Link from 'next/link';
import type { ReactNode } from 'react';

import { ChatOfThePage } from './chat';
import { chatOptions } from './options';

export const metadata = { title: 'Next.js', icons: { icon: 'data:,' } };

// The options are those of the running server, not of the build.
export const dynamic = 'force-dynamic';

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <nav>
          <Link id="home" href="/">Home</Link> <Link id="about" href="/about">About</Link>
        </nav>
        {children}
        <ChatOfThePage options={chatOptions()} />
      </body>
    </html>
  );
}
