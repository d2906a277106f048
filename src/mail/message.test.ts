import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Octets, octets } from '../base/octets.ts';
import {
  addMissingFields,
  fieldText,
  fieldValue,
  fieldValues,
  headerOf,
  prependField,
  splitMessage,
} from './message.ts';

const lines = (...all: string[]): Octets => octets(all.map((line) => `${line}\r\n`).join(''));

/** The letter of the German notes (seeds/004). */
const BOWLING = lines(
  'From: Jeff Lebowski <dude@example.com>',
  'To: Walter Sobchak <walter@example.org>',
  'Subject: Bowling',
  '',
  'Yo Walter -',
  '',
  'Bowling tonite?',
  '',
  '--Dude',
);

describe('splitMessage', () => {
  test('fields, empty line, body', () => {
    const { fields, body, blankLine } = splitMessage(BOWLING);
    expect(fields.map((f) => f.name)).toEqual(['From', 'To', 'Subject']);
    expect(fields[2]).toEqual({ name: 'Subject', raw: 'Subject: Bowling\r\n', value: 'Bowling' });
    expect(body).toBe('Yo Walter -\r\n\r\nBowling tonite?\r\n\r\n--Dude\r\n');
    expect(blankLine).toBe(true);
  });

  test('folded fields (RFC 5322 §2.2.3)', () => {
    const { fields } = splitMessage(lines('Subject: This', ' is a test', 'To: a@example.org', '', 'x'));
    expect(fields[0]).toEqual({
      name: 'Subject',
      raw: 'Subject: This\r\n is a test\r\n',
      value: 'This is a test',
    });
    expect(fields[1]?.value).toBe('a@example.org');
    expect(splitMessage(lines('Received: from a', '\tby b', '')).fields[0]?.value).toBe('from a\tby b');
  });

  test('a body alone, as typed in seeds/003', () => {
    expect(splitMessage(lines('jak se vam dari ?'))).toEqual({
      fields: [],
      body: 'jak se vam dari ?\r\n',
      blankLine: false,
    });
  });

  test('the empty line forgotten, as in seeds/000: the first other line ends the header', () => {
    const content = lines(
      'Subject: Test from command line',
      'Dit is de body van mijn mail na twee ENTERS',
      'Lijn 2',
    );
    const { fields, body, blankLine } = splitMessage(content);
    expect(fieldValues(fields, 'subject')).toEqual(['Test from command line']);
    expect(body).toBe('Dit is de body van mijn mail na twee ENTERS\r\nLijn 2\r\n');
    expect(blankLine).toBe(false);
  });

  test('only a header; nothing; only an empty line; lone line feeds', () => {
    expect(splitMessage(octets('A: b'))).toMatchObject({
      fields: [{ raw: 'A: b', value: 'b' }],
      body: '',
      blankLine: false,
    });
    expect(splitMessage(octets(''))).toEqual({ fields: [], body: '', blankLine: false });
    expect(splitMessage(octets('\r\nx'))).toEqual({ fields: [], body: 'x', blankLine: true });
    expect(splitMessage(octets('A: b\n c\n\nx'))).toMatchObject({
      fields: [{ value: 'b c' }],
      body: 'x',
      blankLine: true,
    });
  });

  test('blank before the colon is a field (§4.5), blank inside the name or no name is not', () => {
    expect(splitMessage(octets('Subject : x\r\n')).fields[0]).toMatchObject({ name: 'Subject', value: 'x' });
    for (const text of ['My name: x\r\n', ': x\r\n', ' continued\r\n', 'Sub\u00e9: x\r\n'])
      expect(splitMessage(octets(text)), text).toEqual({ fields: [], body: text, blankLine: false });
  });

  test('NUL and 8-bit octets are kept', () => {
    const { fields, body } = splitMessage(octets('Subject: a\u0000\u00e9\u00ff\r\n\r\n\u0000\u00ff'));
    expect(fields[0]?.value).toBe('a\u0000\u00e9\u00ff');
    expect(body).toBe('\u0000\u00ff');
  });

  test('any octets: nothing is lost', () => {
    const likely = fc.string({
      unit: fc.constantFrom('\r\n', '\n', '\r', ' ', '\t', ':', 'A', 'b', '\u0000', '\u00ff'),
    });
    const any = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(fc.oneof(likely, any), (text) => {
        const content = octets(text);
        const { fields, body, blankLine } = splitMessage(content);
        const header = fields.map((f) => f.raw).join('');
        expect(headerOf(content)).toBe(header);
        expect(text.startsWith(header)).toBe(true);
        const between = text.slice(header.length, text.length - body.length);
        expect(blankLine ? ['\r\n', '\n'] : ['']).toContain(between);
        expect(text.endsWith(body)).toBe(true);
        for (const f of fields) expect(f.value).not.toContain('\n');
      }),
    );
  });

  test('a header of many thousand fields and folds takes linear time', () => {
    const many = octets('A: b\r\n'.repeat(50_000));
    expect(splitMessage(many).fields).toHaveLength(50_000);
    expect(splitMessage(octets(`A: b\r\n${' c\r\n'.repeat(100_000)}`)).fields).toHaveLength(1);
    expect(splitMessage(octets(`A: b\r\n${'x'.repeat(500_000)}`)).fields).toHaveLength(1);
  });
});

test('fieldValue ignores case and takes the first', () => {
  const { fields } = splitMessage(lines('Received: 2', 'received: 1', ''));
  expect(fieldValue(fields, 'RECEIVED')).toBe('2');
  expect(fieldValues(fields, 'Received')).toEqual(['2', '1']);
  expect(fieldValue(fields, 'Subject')).toBeNull();
});

describe('prependField', () => {
  const trace = octets('Received: by mx.example.org\r\n');
  test('goes on top', () => expect(prependField(BOWLING, trace)).toBe(trace + BOWLING));
  test('keeps a body without header out of the field', () => {
    expect(prependField(lines('jak se vam dari ?'), trace)).toBe(`${trace}\r\njak se vam dari ?\r\n`);
    expect(prependField(lines(' indented'), trace)).toBe(`${trace}\r\n indented\r\n`);
    expect(prependField(lines('', 'x'), trace)).toBe(`${trace}\r\nx\r\n`);
    expect(prependField(octets(''), trace)).toBe(trace);
  });
  test('ends the field', () =>
    expect(prependField(octets('A: b\r\n'), octets('C: d'))).toBe('C: d\r\nA: b\r\n'));
});

describe('addMissingFields', () => {
  const missing = {
    from: 'nekdo@firma1.intr',
    date: 'Wed,  1 Feb 2006 12:52:24 +0100 (CET)',
    messageId: '<20060201115224.970EB3B4086@neo.firma1.intr>',
  };

  test('the letter of seeds/003 gets a header, an empty line, and its text as body', () => {
    expect(addMissingFields(lines('jak se vam dari ?'), missing)).toBe(
      lines(
        'Message-Id: <20060201115224.970EB3B4086@neo.firma1.intr>',
        'Date: Wed,  1 Feb 2006 12:52:24 +0100 (CET)',
        'From: nekdo@firma1.intr',
        '',
        'jak se vam dari ?',
      ),
    );
  });

  test('only what is missing, below what is there, which keeps its order and form', () => {
    const after = addMissingFields(BOWLING, missing);
    expect(splitMessage(after).fields.map((f) => f.name)).toEqual([
      'From',
      'To',
      'Subject',
      'Message-Id',
      'Date',
    ]);
    expect(after.startsWith(headerOf(BOWLING))).toBe(true);
    expect(splitMessage(after).body).toBe(splitMessage(BOWLING).body);
    expect(addMissingFields(after, missing)).toBe(after);
  });

  test('the forgotten empty line comes in even when no field is missing', () => {
    expect(addMissingFields(lines('Subject: Test', 'Lijn 2'), {})).toBe(lines('Subject: Test', '', 'Lijn 2'));
    expect(addMissingFields(octets('Subject: Test'), { from: 'a@example.org' })).toBe(
      'Subject: Test\r\nFrom: a@example.org\r\n',
    );
  });

  test('To only when no field names a recipient', () => {
    const to = 'undisclosed-recipients:;';
    expect(addMissingFields(lines('', 'x'), { to })).toBe(lines(`To: ${to}`, '', 'x'));
    expect(addMissingFields(BOWLING, { to })).toBe(BOWLING);
    expect(addMissingFields(lines('cc: a@example.org', '', 'x'), { to })).toBe(
      lines('cc: a@example.org', '', 'x'),
    );
  });

  test('values cannot smuggle in fields', () => {
    expect(addMissingFields(lines('', 'x'), { from: 'a\r\nBcc: b\u0000' })).toBe(
      lines('From: a??Bcc: b?', '', 'x'),
    );
  });

  test('any octets: the result holds together', () => {
    const likely = fc.string({ unit: fc.constantFrom('\r\n', '\n', '\r', ' ', ':', 'A', 'From', '\u00ff') });
    fc.assert(
      fc.property(likely, (text) => {
        const after = splitMessage(addMissingFields(octets(text), missing));
        expect(fieldValue(after.fields, 'message-id')).toBe(missing.messageId);
        expect(after.body).toBe(splitMessage(octets(text)).body);
        expect(after.blankLine || after.body === '').toBe(true);
      }),
    );
  });
});

test('fieldText', () => {
  expect(fieldText('a\tb\u007f')).toBe('a?b?');
  expect(fieldText('\u00e9')).toBe('\u00c3\u00a9');
});
