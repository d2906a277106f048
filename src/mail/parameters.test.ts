import { describe, expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { parseDispositionField, parseLanguages, parseTokenField, parseTypeField } from './parameters.ts';

const type = (value: string) => parseTypeField(octets(value));
const parameters = (value: string) => Object.fromEntries(type(value).parameters);

describe('Content-Type (RFC 2045 §5.1)', () => {
  test('type, subtype and parameters as written', () => {
    expect(type('Text/Plain; Charset="US-ASCII"')).toEqual({
      type: 'Text',
      subtype: 'Plain',
      parameters: [['Charset', 'US-ASCII']],
    });
    // The RFC's own examples: these two are the same.
    expect(parameters('text/plain; charset=us-ascii (Plain text)')).toEqual({ charset: 'us-ascii' });
    expect(parameters('text/plain; charset="us-ascii"')).toEqual({ charset: 'us-ascii' });
  });

  test('quoted strings with escapes and folds', () => {
    expect(parameters('a/b; x="1 \\"2\\" \\\\3"; y="4\n 5"')).toEqual({ x: '1 "2" \\3', y: '4 5' });
  });

  test('what is malformed has no type, but may have a first word', () => {
    for (const value of ['', '/b', 'a/', 'a b/c', 'a/b c', 'a/b, c/d', '(never closed', 'a/b (never closed'])
      expect(type(value), value).toEqual({ type: '', subtype: '', parameters: [] });
    expect(type('text')).toEqual({ type: 'text', subtype: '', parameters: [] });
  });

  test('one malformed parameter is passed over', () => {
    expect(parameters('a/b; c[d]=e; f=g; h="never closed; i=j')).toEqual({ f: 'g' });
  });
});

describe('RFC 2231 §3 and §4.1, the RFC’s own examples', () => {
  test('a long value in pieces', () => {
    const value =
      'message/external-body; access-type=URL; URL*0="ftp://"; URL*1="cs.utk.edu/pub/moose/bulk-mailer/bulk-mailer.tar"';
    expect(parameters(value)).toEqual({
      'access-type': 'URL',
      URL: 'ftp://cs.utk.edu/pub/moose/bulk-mailer/bulk-mailer.tar',
    });
  });

  test('an encoded value keeps its charset and says by its name that it is one', () => {
    expect(
      parameters("application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A"),
    ).toEqual({
      'title*': "us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
    });
  });

  test('both at once', () => {
    const value =
      "application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"";
    expect(parameters(value)).toEqual({
      'title*': "us-ascii'en'This%20is%20even%20more%20%2A%2A%2Afun%2A%2A%2A%20isn't it!",
    });
  });

  test('pieces in any order; with one missing they stay what they are', () => {
    expect(parameters('a/b; x*2=c; x*0=a; x*1=b')).toEqual({ x: 'abc' });
    expect(parameters('a/b; x*2=c; x*0=a')).toEqual({ 'x*0': 'a', 'x*2': 'c' });
  });
});

test('Content-Disposition (RFC 2183 §3), the RFC’s own example', () => {
  const value = 'attachment; filename=genome.jpeg;\n modification-date="Wed, 12 Feb 1997 16:29:51 -0500"';
  expect(parseDispositionField(octets(value))).toEqual([
    'attachment',
    [
      ['filename', 'genome.jpeg'],
      ['modification-date', 'Wed, 12 Feb 1997 16:29:51 -0500'],
    ],
  ]);
  expect(parseDispositionField(octets('inline (never closed'))).toBeNull();
});

test('Content-Language (RFC 3282 §2) and single tokens', () => {
  expect(parseLanguages(octets('en, fr (French), cs'))).toEqual(['en', 'fr', 'cs']);
  expect(parseLanguages(octets(''))).toEqual([]);
  expect(parseTokenField(octets(' Base64 (as ever)'))).toBe('Base64');
  expect(parseTokenField(octets('base64 x'))).toBeNull();
  expect(parseTokenField(octets(''))).toBeNull();
});
