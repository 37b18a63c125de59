import { widgetOptions } from './parts/config.js';
import { loadVisavis } from './parts/widget.js';

const find = (id) => document.getElementById(id);
const [start, toggle, send, destroy] = ['start', 'toggle', 'send', 'destroy'].map(find);
let chat = null;

start.addEventListener('click', async () => {
  start.disabled = true;
  const Visavis = await loadVisavis();
  if (!Visavis) return;
  chat = await Visavis.init(await widgetOptions());
  for (const event of ['connection', 'unread', 'typing', 'message']) chat.on(event, read);
  allow(true);
  read();
});

toggle.addEventListener('click', () => chat.toggle());
send.addEventListener('click', () => chat.sendMessage('Hello!'));
destroy.addEventListener('click', () => {
  chat.destroy();
  chat = null;
  allow(false);
  read();
});

function allow(running) {
  start.disabled = running;
  for (const button of [toggle, send, destroy]) button.disabled = !running;
}

function read() {
  const connection = chat?.connection;
  find('connection').textContent = connection?.state ?? connection ?? '–';
  find('unread').textContent = chat?.unreadCount ?? '–';
  find('typing').textContent = chat?.botTyping ?? '–';
  find('messages').textContent = chat?.messages.length ?? '–';
}
