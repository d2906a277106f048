import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { decodeUtf8, octets } from '../base/octets.ts';
import { recordedLetters } from '../protocol/imap/recorded-letters.testing.ts';
import { fieldAt, fieldName } from './header-fields.ts';
import { foldCase, searchableBody, searchableHeader, searchableText } from './searchable.ts';
import { structureOf } from './structure.ts';

/** Answers in which we differ from Dovecot, and why. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'HEADER X-Unknown "abc"':
    'an encoded word in an unknown charset stays as it is; Dovecot decodes it, and then minds its case',
  'HEADER X-Unknown "x-unknown"': 'the same',
  'HEADER X-Cut "café"':
    'two encoded words that cut a character in two are read as one; Dovecot sees two broken ones',
  'BODY "dz"': 'letters are taken apart to the end; Dovecot does so once and finds no dz in ǆ',
  'BODY "e"': 'the same: no e in ế',
  'BODY "e\u0302\u0301"': 'the same: ế in three characters is not ế in one',
};

function texts(content: Octets, key: string, field: string): readonly string[] {
  if (key === 'BODY') return [searchableBody(content)];
  if (key === 'TEXT') return [searchableText(content)];
  const name = (key === 'HEADER' ? field : key).toLowerCase();
  const found: string[] = [];
  for (let place = fieldAt(content, 0); place !== null; place = fieldAt(content, place.end))
    if (fieldName(content, place) === name)
      found.push(
        searchableHeader(
          content.slice(place.at, place.end) as Octets,
          key === 'HEADER' ? 'text' : key === 'SUBJECT' ? 'subject' : 'addresses',
        ),
      );
  return found;
}

test('searches find what Dovecot found, recorded', () => {
  let searches = 0;
  for (const { name, content, asked } of recordedLetters('dovecot-mime-search'))
    for (const { command, answer } of asked) {
      const [, key = '', field = '', quoted, literal] =
        /^SEARCH CHARSET UTF-8 \d+ (\w+) (?:([\w-]+) )?(?:"(.*)"|\{\d+\+\}\r\n(.*))$/.exec(command)!;
      const sought = decodeUtf8(octets(literal ?? quoted!.replace(/\\(.)/g, '$1')));
      const shown = `${key} ${field === '' ? '' : `${field} `}"${sought}"`;
      searches++;
      if (shown in DIFFERENCES && (name === 'encoded words' || name === 'case')) continue;
      const found = texts(content, key, field).some((text) => foldCase(text).includes(foldCase(sought)));
      expect(found, `${name}: ${shown}`).toBe(/^\* SEARCH \d/m.test(answer));
    }
  expect(searches).toBeGreaterThan(140);
});

describe('case (RFC 5051)', () => {
  test('letters, accents, and what has no other case', () => {
    expect(foldCase('Příliš')).toBe(foldCase('PŘÍLIŠ'));
    expect(foldCase('ő')).toBe(foldCase('Ő'));
    expect(foldCase('café')).toBe(foldCase('CAFE\u0301'));
    expect(foldCase('café')).toContain(foldCase('cafe'));
    expect(foldCase('cafe')).not.toContain(foldCase('é'));
    expect(foldCase('straße')).not.toBe(foldCase('strasse'));
    expect(foldCase('ß')).toBe('ß');
  });
});

test('TEXT has the fields of a header decoded and unfolded', () => {
  expect(searchableText(octets('Subject: =?utf-8?Q?=C5=99?=\r\n\r\nx'))).toBe('Subject: ř\r\n\r\nx');
  expect(searchableText(octets('Subject: a\r\n\tb\r\n\r\n=?utf-8?Q?x?='))).toBe(
    'Subject: a b\r\n\r\n=?utf-8?Q?x?=',
  );
});

describe('quick ways', () => {
  test('a letter that says nothing of its content is not taken apart, to the same effect', () => {
    const pieces = [
      'Subject: x',
      'x: =?utf-8?Q?=C5=99?=',
      ' folded',
      'caf\xc3\xa9',
      '\xff',
      'a',
      'MIME-Version: 1.0',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { maxLength: 6 }),
        fc.array(fc.constantFrom(...pieces, '--b'), { maxLength: 6 }),
        (header, body) => {
          const content = octets(['From: x', ...header, '', ...body].map((line) => `${line}\r\n`).join(''));
          const typed = octets(`Content-Type: text/plain\r\n${content}`);
          const { bodyAt } = structureOf(content);
          expect(searchableBody(content)).toBe(decodeUtf8(content.slice(bodyAt) as Octets));
          expect(searchableBody(typed)).toBe(searchableBody(content));
          expect(searchableText(typed)).toBe(`Content-Type: text/plain\r\n${searchableText(content)}`);
        },
      ),
    );
  });

  test('hostile letters', () => {
    for (const run of ['=?', '=?utf-8?Q?a?= ', '(', '\r\n ', '\xff', '=', 'a '])
      for (const head of [
        'Subject: ',
        'Content-Type: text/plain; charset=iso-8859-2\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n',
      ]) {
        const content = octets(head + run.repeat(20_000));
        foldCase(searchableText(content));
        for (const key of ['text', 'subject', 'addresses'] as const) searchableHeader(content, key);
      }
  });
});
