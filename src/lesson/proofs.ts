/** What must be true of a lesson before it is shown to anybody (LESSONS.md 4.8). Every proof runs to its end here. */
import { encodeUtf8 } from '../base/octets.ts';
import type { LessonHost } from './facts.ts';
import type { Simulate } from './grade.ts';
import { lessonStatus } from './grade.ts';
import type { CourseLesson, LoadedFolder } from './load.ts';
import { chooseParams } from './params.ts';
import type { Playable, PlayRun } from './player.ts';
import { playScript } from './player.ts';
import { predictor } from './predict.ts';
import type { Script, ScriptLine } from './script.ts';
import { bindScript } from './script.ts';
import { sha256 } from './sha256.ts';
import type { LessonAction, LessonStatus } from './status.ts';
import { judgeLine } from './verdict.ts';
import type { Params, Problem } from './types.ts';
import { minutesNeeded } from './workload.ts';

export interface Proof {
  readonly ok: boolean;
  /** What was to be proved, as a line of the report. */
  readonly what: string;
  readonly detail: string;
  readonly problems: readonly Problem[];
}

/** A scenario to prove in: `open` starts it afresh. */
export interface ProvingGround {
  readonly hosts: readonly LessonHost[];
  readonly open: () => Playable;
}

const proof = (what: string, problems: readonly Problem[], detail = ''): Proof => ({
  ok: problems.length === 0,
  what,
  detail,
  problems,
});

interface Ran extends PlayRun {
  readonly status: LessonStatus;
  readonly play: Playable;
}

/** What every proof of one lesson shares. */
interface Setting {
  readonly one: CourseLesson;
  readonly ground: ProvingGround;
  readonly params: Params;
  readonly simulate: Simulate;
}

function run({ one, ground, params, simulate }: Setting, script: Script): Ran {
  const play = ground.open();
  const statusNow = (actions: readonly LessonAction[]): LessonStatus =>
    lessonStatus(one.lesson, params, ground.hosts, simulate, play.log(), play.log().length, actions);
  const bound = bindScript(script, params);
  const played = playScript(play, bound, one.lesson.start, (line, actions) =>
    judgeLine(line, statusNow(actions)),
  );
  return { ...played, play, status: statusNow(played.actions) };
}

const STUDENT = 'student';

function settingOf(one: CourseLesson, ground: ProvingGround, params: Params): Setting {
  return { one, ground, params, simulate: predictor(ground.open, one.lesson.start, ground.hosts, params) };
}

/** All proofs of one lesson. `ground` is null when its scenario cannot be loaded: then only the files are proved. */
export function proveLesson(loaded: LoadedFolder, ground: ProvingGround | null): readonly Proof[] {
  const proofs = [proof('schema', loaded.schema)];
  const one = loaded.lesson;
  if (!one) return proofs;
  proofs.push(proof('text', loaded.texts, Object.keys(one.texts).join(' ')));
  proofs.push(proveMinutes(one));
  if (!ground || loaded.schema.length > 0) return proofs;
  const setting = settingOf(one, ground, chooseParams(one.lesson, STUDENT));
  const solution = run(setting, one.solution);
  proofs.push(proveNothing(setting), ...proveSolution(setting, solution), proveReplay(setting, solution));
  proofs.push(proveQuestions(setting), ...proveWrong(setting), proveMutations(setting), proveRunner(setting));
  return proofs;
}

const at = (script: Script, line: ScriptLine | null, message: string): Problem => ({
  file: script.file,
  line: line?.line ?? 0,
  message,
});

function failuresOf(script: Script, ran: PlayRun): Problem[] {
  return ran.failures.map(({ line, why }) => at(script, line, `${line.source.trim()}: ${why}`));
}

function proveMinutes(one: CourseLesson): Proof {
  const needed = minutesNeeded(one);
  const { minutes } = one.lesson;
  const problems =
    needed <= minutes
      ? []
      : [
          {
            file: `${one.folder}/lesson.yaml`,
            line: 0,
            message: `about ${needed} minutes of work in ${minutes}`,
          },
        ];
  return proof('fits its time', problems, `${needed} of ${minutes} minutes`);
}

function proveNothing(setting: Setting): Proof {
  const { one } = setting;
  const { status } = run(setting, { file: '', lines: [] });
  const passed = Object.values(status.tasks).filter((task) => task.passed || task.points > 0);
  const file = `${one.folder}/lesson.yaml`;
  const problems = passed.map((task) => ({
    file,
    line: 0,
    message: `task ${task.id} gives points for nothing`,
  }));
  return proof(`doing nothing scores ${status.percent}%`, problems);
}

function proveSolution({ one, ground }: Setting, ran: Ran): Proof[] {
  const { solution, lesson } = one;
  const problems = failuresOf(solution, ran);
  if (ran.status.percent !== 100 || !ran.status.done)
    problems.push(at(solution, null, `scores ${ran.status.percent}%; not done: ${lacking(ran.status)}`));
  const lists = Object.entries(lesson.params);
  const choices = Math.max(0, ...lists.map(([, values]) => values.length));
  for (let i = 0; i < choices; i++) {
    const params = Object.fromEntries(lists.map(([name, values]) => [name, values[i % values.length]!]));
    const { status } = run(settingOf(one, ground, params), solution);
    if (status.percent !== 100)
      problems.push(at(solution, null, `scores ${status.percent}% with ${JSON.stringify(params)}`));
  }
  const fired = ran.status.mistakes.map((mistake) => at(solution, null, `fires the mistake ${mistake.id}`));
  const detail = `${ran.status.points}/${ran.status.of} points, ${ran.play.log().length} events`;
  return [
    proof(`solution ${ran.status.percent}%`, problems, detail),
    proof('solution fires no mistake', fired),
  ];
}

function lacking(status: LessonStatus): string {
  const tasks = Object.values(status.tasks).filter((task) => !task.passed);
  const quizzes = Object.values(status.quizzes).filter((quiz) => quiz.points < quiz.of);
  return [...tasks, ...quizzes].map((one) => one.id).join(', ') || 'nothing';
}

const logHash = (play: Playable): string => sha256(encodeUtf8(JSON.stringify(play.log()))).slice(0, 16);

function proveReplay(setting: Setting, first: Ran): Proof {
  const { one } = setting;
  const [a, b] = [logHash(first.play), logHash(run(setting, one.solution).play)];
  return proof(
    'replay is deterministic',
    a === b ? [] : [at(one.solution, null, `two replays differ: ${a}, ${b}`)],
    a,
  );
}

/** The simulator answers every prediction, with one of the options. */
function proveQuestions({ one, simulate }: Setting): Proof {
  const problems: Problem[] = [];
  for (const quiz of one.lesson.steps.flatMap((step) => step.quiz)) {
    if (quiz.type !== 'predict') continue;
    const answer = simulate(quiz);
    if (answer === null || !quiz.options.includes(answer))
      problems.push({
        file: `${one.folder}/lesson.yaml`,
        line: 0,
        message: `${quiz.id}: the simulator answers ${answer ?? 'nothing'}, which is no option`,
      });
  }
  return proof('predictions are answered by the simulator', problems);
}

function proveWrong(setting: Setting): Proof[] {
  const { one } = setting;
  const fired = new Set<string>();
  const proofs = one.wrong.map((script) => {
    const ran = run(setting, script);
    const problems = failuresOf(script, ran);
    if (!script.lines.some((line) => line.command.kind.startsWith('expect')))
      problems.push(at(script, null, 'has no ! expect line'));
    for (const mistake of ran.status.mistakes) fired.add(mistake.id);
    const detail = ran.status.mistakes.map((mistake) => mistake.id).join(', ');
    const name = script.file.slice(script.file.lastIndexOf('/wrong/') + 1);
    return proof(`${name} ${ran.status.percent}%`, problems, detail ? `mistakes: ${detail}` : '');
  });
  const rules = one.lesson.steps.flatMap((step) => [
    ...step.mistakes,
    ...step.tasks.flatMap((task) => task.mistakes),
  ]);
  const silent = [...new Set(rules.map((rule) => rule.id))].filter((id) => !fired.has(id));
  const file = `${one.folder}/lesson.yaml`;
  const problems = silent.map((id) => ({
    file,
    line: 0,
    message: `no wrong script fires the mistake ${id}`,
  }));
  return [...proofs, proof('every mistake rule is fired by some wrong script', problems)];
}

const SPARE: readonly string[] = ['idle', 'host', 'reply', 'say', 'expect', 'expect-score'];

/** Leaving out any one line of the solution costs points, or the lesson asks too little. */
function proveMutations(setting: Setting): Proof {
  const { one } = setting;
  const { lines, file } = one.solution;
  const problems: Problem[] = [];
  let tried = 0;
  const spare: string[] = [];
  lines.forEach((line, i) => {
    if (SPARE.includes(line.command.kind)) return;
    tried++;
    const without = lines.filter((other, k) => k !== i && !other.command.kind.startsWith('expect'));
    if (run(setting, { file, lines: without }).status.percent < 100) return;
    if (line.spare) spare.push(line.source.trim());
    else problems.push(at(one.solution, line, `without "${line.source.trim()}" it still scores 100%`));
  });
  const except = spare.length > 0 ? `except ${spare.map((source) => `"${source}"`).join(', ')}` : '';
  return proof(`mutation: dropping any one of ${tried} lines costs points`, problems, except);
}

/** The proofs themselves can fail: an empty solution and a false expectation must turn red. */
function proveRunner(setting: Setting): Proof {
  const { one } = setting;
  const problems: Problem[] = [];
  const empty = { ...setting, one: { ...one, solution: { ...one.solution, lines: [] } } };
  if (proveSolution(empty, run(empty, empty.one.solution))[0]?.ok)
    problems.push(at(one.solution, null, 'an empty solution was taken for a good one'));
  const command = { kind: 'expect-score', compare: '=', percent: 100 } as const;
  const claim: Script = {
    file: 'claim',
    lines: [{ line: 1, source: '! expect score = 100', command, spare: false }],
  };
  if (run(setting, claim).failures.length === 0)
    problems.push(at(one.solution, null, 'a false expectation was taken for a true one'));
  return proof('the runner turns red for a broken solution', problems);
}
