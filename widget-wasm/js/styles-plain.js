// The styles of back ends without files, queues and forms.

export { default as styles } from '../src/style/widget.css';
export const enliven = undefined;
