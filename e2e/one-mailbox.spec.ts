/** One mailbox, two devices: what one deletes with POP3, the other, which reads with IMAP, hears of. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { Posthorn } from './posthorn.ts';

test.describe.configure({ timeout: 120_000 });

const DESKTOP = "Anna's desktop";
const PHONE = "Anna's phone";

/** Two letters lie in Anna's mailbox. */
async function withMail(page: Page): Promise<Posthorn> {
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=one-mailbox');
  await posthorn.fast();
  for (const subject of ['Bowling', 'Lunch']) {
    await posthorn.write("Walter's PC", { to: 'anna@example.com', subject, text: 'Tonight?' });
    await posthorn.settled();
  }
  await expect(posthorn.host('mail')).toContainText('anna 2');
  return posthorn;
}

async function at(posthorn: Posthorn, device: string, lines: readonly string[]): Promise<void> {
  await posthorn.choose(device, 'Open its terminal');
  await posthorn.typeAll(lines);
}

const deletes = ['telnet mail 110', 'USER anna', 'PASS tajne', 'LIST', 'DELE 1'];

/** When the server told the phone of it, and when that arrived, in simulated milliseconds. */
const expungeFlight = (page: Page) =>
  page.evaluate(() => {
    const { history } = window.posthorn.store.getState();
    return history!.log.flatMap(({ what, at: sentAt }) =>
      what.kind === 'segment' && what.to === 'phone' && what.octets.includes('* 1 EXPUNGE')
        ? [{ sentAt, arrivesAt: what.arrivesAt }]
        : [],
    );
  });

test('IDLE hears at once what POP3 deletes; terminal, map, session and log show it', async ({ page }) => {
  const posthorn = await withMail(page);
  await at(posthorn, PHONE, [
    'telnet mail 143',
    'a1 LOGIN anna tajne',
    'a2 SELECT INBOX',
    'a3 FETCH 1 BODY.PEEK[HEADER.FIELDS (SUBJECT)]',
    'a4 IDLE',
  ]);
  await posthorn.expectInOrder('phone', [
    'Connected to mail.',
    /^\* OK \[CAPABILITY IMAP4rev1 .*\] Dovecot \(Debian\) ready\.$/,
    'a1 LOGIN anna tajne',
    /^a1 OK \[CAPABILITY .*\] Logged in$/,
    'a2 SELECT INBOX',
    '* 2 EXISTS',
    /^\* OK \[UIDNEXT 3\] /,
    /^a2 OK \[READ-WRITE\] Select completed/,
    /^\* 1 FETCH \(BODY\[HEADER\.FIELDS \(SUBJECT\)\] \{\d+\}$/,
    'Subject: Bowling',
    /^a3 OK Fetch completed/,
    '+ idling',
  ]);
  await at(posthorn, DESKTOP, deletes);
  // Marked is not gone: DELE takes effect at QUIT (RFC 1939 §6).
  expect(await posthorn.transcript('phone')).not.toContain('EXPUNGE');
  await expect(posthorn.host('mail')).toContainText('anna 2');
  await posthorn.type('QUIT');
  await posthorn.expectInOrder('desktop', [
    /^\+OK Logged in/,
    '+OK Marked to be deleted.',
    /^\+OK Logging out/,
    'Connection closed by foreign host.',
  ]);
  await posthorn.expectInOrder('phone', ['+ idling', '* 1 EXPUNGE']);
  await expect(posthorn.host('mail')).toContainText('anna 1');

  // On the map it flies from the server to the phone, which asked for nothing.
  const [flight] = await expungeFlight(page);
  const end = await page.evaluate(() => window.posthorn.store.getState().now);
  await posthorn.seek(flight!.sentAt + (flight!.arrivesAt - flight!.sentAt) / 2);
  const list = page.getByRole('list', { name: 'On its way now' });
  await expect(list).toContainText(`mail to ${PHONE}: * 1 EXPUNGE`);
  await posthorn.seek(end);

  // The session of the phone is the one that is open.
  await page.getByRole('tab', { name: 'Session' }).click();
  await expect(page.getByRole('combobox', { name: 'Connection' })).toContainText(
    `${PHONE} → mail · IMAP 143`,
  );
  const diagram = page.getByRole('img', { name: /^State diagram of IMAP\. .* selected\.$/ });
  await expect(diagram).toBeVisible();
  const last = page.locator('.exchange').last();
  await expect(last).toContainText('* 1 EXPUNGE');
  await expect(last.getByRole('img', { name: 'news' })).toBeVisible();
  await expect(page.locator('.known')).toContainText('INBOX');
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);

  // The log says so, under IMAP, and why: somebody said QUIT to the POP3 server.
  await page.getByRole('tab', { name: 'Log' }).click();
  await page.getByRole('combobox', { name: 'Protocol' }).selectOption('imap');
  await page.getByRole('option', { name: /mail tells Anna's phone unasked.*\* 1 EXPUNGE/s }).click();
  await expect(page.getByRole('list', { name: 'From the first cause to this' })).toContainText('QUIT');
  expect(posthorn.errors).toEqual([]);
});

test('without IDLE the phone hears when it asks, and its numbers follow', async ({ page }) => {
  const posthorn = await withMail(page);
  await at(posthorn, PHONE, ['telnet mail imap', 'a1 LOGIN anna tajne', 'a2 SELECT INBOX']);
  await at(posthorn, DESKTOP, [...deletes, 'QUIT']);
  expect(await posthorn.transcript('phone')).not.toContain('EXPUNGE');
  await at(posthorn, PHONE, ['a3 NOOP', 'a4 FETCH 1 BODY[]', 'a5 LOGOUT']);
  await posthorn.expectInOrder('phone', [
    'a3 NOOP',
    '* 1 EXPUNGE',
    /^a3 OK NOOP completed/,
    // What was the second letter is the first now.
    /^\* 1 FETCH \(FLAGS \(\\Seen(?: \\Recent)?\) BODY\[\] \{\d+\}$|^\* 1 FETCH \(BODY\[\] \{\d+\}$/,
    'Subject: Lunch',
    /^a4 OK Fetch completed/,
    '* BYE Logging out',
    /^a5 OK Logout completed/,
    'Connection closed by foreign host.',
  ]);
  await page.getByRole('tab', { name: 'Session' }).click();
  const connection = page.getByRole('combobox', { name: 'Connection' });
  await connection.selectOption(`${PHONE} → mail · IMAP 143 · closed`);
  const exchanges = page.locator('.exchange');
  await expect(exchanges.filter({ hasText: 'a3 NOOP' })).toContainText('* 1 EXPUNGE');
  // It is over: LOGOUT led from the mailbox to the end.
  await expect(page.getByRole('img', { name: /^State diagram of IMAP\. .* logout\.$/ })).toBeVisible();
  expect(posthorn.errors).toEqual([]);
});

test('the letter that IMAP fetches is an envelope on the map', async ({ page }) => {
  const posthorn = await withMail(page);
  await at(posthorn, PHONE, [
    'telnet mail 143',
    'a1 LOGIN anna tajne',
    'a2 SELECT INBOX',
    'a3 FETCH 1 BODY[]',
  ]);
  const flights = (await posthorn.letterFlights()).filter(({ to }) => to === 'phone');
  expect(flights).toHaveLength(1);
  await posthorn.seek((flights[0]!.sentAt + flights[0]!.arrivesAt) / 2);
  await expect(page.getByRole('list', { name: 'On its way now' })).toContainText(/FETCH · \d+ B/);
  expect(posthorn.errors).toEqual([]);
});
