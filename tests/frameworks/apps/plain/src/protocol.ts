import { ChatClient, WSClient } from '@visavis/widget';

const client = new ChatClient({ baseUrl: '$BASE_URL' });

// 1. Bootstrap (config only, no session)
const cfg = await client.fetchWidgetConfig({
  tenantId: '019e4ae7-1a2b-7c3d-8e4f-5a6b7c8d9e0f',
  widgetPublicKey: 'pk_...',
  origin: window.location.origin,
});

// 2. Create a visitor session (signed JWT)
const sess = await client.createVisitorSession({
  tenantId: cfg.tenant_id,
  widgetPublicKey: 'pk_...',
  origin: window.location.origin,
});

// 3. Open the WebSocket
const ws = new WSClient(
  { baseUrl: '$BASE_URL', visitorToken: sess.visitor_token },
  {
    onWelcome: (f) => console.log('welcome', f),
    onMessage: (f) => console.log('msg', f),
    onTyping: (f) => console.log('typing', f),
    onError: (f) => console.error('proto error', f),
  },
);
ws.connect();

// 4. Send a message
ws.send({ type: 'msg', client_msg_id: 'c1', content: 'Where is my order?' });
