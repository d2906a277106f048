// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a lesson writes its parameters like this.
import { describe, expect, test } from 'vitest';
import { cutBlocks, fillBlocks, parseInline, plainText, termsIn, toBlock } from './markdown.ts';
import { readSections } from './sections.ts';

const blocks = (source: string) => cutBlocks(source.split('\n'), 1).map(toBlock);
const text = (plain: string) => ({ kind: 'text', text: plain });

describe('inline', () => {
  test('strong, emphasis, code and terms', () => {
    expect(parseInline('a **b *c*** `d *e*` [[mta]] [[mta|post office]]')).toEqual([
      text('a '),
      { kind: 'strong', of: [text('b '), { kind: 'emphasis', of: [text('c')] }] },
      text(' '),
      { kind: 'code', text: 'd *e*' },
      text(' '),
      { kind: 'term', term: 'mta', text: '' },
      text(' '),
      { kind: 'term', term: 'mta', text: 'post office' },
    ]);
    expect(parseInline('*only*')).toEqual([{ kind: 'emphasis', of: [text('only')] }]);
  });

  test('marks without a partner, arithmetic and HTML are text', () => {
    expect(parseInline('2 * 3 * 4')).toEqual([text('2 * 3 * 4')]);
    expect(parseInline('a ` b ** c [[d')).toEqual([text('a ` b ** c [[d')]);
    expect(parseInline('<script>alert(1)</script>')).toEqual([text('<script>alert(1)</script>')]);
  });

  test('the words alone', () => {
    expect(plainText(parseInline('Type `HELO`, **now**, [[mta|please]]'))).toBe('Type HELO, now, please');
  });
});

describe('blocks', () => {
  test('paragraphs, lists and code', () => {
    expect(blocks('one\ntwo\n\n- a\n  more\n- b\n\n1. x\n2. y\n\n```text\n# not a heading\n```')).toEqual([
      { kind: 'paragraph', of: [text('one two')] },
      { kind: 'list', ordered: false, items: [[text('a more')], [text('b')]] },
      { kind: 'list', ordered: true, items: [[text('x')], [text('y')]] },
      { kind: 'code', info: 'text', text: '# not a heading' },
    ]);
  });

  test('tables, with bars in cells', () => {
    expect(blocks('| a | b |\n|---|---|\n| `x \\| y` | **z** |')).toEqual([
      {
        kind: 'table',
        head: [[text('a')], [text('b')]],
        rows: [[[{ kind: 'code', text: 'x | y' }], [{ kind: 'strong', of: [text('z')] }]]],
      },
    ]);
  });

  test("a student's values go into texts and code", () => {
    expect(
      fillBlocks(blocks('Say **${subject}**:\n\n```\nSubject: ${subject}\n```'), { subject: 'Lunch' }),
    ).toEqual(blocks('Say **Lunch**:\n\n```\nSubject: Lunch\n```'));
  });

  test('terms are found wherever they stand', () => {
    expect(termsIn(blocks('[[a]]\n\n- **[[b]]**\n\n| [[c]] |\n| [[d|e]] |'))).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('sections', () => {
  test('front matter, keys and lines', () => {
    const file = readSections(
      'x.md',
      '---\nlang: nl\nbase: sha256:1\n---\n# Titel {#title}\nTekst.\n\n## Stap {#step.a}\n',
    );
    expect(file).toMatchObject({ lang: 'nl', base: 'sha256:1', problems: [] });
    expect(Object.keys(file.sections)).toEqual(['title', 'step.a']);
    expect(file.sections['step.a']).toMatchObject({ line: 8, title: [text('Stap')] });
  });

  test('complaints have their line', () => {
    const problems = (source: string) => readSections('x.md', source).problems;
    expect(problems('stray\n')).toMatchObject([{ line: 1 }]);
    expect(problems('# A {#a}\n# B\n')).toMatchObject([{ line: 2 }]);
    expect(problems('# A {#a}\n# B {#a}\n')).toMatchObject([
      { line: 2, message: 'the key {#a} is used twice' },
    ]);
    expect(problems('# A {#a}\n\n<b>bold</b>\n')).toMatchObject([
      { line: 3, message: 'HTML is not allowed' },
    ]);
    expect(problems('# A {#a}\n`<CR><LF>` and <dude@example.com>\n')).toEqual([]);
    expect(problems('# A {#a}\n![x](y.png)\n')).toMatchObject([
      { line: 2, message: 'images are not allowed' },
    ]);
    expect(problems('# A {#a}\n```\n# B\n')).toMatchObject([{ message: 'a code block is not closed' }]);
  });
});
