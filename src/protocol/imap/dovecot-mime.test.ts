/** What we say of letters, octet for octet what Dovecot said of them when it was recorded. */
import { expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { structureOf } from '../../mail/structure.ts';
import { bodyStructureText } from './body-structure.ts';
import { envelopeText } from './envelope.ts';
import { fetchItems, recordedLetters } from './recorded-letters.testing.ts';
import type { Section } from './section.ts';
import { binaryOctets, sectionOctets, sectionText } from './section.ts';
import { literal } from './strings.ts';
import { decodeUtf7, encodeUtf7 } from './utf7.ts';

/** Answers, by letter and item, in which we differ, and why. All others are the same. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'quoted-printable: nothing: BINARY[]':
    'Dovecot cuts off the end of a letter whose encoded body is empty: it counts on a header that it then does not write',
  'one unknown encoding in a multipart: BINARY.SIZE[1]':
    'Dovecot decodes the whole letter to size one part, so that one is refused for the sake of another',
};

const WHAT: Readonly<Record<string, Section['what']>> = {
  '': 'all',
  HEADER: 'header',
  'HEADER.FIELDS': 'fields',
  'HEADER.FIELDS.NOT': 'fields-not',
  TEXT: 'text',
  MIME: 'mime',
};

/** What stands between the brackets of an item, and where a partial begins. */
function sectionOf(item: string): { readonly section: Section; readonly from: number | null } {
  const found = /^[A-Z.]+\[([\d.]*?)\.?([A-Z][A-Z.]*)?(?: \((.*)\))?\](?:<(\d+)>)?$/.exec(item)!;
  const [, path = '', what = '', names = '', from] = found;
  const words = names === '' ? [] : names.split(' ');
  return {
    section: {
      path: path === '' ? [] : path.split('.').map(Number),
      what: WHAT[what]!,
      names: words.map((word) => word.replaceAll('"', '')),
      quoted: words.map((word) => word.startsWith('"')),
    },
    from: from === undefined ? null : Number(from),
  };
}

/** Our value of an item; `count` is the length a partial asked for. */
function ours(content: Octets, item: string, count: number): string {
  if (item === 'ENVELOPE') return envelopeText(content);
  if (item === 'BODY' || item === 'BODYSTRUCTURE')
    return bodyStructureText(content, structureOf(content), item === 'BODYSTRUCTURE');
  const { section, from } = sectionOf(item);
  const cut = (octets: Octets): Octets =>
    from === null ? octets : (octets.slice(from, from + count) as Octets);
  if (item.startsWith('BODY[')) return literal(cut(sectionOctets(content, section)));
  const binary = binaryOctets(content, section.path);
  if (binary.kind !== 'octets') return binary.kind;
  if (item.startsWith('BINARY.SIZE[')) return String(binary.octets.length);
  const octets = cut(binary.octets);
  return `${binary.literal8 ? '~' : ''}{${octets.length}}\r\n${octets}`;
}

const countOf = (command: string): number => Number(/<\d+\.(\d+)>/.exec(command)?.[1] ?? 0);

for (const name of ['headers', 'fields', 'structure', 'partial', 'mutants'])
  test(`recorded: ${name}`, () => {
    let items = 0;
    for (const { name: letter, content, asked } of recordedLetters(`dovecot-mime-${name}`))
      for (const { command, answer } of asked)
        for (const [item, value] of fetchItems(answer)) {
          expect(ours(content, item, countOf(command)), `${letter}: ${item}`).toBe(value);
          items++;
        }
    expect(items).toBeGreaterThan(name === 'partial' ? 9 : 200);
  });

test('recorded: binary', () => {
  for (const { name, content, asked } of recordedLetters('dovecot-mime-binary'))
    for (const { command, answer } of asked) {
      const item = command.replace('.PEEK', '').replace(/^FETCH \d+ |(?<=<\d+)\.\d+/g, '');
      if (`${name}: ${item}` in DIFFERENCES) continue;
      const refused = /^a\d+ NO \[(UNKNOWN-CTE|PARSE)\]/m.exec(answer)?.[1];
      const kind = refused === 'PARSE' ? 'invalid' : refused?.toLowerCase();
      expect(ours(content, item, countOf(command)), `${name}: ${item}`).toBe(
        kind ?? fetchItems(answer).get(item),
      );
    }
});

test('sections are echoed as Dovecot echoes them', () => {
  const seen = new Set<string>();
  for (const name of ['headers', 'structure'])
    for (const { asked } of recordedLetters(`dovecot-mime-${name}`))
      for (const { answer } of asked)
        for (const item of fetchItems(answer).keys()) if (item.startsWith('BODY[')) seen.add(item);
  for (const item of seen) expect(sectionText(sectionOf(item).section)).toBe(item);
  expect(seen).toContain('BODY[1.HEADER.FIELDS.NOT (SUBJECT "TO")]');
});

test('recorded: names in modified UTF-7', () => {
  const [{ asked } = { asked: [] }] = recordedLetters('dovecot-mime-names');
  for (const { command, answer } of asked) {
    const name = /"(.*)"/.exec(command)![1]!;
    const valid = !answer.includes('not valid mUTF-7');
    expect(decodeUtf7(name) !== null, name).toBe(valid);
    // `&AOl-` has bits to spare that are not 0; whoever encodes writes `&AOk-`.
    if (valid && name !== '&AOl-') expect(encodeUtf7(decodeUtf7(name)!)).toBe(name);
  }
  expect(asked.length).toBeGreaterThan(30);
});
