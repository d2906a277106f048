/** FETCH of a part's first or middle octets, and of parts decoded (RFC 3516). */
import type { Session, Step } from './converse.ts';
import { selected } from './dovecot-imap-say.ts';

export const pieces: readonly Session[] = [
  selected(
    'partial',
    ...[
      '0.10',
      '5.10',
      '5.100000',
      '0.0',
      '300.5',
      '306.10',
      '307.10',
      '9999.5',
      '0.4294967295',
      '0.4294967296',
      '4294967295.1',
      '0.9223372036854775807',
      '0.99999999999999999999',
    ].map((range) => `FETCH 1 BODY.PEEK[]<${range}>`),
    ...['10', '-1.5', '1.-5', 'x.5', '0.x', '.5', '0.', '', '0.5.5', ' 0.5'].map(
      (range) => `FETCH 1 BODY.PEEK[]<${range}>`,
    ),
    'FETCH 1 BODY.PEEK[]<0.5',
    'FETCH 1 BODY.PEEK[] <0.5>',
  ),
  selected(
    'partial of parts',
    'FETCH 1 BODY.PEEK[TEXT]<0.5>',
    'FETCH 1 BODY.PEEK[HEADER]<0.7>',
    'FETCH 1 BODY.PEEK[HEADER]<200.1000>',
    'FETCH 1 BODY.PEEK[HEADER.FIELDS (Subject From)]<3.12>',
    'FETCH 1 BODY.PEEK[1]<7.8>',
    'FETCH 2 BODY.PEEK[1.MIME]<8.4>',
    'FETCH 4 BODY.PEEK[2.1]<0.5>',
    'FETCH 4 BODY.PEEK[2.HEADER]<0.5>',
    'FETCH 2 BODY.PEEK[9]<0.5>',
    'FETCH 17 BODY.PEEK[]<0.5>',
    'FETCH 18 BODY.PEEK[TEXT]<3.4>',
    'FETCH 1 RFC822<0.5>',
    'FETCH 1 RFC822.TEXT<0.5>',
  ),
  selected(
    'a letter bit by bit',
    ...['0.10', '10.10', '20.10', '0.10', '15.3'].map((range) => `FETCH 1 BODY.PEEK[TEXT]<${range}>`),
  ),
];

const binary = (number: number, ...list: string[]): Step[] => list.map((item) => `FETCH ${number} ${item}`);

export const binaries: readonly Session[] = [
  selected(
    'BINARY',
    ...binary(
      1,
      'BINARY.PEEK[]',
      'BINARY.PEEK[1]',
      'BINARY.SIZE[]',
      'BINARY.SIZE[1]',
      'BINARY.PEEK[2]',
      'BINARY.SIZE[2]',
      'BINARY.PEEK[1]<0.5>',
    ),
    ...binary(
      2,
      'BINARY.PEEK[1]',
      'BINARY.PEEK[2]',
      'BINARY.SIZE[1]',
      'BINARY.SIZE[2]',
      'BINARY.PEEK[1]<3.9>',
      'BINARY.PEEK[]',
      'BINARY.SIZE[]',
    ),
    ...binary(
      3,
      'BINARY.PEEK[2]',
      'BINARY.SIZE[2]',
      'BINARY.PEEK[3]',
      'BINARY.SIZE[3]',
      'BINARY[2]',
      'BINARY[2]<0.4>',
    ),
    ...binary(
      4,
      'BINARY.PEEK[2]',
      'BINARY.PEEK[2.1]',
      'BINARY.PEEK[2.2]',
      'BINARY.SIZE[2]',
      'BINARY.SIZE[2.2]',
    ),
  ),
  selected(
    'BINARY of what is odd',
    ...binary(
      14,
      'BINARY.PEEK[5]',
      'BINARY.PEEK[5.1]',
      'BINARY.SIZE[5]',
      'BINARY.PEEK[1]',
      'BINARY.PEEK[1.2]',
    ),
    ...binary(15, 'BINARY.PEEK[5]', 'BINARY.SIZE[5]', 'BINARY.PEEK[3]'),
    ...binary(18, 'BINARY.PEEK[1]', 'BINARY.SIZE[1]', 'BINARY.PEEK[]'),
    ...binary(17, 'BINARY.PEEK[1]', 'BINARY.SIZE[1]', 'BINARY.SIZE[]'),
  ),
  selected(
    'what BINARY does not take',
    ...binary(
      1,
      'BINARY',
      'BINARY.PEEK',
      'BINARY[HEADER]',
      'BINARY[1.MIME]',
      'BINARY[TEXT]',
      'BINARY[0]',
      'BINARY[x]',
      'BINARY[1',
      'BINARY.SIZE',
      'BINARY.SIZE[1]<0.5>',
      'BINARY.FOO[1]',
      'BINARY[HEADER.FIELDS (Subject)]',
      'binary.size[1]',
    ),
  ),
];
