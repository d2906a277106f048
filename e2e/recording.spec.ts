/** What real clients said to `npm run serve` is seen again in the page. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, test } from '@playwright/test';
import { Posthorn } from './posthorn.ts';

/** A letter over a real socket to a real `serve`; resolves when the recording is written. */
async function recordVisit(file: string): Promise<void> {
  const args = ['--scenario', 'firma1', '--smtp', '0', '--client-ip', '192.0.2.7', '--record', file];
  const serve = spawn(process.execPath, ['--import', 'tsx', 'src/node/serve/serve.ts', ...args]);
  const exited = once(serve, 'exit');
  let port = 0;
  for await (const line of createInterface({ input: serve.stderr })) {
    port = Number(/smtp .*:(\d+)$/.exec(line)?.[1]);
    if (port > 0) break;
  }
  const socket = connect(port, '127.0.0.1');
  const says = [
    'HELO client.example.net',
    'MAIL FROM:<ann@example.org>',
    'RCPT TO:<jura@firma1.intr>',
    'DATA',
    'Subject: from outside\r\n\r\nhello\r\n.',
    'QUIT',
  ];
  for await (const line of createInterface({ input: socket }))
    if (/^\d{3} /.test(line)) socket.write(`${says.shift() ?? ''}\r\n`);
  serve.kill('SIGTERM');
  await exited;
}

test('a recorded visit is played on the map, and the letter can be read', async ({ page }, info) => {
  const posthorn = new Posthorn(page);
  const file = info.outputPath('visit.json');
  await recordVisit(file);
  await posthorn.open('?scenario=two-companies');
  const open = async (chosen: Parameters<import('@playwright/test').FileChooser['setFiles']>[0]) => {
    await page.getByRole('button', { name: /^Network: / }).click();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('menuitem', { name: 'Open a recording' }).click();
    await (await chooser).setFiles(chosen);
  };
  const damaged = readFileSync(file, 'utf8').replace('"kind":"open"', '"kind":"poweroff"');
  await open({ name: 'visit.json', mimeType: 'application/json', buffer: Buffer.from(damaged) });
  await expect(page.getByText(/That file is no recording that can be played: gestures\.0/)).toBeVisible();
  await expect(page.getByRole('button', { name: /^Network: Two/ })).toBeVisible();

  await open(file);
  await expect(page.getByText('The recording is open at its beginning.', { exact: false })).toBeVisible();
  await expect(page.getByText('192.0.2.7').first()).toBeVisible();
  await posthorn.fast();
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await posthorn.settled();
  await page.getByRole('tab', { name: 'Log' }).click();
  await expect(page.getByText('RCPT TO:<jura@firma1.intr>').first()).toBeVisible();
  expect(posthorn.errors).toEqual([]);
});
