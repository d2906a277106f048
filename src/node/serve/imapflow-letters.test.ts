/** Letters with imapflow, octet for octet: attachments, large ones, odd octets, and what a quota holds back. */
import type { Readable } from 'node:stream';
import type { MessageStructureObject } from 'imapflow';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Client } from './imapflow.testing.ts';
import { ANNA, connected, letter } from './imapflow.testing.ts';
import type { Served } from './served.testing.ts';
import { ALL_SERVICES, letters, mailboxOf, post, serve, setQuota } from './served.testing.ts';

let served: Served;
let client: Client;
beforeAll(async () => {
  served = await serve(`--scenario firma1 ${ALL_SERVICES}`);
  client = await connected(served);
});
afterAll(async () => {
  await client.imap.logout();
  served.close();
});

async function octetsOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Every octet there is, many times over, in no order. */
const octets = (count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, i) => (i * 167 + (i >> 8) * 13) & 255));

const partsOf = (part: MessageStructureObject): readonly MessageStructureObject[] => [
  part,
  ...(part.childNodes ?? []).flatMap(partsOf),
];

describe('attachments', () => {
  const picture = octets(100_000);
  const text = 'Příliš žluťoučký kůň.\nEqual=sign, and a line of blanks:   \n'.repeat(20);
  const inner = Buffer.from(letter('inner', '', 'inside\r\n'));
  beforeAll(async () => {
    await post(
      { port: served.ports.smtp },
      {
        from: 'ann@example.org',
        to: 'jura@firma1.intr',
        subject: 'Zpráva s přílohami',
        text,
        html: '<p>žluť</p>',
        attachments: [
          { filename: 'obrázek číslo 1.png', content: picture, contentType: 'image/png' },
          { filename: 'poznámka.txt', content: text, contentTransferEncoding: 'quoted-printable' },
          { filename: 'inner.eml', content: inner, contentType: 'message/rfc822', encoding: '7bit' },
          { filename: 'empty.bin', content: Buffer.alloc(0) },
        ],
      },
    );
    await vi.waitUntil(() => letters(served, 'jura').length === 1, { timeout: 5000 });
    await client.imap.mailboxOpen('INBOX');
  });

  test('the whole letter', async () => {
    const message = await client.imap.fetchOne('1', { source: true, size: true, envelope: true });
    if (!message) throw new Error('no letter');
    expect(message.source!.toString('latin1')).toBe(letters(served, 'jura')[0]);
    expect(message.size).toBe(message.source!.length);
    expect(message.envelope!.subject).toBe('Zpráva s přílohami');
    const { content } = await client.imap.download('1');
    expect((await octetsOf(content!)).equals(message.source!)).toBe(true);
  });

  test('each part, in pieces and at once, decoded by the client and by the server', async () => {
    const message = await client.imap.fetchOne('1', { bodyStructure: true });
    if (!message) throw new Error('no letter');
    const parts = partsOf(message.bodyStructure!);
    expect(parts.map(({ part, type }) => [part, type])).toEqual([
      [undefined, 'multipart/mixed'],
      ['1', 'multipart/alternative'],
      ['1.1', 'text/plain'],
      ['1.2', 'text/html'],
      ['2', 'image/png'],
      ['3', 'text/plain'],
      ['4', 'message/rfc822'],
      ['4', 'text/plain'],
      ['5', 'application/octet-stream'],
    ]);
    expect(parts[4]!.dispositionParameters).toMatchObject({ filename: 'obrázek číslo 1.png' });
    const crlf = text.replaceAll('\n', '\r\n');
    for (const binary of [false, true]) {
      for (const [part, expected] of [
        ['2', picture],
        ['1.1', Buffer.from(crlf)],
        ['3', Buffer.from(crlf)],
        ['4', inner],
        ['5', Buffer.alloc(0)],
      ] as const) {
        const { content, meta } = await client.imap.download('1', part, { chunkSize: 7000, binary });
        expect([part, binary, meta!.contentType !== undefined]).toEqual([part, binary, true]);
        const got = await octetsOf(content!);
        expect([part, binary, got.toString('latin1')]).toEqual([part, binary, expected.toString('latin1')]);
      }
      const many = await client.imap.downloadMany('1', ['2', '1.2'], { binary });
      expect(many['2']!.content!.equals(picture)).toBe(true);
      expect(String(many['1.2']!.content)).toBe('<p>žluť</p>');
      expect(many['2']!.meta.filename).toBe('obrázek číslo 1.png');
      expect(client.wire.some((line) => line.includes('BINARY.PEEK[2]'))).toBe(binary);
    }
  });
});

test('a letter of eight megabytes, there and back', async () => {
  const body = `${octets(3_000_000).toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`;
  const whole = letter('large', 'MIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n', body.repeat(2));
  await client.imap.mailboxCreate('Large');
  await client.imap.append('Large', whole);
  await client.imap.mailboxOpen('Large');
  const message = await client.imap.fetchOne('1', { source: true });
  expect(message && message.source!.toString('latin1') === whole).toBe(true);
});

test('octets that are no text, line ends that are none', async () => {
  await client.imap.mailboxCreate('Odd');
  const odd = Buffer.from(letter('odd', '', `\x00\x01\x7f\x80\xff \r \n\r\n${'z'.repeat(5000)}`), 'latin1');
  await client.imap.append('Odd', odd);
  await client.imap.mailboxOpen('Odd');
  const message = await client.imap.fetchOne('1', { source: true });
  // Every line end is CRLF (RFC 5322 §2.3). It came in a literal8 and is kept; no other literal holds NUL (RFC 3501 §9).
  const kept = odd.toString('latin1').replace(' \n', ' \r\n');
  expect(message && message.source!.toString('latin1')).toBe(kept.replace('\x00', '\x80'));
  expect(mailboxOf(served, 'jura', 'Odd')!.messages[0]!.content).toBe(kept);
});

test('a quota: what is used, and that it holds', async () => {
  expect(await client.imap.getQuota()).toEqual({ path: 'INBOX' });
  setQuota(served, 'anna', 100 * 1024);
  const { imap } = await connected(served, { auth: ANNA });
  const body = 'x'.repeat(1022).concat('\r\n').repeat(60);
  await imap.append('INBOX', letter('fits', '', body));
  // RFC 9208 §5.1 counts units of 1,024 octets, imapflow shows octets.
  expect(await imap.getQuota()).toMatchObject({
    path: 'INBOX',
    quotaRoot: 'User quota',
    storage: { usage: 61 * 1024, limit: 100 * 1024 },
  });
  await expect(imap.append('INBOX', letter('too much', '', body))).rejects.toMatchObject({
    serverResponseCode: 'OVERQUOTA',
  });
  await imap.mailboxCreate('Copies');
  await imap.mailboxOpen('INBOX');
  expect(await imap.messageCopy('1', 'Copies')).toBe(false);
  expect(await imap.messageMove('1', 'Copies')).toMatchObject({ destination: 'Copies' });
  expect(await imap.status('INBOX', { messages: true })).toMatchObject({ messages: 0 });
  await imap.logout();
});
