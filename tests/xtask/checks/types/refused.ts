// What the declarations have to refuse; a line that compiles is an error here.

import { ChatClient, Visavis, WSClient } from '@visavis/widget';
import { Visavis as Headless } from '@visavis/widget/core';
import type { Command } from '@visavis/widget/script';

declare const visavis: Command;
const relay = { baseUrl: 'https://relay.example', tenantId: 't', publicKey: 'pk_…' };

// @ts-expect-error an option is missing
Visavis.init({ baseUrl: 'https://relay.example', tenantId: 't' });
// @ts-expect-error no such mode
Visavis.init({ ...relay, mode: 'popup' });
// @ts-expect-error an option of another back end
Visavis.init({ ...relay, backend: 'bloonio', orgId: 'acme' });
// @ts-expect-error no such back end
Visavis.init({ ...relay, backend: 'slack' });
// @ts-expect-error nothing is drawn there
Headless.connect({ ...relay, mode: 'docked' });
// @ts-expect-error the package with the interface has no such call
Visavis.connect(relay);
// @ts-expect-error no such event
Visavis.init(relay).then((chat) => chat.on('massage', () => {}));
// @ts-expect-error a count is no text
Visavis.init(relay).then((chat) => chat.on('unread', ({ count }) => count.trim()));
// @ts-expect-error a message is text
Visavis.init(relay).then((chat) => chat.sendMessage({ text: 'x' }));
// @ts-expect-error it can only be read
Visavis.init(relay).then((chat) => (chat.unreadCount = 0));
// @ts-expect-error the address is missing
new ChatClient({});
// @ts-expect-error the token is missing
new WSClient({ baseUrl: 'https://relay.example' });
// @ts-expect-error a frame has a type
new WSClient({ baseUrl: 'x', visitorToken: 'y' }).send({ content: 'x' });
// @ts-expect-error no such call
visavis('explode');
// @ts-expect-error the listener is missing
visavis('on', 'unread');
// @ts-expect-error an attribute that is not there
document.createElement('visavis-thread').chatty;
