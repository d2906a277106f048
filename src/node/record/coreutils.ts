/** The recording of what one types at a shell about files: Debian's bash, coreutils and grep, at a terminal of 80 columns. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Recording, scrub, showText, type Volatile } from './transcript.ts';

const FOLDER = '/home/jura';

/** The files there are at first: path → text; a folder's path ends in a slash. A minute and a day are theirs all. */
export const FILES: Readonly<Record<string, string>> = {
  letter: 'From: ann@example.org\nSubject: hello\n\nFrom here on\nline two\n\tTAB and a blank \nthe end\n',
  empty: '',
  'no-newline': 'a line without its end',
  numbers: Array.from({ length: 14 }, (_, i) => `line ${i + 1}\n`).join(''),
  crlf: 'one\r\ntwo\r\n',
  'eight-bit': 'p\u0159\u00edli\u0161 \u017elu\u0165ou\u010dk\u00fd\n',
  'two words': 'a name with a blank\n',
  '.hidden': 'seen by -a alone\n',
  'box/': '',
  'box/cur/': '',
  'box/cur/1138794744.M1P2.neo:2,S': 'Subject: one\n\nfirst\n',
  'box/cur/1138794745.M2P2.neo:2,': 'Subject: two\n\nsecond\n',
  'box/new/': '',
  'box/new/1138794746.M3P2.neo': 'Subject: three\n\nthird\n',
  'box/tmp/': '',
};

export const LINES: readonly string[] = [
  'pwd',
  'ls',
  'ls -a',
  'ls -1',
  'ls -l',
  'ls -la',
  'ls -lA box',
  'ls -R box',
  'ls -lR box',
  'ls -d box',
  'ls -ld box letter',
  'ls letter box empty',
  'ls nowhere',
  'ls nowhere letter box',
  'ls letter/x',
  'ls -y',
  'ls --nonsense',
  'ls /root',
  'ls box/*',
  'ls *.none',
  'ls l* e*',
  'ls | cat',
  'ls "two words" \'letter\'',
  'cat letter',
  'cat letter empty no-newline',
  'cat no-newline',
  'cat nowhere',
  'cat box',
  'cat letter/x',
  'cat -n letter',
  'cat -A letter crlf eight-bit',
  'cat -e letter',
  'cat -y letter',
  'cat < letter',
  'cat < nowhere',
  'cat box/new/*',
  'cat two\\ words',
  'head numbers',
  'head -3 numbers',
  'head -n 2 numbers letter',
  'head -n 0 numbers',
  'head -n x numbers',
  'head nowhere',
  'head box',
  'head -c 7 numbers',
  'tail numbers',
  'tail -2 numbers',
  'tail -n 2 numbers letter',
  'tail -n +13 numbers',
  'tail nowhere',
  'tail -c 5 numbers',
  'wc letter',
  'wc letter numbers empty eight-bit',
  'wc -l numbers',
  'wc -c letter numbers',
  'wc nowhere letter',
  'wc box',
  'cat numbers | wc -l',
  'cat letter | wc',
  'grep line letter',
  'grep -i LINE letter',
  'grep -n line letter',
  'grep -c line numbers letter',
  'grep -v line letter',
  'grep line letter numbers',
  'grep "line 1" numbers',
  'grep "^line 1$" numbers',
  'grep "l.*1.$" numbers',
  'grep "line [2-4]" numbers',
  'grep "line 1[^0-2]" numbers',
  'grep -F "l.*" numbers',
  'grep nothing letter',
  'grep line nowhere',
  'grep x box',
  'grep -l line letter numbers empty',
  'grep -h line letter numbers',
  'grep -r third box',
  'grep',
  'grep "[" letter',
  'cat numbers | grep 1 | head -2',
  'echo hello',
  'echo -n hello',
  'echo "two  blanks"   three',
  'echo one > made; cat made',
  'echo two >> made; cat made',
  'cat letter > copy; wc copy',
  'echo x > box',
  'echo x > nowhere/x',
  'echo x > /etc/passwd',
  'echo x >',
  'touch made2; ls -1 made2',
  'touch nowhere/x',
  'mkdir d',
  'mkdir d',
  'mkdir nowhere/x',
  'mkdir letter/x',
  'mkdir -p a/b/c; ls -R a',
  'mkdir /etc/x',
  'mkdir',
  'rmdir box',
  'rmdir nowhere',
  'rmdir letter',
  'rmdir d; ls -d d',
  'cp letter copy2; cat copy2 | wc -c',
  'cp letter box; ls box',
  'cp letter nowhere/x',
  'cp nowhere x',
  'cp box x',
  'cp letter numbers empty',
  'cp letter numbers box; ls -1 box',
  'cp letter letter',
  'cp -r box box2; ls -R box2',
  'cp letter',
  'cp',
  'mv copy2 moved; ls copy2 moved',
  'mv nowhere x',
  'mv letter nowhere/x',
  'mv moved box; ls box/moved',
  'mv box/new/1138794746.M3P2.neo box/cur/1138794746.M3P2.neo:2,S; ls box/new box/cur',
  'mv box box/x',
  'mv letter numbers empty',
  'mv moved2',
  'rm made; ls made',
  'rm nowhere',
  'rm box',
  'rm -r box2; ls -d box2',
  'rm -f nowhere',
  'rm',
  'rm -y x',
  'rm -f /etc/passwd',
  'rm a*; ls -d a',
  'rm -r a; ls -d a',
  'cd box',
  'cd nowhere',
  'cd letter',
  'cd a b',
  'cd /root',
  'cd box; pwd; ls ..; cd -; pwd',
  'cd /; pwd; ls -d etc; cd; pwd',
  'cd ../..; pwd; cd ~; pwd; cd ~jura; pwd; cd ./box/../box/cur; pwd',
  'nosuch',
  'nosuch | cat',
  'nosuch > made3; ls made3',
];

const VOLATILES: readonly Volatile[] = [
  { pattern: /\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d(?= )/g, name: 'mtime', numbered: false },
];

function furnishHome(): void {
  for (const [path, text] of Object.entries(FILES)) {
    const place = join(FOLDER, path);
    if (path.endsWith('/')) mkdirSync(place);
    else writeFileSync(place, text);
  }
  execFileSync('chown', ['-R', 'jura', FOLDER]);
  execFileSync('chgrp', ['-R', 'jura', FOLDER]);
}

/** What a terminal shows of a command line, and the status it leaves. */
function typed(line: string): string {
  const script = join(FOLDER, '..', 'line');
  writeFileSync(script, `stty cols 80 rows 25 -onlcr\ncd ${FOLDER}\n${line}\n`);
  const { stdout } = spawnSync(
    'script',
    ['-qec', `setpriv --reuid jura --regid jura --clear-groups bash ${script}`, '/dev/null'],
    {
      encoding: 'latin1',
      input: '',
      timeout: 10_000,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC', HOME: FOLDER, TERM: 'xterm' },
    },
  );
  return stdout.replaceAll(`${script}: line 3: `, '-bash: ');
}

/** The user's group has a name here, as on any Debian. */
function nameGroup(scratch: string): void {
  const file = join(scratch, 'group');
  writeFileSync(file, `${readFileSync('/etc/group', 'latin1').trimEnd()}\njura:x:5001:\n`);
  execFileSync('mount', ['--bind', file, '/etc/group']);
}

export async function* recordCoreutils(scratch: string): AsyncGenerator<Recording> {
  nameGroup(scratch);
  furnishHome();
  const version = execFileSync(
    'dpkg-query',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: ${...} is dpkg-query's own.
    ['-W', '-f', '${Package} ${Version}, ', 'bash', 'coreutils', 'grep'],
    { encoding: 'latin1' },
  );
  const parts = LINES.map((line) => `$ ${line}\n${showText('O:', typed(line))}`);
  yield {
    name: 'coreutils',
    head: [
      `${version}at a terminal of 80 columns; LC_ALL=C.UTF-8, TZ=UTC; user jura in /home/jura; one line after the other.`,
    ],
    body: scrub(parts.join(''), VOLATILES),
  };
}
