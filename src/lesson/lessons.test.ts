/** The proofs of LESSONS.md 4.8 for every lesson there is, in their real scenarios. */
import { expect, test } from 'vitest';
import { loadStage } from '../agents/scenario.ts';
import { REGISTRY } from '../shell/registry.ts';
import { openBench } from './bench.ts';
import { lessonStatus } from './grade.ts';
import { textsIn } from './language.ts';
import { loadCourse } from './load.ts';
import { chooseParams } from './params.ts';
import { perform } from './player.ts';
import { proveLesson } from './proofs.ts';
import { linesToShow } from './show.ts';
import { readFolder } from './toy.testing.ts';
import { LANGUAGES } from './types.ts';

const FILES = readFolder(new URL('../../lessons', import.meta.url));
const SCENARIOS = Object.fromEntries(
  Object.entries(FILES).flatMap(([path, text]) =>
    path.startsWith('scenarios/') ? [[path.slice('scenarios/'.length), text]] : [],
  ),
);
const { course, folders, problems } = loadCourse(FILES);

function stageNamed(name: string) {
  const loaded = loadStage(name, SCENARIOS);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded.stage;
}

test('catalog, glossary and shared mistakes', () => {
  expect(problems).toEqual([]);
  expect(course.tracks.flatMap((track) => track.lessons)).toEqual(Object.keys(course.lessons));
});

test('every glossary term is in five languages', () => {
  for (const { id, word, meaning } of course.terms) {
    expect([id, ...Object.keys(word).sort()]).toEqual([id, 'cs', 'de', 'en', 'hu', 'nl']);
    expect([id, ...Object.keys(meaning).sort()]).toEqual([id, 'cs', 'de', 'en', 'hu', 'nl']);
  }
});

test.each(folders.map((folder) => [folder.folder, folder] as const))('%s', (_, folder) => {
  const stage = stageNamed(folder.lesson!.lesson.scenario);
  const ground = { hosts: stage.scenario.hosts, open: () => openBench(stage, REGISTRY) };
  const red = proveLesson(folder, ground).filter((proof) => !proof.ok);
  expect(red).toEqual([]);
});

test('translations are complete and fresh', () => {
  for (const one of Object.values(course.lessons)) {
    expect(one.stale).toEqual([]);
    for (const language of LANGUAGES) expect(textsIn(one, language)).toMatchObject({ language, missing: [] });
    const en = one.texts.en!;
    expect(textsIn({ ...one, texts: { en } }, 'de')).toMatchObject({ language: 'en' });
  }
});

test('"show me" plays the solution up to the end of a task', () => {
  const one = course.lessons['04-smtp-by-hand']!;
  const stage = stageNamed(one.lesson.scenario);
  const { hosts } = stage.scenario;
  const params = chooseParams(one.lesson, 'Jura');
  const shown = linesToShow(one, () => openBench(stage, REGISTRY), hosts, params, 'mail');
  expect(shown.map((line) => line.source)).toEqual([
    '$ telnet mail.example.com 25',
    '> HELO pc.example.com',
    '> MAIL FROM:<dude@example.com>',
  ]);
  const bench = openBench(stage, REGISTRY);
  const log = bench.log();
  const action = { at: 0, events: 0, kind: 'show', task: 'mail' } as const;
  bench.idle();
  perform(bench, 'pc', { kind: 'shell', text: 'telnet mail.example.com 25' });
  bench.idle();
  const status = lessonStatus(one.lesson, params, hosts, () => null, log, log.length, [action]);
  expect(status.tasks.open).toMatchObject({ passed: true, points: 1 });
  expect(status.tasks.mail).toMatchObject({ passed: false, shown: true, points: 0 });
});
