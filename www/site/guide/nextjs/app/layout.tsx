import type { ReactNode } from 'react';

import { integration, socketOrigin, welcomeMessage } from '../lib/settings';

export const metadata = { title: 'A shop with a chat' };

// The settings are read for every request, so a server that is given them later needs no new build.
export const dynamic = 'force-dynamic';

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        {children}
        <Chat />
      </body>
    </html>
  );
}

/** The launcher, or nothing while the chat is not set up. Nothing here is secret: the key stays in the route handlers. */
function Chat() {
  const chat = integration();
  if (!chat) return null;
  return (
    <script
      async
      src="/visavis.js"
      data-backend="mailoo"
      data-locale="en"
      data-project-uid={chat.projectUid}
      data-integration-id={chat.integrationId}
      data-ws-origin={socketOrigin() ?? undefined}
      data-welcome-message={welcomeMessage() ?? undefined}
    />
  );
}
