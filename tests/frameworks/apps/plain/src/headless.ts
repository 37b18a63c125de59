import { Visavis, type ConnectOptions } from '@visavis/widget/core';

/** An interface of one's own: a list, a count of what is unread, and four buttons. */
const [list, unread, state] = [document.createElement('ol'), document.createElement('output'), document.createElement('samp')];
document.body.append(list, unread, state);

const chat = await Visavis.connect((window as unknown as { chatOptions: ConnectOptions }).chatOptions);
for (const { author, text } of chat.messages) show(author, text);
chat.on('message', ({ author, text, replaces, history }) => !replaces && !history && show(author, text));
chat.on('unread', ({ count }) => unread.replaceChildren(String(count)));
chat.on('connection', (connection) => state.replaceChildren(connection.state));
state.replaceChildren(chat.connection);

button('open', () => chat.open());
button('close', () => chat.close());
button('send', () => chat.sendMessage('blue without an interface'));
button('end', () => chat.destroy());

function show(author: string, text: string): void {
  const item = document.createElement('li');
  item.append(`${author}: ${text}`);
  list.append(item);
}

function button(name: string, act: () => unknown): void {
  const made = document.createElement('button');
  made.append(name);
  made.addEventListener('click', act);
  document.body.append(made);
}
