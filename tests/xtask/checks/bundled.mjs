import { ChatClient, Visavis, WSClient } from '@visavis/widget';

console.log(Visavis.init, ChatClient, WSClient);
