import { ChatClient, Visavis, WSClient, type Chat, type ConnectOptions } from '@visavis/widget/core';

const options: ConnectOptions = { baseUrl: 'https://relay.example', tenantId: '019e4ae7-…', publicKey: 'pk_…' };
const chat: Chat = await Visavis.connect(options);
chat.on('message', ({ text }) => console.log(text));
await chat.sendMessage('Where is my order?');
await Visavis.connect({ backend: 'mailoo', bffUrl: 'https://shop.example' });
await Visavis.connect({ backend: 'appengine', baseUrl: 'https://gateway.example', orgId: 'acme', configId: 'c' });
console.log(ChatClient, WSClient);
