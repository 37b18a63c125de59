import { element, LIBRARY, scriptTag } from '../stage/host.js';
import { expect, test } from '../stage/test.js';

test.describe('one line of HTML', () => {
  for (const kind of ['async', 'defer', '', 'type="module"']) {
    test(`as a script ${kind || 'without an attribute'}: a launcher, a panel, a message, an answer`, async ({ host, widget, options, relay }) => {
      await host({ body: scriptTag(options, { kind }) });
      await expect(widget.launcher).toBeVisible();
      await expect(widget.panel).toBeHidden();
      await widget.open();
      await expect(widget.panel).toBeVisible();
      await widget.say('Where is my order 1002?');
      await widget.sent('Where is my order 1002?');
      await widget.says('bot', 'Order 1002');
      expect(await relay.heardFrom(await widget.session())).toEqual(['Where is my order 1002?']);
    });
  }

  test('in the head and, by mistake, a second time: still one launcher', async ({ host, widget, options }) => {
    await host({ head: scriptTag(options), body: scriptTag(options) });
    await widget.heard('ready');
    await expect(widget.launcher).toHaveCount(1);
    await widget.open();
    await expect.poll(() => widget.holdings().then(({ openSockets }) => openSockets)).toBe(1);
  });

  test('without options only brings the elements and window.Visavis', async ({ host, page, widget, options }) => {
    await host({ body: `${element('visavis-thread', options)}${LIBRARY}` });
    await expect(widget.field).toBeVisible();
    await expect(widget.launcher).toHaveCount(0);
    expect(await page.evaluate(() => typeof window.Visavis.init)).toBe('function');
  });
});

test.describe('what the options of the tag do', () => {
  test('position', async ({ host, widget, options, page }) => {
    const left = async () => {
      await widget.heard('ready');
      return (await widget.launcher.boundingBox()).x + 20 < page.viewportSize().width / 2;
    };
    await host({ body: scriptTag(options) });
    expect(await left()).toBe(false);
    await host({ body: scriptTag({ ...options, position: 'left' }) }, { path: '/host/left' });
    expect(await left()).toBe(true);
    await widget.open();
    const panel = await widget.panel.boundingBox();
    expect(panel.x + panel.width / 2).toBeLessThan(page.viewportSize().width / 2);
  });

  test('colorScheme: auto follows the system, light and dark do not', async ({ host, page, widget, options }) => {
    const brightness = async (colorScheme, system) => {
      await page.emulateMedia({ colorScheme: system });
      const given = colorScheme ? { ...options, colorScheme } : options;
      await host({ body: scriptTag(given) }, { path: `/host/${colorScheme}-${system}` });
      await widget.open();
      return widget.panel.evaluate((panel) => {
        const [red, green, blue] = getComputedStyle(panel).backgroundColor.match(/[\d.]+/g).map(Number);
        return red + green + blue;
      });
    };
    const light = await brightness(undefined, 'light');
    const dark = await brightness(undefined, 'dark');
    expect(light).toBeGreaterThan(dark + 200);
    expect(await brightness('auto', 'dark')).toBe(dark);
    expect(await brightness('light', 'dark')).toBe(light);
    expect(await brightness('dark', 'light')).toBe(dark);
  });

  test('locale: the page decides unless the option does', async ({ host, page, widget, options, relay }) => {
    const { locale: _, ...rest } = options;
    await host({ lang: 'fr', body: scriptTag(rest) }, { path: '/host/fr' });
    await expect(widget.launcher).toHaveAccessibleName(/discussion/i);
    await widget.open();
    await widget.say('bleu');
    await widget.says('bot', 'Vous avez dit : bleu');
    expect((await relay.conversation(await widget.session())).locale).toBe('fr');
    await page.evaluate(() => localStorage.clear());
    await host({ lang: 'fr', body: scriptTag(options) }, { path: '/host/en' });
    await expect(widget.launcher).toHaveAccessibleName(/chat/i);
  });

  test('sessionMode, routingKey and metadata travel with a new session', async ({ host, page, widget, options, relay }) => {
    const given = { ...options, sessionMode: 'human', routingKey: 'store-7', metadata: '{"plan":"pro","seats":3}' };
    await host({ body: scriptTag(given) });
    const creation = page.waitForRequest((request) => request.url().endsWith('/create/visitor-session') && request.method() === 'POST');
    await widget.open();
    expect((await creation).postDataJSON()).toMatchObject({
      mode: 'human', routing_key: 'store-7', metadata: { plan: 'pro', seats: 3 }, locale: 'en', tenant_id: options.tenantId,
      widget_public_key: options.publicKey, origin: new URL(page.url()).origin,
    });
    await widget.say('Is anybody there?');
    await widget.sent('Is anybody there?');
    const session = await widget.session();
    await relay.operate(session, 'reply', { text: 'Yes, I am.' });
    await widget.says('agent', 'Yes, I am.');
    expect(await widget.texts('bot')).toEqual([]);
    expect(await relay.conversation(session)).toMatchObject({ mode: 'human', routing_key: 'store-7' });
  });

  test('identity makes the visitor known', async ({ host, widget, options, relay }) => {
    const before = await relay.counts();
    await host({ body: scriptTag({ ...options, identity: relay.identity('u_42') }) });
    await widget.open();
    await widget.heard('session', { change: 'identified' });
    expect((await relay.conversation(await widget.session())).user_id).toBe('u_42');
    const after = await relay.counts();
    expect([after.creates - before.creates, after.identifies - before.identifies]).toEqual([1, 1]);
  });
});

test.describe('what a visitor sees', () => {
  test.beforeEach(async ({ host, options }) => {
    await host({ body: scriptTag(options) });
  });

  test('the parts that a page styles and a test finds', async ({ widget, relay }) => {
    await widget.open();
    for (const part of ['panel', 'header', 'close-button', 'thread', 'composer', 'composer-input', 'send-button']) {
      await expect(widget.part(part), part).toBeVisible();
    }
    await widget.converse('blue there');
    const own = widget.message('visitor', 'blue there');
    await expect(own.locator('[part~="bubble"]')).toBeVisible();
    await expect(own).toHaveAttribute('data-id', /.+/);
    await expect(widget.messages('bot').first()).toHaveAttribute('data-id', /.+/);
    await relay.say(await widget.session(), 'Somebody else wrote this.', 'system');
    await widget.says('system', 'Somebody else wrote this.');
    const ids = await widget.messages().evaluateAll((messages) => messages.map(({ dataset }) => dataset.id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('the send button sends, too, and an empty message goes nowhere', async ({ widget, relay }) => {
    await widget.open();
    await widget.field.fill('   ');
    await widget.part('send-button').click({ force: true });
    await widget.field.press('Enter');
    await widget.field.fill('by the button');
    await widget.part('send-button').click();
    await widget.sent('by the button');
    expect(await relay.heardFrom(await widget.session())).toEqual(['by the button']);
    expect(await widget.texts('visitor')).toEqual(['by the button']);
  });

  test('somebody types', async ({ widget, relay }) => {
    await widget.open();
    await widget.converse('blue');
    await expect(widget.part('typing')).toBeHidden();
    await relay.operate(await widget.session(), 'typing', { state: 'start' });
    await expect(widget.part('typing')).toBeVisible();
    await relay.operate(await widget.session(), 'typing', { state: 'stop' });
    await expect(widget.part('typing')).toBeHidden();
  });

  test('a person has a name, in the header and on the message', async ({ widget, relay }) => {
    await widget.open();
    await widget.converse('blue');
    await relay.operate(await widget.session(), 'reply', { operator: 'Noor', text: 'Good morning!' });
    await widget.says('agent', 'Good morning!');
    await expect(widget.message('agent', 'Good morning!')).toContainText('Noor');
    await expect(widget.part('header')).toContainText('Noor');
  });

  test('what arrives while the panel is closed is counted', async ({ widget, relay, page }) => {
    await widget.open();
    await widget.converse('blue');
    await widget.part('close-button').click();
    await expect(widget.panel).toBeHidden();
    await expect(widget.part('badge')).toBeHidden();
    await relay.say(await widget.session(), 'One more thing.');
    await expect(widget.part('badge')).toHaveText('1');
    await expect(widget.launcher).toHaveAccessibleName(/1 unread/);
    await relay.say(await widget.session(), 'And another.');
    await expect(widget.part('badge')).toHaveText('2');
    expect((await widget.events('unread')).map(({ detail }) => detail.count)).toEqual([1, 2]);
    await widget.launcher.click();
    await widget.says('bot', 'And another.');
    await expect(widget.part('badge')).toBeHidden();
    expect((await widget.events('unread')).at(-1).detail.count).toBe(0);
    expect(await page.title()).toBe('A page with a chat');
  });

  test('text from the other side is text, and its links are tame', async ({ widget, relay, page }) => {
    await widget.open();
    await widget.converse('blue');
    const session = await widget.session();
    await relay.say(session, '<img src=x onerror="window.harmed=1"><b>bold?</b> <script>window.harmed=2</script>');
    await widget.says('bot', '<b>bold?</b>');
    await relay.say(session, '[bad](javascript:window.harmed=3) [data](data:text/html,x) [good](https://shop.example/a?b=1) [mail](mailto:a@b.example)');
    await widget.says('bot', 'good');
    const links = widget.message('bot', 'good').getByRole('link');
    expect(await links.evaluateAll((all) => all.map(({ href }) => href))).toEqual(['https://shop.example/a?b=1', 'mailto:a@b.example']);
    for (const word of ['noopener', 'noreferrer', 'nofollow', 'ugc']) {
      await expect(links.first()).toHaveAttribute('rel', new RegExp(`\\b${word}\\b`));
    }
    expect(await page.evaluate(() => window.harmed)).toBe(undefined);
    await expect(widget.panel.locator('img[src="x"], script')).toHaveCount(0);
  });

  test('a long answer is formatted: lists, bold, links', async ({ widget }) => {
    await widget.open();
    await widget.say('How much is shipping?');
    await widget.says('bot', 'Shipping is');
    const answer = widget.messages('bot').last();
    await expect(answer.getByRole('listitem')).toHaveCount(2);
    await expect(answer.locator('strong')).toHaveText('€4.90');
  });

  test('a message too long to send stays in the field, and says why', async ({ widget, relay }) => {
    await widget.open();
    await widget.field.fill('x'.repeat(16_001));
    await widget.field.press('Enter');
    await expect(widget.part('toast')).toContainText(/16.?000/);
    await expect(widget.field).toHaveValue('x'.repeat(16_001));
    await widget.field.fill('short');
    await widget.field.press('Enter');
    await widget.sent('short');
    await expect(widget.part('toast')).toBeHidden();
    expect(await relay.heardFrom(await widget.session())).toEqual(['short']);
  });

  test('a refused message says so and can be sent again', async ({ page, widget, relay }) => {
    let refusing = true;
    await page.routeWebSocket(/\/ws\/widget/, (visitor) => {
      const relayEnd = visitor.connectToServer();
      visitor.onMessage((frame) => {
        const { type, client_msg_id } = JSON.parse(frame);
        if (type === 'msg' && refusing) {
          visitor.send(JSON.stringify({ type: 'error', code: 'invalid_content', message: 'Not like this.', client_msg_id }));
        } else relayEnd.send(frame);
      });
    });
    await page.reload();
    await widget.open();
    await widget.say('May I?');
    const own = widget.message('visitor', 'May I?');
    await expect(own).toHaveAttribute('data-status', 'failed');
    await widget.heard('message-status', { status: 'failed' });
    refusing = false;
    await own.getByRole('button', { name: /again|retry/i }).click();
    await widget.sent('May I?');
    expect(await relay.heardFrom(await widget.session())).toEqual(['May I?']);
    expect(await widget.texts('visitor')).toEqual(['May I?']);
  });
});
