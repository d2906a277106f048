/** Lessons graded live in the page, and progress that survives. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { Posthorn } from './posthorn.ts';

test.describe.configure({ timeout: 120_000 });

test('SMTP by hand: tasks are stamped with the reply that proved them, a mistake is named, a reload keeps it', async ({
  page,
}) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?lesson=smtp-by-hand');
  await posthorn.fast();
  const task = (id: string) => page.locator(`[data-task="${id}"]`);
  const lesson = page.getByRole('region', { name: 'Lesson' });
  await posthorn.type('telnet mail.example.com 25');
  await expect(task('open').locator('.stamp.passed')).toBeVisible();
  await lesson.getByText('The server is ready for your commands.').click();
  await lesson.getByRole('button', { name: 'Check' }).click();
  await lesson.getByRole('button', { name: 'Next step' }).click();
  const subject = /subject\s+(\w+)/.exec(await lesson.innerText())?.[1] ?? '';
  expect(subject).not.toBe('');

  await posthorn.type('HELO pc.example.com');
  await expect(task('helo').locator('.stamp.passed')).toContainText('250');
  await posthorn.type('RCPT TO:<walter@example.org>');
  await expect(lesson.locator('.note-head').filter({ hasText: 'Recipient before sender' })).toBeVisible();
  await posthorn.typeAll(['MAIL FROM:<dude@example.com>', 'RCPT TO:<walter@example.org>']);
  await expect(task('mail').locator('.stamp.passed')).toContainText('250');
  await expect(task('rcpt').locator('.stamp.passed')).toContainText('250');
  await posthorn.typeAll(['DATA', `Subject: ${subject}`, '', 'See you at eight.', '.']);
  await expect(task('message').locator('.stamp.passed')).toBeVisible();
  await posthorn.type('QUIT');
  await expect(task('quit').locator('.stamp.passed')).toContainText('221');

  await page.waitForTimeout(800);
  await page.reload();
  await posthorn.open('?lesson=smtp-by-hand');
  await expect(lesson).toContainText(/Step 3 of 4/i);
  await expect
    .poll(() => posthorn.transcript('pc'))
    .toContain('221 2.0.0 mail.example.com closing connection');
  const saved = await page.evaluate(() => localStorage.getItem('posthorn.progress'));
  expect(JSON.parse(saved!).lessons['smtp-by-hand']).toBeTruthy();
  expect(posthorn.errors).toEqual([]);
});

test('rewinding does not unpass, and a fork goes on counting', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?lesson=smtp-by-hand');
  await posthorn.fast();
  await posthorn.type('telnet mail.example.com 25');
  const stamp = page.locator('[data-task="open"] .stamp');
  await expect(stamp).toHaveClass(/passed/);
  await posthorn.seek(0);
  await expect(stamp).toHaveClass(/passed|earlier/);
  await posthorn.type('telnet mail.example.com 25');
  expect(await posthorn.transcript('pc')).toContain('220 mail.example.com');
  await expect(stamp).toHaveClass(/passed|earlier/);
  expect(posthorn.errors).toEqual([]);
});

test('progress is exported, imported and cleared', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?lesson=smtp-by-hand');
  await posthorn.fast();
  await posthorn.type('telnet mail.example.com 25');
  await page.waitForTimeout(800);
  await page.getByRole('button', { name: 'Lessons' }).click();
  await page
    .getByRole('button', { name: /progress/i })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog
      .getByRole('button', { name: /download|save|export/i })
      .first()
      .click(),
  ]);
  const file = await download.path();
  const text = await readFile(file, 'utf8');
  expect(JSON.parse(text).format).toBe('posthorn-progress/1');
  expect(JSON.parse(text).lessons['smtp-by-hand'].passed).toEqual(['open']);
  const kept = () =>
    page.evaluate(() => JSON.parse(localStorage.getItem('posthorn.progress') ?? '{"lessons":{}}').lessons);
  const chooser = dialog.getByLabel('Import a file …').and(page.locator('input'));

  await dialog.getByRole('button', { name: 'Clear all progress' }).click();
  await dialog.getByRole('button', { name: 'Clear everything' }).click();
  await expect.poll(async () => (await kept())['smtp-by-hand']?.passed ?? []).toEqual([]);

  await chooser.setInputFiles({
    name: 'bad.json',
    mimeType: 'application/json',
    buffer: Buffer.from('{"x":'),
  });
  await expect(dialog).toContainText('This is no progress file of Posthorn');
  expect((await kept())['smtp-by-hand']?.passed ?? []).toEqual([]);

  await chooser.setInputFiles(file);
  await expect(dialog).toContainText('Imported.');
  await expect.poll(async () => (await kept())['smtp-by-hand']?.passed).toEqual(['open']);
  expect(posthorn.errors).toEqual([]);
});

test('the first thing a visitor sees is how a message travels', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await posthorn.open();
  await expect(page.getByRole('banner')).toContainText('How a message travels');
  const lesson = page.getByRole('region', { name: 'Lesson' });
  await lesson.getByText(/^Over the mail server of Jura/).click();
  await lesson.getByRole('button', { name: 'Check' }).click();
  await expect(lesson.locator('.stamp.passed').first()).toBeVisible();
  expect(posthorn.errors).toEqual([]);
});
