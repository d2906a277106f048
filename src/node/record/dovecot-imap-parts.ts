/** FETCH of letters and their parts, their structures, and pieces of them. */
import type { Session, Step } from './converse.ts';
import { octets, raw, selected } from './dovecot-imap-say.ts';

const peek = (number: number, ...sections: string[]): Step[] =>
  sections.map((section) => `FETCH ${number} BODY.PEEK[${section}]`);

export const envelopes: readonly Session[] = [
  selected('ENVELOPE of all', 'FETCH 1:* (ENVELOPE)'),
  selected('sizes and dates', 'FETCH 1:* (RFC822.SIZE INTERNALDATE)'),
];

export const structures: readonly Session[] = [
  selected('BODYSTRUCTURE', 'FETCH 1:* (BODYSTRUCTURE)'),
  selected('BODY', 'FETCH 1:* (BODY)'),
  selected('both', 'FETCH 2 (BODY BODYSTRUCTURE)', 'FETCH 2 (BODYSTRUCTURE BODY)'),
];

export const sections: readonly Session[] = [
  selected(
    'parts of a plain letter',
    ...peek(
      1,
      '',
      'HEADER',
      'TEXT',
      '1',
      '1.MIME',
      '1.TEXT',
      '1.HEADER',
      '1.1',
      '2',
      '0',
      '1.0',
      'MIME',
      '1.1.MIME',
    ),
  ),
  selected(
    'parts of a letter in two forms',
    ...peek(2, '1', '2', '1.MIME', '2.MIME', '3', '1.1', 'TEXT', '2.HEADER', '1.TEXT'),
  ),
  selected('attachments', ...peek(3, '1', '2', '3', '1.MIME', '2.MIME', '3.MIME', '4', '2.1')),
  selected(
    'a letter inside',
    ...peek(
      4,
      '1',
      '2',
      '2.HEADER',
      '2.TEXT',
      '2.MIME',
      '2.1',
      '2.1.MIME',
      '2.2',
      '2.2.MIME',
      '2.3',
      '2.1.1',
      '2.0',
      '3',
      '2.HEADER.FIELDS (Subject)',
      '2.HEADER.FIELDS.NOT (Subject)',
      '1.HEADER.FIELDS (Subject)',
      '2.1.HEADER',
      '2.1.TEXT',
    ),
  ),
  selected(
    'nothing but a letter',
    ...peek(
      5,
      '1',
      '1.MIME',
      '1.HEADER',
      '1.TEXT',
      '1.1',
      '1.1.MIME',
      '1.2',
      '1.HEADER.FIELDS (From)',
      'TEXT',
    ),
  ),
  selected(
    'nested parts',
    ...peek(
      14,
      '1',
      '1.1',
      '1.1.1',
      '1.1.2',
      '1.1.2.MIME',
      '1.2',
      '1.1.3',
      '2',
      '2.1',
      '2.1.HEADER',
      '2.1.TEXT',
      '2.1.1',
      '2.2',
      '2.2.MIME',
      '3',
      '3.1',
      '4',
      '4.1',
      '5',
      '5.1',
      '5.HEADER',
      '6',
      '7',
      '8',
    ),
  ),
  selected('odd types', ...peek(15, '1', '2', '3', '4', '5', '6', '7', '4.MIME', '5.MIME', '7.MIME')),
  selected(
    'header and no body, body and no header, nothing',
    ...[10, 11, 12, 13, 16, 17].flatMap((number) => peek(number, '', 'HEADER', 'TEXT', '1', '1.MIME')),
    'FETCH 17 (RFC822 RFC822.HEADER RFC822.TEXT)',
  ),
  selected('line ends and NUL', ...peek(18, '', 'HEADER', 'TEXT', '1')),
];

export const fields: readonly Session[] = [
  selected(
    'HEADER.FIELDS',
    ...peek(
      1,
      'HEADER.FIELDS (Subject)',
      'HEADER.FIELDS (SUBJECT FROM)',
      'HEADER.FIELDS (From Subject From)',
      'HEADER.FIELDS (from)',
      'HEADER.FIELDS ("Subject" "To")',
      'HEADER.FIELDS (X-None)',
      'HEADER.FIELDS ()',
      'HEADER.FIELDS',
      'HEADER.FIELDS Subject',
      'HEADER.FIELDS (Subject',
      'HEADER.FIELDS (Subject))',
      'HEADER.FIELDS  (Subject)',
      'HEADER.FIELDS(Subject)',
      'HEADER.FIELDS ( Subject )',
      'HEADER.FIELDS ("Sub ject")',
      'HEADER.FIELDS (Subject:)',
      'HEADER.FIELDS ("")',
      'HEADER.FIELDS (NIL)',
      'HEADER.FIELDS ((Subject))',
    ),
  ),
  selected(
    'HEADER.FIELDS.NOT',
    ...peek(
      1,
      'HEADER.FIELDS.NOT (Subject)',
      'HEADER.FIELDS.NOT (Date From To Cc Message-Id Subject Return-Path)',
      'HEADER.FIELDS.NOT (X-None)',
      'HEADER.FIELDS.NOT ()',
    ),
  ),
  selected(
    'a literal for a name',
    'FETCH 1 BODY.PEEK[HEADER.FIELDS ({7}',
    raw('Subject)]'),
    octets('b FETCH 1 BODY.PEEK[HEADER.FIELDS ({7+}\r\nSubject To)]\r\n'),
  ),
  selected(
    'lower case',
    ...['body.peek[header.fields (subject)]', 'Body.Peek[Text]<0.4>', 'rfc822.header'].map(
      (item) => `FETCH 1 ${item}`,
    ),
  ),
  selected(
    'folded, twice, malformed',
    ...peek(
      9,
      'HEADER.FIELDS (Subject)',
      'HEADER.FIELDS (X-Twice)',
      'HEADER.FIELDS (To)',
      'HEADER.FIELDS (From)',
      'HEADER.FIELDS (References)',
      'HEADER.FIELDS (Date X-Twice)',
      'HEADER',
      'HEADER.FIELDS.NOT (X-Long X-Unbroken Subject)',
    ),
  ),
  selected(
    '8 bits',
    ...peek(6, 'HEADER.FIELDS (From To Subject)', 'TEXT'),
    ...peek(8, 'HEADER.FIELDS (Subject)'),
  ),
  selected(
    'without a header, without an end',
    ...peek(16, 'HEADER.FIELDS (Subject)'),
    ...peek(17, 'HEADER.FIELDS (Subject)'),
    ...peek(11, 'HEADER.FIELDS (Subject)', 'HEADER.FIELDS.NOT (From)'),
  ),
  selected(
    'several at once',
    'FETCH 1 (BODY.PEEK[HEADER.FIELDS (Subject)] BODY.PEEK[HEADER.FIELDS (From)] BODY.PEEK[1]<0.3> BODY.PEEK[1]<3.3>)',
    'FETCH 1 (BODY.PEEK[HEADER.FIELDS (Subject)] BODY.PEEK[HEADER.FIELDS (Subject)])',
  ),
];
