// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a lesson writes its parameters like this.
import { describe, expect, test } from 'vitest';
import { bindScript, cutWords, readScript, writeCommand } from './script.ts';

const commands = (source: string) => readScript('s', source).script.lines.map((line) => line.command);
const problems = (source: string) => readScript('s', source).problems;

test('every line of LESSONS.md 4.7 that this version knows', () => {
  expect(
    commands(`@ srv
$ telnet mail.example.com 25
> HELO pc
>
<  250 *
! key ^]
! send a@b -> c@d "Hi there" "one\\ntwo \\"quoted\\""
! compose a@b -> c@d Hi
| one
|
| two
! fetch c@d
! break mx
! power mx on
! advance 30m
! idle
! inspect received.2
! click mail
! answer order helo mail
! hint helo
! read no-blank-line
! say notes.send
! pause
! expect mistake a b
! expect score < 60`),
  ).toEqual([
    { kind: 'host', host: 'srv' },
    { kind: 'shell', text: 'telnet mail.example.com 25' },
    { kind: 'type', text: 'HELO pc' },
    { kind: 'type', text: '' },
    { kind: 'reply', glob: '250 *' },
    { kind: 'key', key: '^]' },
    { kind: 'send', from: 'a@b', to: 'c@d', subject: 'Hi there', body: 'one\ntwo "quoted"' },
    { kind: 'send', from: 'a@b', to: 'c@d', subject: 'Hi', body: 'one\n\ntwo' },
    { kind: 'fetch', account: 'c@d' },
    { kind: 'power', host: 'mx', up: false },
    { kind: 'power', host: 'mx', up: true },
    { kind: 'advance', ms: 1_800_000 },
    { kind: 'idle' },
    { kind: 'inspect', what: 'received.2' },
    { kind: 'inspect', what: 'mail' },
    { kind: 'answer', quiz: 'order', answer: ['helo', 'mail'] },
    { kind: 'hint', task: 'helo' },
    { kind: 'read', mistake: 'no-blank-line' },
    { kind: 'say', key: 'notes.send' },
    { kind: 'say', key: '' },
    { kind: 'expect', what: 'mistake', ids: ['a', 'b'] },
    { kind: 'expect-score', compare: '<', percent: 60 },
  ]);
});

describe('complaints have the number of their line', () => {
  test.each([
    ['# fine\n? what', 2, 'expected a line that begins with'],
    ['\n! dance', 2, 'unknown gesture "! dance"'],
    ['! advance soon', 1, 'expected ! advance 30m'],
    ['! send a b', 1, 'expected ! send FROM -> TO'],
    ['! send a -> b "x', 1, 'a " is not closed'],
    ['$ x\n| y', 1, 'lines with | belong after ! compose'],
    ['! expect score ~ 3', 1, 'expected ! expect'],
    ['! power mx maybe', 1, 'expected ! power HOST on'],
    ['! constructor', 1, 'unknown gesture'],
  ])('%s', (source, line, message) => {
    const [first] = problems(source);
    expect(first).toMatchObject({ file: 's', line });
    expect(first!.message).toContain(message);
  });
});

test('a comment says that a line may be left out', () => {
  const { script } = readScript('s', '# may be left out: only for the view\n! inspect map\n! inspect mail\n');
  expect(script.lines.map((line) => line.spare)).toEqual([true, false]);
});

test("a student's values are filled in", () => {
  const bound = bindScript(readScript('s', '> Subject: ${subject}\n! answer q ${subject}').script, {
    subject: 'Lunch',
  });
  expect(bound.lines.map((line) => line.command)).toEqual([
    { kind: 'type', text: 'Subject: Lunch' },
    { kind: 'answer', quiz: 'q', answer: ['Lunch'] },
  ]);
});

test('what is written reads back the same', () => {
  for (const command of commands(
    '$ a  b\n> HELO\n>\n! send a@b -> c "x \\"y\\"" "1\\n2"\n! answer q "a b" c\n! power mx off\n! advance 90s\n! key ^C',
  ))
    expect(commands(writeCommand(command))).toEqual([command]);
});

test('words', () => {
  expect(cutWords('  a "b c"  d"e ')).toEqual(['a', 'b c', 'd"e']);
  expect(cutWords('""')).toEqual(['']);
  expect(cutWords('a "b')).toBeNull();
});
