import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { composeLetter, displayText, type Letter } from './compose.ts';
import { fieldValue, splitMessage } from './message.ts';

const BOWLING: Letter = {
  from: 'Jeff Lebowski <dude@example.com>',
  to: 'Walter Sobchak <walter@example.org>',
  subject: 'Bowling',
  body: 'Yo Walter -\n\nBowling tonite?\n\n--Dude',
  date: 'Wed, 01 Feb 2006 12:52:24 +0100',
  messageId: '<43E0A0F8.4010309@example.com>',
};

describe('composeLetter', () => {
  test('the letter of the German notes, as a mail program would write it', () => {
    expect(composeLetter({ ...BOWLING, userAgent: 'Posthorn' })).toBe(
      [
        'Message-ID: <43E0A0F8.4010309@example.com>',
        'Date: Wed, 01 Feb 2006 12:52:24 +0100',
        'From: Jeff Lebowski <dude@example.com>',
        'User-Agent: Posthorn',
        'MIME-Version: 1.0',
        'To: Walter Sobchak <walter@example.org>',
        'Subject: Bowling',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: 7bit',
        '',
        'Yo Walter -',
        '',
        'Bowling tonite?',
        '',
        '--Dude',
        '',
      ].join('\r\n'),
    );
  });

  test('addresses may come as typed or taken apart', () => {
    const from = { name: 'Jeff Lebowski', address: 'dude@example.com' };
    const to = [{ name: 'Walter Sobchak', address: 'walter@example.org' }];
    expect(composeLetter({ ...BOWLING, from, to })).toBe(composeLetter(BOWLING));
    const evil = composeLetter({ ...BOWLING, from: { name: 'x\r\nBcc: y', address: 'a\r\n\r\nb' } });
    expect(fieldValue(splitMessage(evil).fields, 'From')).toBe('"x Bcc: y" <a b>');
  });

  test('text beyond ASCII travels as ASCII', () => {
    const letter = composeLetter({ ...BOWLING, subject: 'Schůzka', body: 'Příliš žluťoučký kůň' });
    expect(letter).toMatch(/^[\x20-\x7e\r\n]*$/);
    expect(letter).toContain('Content-Transfer-Encoding: quoted-printable\r\n');
    expect(letter).toContain('Subject: =?utf-8?Q?Sch=C5=AFzka?=\r\n');
    expect(displayText(letter)).toMatchObject({ subject: 'Schůzka', body: 'Příliš žluťoučký kůň\n' });
  });

  test('lines longer than SMTP carries are encoded, too (RFC 5321 §4.5.3.1.6)', () => {
    const encoding = (length: number) =>
      fieldValue(
        splitMessage(composeLetter({ ...BOWLING, body: 'x'.repeat(length) })).fields,
        'content-transfer-encoding',
      );
    expect(encoding(998)).toBe('7bit');
    expect(encoding(999)).toBe('quoted-printable');
  });

  test('nothing typed can add a field or end the header', () => {
    const evil = 'x\r\nBcc: victim@example.org\r\n\r\nbody\u0000';
    const letter = composeLetter({
      ...BOWLING,
      from: evil,
      to: evil,
      cc: `"${evil}" <a@example.org>`,
      subject: evil,
      date: evil,
      messageId: evil,
      userAgent: evil,
    });
    const { fields, body } = splitMessage(letter);
    expect(fields.map((f) => f.name)).toEqual([
      'Message-ID',
      'Date',
      'From',
      'User-Agent',
      'MIME-Version',
      'To',
      'Cc',
      'Subject',
      'Content-Type',
      'Content-Transfer-Encoding',
    ]);
    expect(body).toBe(splitMessage(composeLetter(BOWLING)).body);
  });

  test('whatever is typed, the text comes through', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: fc.constantFrom('a', 'ů', '\n', '\r\n', ' ', '=', '.', '-'), maxLength: 200 }),
        (to, body) => {
          const letter = composeLetter({ ...BOWLING, to, subject: to, body });
          const ended = body === '' || /\n$/.test(body) ? body : `${body}\n`;
          expect(displayText(letter).body).toBe(ended.replaceAll('\r\n', '\n'));
          expect(letter.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
          expect(fieldValue(splitMessage(letter).fields, 'Content-Type')).toBe('text/plain; charset=utf-8');
        },
      ),
    );
  });
});

const lines = (...all: string[]) => octets(all.map((line) => `${line}\r\n`).join(''));

describe('displayText', () => {
  test('decodes names and charset', () => {
    expect(
      displayText(
        lines(
          'From: =?iso-8859-2?Q?Ji=F8=ED=2C_u=E8itel?= <jiri@example.org>',
          'To: jura@firma1.intr, Walter <walter@example.org>',
          'Subject: =?iso-8859-2?Q?P=F8=EDli=B9?=',
          'Date: Wed, 01 Feb 2006 12:52:24 +0100',
          'Content-Type: text/plain; charset=ISO-8859-2',
          'Content-Transfer-Encoding: quoted-printable',
          '',
          'P=F8=EDli=B9 =',
          'kr=E1tk=FD',
        ),
      ),
    ).toEqual({
      from: 'Jiří, učitel <jiri@example.org>',
      to: 'jura@firma1.intr, Walter <walter@example.org>',
      cc: '',
      subject: 'Příliš',
      date: 'Wed, 01 Feb 2006 12:52:24 +0100',
      body: 'Příliš krátký\n',
    });
  });

  test('a body alone, typed in UTF-8 or in a Western charset', () => {
    expect(displayText(lines('jak se vam dari ?')).body).toBe('jak se vam dari ?\n');
    expect(displayText(octets('\r\nGr\u00c3\u00bc\u00c3\u009fe')).body).toBe('Grüße');
    expect(displayText(octets('\r\nGr\u00fc\u00dfe \u0080')).body).toBe('Grüße €');
  });

  const alternative = (...parts: string[]) =>
    lines(
      'Content-Type: multipart/alternative; boundary="=_b"',
      '',
      'preamble',
      ...parts,
      '--=_b--',
      'epilogue',
    );

  test('the plain part of an alternative, wherever it stands', () => {
    const html = ['--=_b', 'Content-Type: text/html', '', '<b>hi</b>'];
    const plain = [
      '--=_b',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      'aMOp',
    ];
    expect(displayText(alternative(...html, ...plain)).body).toBe('hé');
    expect(displayText(alternative(...plain, ...html)).body).toBe('hé');
    expect(displayText(alternative(...html)).body).toBe('<b>hi</b>');
  });

  test('a line that begins with a delimiter is one (RFC 2046 §5.1.1)', () => {
    expect(displayText(alternative('--=_b', '', 'a', '--=_bx', '', 'b')).body).toBe('a');
    expect(displayText(alternative('--=_b', '', 'a', ' --=_b', '--=_', 'b')).body).toBe('a\n --=_b\n--=_\nb');
  });

  test('nested parts, a longer boundary that begins alike, an end that is missing', () => {
    const inner = [
      '--=_b',
      'Content-Type: multipart/mixed; boundary="=_b2"',
      '',
      '--=_b2',
      '',
      'inner',
      '--=_b2--',
    ];
    expect(displayText(alternative(...inner)).body).toBe('inner');
    expect(displayText(lines('Content-Type: multipart/mixed; boundary=x', '', '--x', '', 'cut')).body).toBe(
      'cut\n',
    );
    expect(displayText(alternative('--=_b', 'Content-Type: image/png', '', 'x')).body).toBe('');
  });

  test('control characters do not reach the screen', () => {
    expect(displayText(octets('Subject: a\u001b[2J\u0000\r\n\r\nb\u001b[2J\tc\u0007')).subject).toBe(
      'a\ufffd[2J\ufffd',
    );
    expect(displayText(octets('\r\nb\u001b[2J\tc\u0007')).body).toBe('b\ufffd[2J\tc\ufffd');
  });

  test('any letter', () => {
    const likely = fc.string({
      unit: fc.constantFrom(
        '\r\n',
        '\r\n\r\n',
        'Content-Type: multipart/mixed; boundary=b',
        'Subject: ',
        'From: ',
        '=?utf-8?Q?',
        '?=',
        '--b',
        '--',
        '<',
        '"',
        '\u00ff',
      ),
    });
    fc.assert(fc.property(likely, (text) => void displayText(octets(text))));
    const nested = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n';
    displayText(octets(nested.repeat(5000)));
    displayText(octets(nested + '--b\r\n'.repeat(100_000)));
    displayText(octets(nested + '--bx\n'.repeat(100_000)));
  });
});
