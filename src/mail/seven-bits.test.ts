import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeUtf8, isAscii, octets } from '../base/octets.ts';
import { splitMessage } from './message.ts';
import { decodeQuotedPrintable } from './mime.ts';
import { toSevenBits } from './seven-bits.ts';

const text = encodeUtf8('příklad');
const part = (encoding: string, body: string) =>
  octets(
    `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n`,
  );

test('8bit becomes quoted-printable, in letters and in their parts (RFC 6152 §3)', () => {
  expect(toSevenBits(octets(`MIME-Version: 1.0\r\n${part('8bit', text)}`))).toBe(
    `MIME-Version: 1.0\r\n${part('quoted-printable', 'p=C5=99=C3=ADklad')}`,
  );
  const whole = (encoding: string, one: string) =>
    octets(
      `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: ${encoding === '8bit' ? '8bit' : '7bit'}\r\n\r\nbefore\r\n--b\r\n${part(encoding, one)}\r\n--b\r\n${part('7bit', 'x')}\r\n--b--\r\nbehind\r\n`,
    );
  expect(toSevenBits(whole('8bit', text))).toBe(whole('quoted-printable', 'p=C5=99=C3=ADklad'));
});

test.each([
  ['no MIME', `Subject: x\r\n\r\n${text}\r\n`],
  ['7bit that is none', `MIME-Version: 1.0\r\n${part('7bit', text)}`],
  ['ASCII', 'MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\nx\r\n'],
])('%s stays as it is', (_, letter) => {
  expect(toSevenBits(octets(letter))).toBe(letter);
});

test('whatever the text, it can be read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (any) => {
      const body = encodeUtf8(any.replace(/[\r\n]/g, ' '));
      const letter = toSevenBits(octets(`MIME-Version: 1.0\r\n${part('8bit', body)}`));
      const read = splitMessage(letter).body;
      expect(isAscii(body) ? read : decodeQuotedPrintable(read)).toBe(`${body}\r\n`);
      if (!isAscii(body)) expect(isAscii(letter)).toBe(true);
    }),
  );
});
