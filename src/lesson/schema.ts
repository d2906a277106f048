/** `lesson.yaml`, `mistakes.yaml`, `catalog.yaml` and `glossary.yaml` as zod schemas. Build time and tests only. */
import * as z from 'zod';
import type { Complain } from './build-lesson.ts';
import { buildLesson, checkIds } from './build-lesson.ts';
import { isWord, meant, parseCheck } from './check-schema.ts';
import type { CatalogTrack, Check, Lesson, MistakeRule, Problem, Term } from './types.ts';
import { readYaml } from './yaml-file.ts';

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'expected an id of small letters, digits and hyphens');
const word = z.custom<string | number>(isWord, 'expected a text or a number').transform(String);
const words = z.array(word).min(1);
const points = z.number().min(0).max(100);
const text = z.string().min(1).max(400);

/** An object with exactly these keys; the complaint about another key lists them. */
const object = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const key = issue.keys[0] ?? '';
      return `unknown key "${key}".${meant(key, Object.keys(shape))} Expected one of ${Object.keys(shape).join(', ')}`;
    },
  });

const check = z.unknown().transform(
  (value, context): Check =>
    parseCheck(value, [], (path, message) => {
      context.issues.push({ code: 'custom', message, input: value, path: [...path] });
    }),
);

const mistakeKind = z.enum(['essential', 'actionable', 'informative', 'celebratory']);
const mistakeBody = {
  when: check,
  kind: mistakeKind,
  about: z.array(z.string()).default([]),
  once: z.boolean().default(true),
};

const hints = object({ tiers: z.int().min(1).max(5), cost: z.array(points).optional() });
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const duration = z
  .string()
  .regex(/^\d{1,4}[smhd]$/, 'expected a duration like 30m, 2h or 5d')
  .transform((value) => Number(value.slice(0, -1)) * UNITS[value.slice(-1)]!);

const task = object({
  id,
  points,
  check,
  partial: z.array(object({ points, check })).default([]),
  hints: hints.optional(),
  mistakes: z.array(z.unknown()).default([]),
  optional: z.boolean().default(false),
  within: duration.optional(),
  hold: z.boolean().default(false),
});

const why = z.record(z.string(), z.string()).default({});
const quizBase = { id, points };
const quiz = z.discriminatedUnion('type', [
  object({ ...quizBase, type: z.literal('single'), options: words, right: word, why }),
  object({
    ...quizBase,
    type: z.literal('multiple'),
    options: words,
    right: words,
    scoring: z.enum(['all', 'per-option']).default('all'),
    why,
  }),
  object({ ...quizBase, type: z.literal('ordering'), items: words }),
  object({
    ...quizBase,
    type: z.literal('fill'),
    accept: words,
    almost: z.record(z.string(), z.string()).default({}),
  }),
  object({
    ...quizBase,
    type: z.literal('match'),
    left: words,
    right: z.record(z.string(), z.union([words, word.transform((one) => [one])])),
  }),
  object({
    ...quizBase,
    type: z.literal('predict'),
    after: z.array(z.string()).min(1),
    ask: z.enum(['reply-code', 'reply-text', 'next-host', 'final-mailbox', 'queue-length', 'path']),
    options: words,
  }),
  object({
    ...quizBase,
    type: z.literal('spot'),
    in: z.enum(['header', 'transcript', 'config', 'diagram', 'statements']),
    lines: z.union([z.record(z.string(), z.string()), words]),
    right: words,
    why,
  }),
]);

const step = object({
  id,
  tasks: z.array(task).default([]),
  quiz: z.array(quiz).default([]),
  mistakes: z.array(z.unknown()).default([]),
});

const lesson = object({
  format: z.literal('posthorn-lesson/1'),
  id,
  number: z.int().min(0),
  version: z.int().min(1),
  level: z.enum(['beginner', 'intermediate', 'advanced']),
  minutes: z.int().min(1).max(240),
  needs: z.array(id).default([]),
  teaches: z.array(id).default([]),
  seeds: z
    .array(z.string().regex(/^S\d:[\d,-]+$/, 'expected a place in the notes like "S0:240-361"'))
    .default([]),
  scenario: id,
  start: z.string().default(''),
  allow: z.array(text).default([]),
  params: z.record(id, words).default({}),
  pass: z.number().min(0).max(100),
  mode: z.enum(['practice', 'exam', 'demo']).default('practice'),
  open: z.literal('free').optional(),
  steps: z.array(step).min(1),
});

const inLanguages = object({
  en: text,
  nl: text.optional(),
  de: text.optional(),
  cs: text.optional(),
  hu: text.optional(),
});
const catalog = object({
  format: z.literal('posthorn-catalog/1'),
  tracks: z.array(object({ id, title: inLanguages, lessons: z.array(id).min(1) })).min(1),
});
const glossary = object({
  format: z.literal('posthorn-glossary/1'),
  terms: z.record(id, object({ word: inLanguages, meaning: inLanguages })),
});

/** What a file says, or what is wrong with it. The value is null only when there are problems. */
export interface Read<T> {
  readonly value: T | null;
  readonly problems: readonly Problem[];
}

interface FlatIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The most telling issues: in a union, those of the branch that got furthest. */
function flatten(issues: readonly z.core.$ZodIssue[], at: readonly PropertyKey[]): FlatIssue[] {
  return issues.flatMap((issue): FlatIssue[] => {
    const path = [...at, ...issue.path];
    if (issue.code === 'unrecognized_keys')
      return [{ path: [...path, issue.keys[0] ?? ''], message: issue.message }];
    return [{ path, message: issue.message }];
  });
}

function read<T>(
  file: string,
  source: string,
  schema: z.ZodType<T>,
): Read<T> & { lineOf: (path: readonly PropertyKey[]) => number } {
  const yaml = readYaml(file, source);
  if (yaml.problems.length > 0) return { value: null, problems: yaml.problems, lineOf: yaml.lineOf };
  const result = schema.safeParse(yaml.value);
  if (result.success) return { value: result.data, problems: [], lineOf: yaml.lineOf };
  const problems = flatten(result.error.issues, []).map(({ path, message }) => ({
    file,
    line: yaml.lineOf(path),
    message: path.length > 0 ? `${path.map(String).join('.')}: ${message}` : message,
  }));
  return { value: null, problems, lineOf: yaml.lineOf };
}

type Shared = Readonly<Record<string, MistakeRule>>;

/** The shared mistake rules by id. */
export function readMistakes(file: string, source: string): Read<Shared> {
  const schema = z.object({ format: z.literal('posthorn-mistakes/1') }).catchall(object(mistakeBody));
  const { value, problems } = read(file, source, schema);
  if (!value) return { value: null, problems };
  const rules: Record<string, MistakeRule> = {};
  for (const [name, rule] of Object.entries(value))
    if (name !== 'format')
      rules[name] = { ...(rule as z.output<z.ZodObject<typeof mistakeBody>>), id: name, shared: true };
  return { value: rules, problems };
}

export function readCatalog(file: string, source: string): Read<readonly CatalogTrack[]> {
  const { value, problems } = read(file, source, catalog);
  return { value: (value?.tracks ?? null) as readonly CatalogTrack[] | null, problems };
}

export function readGlossary(file: string, source: string): Read<readonly Term[]> {
  const { value, problems } = read(file, source, glossary);
  const terms = value && Object.entries(value.terms).map(([term, entry]) => ({ id: term, ...entry }));
  return { value: terms as readonly Term[] | null, problems };
}

export type RawLesson = z.output<typeof lesson>;
export type RawQuiz = z.output<typeof quiz>;

export function readLesson(file: string, source: string, shared: Shared): Read<Lesson> {
  const { value, problems, lineOf } = read(file, source, lesson);
  if (!value) return { value: null, problems };
  const found: Problem[] = [];
  const complain: Complain = (path, message) =>
    found.push({ file, line: lineOf(path), message: `${path.map(String).join('.')}: ${message}` });
  const made = buildLesson(value, (given, path) => readRule(given, shared, path, complain), complain);
  checkIds(made, complain);
  return { value: found.length > 0 ? null : made, problems: found };
}

const NEVER: MistakeRule = {
  id: '',
  kind: 'informative',
  when: { kind: 'any', of: [] },
  about: [],
  once: true,
  shared: false,
};

function readRule(
  given: unknown,
  shared: Shared,
  path: readonly PropertyKey[],
  complain: Complain,
): MistakeRule {
  const using = typeof given === 'object' && given !== null && 'use' in given;
  const parsed = (using ? object({ use: id }) : object({ id, ...mistakeBody })).safeParse(given);
  if (!parsed.success) {
    for (const issue of flatten(parsed.error.issues, path)) complain(issue.path, issue.message);
    return NEVER;
  }
  const rule = parsed.data as { use: string } | (Omit<MistakeRule, 'shared'> & { use?: never });
  if (rule.use === undefined) return { ...rule, shared: false };
  const found = Object.hasOwn(shared, rule.use) ? shared[rule.use] : undefined;
  if (found) return found;
  complain([...path, 'use'], `no such rule in mistakes.yaml.${meant(rule.use, Object.keys(shared))}`);
  return NEVER;
}
