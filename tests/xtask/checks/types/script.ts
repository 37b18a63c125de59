import type {} from '@visavis/widget/script';

const chat = await window.Visavis.init({ baseUrl: 'https://relay.example', tenantId: 't', publicKey: 'pk_…' });
chat.open();

await visavis('init', { baseUrl: 'https://relay.example', tenantId: 't', publicKey: 'pk_…' });
await visavis('open');
const { id } = await window.visavis('sendMessage', 'Where is my order?');
const stop = await visavis('on', 'unread', ({ count }) => console.log(count.toFixed(), id));
stop();
