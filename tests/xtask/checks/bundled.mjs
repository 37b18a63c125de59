import { ChatClient, Visavis, WSClient } from '@visavis/widget';
import { Visavis as Headless } from '@visavis/widget/core';

console.log(Visavis.init, Headless.connect, ChatClient, WSClient);
