/** What each row should stay under, beside the rows: the widget's own aims, not what others reach. */
export const BUDGETS = {
  launcherBytes: '4 KiB',
  bytes: '80 KiB bloonio',
  stream: '250 ms',
  '10000 shown': '300 ms',
  '10000 append': 'one frame (16 ms)',
  '10000 nodes': '250',
};
