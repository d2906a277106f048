/** A lesson's Markdown file cut at its `# Heading {#key}` lines, front matter taken off. */
import type { Inline, SourceBlock } from './markdown.ts';
import { cutBlocks, parseInline } from './markdown.ts';
import type { Problem } from './types.ts';

export interface Section {
  readonly key: string;
  /** Line of the heading, from 1. */
  readonly line: number;
  readonly title: readonly Inline[];
  readonly blocks: readonly SourceBlock[];
}

export interface TextFile {
  readonly file: string;
  readonly lang: string;
  /** Hash of the English text a translation was made from; empty: none given. */
  readonly base: string;
  readonly sections: Readonly<Record<string, Section>>;
  readonly problems: readonly Problem[];
}

const HEADING = /^(#{1,4}) +(.*)$/;
const KEY = /\{#([a-zA-Z0-9][\w.-]{0,80})\}$/;

export function readSections(file: string, source: string): TextFile {
  const lines = source.replaceAll('\r\n', '\n').split('\n');
  const problems: Problem[] = [];
  const complain = (line: number, message: string): void => {
    problems.push({ file, line, message });
  };
  const { fields, next } = frontMatter(lines);
  const sections: Record<string, Section> = {};
  let open: { key: string; line: number; title: string; from: number } | null = null;
  const finish = (end: number): void => {
    if (!open) return;
    const blocks = cutBlocks(lines.slice(open.from, end), open.from + 1);
    if (Object.hasOwn(sections, open.key)) complain(open.line, `the key {#${open.key}} is used twice`);
    sections[open.key] = { key: open.key, line: open.line, title: parseInline(open.title), blocks };
    open = null;
  };
  let fenced = false;
  for (let i = next; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.startsWith('```')) fenced = !fenced;
    const heading = fenced ? null : HEADING.exec(line);
    if (!heading) {
      if (open === null && line.trim() !== '') {
        complain(i + 1, 'text before the first heading');
        open = { key: '', line: i + 1, title: '', from: i + 1 };
      }
      if (!fenced && /<\/?[a-z][a-z0-9]*[\s/>]/i.test(withoutCode(line)))
        complain(i + 1, 'HTML is not allowed');
      if (!fenced && /!\[[^\]]{0,200}\]\(/.test(line)) complain(i + 1, 'images are not allowed');
      continue;
    }
    finish(i);
    const title = heading[2]!.trim();
    const key = KEY.exec(title);
    if (!key) complain(i + 1, 'a heading ends with its key: # Title {#key}');
    open = {
      key: key?.[1] ?? `line-${i + 1}`,
      line: i + 1,
      title: title.replace(KEY, '').trim(),
      from: i + 1,
    };
  }
  if (fenced) complain(lines.length, 'a code block is not closed');
  finish(lines.length);
  delete sections[''];
  return { file, lang: fields.lang ?? '', base: fields.base ?? '', sections, problems };
}

function withoutCode(line: string): string {
  return line.replace(/`[^`]*`/g, '');
}

/** `name: value` lines between two `---` lines at the top. */
function frontMatter(lines: readonly string[]): { fields: Record<string, string>; next: number } {
  const fields: Record<string, string> = {};
  if (lines[0] !== '---') return { fields, next: 0 };
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i]!;
    if (line === '---') return { fields, next: i + 1 };
    const colon = line.indexOf(':');
    if (colon > 0) fields[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
  }
  return { fields, next: lines.length };
}
