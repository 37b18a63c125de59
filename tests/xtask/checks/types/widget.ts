import { ChatClient, Visavis, WSClient, type Chat, type Message, type VisavisElement } from '@visavis/widget';

declare const baseUrl: string, tenantId: string, publicKey: string;

const chat: Chat = await Visavis.init({ backend: 'bloonio', baseUrl, tenantId, publicKey, locale: 'en' });
chat.open();
chat.close();
chat.toggle();
const { id } = await chat.sendMessage('Where is my order?');
const stop: () => void = chat.on('message', (m) => console.log(m.author, m.text, id));
const seen: [number, boolean, string, Message[]] = [chat.unreadCount, chat.botTyping, chat.connection, chat.messages];
await chat.identify('u_42:9f86d0…');
stop();
chat.destroy();
console.log(seen);

await Visavis.init({ backend: 'bloonio', baseUrl, tenantId, publicKey, mode: 'docked', target: document.body, identity: async () => 'u:1', load: 'eager' });
await Visavis.init({ backend: 'mailoo', projectUid: 'p', integrationId: 'i', wsOrigin: 'wss://api.mailoo.app', welcomeMessage: 'Hello' });
await Visavis.init({ backend: 'appengine', baseUrl, orgId: 'acme', configId: 'c', user: { email: 'a@b.c' }, dialect: 'seed', token: () => 'jwt' });

const element: VisavisElement = document.createElement('visavis-thread');
element.options = { visitorToken: () => Promise.resolve('a.b.c') };
element.addEventListener('visavis:unread', ({ detail }) => detail.count.toFixed());
document.addEventListener('visavis:stream', ({ detail }) => (detail.kind === 'tool-use' ? detail.tool : detail.text));
chat.on('error', ({ kind, retryInMs }) => console.log(kind === 'queue-full', retryInMs ?? 0));
chat.on('connection', ({ state, attempt }) => console.log(state === 'live', attempt));
document.querySelector('visavis-launcher')?.chat?.open();

const client = new ChatClient({ baseUrl });
const { visitor_token: visitorToken } = await client.refreshVisitorToken({ visitorToken: 'old' });
await client.identifyVisitor({ visitorToken, userId: 'u_42', userSignature: '9f86d0' });
new WSClient({ baseUrl, visitorToken }).close();
