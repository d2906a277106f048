import { describe, expect, test } from 'vitest';
import { octets } from '../../base/octets.ts';
import { bodyStructureText } from './body-structure.ts';
import { envelopeText } from './envelope.ts';
import type { Section } from './section.ts';
import { binaryOctets, sectionOctets, sectionText } from './section.ts';
import { structureOf } from '../../mail/structure.ts';

const section = (what: Section['what'], path: number[] = [], ...names: string[]): Section => ({
  path,
  what,
  names,
});
const letter = octets(
  [
    'Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)',
    'From: Terry Gray <gray@cac.washington.example>',
    'Subject: IMAP4rev1 WG mtg summary and minutes',
    'To: imap@cac.washington.example',
    'cc: minutes@CNRI.Reston.example, John Klensin <KLENSIN@MIT.example>',
    'Message-Id: <B27397-0100000@cac.washington.example>',
    'MIME-Version: 1.0',
    'Content-Type: TEXT/PLAIN; CHARSET=US-ASCII',
    '',
    'text',
    '',
  ].join('\r\n'),
);

test('RFC 3501 §8, the sample connection', () => {
  expect(envelopeText(letter)).toBe(
    '("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev1 WG mtg summary and minutes" ' +
      '(("Terry Gray" NIL "gray" "cac.washington.example")) (("Terry Gray" NIL "gray" "cac.washington.example")) ' +
      '(("Terry Gray" NIL "gray" "cac.washington.example")) ((NIL NIL "imap" "cac.washington.example")) ' +
      '((NIL NIL "minutes" "CNRI.Reston.example")("John Klensin" NIL "KLENSIN" "MIT.example")) NIL NIL ' +
      '"<B27397-0100000@cac.washington.example>")',
  );
  expect(bodyStructureText(letter, structureOf(letter), false)).toBe(
    '("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7bit" 6 1)',
  );
});

describe('sections of the letter (RFC 3501 §6.4.5)', () => {
  test('all, header and text', () => {
    expect(sectionOctets(letter, section('all'))).toBe(letter);
    expect(sectionOctets(letter, section('text'))).toBe('text\r\n');
    expect(`${sectionOctets(letter, section('header'))}text\r\n`).toBe(letter);
    expect(sectionOctets(letter, section('all', [1]))).toBe('text\r\n');
  });

  test('fields by name, without regard to case, with the empty line', () => {
    expect(sectionOctets(letter, section('fields', [], 'SUBJECT', 'to'))).toBe(
      'Subject: IMAP4rev1 WG mtg summary and minutes\r\nTo: imap@cac.washington.example\r\n\r\n',
    );
    expect(sectionOctets(letter, section('fields', [], 'X'))).toBe('\r\n');
    const others = ['date', 'from', 'subject', 'to', 'cc', 'message-id', 'mime-version'];
    expect(sectionOctets(letter, section('fields-not', [], ...others))).toBe(
      'Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n\r\n',
    );
  });

  test('a part that is not there, and the header of what is no message, are empty', () => {
    expect(sectionOctets(letter, section('all', [2]))).toBe('');
    expect(sectionOctets(letter, section('header', [1]))).toBe('');
    expect(sectionOctets(letter, section('text', [1]))).toBe('');
  });

  test('NUL is sent in no literal', () => {
    expect(sectionOctets(octets('a: b\r\n\r\nx\0y'), section('text'))).toBe('x\x80y');
    expect(binaryOctets(octets('a: b\r\n\r\nx\0y'), [1])).toEqual({
      kind: 'octets',
      octets: 'x\0y',
      literal8: true,
    });
  });
});

test('how a response echoes a section', () => {
  expect(sectionText(section('all'))).toBe('BODY[]');
  expect(sectionText(section('mime', [1, 2]))).toBe('BODY[1.2.MIME]');
  expect(sectionText(section('fields', [], 'From', 'to'))).toBe('BODY[HEADER.FIELDS (FROM TO)]');
  expect(sectionText({ ...section('fields-not', [3], 'from', 'a b'), quoted: [true, true] })).toBe(
    'BODY[3.HEADER.FIELDS.NOT ("FROM" "A B")]',
  );
  expect(sectionText(section('all', [1]), 'BINARY')).toBe('BINARY[1]');
});
