/** A letter's way in the page: map, envelope, postmarks, letter, time. */
import { expect, test } from '@playwright/test';
import { Posthorn } from './posthorn.ts';

const LETTER = { to: 'walter@example.org', subject: 'Bowling', text: 'Tonight?' };

async function sent(posthorn: Posthorn): Promise<void> {
  await posthorn.open('?scenario=firma1');
  await posthorn.fast();
  await posthorn.write("Jura's PC", LETTER);
  await posthorn.settled();
}

test('the envelope moves along the line with the simulated clock, and nothing else moves it', async ({
  page,
}) => {
  const posthorn = new Posthorn(page);
  await sent(posthorn);
  const flights = await posthorn.letterFlights();
  expect(flights.map(({ from, to }) => `${from} ${to}`)).toEqual(['pc neo', 'neo mx1', 'mx1 store']);
  const relay = flights[1]!;
  const map = page.locator('.react-flow').first();
  const at = async (share: number): Promise<string> => {
    await posthorn.seek(relay.sentAt + (relay.arrivesAt - relay.sentAt) * share);
    await page.mouse.move(5, 5);
    return (await map.screenshot()).toString('base64');
  };
  const early = await at(0.3);
  const late = await at(0.7);
  expect(early).not.toBe(late);
  expect(await at(0.3)).toBe(early);
  expect(posthorn.errors).toEqual([]);
});

test('postmarks appear as relays accept, and are the Received lines of the letter, newest on top', async ({
  page,
}) => {
  const posthorn = new Posthorn(page);
  await sent(posthorn);
  const accepted = await page.evaluate(() => {
    const { history } = window.posthorn.store.getState();
    return history!.log.flatMap(({ what, at }) =>
      what.kind === 'fact' && (what.fact as { kind: string }).kind === 'accepted' ? [at] : [],
    );
  });
  expect(accepted).toHaveLength(3);
  const postmarks = page.locator('.postmark');
  const fields = page.locator('.field-row.received');
  for (const [index, instant] of accepted.entries()) {
    await posthorn.seek(instant + 1);
    await expect(postmarks).toHaveCount(index + 1);
    await expect(fields).toHaveCount(index + 1);
  }
  await posthorn.seek(accepted[1]! + 1);
  await expect(fields.nth(0)).toContainText('by mx1.example.org (Postfix) with ESMTP');
  await expect(fields.nth(1)).toContainText('by neo.firma1.intr (Postfix) with ESMTP');
  await expect(fields.nth(1)).toContainText('for <walter@example.org>');
  expect(posthorn.errors).toEqual([]);
});

test('the letter is fetched with POP3 and has the same Received lines', async ({ page }) => {
  test.setTimeout(90_000);
  const posthorn = new Posthorn(page);
  await sent(posthorn);
  await posthorn.choose("Walter's PC", 'Open its terminal');
  await posthorn.typeAll(['telnet store.example.org 110', 'USER walter', 'PASS bowling', 'RETR 1', 'QUIT']);
  await posthorn.expectInOrder('walterpc', [
    /^\+OK /,
    '+OK Logged in.',
    /^Received: from mx1\.example\.org/,
    /^Received: from neo\.firma1\.intr/,
    /^Received: from pc\.firma1\.intr/,
    'Subject: Bowling',
    'Tonight?',
    '.',
    /^\+OK Logging out/,
  ]);
  expect(posthorn.errors).toEqual([]);
});

test('typing in the past forks; undo brings the old branch back', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await sent(posthorn);
  const before = await page.evaluate(() => window.posthorn.store.getState().history!.log.length);
  const relay = (await posthorn.letterFlights())[1]!;
  await posthorn.seek(relay.sentAt);
  await posthorn.type('help');
  const after = await page.evaluate(() => {
    const { history, undo } = window.posthorn.store.getState();
    return { shell: window.posthorn.terminal('pc'), undo: undo.length, actions: history!.actions.length };
  });
  expect(after.shell).toContain('telnet HOST PORT');
  expect(after.undo).toBe(1);
  // The letter goes on in the new branch as it did in the old one.
  expect((await posthorn.letterFlights()).map(({ to }) => to)).toEqual(['neo', 'mx1', 'store']);
  await page.getByRole('button', { name: /^Undo/ }).first().click();
  const back = await page.evaluate(() => ({
    events: window.posthorn.store.getState().history!.log.length,
    shell: window.posthorn.terminal('pc'),
  }));
  expect(back.events).toBe(before);
  expect(back.shell).not.toContain('telnet HOST PORT');
  expect(posthorn.errors).toEqual([]);
});

test('pause, step, speed and rewind hold for clock, map and terminal at once', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=firma1');
  await posthorn.terminalInput().focus();
  await page.keyboard.type('telnet neo 25');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  const paused = await page.evaluate(() => window.posthorn.store.getState().now);
  await page.waitForTimeout(400);
  expect(await page.evaluate(() => window.posthorn.store.getState().now)).toBe(paused);
  expect(await posthorn.transcript('pc')).not.toContain('Connected');
  for (let steps = 0; steps < 40 && !(await posthorn.transcript('pc')).includes('220 neo'); steps++) {
    await page.getByRole('button', { name: 'Next event' }).click();
    await page.waitForTimeout(30);
    await page.evaluate(() => window.posthorn.store.getState().frame(1000));
  }
  expect(await posthorn.transcript('pc')).toContain('220 neo.firma1.intr ESMTP');
  await page.getByRole('button', { name: 'Back to the start' }).click();
  expect(await posthorn.transcript('pc')).not.toContain('Trying');
  expect(posthorn.errors).toEqual([]);
});

test('a second exchanger takes the letter when the first is off; with both off it waits and is tried again', async ({
  page,
}) => {
  test.setTimeout(90_000);
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=firma1');
  await posthorn.fast();
  await posthorn.choose('mx1', 'Switch off');
  await posthorn.write("Jura's PC", LETTER);
  await posthorn.settled();
  await posthorn.choose('mx2', 'Switch off');
  await posthorn.write("Jura's PC", { ...LETTER, subject: 'Second' });
  await posthorn.settled();
  await expect(posthorn.host('neo')).toContainText('queue 1');
  await posthorn.choose('mx1', 'Switch on');
  for (let steps = 0; steps < 5; steps++) {
    await page.getByRole('button', { name: 'Next event' }).click();
    await posthorn.page.waitForTimeout(600);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await posthorn.settled();
    if ((await posthorn.letterFlights()).filter(({ to }) => to === 'store').length === 2) break;
  }
  await expect(posthorn.host('store')).toContainText('walter 2');
  expect(posthorn.errors).toEqual([]);
});

test('a pause holds: what a command brings is stepped through to its end, and what is far off is announced', async ({
  page,
}) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=firma1');
  await page.getByRole('button', { name: 'Pause' }).click();
  await posthorn.terminalInput().focus();
  await page.keyboard.type('telnet neo 25');
  await page.keyboard.press('Enter');
  await expect(page.locator('.terminal-hint')).toHaveText(/^Paused: nothing moves/);
  const note = page.locator('.clock-note');
  const step = page.getByRole('button', { name: 'Next event' });
  await expect(async () => {
    await step.click();
    await expect(note).toHaveText('timeout at 05:00', { timeout: 1000 });
  }).toPass();
  expect((await posthorn.transcript('pc')).trimEnd()).toMatch(/\n220 neo\.firma1\.intr ESMTP Postfix$/);
  // The end of the server's patience is a step of its own, and what follows is seen to its end.
  await step.click();
  await expect(async () => {
    await step.click();
    expect(await posthorn.transcript('pc')).toMatch(/421 4\.4\.2 .*\nConnection closed by foreign host\.\n/);
    await expect(note).toHaveText('paused', { timeout: 1000 });
  }).toPass();
  expect(posthorn.errors).toEqual([]);
});
