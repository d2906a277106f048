/** Bad input gets a clear answer and loses nothing. */
import { expect, test } from '@playwright/test';
import { Posthorn } from './posthorn.ts';

test.describe.configure({ timeout: 90_000 });

test('garbage, an over-long line and control characters: one reply each, and the session goes on', async ({
  page,
}) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=firma1');
  await posthorn.fast();
  await posthorn.typeAll(['telnet neo 25', 'HELO pc.firma1.intr', 'kůň žluťoučký']);
  await posthorn.terminalInput().focus();
  await page.keyboard.insertText('x'.repeat(3000));
  await page.keyboard.press('Enter');
  await posthorn.settled();
  await posthorn.type('NOOP');
  const shown = await posthorn.transcript('pc');
  expect(shown.match(/^5\d\d /gm)).toHaveLength(2);
  expect(shown.trimEnd().split('\n').at(-1)).toBe('250 2.0.0 Ok');
  expect(posthorn.errors).toEqual([]);
});

test('raw mode is for connections: at the prompt a line is edited as ever', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?lesson=4');
  await posthorn.fast();
  await page.getByRole('button', { name: /^Raw mode/ }).click();
  await posthorn.terminalInput().focus();
  await page.keyboard.type('telnet mial');
  for (let i = 0; i < 3; i++) await page.keyboard.press('Backspace');
  await posthorn.type('ail.example.com 25');
  await posthorn.expectInOrder('pc', [/\$ telnet mail\.example\.com 25$/, /^220 mail\.example\.com ESMTP/]);
  const lesson = page.getByRole('region', { name: 'Lesson' });
  await lesson.getByRole('button', { name: 'Next step' }).click();
  await lesson.getByRole('button', { name: /^Skip/ }).click();
  await posthorn.terminalInput().focus();
  await page.keyboard.type('HELP');
  await page.keyboard.press('Backspace');
  await posthorn.type('O pc');
  await expect(lesson.getByText(/Your line held a backspace/)).toBeVisible();
  expect(posthorn.errors).toEqual([]);
});

test('raw mode sends the backspace itself; the screen shows it, and nothing runs', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=firma1');
  await posthorn.fast();
  await posthorn.type('telnet neo 25');
  await page.getByRole('button', { name: /^Raw mode/ }).click();
  await posthorn.terminalInput().focus();
  await page.keyboard.type('HELP');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('LO pc');
  await page.keyboard.press('Enter');
  await posthorn.settled();
  expect(await posthorn.transcript('pc')).toMatch(/50\d 5\.5\.2 Error: command not recognized\n$/);
  const sent = await page.evaluate(() =>
    window.posthorn.store
      .getState()
      .history!.log.flatMap(({ what }) =>
        what.kind === 'segment' && what.side === 'client' ? [what.octets] : [],
      )
      .join(''),
  );
  expect(sent).toMatch(/^HELP[\b\x7f]{2}LO pc\r\n$/);
  expect(posthorn.errors).toEqual([]);
});

test('a letter full of markup and escapes is shown as text', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=firma1');
  await posthorn.fast();
  const nasty = '<img src=x onerror="document.title=1"> [31m #{1+1} {{x}}';
  await posthorn.write("Jura's PC", { to: 'anna@firma1.intr', subject: nasty, text: `${nasty}\n.\n..\n` });
  await posthorn.settled();
  await expect(page.locator('#inspector, .inspector-body').first()).toContainText('onerror');
  expect(await page.title()).not.toBe('1');
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  await posthorn.typeAll(['telnet neo 110', 'USER anna', 'PASS tajne', 'RETR 1']);
  expect(await posthorn.transcript('pc')).toContain('\n...\n');
  expect(posthorn.errors).toEqual([]);
});

test('a paste of many lines keeps its order', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=firma1');
  await posthorn.fast();
  await posthorn.terminalInput().focus();
  const lines = [
    'telnet neo 25',
    'HELO pc',
    'MAIL FROM:<jura@firma1.intr>',
    'RCPT TO:<anna@firma1.intr>',
    'DATA',
  ];
  const text = [...lines, 'Subject: paste', '', 'one', '.', 'QUIT', ''].join('\n');
  await page.evaluate((pasted) => {
    const data = new DataTransfer();
    data.setData('text/plain', pasted);
    const paste = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    document.activeElement!.dispatchEvent(paste);
  }, text);
  await posthorn.settled();
  const shown = await posthorn.transcript('pc');
  expect(shown.match(/^\d{3}(?= )/gm)).toEqual(['220', '250', '250', '250', '354', '250', '221']);
  await expect(posthorn.host('neo')).toContainText('anna 1');
  expect(posthorn.errors).toEqual([]);
});

test('an unknown scenario or lesson in the address is named, with the choices', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=nosuch%3Cb%3E');
  await expect(page.getByText('There is no network called “nosuch<b>”')).toBeVisible();
  await expect(page.getByText(/These exist:.*firma1/)).toBeVisible();
  await posthorn.open('?lesson=nosuch');
  await expect(page.getByText('There is no lesson called “nosuch”')).toBeVisible();
  expect(posthorn.errors).toEqual([]);
});

test('damaged progress is kept aside, not overwritten, and the student is told', async ({ page }) => {
  const posthorn = new Posthorn(page);
  const damaged = '{"format":"posthorn-progress/1","lessons":{"smtp-by-ha';
  await page.addInitScript((text) => {
    if (localStorage.getItem('seeded') !== null) return;
    localStorage.setItem('seeded', 'yes');
    localStorage.setItem('posthorn.progress', text);
  }, damaged);
  await posthorn.open('?lesson=smtp-by-hand');
  await expect(page.getByRole('alert').filter({ hasText: /progress/i })).toBeVisible();
  const kept = () => page.evaluate(() => localStorage.getItem('posthorn.progress.damaged.1'));
  expect(await kept()).toBe(damaged);
  await posthorn.type('telnet mail.example.com 25');
  await page.waitForTimeout(800);
  expect(await kept()).toBe(damaged);
  expect(posthorn.errors).toEqual([]);
});
