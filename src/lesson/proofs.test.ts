// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a lesson writes its parameters like this.
import { describe, expect, test } from 'vitest';
import { loadCourse } from './load.ts';
import { proveLesson } from './proofs.ts';
import { baseHash } from './texts.ts';
import { readFolder, TOY_HOSTS, toyPlay } from './toy.testing.ts';

const FILES: Record<string, string> = {
  ...readFolder(new URL('fixtures', import.meta.url)),
  'scenarios/toy.yaml': 'toy',
};
FILES['toy/nl.md'] = FILES['toy/nl.md']!.replace('sha256:BASE', baseHash(FILES['toy/en.md']!));
const GROUND = { hosts: TOY_HOSTS, open: () => toyPlay() };

/** Proofs that fail when one text of the good lesson is put in place of another. */
function redAfter(file: string, from: string, to: string): string[] {
  expect(FILES[file]).toContain(from);
  return red({ ...FILES, [file]: FILES[file]!.replace(from, to) });
}

function red(files: Record<string, string>, ground = GROUND): string[] {
  const { folders, problems } = loadCourse(files);
  const proofs = folders.flatMap((folder) => proveLesson(folder, ground));
  return [
    ...proofs.filter((proof) => !proof.ok).map((proof) => proof.what),
    ...problems.map((one) => one.message),
  ];
}

test('the good lesson passes every proof', () => {
  expect(red(FILES)).toEqual([]);
});

describe('each proof turns red for a lesson that breaks it', () => {
  test('1 schema: unknown predicate, field, matcher and id', () => {
    expect(redAfter('toy/lesson.yaml', 'tcp: { from', 'tpc: { from')).toEqual(['schema']);
    expect(redAfter('toy/lesson.yaml', 'from: pc', 'form: pc')).toEqual(['schema']);
    expect(redAfter('toy/lesson.yaml', 'contains: "!"', 'contians: "!"')).toEqual(['schema']);
    expect(redAfter('toy/lesson.yaml', 'use: rcpt-before-mail', 'use: rcpt-before-male')).toEqual(['schema']);
    expect(redAfter('toy/lesson.yaml', 'scenario: toy', 'scenario: toys')).toEqual(['schema']);
    expect(redAfter('toy/solution.script', '! answer code', '! anwser code')).toEqual(['schema']);
  });

  test('2 text: missing key, orphan key, hint count, unknown term', () => {
    expect(redAfter('toy/en.md', '{#task.rcpt}', '{#task.rpct}')).toEqual(['text']);
    expect(redAfter('toy/en.md', '## Done {#done}', '## Done {#done}\n## More {#more}')).toEqual(['text']);
    expect(redAfter('toy/en.md', '2. Type `telnet mail 25`.\n', '')).toEqual(['text']);
    expect(redAfter('toy/nl.md', '2. Typ `telnet mail 25`.\n', '')).toEqual(['text']);
    expect(redAfter('toy/en.md', '[[server]]', '[[sever]]')).toEqual(['text']);
    expect(redAfter('mistakes.en.md', '{#rcpt-before-mail}', '{#rcpt}')).toHaveLength(2);
  });

  test('3 doing nothing must give nothing', () => {
    const check = 'check: { none: [ { tcp: { from: pc, result: refused } } ] }';
    const before = 'check: { tcp: { from: pc, to: "mail.example.com:25", result: open } }';
    expect(redAfter('toy/lesson.yaml', before, check)).toContain('doing nothing scores 14%');
  });

  test('4 the solution solves, every reply matches, and no mistake fires', () => {
    expect(redAfter('toy/solution.script', '! answer code 250', '! answer code 354')).toContain(
      'solution 85%',
    );
    expect(redAfter('toy/solution.script', '< 220 *', '< 221 *')).toEqual(['solution 100%']);
    expect(redAfter('toy/solution.script', '> MAIL', '> RCPT TO:<a@b>\n> MAIL')).toContain(
      'solution fires no mistake',
    );
    // Solved for one student's values only.
    expect(redAfter('toy/solution.script', 'HELO ${name}', 'HELO pc').length).toBeGreaterThan(0);
  });

  test('5 two replays must agree', () => {
    let noise = 0;
    expect(red(FILES, { hosts: TOY_HOSTS, open: () => toyPlay(++noise) })).toEqual([
      'replay is deterministic',
    ]);
  });

  test('6 a wrong script must meet its expectations, and have some', () => {
    const file = 'toy/wrong/rcpt-first.script';
    expect(redAfter(file, '! expect fail rcpt', '! expect pass rcpt')).toEqual([
      'wrong/rcpt-first.script 28%',
    ]);
    expect(redAfter(file, '! expect fail rcpt', '! expect fail nothing')).toEqual([
      'wrong/rcpt-first.script 28%',
    ]);
    const silent = FILES[file]!.replace(/! expect .*\n/g, '');
    expect(red({ ...FILES, [file]: silent })).toEqual(['wrong/rcpt-first.script 28%']);
  });

  test('7 every mistake rule is fired by some wrong script', () => {
    const without = FILES['toy/wrong/rcpt-first.script']!.replace('> NOOP!\n', '').replace(' shouting', '');
    expect(red({ ...FILES, 'toy/wrong/rcpt-first.script': without })).toEqual([
      'every mistake rule is fired by some wrong script',
    ]);
  });

  test('8 a line of the solution that costs nothing, unless it says so', () => {
    const extra = redAfter('toy/solution.script', '! answer code', '> RSET\n! answer code');
    expect(extra).toEqual(['mutation: dropping any one of 8 lines costs points']);
    expect(
      redAfter('toy/solution.script', '! answer code', '# may be left out\n> RSET\n! answer code'),
    ).toEqual([]);
  });

  test('9 feedback for every option, predictions among the options, and time enough', () => {
    expect(redAfter('toy/en.md', 'No. => It is.', 'No.')).toEqual(['text']);
    expect(redAfter('toy/lesson.yaml', 'minutes: 10', 'minutes: 1')).toEqual(['fits its time']);
    const predicted = redAfter('toy/lesson.yaml', 'options: ["250", "503"]', 'options: ["250", "354"]');
    expect(predicted).toEqual(['predictions are answered by the simulator']);
  });

  test('11 the runner itself: a missing solution makes it red', () => {
    const { 'toy/solution.script': _, ...without } = FILES;
    expect(red(without)).toEqual(['schema']);
    expect(redAfter('toy/solution.script', '! expect score = 100', '! expect score < 100')).toEqual([
      'solution 100%',
    ]);
  });
});

test('a complaint names the file, the line, and what was expected', () => {
  const source = FILES['toy/lesson.yaml']!;
  const at = (text: string): number => source.slice(0, source.indexOf(text)).split('\n').length;
  const problemOf = (from: string, to: string) => {
    const { folders } = loadCourse({ ...FILES, 'toy/lesson.yaml': source.replace(from, to) });
    return folders[0]!.schema[0]!;
  };
  const verb = problemOf('verb: RCPT', 'verb: RCTP');
  expect(verb).toMatchObject({ file: 'toy/lesson.yaml', line: at('verb: RCPT') });
  expect(verb.message).toContain('Did you mean "RCPT"? Expected one of CONNECT, HELO');
  const key = problemOf('    quiz:', '    quizz:');
  expect(key).toMatchObject({ line: at('    quiz:') });
  expect(key.message).toContain('Did you mean "quiz"? Expected one of id, tasks, quiz, mistakes');
  expect(problemOf('reply: 2xx', 'reply: true').message).toContain('expected a text');
  expect(problemOf('id: hello', 'id: open').message).toContain('"open" is used twice');
});

test('a translation made from an older English text is stale', () => {
  expect(loadCourse(FILES).course.lessons.toy!.stale).toEqual([]);
  const edited = { ...FILES, 'toy/en.md': FILES['toy/en.md']!.replace('Talk to', 'Speak to') };
  expect(loadCourse(edited).course.lessons.toy!.stale).toEqual(['nl']);
});

test('a course survives JSON', () => {
  const { course } = loadCourse(FILES);
  expect(JSON.parse(JSON.stringify(course))).toEqual(course);
});
