/** The prose of a lesson in one language, found by the keys of LESSONS.md 4.6 and checked against the lesson. */
import { encodeUtf8 } from '../base/octets.ts';
import type { Block, Inline, SourceBlock, SourceItem } from './markdown.ts';
import { parseInline, termsIn, toBlock } from './markdown.ts';
import type { Section, TextFile } from './sections.ts';
import { sha256 } from './sha256.ts';
import type { Lesson, MistakeRule, Problem, Quiz } from './types.ts';

export interface Passage {
  readonly title: readonly Inline[];
  readonly blocks: readonly Block[];
}

export interface TaskText extends Passage {
  /** One for each hint tier, in order. */
  readonly hints: readonly (readonly Inline[])[];
}

export interface OptionText {
  readonly text: readonly Inline[];
  /** Shown when it was chosen (`=>`); empty: none. */
  readonly chosen: readonly Inline[];
  /** Shown when it was not chosen (`=>!`); empty: none. */
  readonly missed: readonly Inline[];
}

export interface QuizText extends Passage {
  /** By option, item or line id; `right` and `wrong` may hold a remark on the whole answer. */
  readonly options: Readonly<Record<string, OptionText>>;
}

export interface LessonTexts {
  readonly title: Passage;
  readonly done: Passage;
  readonly steps: Readonly<Record<string, Passage>>;
  readonly tasks: Readonly<Record<string, TaskText>>;
  readonly quizzes: Readonly<Record<string, QuizText>>;
  /** The lesson's own; the shared ones are the course's. */
  readonly mistakes: Readonly<Record<string, Passage>>;
  /** Teacher's notes by step id. */
  readonly notes: Readonly<Record<string, Passage>>;
  /** Keys that are missing here: show the English ones. */
  readonly missing: readonly string[];
}

export const REMARKS: readonly string[] = ['right', 'wrong'];

/** `sha256:` and the first 12 digits, as a translation's front matter carries it. */
export function baseHash(english: string): string {
  return `sha256:${sha256(encodeUtf8(english.replaceAll('\r\n', '\n'))).slice(0, 12)}`;
}

const passage = (section: Section | undefined): Passage => ({
  title: section?.title ?? [],
  blocks: section?.blocks.map(toBlock) ?? [],
});

/** The last ordered list of a task is its hints. */
function taskText(section: Section): TaskText {
  const last = section.blocks.at(-1);
  if (last?.kind !== 'list' || !last.ordered) return { ...passage(section), hints: [] };
  const blocks = section.blocks.slice(0, -1).map(toBlock);
  return { title: section.title, blocks, hints: last.items.map((item) => parseInline(item.text)) };
}

const OPTION = /^`([^`]+)`\s*(.*)$/s;

/** The list whose items begin with an id in code is the quiz's options. */
function optionList(blocks: readonly SourceBlock[]): SourceBlock | undefined {
  return blocks.find((block) => block.kind === 'list' && block.items.every((item) => OPTION.test(item.text)));
}

function quizText(section: Section): QuizText {
  const list = optionList(section.blocks);
  const blocks = section.blocks.filter((block) => block !== list).map(toBlock);
  const items = list?.kind === 'list' ? list.items : [];
  const options: Record<string, OptionText> = {};
  for (const item of items) {
    const parts = OPTION.exec(item.text)!;
    options[parts[1]!] = optionText(parts[2]!);
  }
  return { title: section.title, blocks, options };
}

/** `text => feedback when chosen =>! feedback when not chosen`; arrows within code do not count. */
function optionText(source: string): OptionText {
  const parts = { text: '', chosen: '', missed: '' };
  let at: keyof typeof parts = 'text';
  let code = false;
  for (let i = 0; i < source.length; i++) {
    if (source[i] === '`') code = !code;
    if (!code && source.startsWith('=>', i)) {
      at = source[i + 2] === '!' ? 'missed' : 'chosen';
      i += at === 'missed' ? 2 : 1;
    } else parts[at] += source[i];
  }
  return {
    text: parseInline(parts.text.trim()),
    chosen: parseInline(parts.chosen.trim()),
    missed: parseInline(parts.missed.trim()),
  };
}

/** Ids a quiz's list must have, and may have. */
export function optionKeys(quiz: Quiz): {
  readonly needed: readonly string[];
  readonly allowed: readonly string[];
} {
  switch (quiz.type) {
    case 'single':
    case 'multiple':
      return { needed: quiz.options, allowed: REMARKS };
    case 'ordering':
      return { needed: quiz.items, allowed: REMARKS };
    case 'fill':
      return { needed: quiz.almost.map((one) => one.text), allowed: REMARKS };
    case 'match':
      return { needed: [...quiz.left, ...quiz.right], allowed: REMARKS };
    case 'predict':
      return { needed: [], allowed: [...quiz.options, ...REMARKS] };
    case 'spot':
      return {
        needed: quiz.lines.flatMap((line) => (line.text === null ? [line.id] : [])),
        allowed: [...quiz.lines.map((line) => line.id), ...REMARKS],
      };
  }
}

/** Every key of the lesson, and those it may have beside them. */
function expectedKeys(lesson: Lesson): { needed: string[]; allowed: Set<string> } {
  const own = (rules: readonly MistakeRule[]): string[] =>
    rules.filter((rule) => !rule.shared).map((rule) => `mistake.${rule.id}`);
  const needed = ['title', 'done'];
  const allowed = new Set<string>();
  for (const step of lesson.steps) {
    needed.push(`step.${step.id}`, ...own(step.mistakes));
    allowed.add(`notes.${step.id}`);
    for (const task of step.tasks) needed.push(`task.${task.id}`, ...own(task.mistakes));
    for (const quiz of step.quiz) needed.push(`quiz.${quiz.id}`);
  }
  for (const key of needed) allowed.add(key);
  return { needed: [...new Set(needed)], allowed };
}

export interface TextsRead {
  readonly texts: LessonTexts;
  readonly problems: readonly Problem[];
}

/** Reads one language. `terms` are the glossary's ids. */
export function lessonTexts(lesson: Lesson, source: TextFile, terms: ReadonlySet<string>): TextsRead {
  const { file, sections } = source;
  const problems: Problem[] = [...source.problems];
  const { needed, allowed } = expectedKeys(lesson);
  const missing = needed.filter((key) => !Object.hasOwn(sections, key));
  for (const key of missing) problems.push({ file, line: 0, message: `missing text {#${key}}` });
  for (const section of Object.values(sections)) {
    if (!allowed.has(section.key))
      problems.push({
        file,
        line: section.line,
        message: `{#${section.key}} belongs to nothing in lesson.yaml`,
      });
    for (const block of section.blocks)
      for (const term of termsIn([toBlock(block)]))
        if (!terms.has(term))
          problems.push({ file, line: block.line, message: `[[${term}]] is not in the glossary` });
  }
  const pick = <T>(prefix: string, read: (section: Section) => T): Record<string, T> => {
    const found: Record<string, T> = {};
    for (const section of Object.values(sections))
      if (section.key.startsWith(prefix)) found[section.key.slice(prefix.length)] = read(section);
    return found;
  };
  const texts: LessonTexts = {
    title: passage(sections.title),
    done: passage(sections.done),
    steps: pick('step.', passage),
    tasks: pick('task.', taskText),
    quizzes: pick('quiz.', quizText),
    mistakes: pick('mistake.', passage),
    notes: pick('notes.', passage),
    missing,
  };
  problems.push(...checkHints(lesson, source, texts), ...checkOptions(lesson, source, texts));
  return { texts, problems };
}

function checkHints(lesson: Lesson, source: TextFile, texts: LessonTexts): Problem[] {
  return lesson.steps.flatMap((step) =>
    step.tasks.flatMap((task) => {
      const found = texts.tasks[task.id]?.hints.length;
      if (found === undefined || found === task.hintCosts.length) return [];
      const message = `task.${task.id}: lesson.yaml has ${task.hintCosts.length} hint tiers, the text has ${found}`;
      return [{ file: source.file, line: source.sections[`task.${task.id}`]?.line ?? 0, message }];
    }),
  );
}

function checkOptions(lesson: Lesson, source: TextFile, texts: LessonTexts): Problem[] {
  const problems: Problem[] = [];
  for (const quiz of lesson.steps.flatMap((step) => step.quiz)) {
    const text = texts.quizzes[quiz.id];
    const section = source.sections[`quiz.${quiz.id}`];
    if (!text || !section) continue;
    const complain = (line: number, message: string): void => {
      problems.push({ file: source.file, line, message: `quiz.${quiz.id}: ${message}` });
    };
    const { needed, allowed } = optionKeys(quiz);
    for (const key of needed)
      if (!Object.hasOwn(text.options, key)) complain(section.line, `no text for \`${key}\``);
    for (const item of optionItems(section)) {
      const key = OPTION.exec(item.text)?.[1] ?? '';
      if (!needed.includes(key) && !allowed.includes(key))
        complain(item.line, `\`${key}\` is no option of this quiz`);
      const graded = quiz.type === 'single' || quiz.type === 'multiple' || quiz.type === 'spot';
      const silent = text.options[key]?.chosen.length === 0 && text.options[key]?.missed.length === 0;
      if (graded && silent && !REMARKS.includes(key)) complain(item.line, `\`${key}\` has no feedback (=>)`);
    }
    if (quiz.type === 'spot')
      for (const line of quiz.lines)
        if (line.text !== null && !Object.hasOwn(text.options, line.id) && quiz.right.includes(line.id))
          complain(section.line, `\`${line.id}\` is right but has no feedback`);
  }
  return problems;
}

function optionItems(section: Section): readonly SourceItem[] {
  const list = optionList(section.blocks);
  return list?.kind === 'list' ? list.items : [];
}

/** Texts of the shared mistakes: keys are the rules' ids. */
export function sharedMistakeTexts(
  rules: Readonly<Record<string, MistakeRule>>,
  source: TextFile,
): { readonly texts: Readonly<Record<string, Passage>>; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [...source.problems];
  const { file, sections } = source;
  for (const id of Object.keys(rules))
    if (!Object.hasOwn(sections, id)) problems.push({ file, line: 0, message: `missing text {#${id}}` });
  const texts: Record<string, Passage> = {};
  for (const section of Object.values(sections)) {
    if (!Object.hasOwn(rules, section.key))
      problems.push({ file, line: section.line, message: `{#${section.key}} is no rule of mistakes.yaml` });
    texts[section.key] = passage(section);
  }
  return { texts, problems };
}
