import { OTHER_SIDE } from '../stage/other-side.js';
import { expect, test } from '../stage/test.js';

for (const [backend, otherSide] of Object.entries(OTHER_SIDE)) {
  test(`the network is gone and comes back: everything catches up by itself, once and in order: ${backend}`, async ({ page, widget, context, stand, options, gatewayOptions, demo, relay, gateway, mailoo }) => {
    const other = await otherSide({ stand, options, gatewayOptions, demo, relay, gateway, mailoo });
    await other.begin(page, widget);
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    const network = (offline) => devtools.send('Network.emulateNetworkConditions', { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });

    await network(true);
    // The browser refuses calls and new lines, and leaves one that is open alone, which a network that is gone does not.
    await other.cut();
    await expect(widget.status).toContainText(/offline/i);
    for (const text of ['one', 'two']) await widget.say(text);
    for (const text of ['one', 'two']) await expect(widget.message('visitor', text)).toHaveAttribute('data-status', 'pending');
    await other.reply('Are you still there?');
    expect(await other.heard()).toEqual([other.opening]);
    expect((await other.lines()).open).toBe(0);

    await network(false);
    await widget.says('agent', 'Are you still there?');
    for (const text of ['one', 'two']) await widget.sent(text);
    await expect(widget.status).toBeHidden();
    const said = [other.opening, 'one', 'two'];
    expect(await other.heard()).toEqual(said);
    expect(await widget.texts('visitor')).toEqual(said);
    expect(await widget.texts('agent')).toEqual(['Are you still there?']);
  });
}
