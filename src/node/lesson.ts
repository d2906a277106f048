/**
 * `npm run lesson -- check [lesson…]` proves lessons; `play LESSON [script]` shows a script at the terminal; `new NAME`
 * begins a lesson; `i18n [lesson…]` says that translations follow today's English text.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadStage } from '../agents/scenario.ts';
import type { Stage } from '../agents/stage.ts';
import { openBench } from '../lesson/bench.ts';
import type { CourseLesson, LoadedCourse } from '../lesson/load.ts';
import { loadCourse } from '../lesson/load.ts';
import { chooseParams } from '../lesson/params.ts';
import { playScript } from '../lesson/player.ts';
import type { Proof, ProvingGround } from '../lesson/proofs.ts';
import { proveLesson } from '../lesson/proofs.ts';
import { bindScript } from '../lesson/script.ts';
import { baseHash } from '../lesson/texts.ts';
import { LANGUAGES, type Problem } from '../lesson/types.ts';
import { REGISTRY } from '../shell/registry.ts';
import { courseFiles } from './course-files.ts';
import { readScenarioFiles } from './scenarios.ts';

const LESSONS = fileURLToPath(new URL('../../lessons', import.meta.url));

const say = (line: string): void => console.log(line);

function sayProblems(problems: readonly Problem[]): void {
  for (const { file, line, message } of problems)
    say(`     ${file}${line > 0 ? `:${line}` : ''}: ${message}`);
}

function sayProof({ ok, what, detail, problems }: Proof): void {
  say(`${ok ? 'ok  ' : 'FAIL'} ${what}${detail ? ` (${detail})` : ''}`);
  sayProblems(problems);
}

/** A lesson is named by its folder, its folder without the number, or its number. */
function isNamed(folder: string, names: readonly string[]): boolean {
  if (names.length === 0) return true;
  const [number = '', ...rest] = folder.split('-');
  return names.some((name) => name === folder || name === rest.join('-') || Number(name) === Number(number));
}

function stageOf(scenario: string): { stage: Stage } | { problems: readonly Problem[] } {
  const loaded = loadStage(scenario, readScenarioFiles());
  if ('stage' in loaded) return loaded;
  return { problems: loaded.problems.map((one) => ({ ...one, file: `scenarios/${one.file}` })) };
}

function check(names: readonly string[]): boolean {
  const files = courseFiles();
  const loaded = loadCourse(files);
  const chosen = loaded.folders.filter((one) => isNamed(one.folder, names));
  let good = loaded.problems.length === 0;
  sayProof({
    ok: good,
    what: 'catalog, glossary and shared mistakes',
    detail: '',
    problems: loaded.problems,
  });
  if (chosen.length === 0) {
    say(`FAIL no such lesson: ${names.join(', ')}`);
    return false;
  }
  for (const one of chosen) {
    say(`\n== ${one.folder}`);
    const stage = one.lesson && stageOf(one.lesson.lesson.scenario);
    const broken = stage && 'problems' in stage ? stage.problems : [];
    const ground: ProvingGround | null =
      stage && 'stage' in stage
        ? { hosts: stage.stage.scenario.hosts, open: () => openBench(stage.stage, REGISTRY) }
        : null;
    const proofs = proveLesson({ ...one, schema: [...one.schema, ...broken] }, ground);
    for (const proof of proofs) sayProof(proof);
    sayLanguages(one.lesson);
    good &&= proofs.every((proof) => proof.ok);
  }
  say(good ? '\nall good' : '\nnot good');
  return good;
}

function sayLanguages(one: CourseLesson | null): void {
  for (const [language, texts] of Object.entries(one?.texts ?? {})) {
    if (language === 'en') continue;
    const stale = one!.stale.some((other) => other === language);
    const missing = texts.missing.length > 0 ? `, ${texts.missing.length} texts missing` : '';
    say(`     ${language}.md ${stale ? 'stale: made from another English text' : 'fresh'}${missing}`);
  }
}

function lessonNamed(loaded: LoadedCourse, name: string): CourseLesson | null {
  return loaded.folders.find((one) => isNamed(one.folder, [name]))?.lesson ?? null;
}

function play(name: string, scriptName: string): boolean {
  const files = courseFiles();
  const one = name ? lessonNamed(loadCourse(files), name) : null;
  if (!one) {
    say('usage: npm run lesson -- play LESSON [solution|wrong/NAME]');
    return false;
  }
  const scripts = [one.solution, ...one.wrong, ...(one.demo ? [one.demo] : [])];
  const script = scripts.find((other) => other.file === `${one.folder}/${scriptName}.script`);
  const stage = stageOf(one.lesson.scenario);
  if (!script || 'problems' in stage) {
    sayProblems('problems' in stage ? stage.problems : []);
    if (!script) say(`no script ${scriptName}`);
    return false;
  }
  const bench = openBench(stage.stage, REGISTRY);
  const bound = bindScript(script, chooseParams(one.lesson, 'student'));
  const run = playScript(bench, bound, one.lesson.start, () => null);
  let host = '';
  for (const event of bench.log()) {
    if (event.what.kind !== 'printed') continue;
    if (event.host !== host) process.stdout.write(`${host ? '\n' : ''}-- ${event.host}\n`);
    host = event.host;
    process.stdout.write(event.what.text);
  }
  say('');
  for (const { line, why } of run.failures) say(`${script.file}:${line.line}: ${why}`);
  return run.failures.length === 0;
}

/** Writes the hash of today's English text into the translations. */
function refresh(names: readonly string[]): boolean {
  const files = courseFiles();
  const chosen = loadCourse(files).folders.filter((one) => isNamed(one.folder, names));
  for (const { folder } of chosen)
    for (const language of LANGUAGES) {
      const path = `${folder}/${language}.md`;
      const text = files[path];
      if (language === 'en' || text === undefined) continue;
      const fresh = text.replace(/^base: .*$/m, `base: ${baseHash(files[`${folder}/en.md`] ?? '')}`);
      if (fresh !== text) writeFileSync(join(LESSONS, path), fresh);
      say(`${path} ${fresh === text ? 'was fresh' : 'marked fresh'}`);
    }
  return chosen.length > 0;
}

/** A small lesson that passes every proof: something to change. */
function templateFiles(id: string, number: number): Record<string, string> {
  return {
    'lesson.yaml': `format: posthorn-lesson/1
id: ${id}
number: ${number}
version: 1
level: beginner
minutes: 10
teaches: [${id}]
scenario: two-companies
start: pc
pass: 60
steps:
  - id: connect
    tasks:
      - id: open
        points: 1
        check: { tcp: { by: student, to: "mail.example.com:25", result: open } }
        hints: { tiers: 1 }
        mistakes:
          - { id: wrong-port, kind: actionable, when: { tcp: { by: student, to: { not: "*:25" } } } }
    quiz:
      - { id: greeting, type: single, points: 1, options: [ready, busy], right: ready }
`,
    'en.md': `---
lang: en
---
# ${id} {#title}
What this lesson is about, in two sentences.

## Connect {#step.connect}
What the student needs to know first.
### Open a connection to \`mail.example.com\`, port 25. {#task.open}
1. Type \`telnet mail.example.com 25\`.
### Not port 25 {#mistake.wrong-port}
SMTP listens on port 25.
### The first line starts with 220. What does it say? {#quiz.greeting}
- \`ready\` The server is ready. => Yes.
- \`busy\` The server is busy. => No: that would be 421.

## Well done {#done}
`,
    'solution.script': `$ telnet mail.example.com 25
< 220 *
! answer greeting ready
! expect score = 100
`,
    'wrong/other-port.script': `$ telnet mail.example.com 110
! answer greeting busy
! expect fail open greeting
! expect mistake wrong-port
! expect score < 60
`,
  };
}

function begin(name: string): boolean {
  const parts = /^(\d{2})-([a-z0-9][a-z0-9-]{0,40})$/.exec(name);
  const folder = join(LESSONS, name);
  if (!parts || existsSync(folder)) {
    say(parts ? `${folder} is there already` : 'usage: npm run lesson -- new 21-my-lesson');
    return false;
  }
  for (const [path, text] of Object.entries(templateFiles(parts[2]!, Number(parts[1])))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  say(`lessons/${name} is there. Add it to lessons/catalog.yaml, then: npm run lesson -- check ${name}`);
  return true;
}

function main([command, ...rest]: readonly string[]): boolean {
  switch (command) {
    case 'check':
      return check(rest);
    case 'play':
      return play(rest[0] ?? '', rest[1] ?? 'solution');
    case 'new':
      return begin(rest[0] ?? '');
    case 'i18n':
      return refresh(rest);
    default:
      say('usage: npm run lesson -- check [lesson…] | play LESSON [script] | new NAME | i18n [lesson…]');
      return false;
  }
}

process.exitCode = main(process.argv.slice(2)) ? 0 : 1;
