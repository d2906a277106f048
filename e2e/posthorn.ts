/** The page as a student uses it: page object for the browser tests. */
import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';
import type { Hook } from '../src/ui/app/test-hook.ts';

declare global {
  interface Window {
    posthorn: Hook;
  }
}

export class Posthorn {
  readonly page: Page;
  /** What went wrong on the page: every test ends by finding this empty. */
  readonly errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol.startsWith('http') && hostname !== '127.0.0.1') this.errors.push(`asked ${hostname}`);
    });
  }

  /** Opens the page and waits until the map and the first terminal stand. */
  async open(query = ''): Promise<void> {
    await this.page.goto(`./${query}`);
    await this.page.waitForFunction(() => Boolean(window.posthorn?.store.getState().history));
  }

  /** Lets simulated time run as fast as the page allows. */
  async fast(): Promise<void> {
    await this.page.evaluate(() => window.posthorn.store.getState().setSpeed(10));
  }

  terminalInput(): Locator {
    return this.page.getByRole('textbox', { name: /^Terminal input/ });
  }

  /** Types a line into the open terminal, key by key, and waits until nothing is under way. */
  async type(line: string): Promise<void> {
    await this.terminalInput().focus();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
    await this.settled();
  }

  async typeAll(lines: readonly string[]): Promise<void> {
    for (const line of lines) await this.type(line);
  }

  /** Until the simulation has nothing more to do and the clock waits. */
  async settled(): Promise<void> {
    // A gesture takes a frame or two to reach the store.
    await this.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    await this.page.waitForFunction(() => window.posthorn.store.getState().waiting, undefined, {
      timeout: 25_000,
    });
  }

  /** The card of a host on the map. */
  host(name: string): Locator {
    return this.page.getByRole('button', { name: new RegExp(`^${name},`) });
  }

  /** Chooses from a host's menu. */
  async choose(name: string, item: string): Promise<void> {
    await this.host(name).click();
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  /** Writes a letter in the mail program of a host and sends it. */
  async write(name: string, letter: { to: string; subject: string; text: string }): Promise<void> {
    await this.choose(name, 'Write a letter…');
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel('To', { exact: true }).fill(letter.to);
    await dialog.getByLabel('Subject').fill(letter.subject);
    await dialog.getByLabel('Text').fill(letter.text);
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** Instants between which a letter is under way on the map, in simulated milliseconds, in order. */
  letterFlights(): Promise<{ from: string; to: string; sentAt: number; arrivesAt: number }[]> {
    return this.page.evaluate(() => {
      const { history } = window.posthorn.store.getState();
      return history!.log.flatMap(({ what, host, at }) =>
        what.kind === 'segment' && (what.note as { kind: string }).kind === 'content'
          ? [{ from: host, to: what.to, sentAt: at, arrivesAt: what.arrivesAt }]
          : [],
      );
    });
  }

  async seek(now: number): Promise<void> {
    await this.page.evaluate((at) => window.posthorn.store.getState().seek(at), now);
    await this.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
  }

  /** Everything a host's terminal has shown. */
  transcript(host: string): Promise<string> {
    return this.page.evaluate((id) => window.posthorn.terminal(id), host);
  }

  /** The lines appear in the terminal in this order, other lines between them allowed. */
  async expectInOrder(host: string, lines: readonly (string | RegExp)[]): Promise<void> {
    const shown = (await this.transcript(host)).split('\n');
    let at = 0;
    for (const line of lines) {
      const found = shown.findIndex(
        (text, index) => index >= at && (typeof line === 'string' ? text === line : line.test(text)),
      );
      expect(found, `"${line}" after line ${at} of:\n${shown.join('\n')}`).toBeGreaterThanOrEqual(at);
      at = found + 1;
    }
  }
}
