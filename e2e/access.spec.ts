/** Everybody can use it: axe, keyboard, languages, sizes, themes, reduced motion. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Posthorn } from './posthorn.ts';

const LETTER = { to: 'walter@example.org', subject: 'Bowling', text: 'Tonight?' };
const SIZES = [
  [1600, 1000],
  [1280, 800],
  [1024, 768],
  [390, 844],
] as const;

test.describe.configure({ timeout: 90_000 });

for (const [width, height] of SIZES)
  for (const colorScheme of ['light', 'dark'] as const)
    test(`axe finds nothing at ${width} × ${height}, ${colorScheme}`, async ({ page }) => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      const posthorn = new Posthorn(page);
      await posthorn.open();
      await page.waitForTimeout(500);
      const violations = async () =>
        (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => [
          id,
          nodes.map(({ html }) => html),
        ]);
      expect(await violations()).toEqual([]);
      // Nothing sticks out sideways.
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
      if (width !== 1600) return;
      await posthorn.open('?scenario=firma1');
      await posthorn.fast();
      await posthorn.write("Jura's PC", LETTER);
      await posthorn.settled();
      expect(await violations()).toEqual([]);
      for (const tab of ['Session', 'Log']) {
        await page.getByRole('tab', { name: tab }).click();
        await page.waitForTimeout(300);
        expect(await violations()).toEqual([]);
      }
      expect(posthorn.errors).toEqual([]);
    });

test('Tab, Shift+Tab and F6 leave the terminal', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=firma1');
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  for (const key of ['Tab', 'Shift+Tab', 'F6']) {
    await posthorn.terminalInput().focus();
    expect(await focused()).toMatch(/^Terminal input/);
    await page.keyboard.press(key);
    expect(await focused()).not.toMatch(/^Terminal input/);
  }
  expect(posthorn.errors).toEqual([]);
});

test('Tab completes commands, hosts and files, and shows what there is to choose from', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=firma1');
  await posthorn.fast();
  await posthorn.typeAll(['mkdir apples apricots', 'echo here > apricots/note.txt']);
  await posthorn.terminalInput().focus();
  const hint = page.locator('.terminal-hint');
  await page.keyboard.type('cat ap');
  await page.keyboard.press('Tab');
  await expect(hint).toHaveText('apples/ apricots/');
  await page.keyboard.type('r');
  await page.keyboard.press('Tab');
  await expect(hint).toHaveCount(0);
  await page.keyboard.type('n');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await posthorn.settled();
  await posthorn.expectInOrder('pc', [/\$ cat apricots\/note\.txt $/, 'here']);
  await page.keyboard.type('hos');
  await page.keyboard.press('Tab');
  await page.keyboard.type('ne');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await posthorn.settled();
  await posthorn.expectInOrder('pc', ['here', /\$ host neo/]);
  expect(posthorn.errors).toEqual([]);
});

test('a letter can be written, followed and fetched by keyboard alone', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=firma1');
  await posthorn.fast();
  await posthorn.host("Jura's PC").focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Write a letter…' }).press('Enter');
  await page.getByRole('dialog').getByLabel('To', { exact: true }).focus();
  await page.keyboard.type(LETTER.to);
  await page.getByRole('dialog').getByLabel('Subject').focus();
  await page.keyboard.type(LETTER.subject);
  await page.getByRole('dialog').getByRole('button', { name: 'Send' }).press('Enter');
  await posthorn.settled();
  await expect(posthorn.host('store')).toContainText('walter 1');
  await posthorn.host("Walter's PC").focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Get mail' }).press('Enter');
  await posthorn.settled();
  await expect(posthorn.host('store')).toContainText('walter 0');
  expect(posthorn.errors).toEqual([]);
});

test('the terminal has an equal in lines, with a log for screen readers', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=firma1');
  await posthorn.fast();
  await page.getByRole('button', { name: /^Line mode/ }).click();
  await posthorn.type('telnet neo 25');
  await expect(page.getByRole('log').filter({ hasText: '220 neo.firma1.intr ESMTP' })).toBeVisible();
  expect(posthorn.errors).toEqual([]);
});

for (const [locale, lang, word, lesson] of [
  ['nl-BE', 'nl', 'Netwerk', 'Hoe een bericht reist'],
  ['de-DE', 'de', 'Netz', 'Wie eine Nachricht reist'],
  ['cs-CZ', 'cs', 'Síť', 'Jak putuje dopis'],
  ['hu-HU', 'hu', 'Hálózat', 'Egy levél útja'],
] as const)
  test(`a ${lang} browser gets ${lang}, wire text stays as it is`, async ({ browser }) => {
    const context = await browser.newContext({ locale, baseURL: test.info().project.use.baseURL ?? '' });
    const page = await context.newPage();
    const posthorn = new Posthorn(page);
    await posthorn.open();
    await expect(page.getByRole('banner')).toContainText(lesson);
    await posthorn.open('?scenario=firma1');
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    await expect(page.getByRole('banner')).toContainText(word);
    await posthorn.fast();
    await page.locator('.xterm-helper-textarea').focus();
    await page.keyboard.type('telnet neo 25');
    await page.keyboard.press('Enter');
    await posthorn.settled();
    expect(await posthorn.transcript('pc')).toContain('220 neo.firma1.intr ESMTP');
    expect(posthorn.errors).toEqual([]);
    await context.close();
  });

test('the language chosen by hand is kept', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=firma1');
  await page.getByRole('button', { name: /^Language/ }).click();
  await page.getByRole('menuitemradio', { name: /Čeština/ }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'cs');
  // What came after the first paint speaks it too.
  await expect(page.getByRole('tab', { name: 'Relace' })).toBeVisible();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'cs');
  expect(posthorn.errors).toEqual([]);
});

test('with reduced motion the envelope stands at an end of its line and does not slide', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=firma1');
  await posthorn.fast();
  await posthorn.write("Jura's PC", LETTER);
  await posthorn.settled();
  const relay = (await posthorn.letterFlights())[1]!;
  const map = page.locator('.react-flow').first();
  const at = async (share: number): Promise<string> => {
    await posthorn.seek(relay.sentAt + (relay.arrivesAt - relay.sentAt) * share);
    await page.mouse.move(5, 5);
    return (await map.screenshot()).toString('base64');
  };
  expect(await at(0.1)).toBe(await at(0.4));
  expect(await at(0.1)).not.toBe(await at(0.9));
});
