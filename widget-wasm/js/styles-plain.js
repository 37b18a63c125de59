// The styles of back ends without files, queues and forms.

import bubble from '../src/style/bubble.css';
import widget from '../src/style/widget.css';

export const styles = widget + bubble;
