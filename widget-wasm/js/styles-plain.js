// The styles of back ends without files, queues and forms.

import launcher from '../src/style/launcher.css';
import tokens from '../src/style/tokens.css';
import widget from '../src/style/widget.css';

export const styles = tokens + launcher + widget;
