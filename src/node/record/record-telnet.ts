/** What Debian's telnet itself says, around and between the lines of a server. */
import { execFileSync } from 'node:child_process';
import { type Keys, typeAt } from './keyboard.ts';
import { startPostfix, stopPostfix } from './postfix.ts';
import { NEO, NEO_FILES } from './postfix-hosts.ts';
import { ADDRESSES } from './room.ts';
import { COMMON_VOLATILES, type Recording, scrub, showText } from './transcript.ts';

const ESCAPE = '\x1d';
const line = (text: string, thenMs?: number): Keys => ({
  keys: `${text}\r`,
  ...(thenMs === undefined ? {} : { thenMs }),
});
const PORT = 'neo.firma1.intr 10025';

type Scene = readonly [command: string, ...presses: Keys[]];

const SCENES: readonly Scene[] = [
  [`telnet ${PORT}`, line('HELO pc1.firma1.intr'), line('QUIT')],
  ['telnet neo 10025', line('QUIT')],
  ['telnet 192.0.2.25 10025', line('QUIT')],
  ['telnet neo.firma1.intr 10099'],
  ['telnet neo.firma1.intr'],
  ['telnet neo.firma1.intr smtp'],
  ['telnet neo.firma1.intr foo'],
  ['telnet neo.firma1.intr 99999'],
  ['telnet nikde.firma1.intr 10025'],
  ['telnet 192.0.2.300 10025'],
  ['telnet silent.example.net 25'],
  ['telnet neo.firma1.intr 10025 extra'],
  ['telnet -x'],
  [`telnet -e ! ${PORT}`, line('HELO x'), { keys: '!' }, line('quit')],
  ['telnet', line('help'), line('quit')],
  ['telnet', line('?'), line('quit')],
  ['telnet', line('? open'), line('help close'), line('help foo'), line('quit')],
  [
    'telnet',
    line('status'),
    line('close'),
    line('mode'),
    line('mode ?'),
    line('send ?'),
    line('display'),
    line('quit'),
  ],
  ['telnet', line('foo'), line(''), line('quit')],
  ['telnet', line(''), line('quit')],
  ['telnet', line('s'), line('o'), line(' open'), line('quit')],
  ['telnet', line(`open ${PORT}`), line('NOOP'), line('QUIT')],
  ['telnet', line('open neo.firma1.intr 10099'), line('open nikde.firma1.intr 10025'), line('quit')],
  ['telnet', line('open'), line('neo.firma1.intr 10025'), line('QUIT')],
  ['telnet', { keys: '\x04' }],
  ['telnet', line('q')],
  [`telnet ${PORT}`, line('NOOP'), { keys: ESCAPE }, line('quit')],
  [`telnet ${PORT}`, line('NOOP'), { keys: ESCAPE }, line('close'), line('status'), line('quit')],
  [`telnet ${PORT}`, { keys: ESCAPE }, line('status'), line('NOOP'), { keys: ESCAPE }, line('quit')],
  [`telnet ${PORT}`, { keys: ESCAPE }, line(''), line('NOOP'), line('QUIT')],
  [`telnet ${PORT}`, { keys: ESCAPE }, line('foo'), line('NOOP'), line('QUIT')],
  [
    `telnet ${PORT}`,
    { keys: ESCAPE },
    line('mode'),
    line('mode line'),
    line('NOOP'),
    { keys: ESCAPE },
    line('mode character'),
    line('NOOP'),
    { keys: ESCAPE },
    line('quit'),
  ],
  [`telnet ${PORT}`, { keys: ESCAPE }, line('help'), line('QUIT')],
  [`telnet ${PORT}`, { keys: ESCAPE }, line(`open ${PORT}`), line('QUIT')],
  [`telnet ${PORT}`, { keys: ESCAPE }, line('send ayt'), line('QUIT')],
  [`telnet ${PORT}`, { keys: ESCAPE }, line('logout'), line('QUIT'), line('quit')],
  [`telnet ${PORT}`, { keys: ESCAPE }, line('z'), line('QUIT')],
  [`telnet ${PORT}`, { keys: 'HELLO\x7f\x7fO x\r' }, { keys: 'NOX\x15NOOP\r' }, line('QUIT')],
  [`telnet ${PORT}`, { keys: '\x04', thenMs: 800 }],
  [`telnet ${PORT}`, { keys: '\x03', thenMs: 800 }, line('QUIT')],
  [
    `telnet ${PORT}`,
    line('HELO x'),
    line('MAIL FROM:<ann@example.org>'),
    line('RCPT TO:<jura@firma1.intr>'),
    line('DATA'),
    line('Subject: hi'),
    line(''),
    line('Hello.'),
    line('.'),
    line('QUIT'),
  ],
];

const showKeys = (keys: string): string =>
  keys
    .replace(/\r$/, '<Enter>')
    .replace(/\x1d/g, '^]')
    .replace(/\x04/g, '^D')
    .replace(/\x03/g, '^C')
    .replace(/\x15/g, '^U')
    .replace(/\x7f/g, '<Backspace>');

export async function* recordTelnet(scratch: string): AsyncGenerator<Recording> {
  const neo = startPostfix(scratch, 'neo', NEO, NEO_FILES, [`${ADDRESSES.neo}:10025`]);
  const parts: string[] = [];
  try {
    for (const [command, ...presses] of SCENES) {
      const screen = await typeAt(command, presses);
      const typed = presses.map(({ keys }) => `K: ${showKeys(keys)}\n`).join('');
      parts.push(`$ ${command}\n${typed}${showText('O:', screen.replaceAll('\r\n', '\n'))}`);
    }
  } finally {
    stopPostfix(neo);
  }
  const version = execFileSync('telnet', ['--version'], { encoding: 'latin1' }).split('\n')[0]!;
  yield {
    name: 'telnet-words',
    head: [
      `${version} of Debian 12 on a terminal, at Postfix on neo.firma1.intr [${ADDRESSES.neo}] port 10025; port 10099 and 25 are closed there.`,
      'silent.example.net has an address but no route leads to it; nikde.firma1.intr has no address.',
      'K: keys pressed, in order; O: what the terminal showed, which has the typed characters in it where they were echoed.',
    ],
    body: scrub(parts.join('\n'), COMMON_VOLATILES).replace(/queued as \w+/g, 'queued as <queue-id>'),
  };
}
