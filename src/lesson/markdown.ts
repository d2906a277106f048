/**
 * The small Markdown of lesson texts (LESSONS.md 4.6) as a tree the page renders itself: paragraphs, lists, tables,
 * code, emphasis and `[[term]]` glossary links. There is no HTML in it: what is not markup is text.
 */
import { fillParams } from './matcher.ts';
import type { Params } from './types.ts';

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong'; readonly of: readonly Inline[] }
  | { readonly kind: 'emphasis'; readonly of: readonly Inline[] }
  /** A glossary term; `text` is empty when the glossary's own word is to be shown. */
  | { readonly kind: 'term'; readonly term: string; readonly text: string };

export type Block =
  | { readonly kind: 'paragraph'; readonly of: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    }
  | { readonly kind: 'code'; readonly info: string; readonly text: string };

/** A block still in source form, so that readers of sections can take lists apart first. */
export type SourceBlock =
  | { readonly kind: 'paragraph'; readonly line: number; readonly text: string }
  | {
      readonly kind: 'list';
      readonly line: number;
      readonly ordered: boolean;
      readonly items: readonly SourceItem[];
    }
  | { readonly kind: 'table'; readonly line: number; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'code'; readonly line: number; readonly info: string; readonly text: string };

export interface SourceItem {
  readonly line: number;
  readonly text: string;
}

const MARK = /^(?:([-*])|(\d{1,3})\.) +(?=\S)/;

/** Index of the first line after the block that starts at `from`. */
type Taken = readonly [block: SourceBlock, next: number];

/** Cuts lines into blocks. `first` is the number of the first line in its file, from 1. */
export function cutBlocks(lines: readonly string[], first: number): SourceBlock[] {
  const blocks: SourceBlock[] = [];
  let i = 0;
  while (i < lines.length) {
    const line = lines[i]!;
    if (line.trim() === '') {
      i++;
      continue;
    }
    const [block, next] = line.startsWith('```')
      ? takeCode(lines, i, first)
      : MARK.test(line)
        ? takeList(lines, i, first)
        : line.startsWith('|')
          ? takeTable(lines, i, first)
          : takeParagraph(lines, i, first);
    blocks.push(block);
    i = next;
  }
  return blocks;
}

function takeCode(lines: readonly string[], from: number, first: number): Taken {
  let end = from + 1;
  while (end < lines.length && !lines[end]!.startsWith('```')) end++;
  const text = lines.slice(from + 1, end).join('\n');
  return [{ kind: 'code', line: first + from, info: lines[from]!.slice(3).trim(), text }, end + 1];
}

function takeList(lines: readonly string[], from: number, first: number): Taken {
  const ordered = /^\d/.test(lines[from]!);
  const items: SourceItem[] = [];
  let i = from;
  for (; i < lines.length; i++) {
    const line = lines[i]!;
    const mark = MARK.exec(line);
    if (mark && (mark[2] !== undefined) === ordered)
      items.push({ line: first + i, text: line.slice(mark[0].length) });
    else if (/^ {2,}\S/.test(line) && items.length > 0) {
      const last = items.pop()!;
      items.push({ line: last.line, text: `${last.text} ${line.trim()}` });
    } else break;
  }
  return [{ kind: 'list', line: first + from, ordered, items }, i];
}

function takeTable(lines: readonly string[], from: number, first: number): Taken {
  const rows: string[][] = [];
  let i = from;
  for (; i < lines.length && lines[i]!.startsWith('|'); i++) {
    const line = lines[i]!;
    if (/^[|\s:-]+$/.test(line)) continue;
    rows.push(cutCells(line));
  }
  return [{ kind: 'table', line: first + from, rows }, i];
}

/** `\|` and the bar of `[[term|words]]` stand within a cell. */
function cutCells(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  for (let i = 1; i < line.length; i++) {
    if (line[i] === '\\' && line[i + 1] === '|') {
      cell += '|';
      i++;
    } else if (line.startsWith('[[', i) && line.indexOf(']]', i) > 0) {
      const end = line.indexOf(']]', i);
      cell += line.slice(i, end + 2);
      i = end + 1;
    } else if (line[i] === '|') {
      cells.push(cell.trim());
      cell = '';
    } else cell += line[i];
  }
  if (cell.trim() !== '') cells.push(cell.trim());
  return cells;
}

function takeParagraph(lines: readonly string[], from: number, first: number): Taken {
  let end = from + 1;
  while (end < lines.length) {
    const line = lines[end]!;
    if (line.trim() === '' || line.startsWith('```') || line.startsWith('|') || MARK.test(line)) break;
    end++;
  }
  const text = lines
    .slice(from, end)
    .map((line) => line.trim())
    .join(' ');
  return [{ kind: 'paragraph', line: first + from, text }, end];
}

export function toBlock(block: SourceBlock): Block {
  switch (block.kind) {
    case 'paragraph':
      return { kind: 'paragraph', of: parseInline(block.text) };
    case 'list':
      return {
        kind: 'list',
        ordered: block.ordered,
        items: block.items.map((item) => parseInline(item.text)),
      };
    case 'table': {
      const cells = block.rows.map((row) => row.map((cell) => parseInline(cell)));
      return { kind: 'table', head: cells[0] ?? [], rows: cells.slice(1) };
    }
    case 'code':
      return { kind: 'code', info: block.info, text: block.text };
  }
}

/** `**`, `*`, `` ` `` and `[[…]]`. A mark without its partner is text. */
export function parseInline(source: string, depth = 0): Inline[] {
  const out: Inline[] = [];
  let plain = '';
  const push = (inline: Inline): void => {
    if (plain !== '') out.push({ kind: 'text', text: plain });
    plain = '';
    out.push(inline);
  };
  let i = 0;
  while (i < source.length) {
    const span = depth < 4 ? spanAt(source, i) : null;
    if (!span) {
      plain += source[i++];
      continue;
    }
    const inner = source.slice(i + span.mark, span.end);
    if (span.kind === 'code') push({ kind: 'code', text: inner });
    else if (span.kind === 'term') push(termOf(inner));
    else push({ kind: span.kind, of: parseInline(inner, depth + 1) });
    i = span.end + span.mark;
  }
  if (plain !== '') out.push({ kind: 'text', text: plain });
  return out;
}

interface Span {
  readonly kind: 'code' | 'term' | 'strong' | 'emphasis';
  /** Length of the mark on either side. */
  readonly mark: number;
  /** Where the closing mark begins. */
  readonly end: number;
}

const MARKS: readonly (readonly [Span['kind'], open: string, close: string])[] = [
  ['code', '`', '`'],
  ['term', '[[', ']]'],
  ['strong', '**', '**'],
  ['emphasis', '*', '*'],
];

function spanAt(source: string, at: number): Span | null {
  for (const [kind, open, close] of MARKS) {
    if (!source.startsWith(open, at)) continue;
    const start = at + open.length;
    // `2 * 3 * 4` is no emphasis: the mark has to touch its text.
    if (kind !== 'code' && (source[start] === ' ' || source[start] === undefined)) continue;
    let end = source.indexOf(close, start + 1);
    // `**b *c***`: the first star closes what is inside.
    while (kind === 'strong' && end > 0 && source[end + 2] === '*') end++;
    if (end > 0) return { kind, mark: open.length, end };
  }
  return null;
}

function termOf(inner: string): Inline {
  const bar = inner.indexOf('|');
  if (bar < 0) return { kind: 'term', term: inner.trim(), text: '' };
  return { kind: 'term', term: inner.slice(0, bar).trim(), text: inner.slice(bar + 1).trim() };
}

export function fillInlines(of: readonly Inline[], params: Params): Inline[] {
  return of.map((inline): Inline => {
    if (inline.kind === 'strong' || inline.kind === 'emphasis')
      return { kind: inline.kind, of: fillInlines(inline.of, params) };
    return { ...inline, text: fillParams(inline.text, params) };
  });
}

/** Puts a student's values in place of `${name}` everywhere. */
export function fillBlocks(blocks: readonly Block[], params: Params): Block[] {
  return blocks.map((block) => fillBlock(block, params));
}

function fillBlock(block: Block, params: Params): Block {
  switch (block.kind) {
    case 'paragraph':
      return { kind: 'paragraph', of: fillInlines(block.of, params) };
    case 'list':
      return { ...block, items: block.items.map((item) => fillInlines(item, params)) };
    case 'table':
      return {
        kind: 'table',
        head: block.head.map((cell) => fillInlines(cell, params)),
        rows: block.rows.map((row) => row.map((cell) => fillInlines(cell, params))),
      };
    case 'code':
      return { ...block, text: fillParams(block.text, params) };
  }
}

/** The words without markup, for labels and search. */
export function plainText(of: readonly Inline[]): string {
  return of
    .map((inline) => {
      if (inline.kind === 'strong' || inline.kind === 'emphasis') return plainText(inline.of);
      return inline.kind === 'term' && inline.text === '' ? inline.term : inline.text;
    })
    .join('');
}

/** Every glossary term a text links to. */
export function termsIn(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) => inlinesOf(block).flatMap(termsInLine));
}

function termsInLine(of: readonly Inline[]): string[] {
  return of.flatMap((inline) => {
    if (inline.kind === 'term') return [inline.term];
    return inline.kind === 'strong' || inline.kind === 'emphasis' ? termsInLine(inline.of) : [];
  });
}

/** The runs of text in a block, code blocks left out. */
export function inlinesOf(block: Block): readonly (readonly Inline[])[] {
  switch (block.kind) {
    case 'paragraph':
      return [block.of];
    case 'list':
      return block.items;
    case 'table':
      return [...block.head, ...block.rows.flat()];
    case 'code':
      return [];
  }
}
