/** Recordings of what Dovecot's IMAP says of letters: envelopes, structures, sections, decoded sections, searches. */
import { dovecotVersion } from './dovecot.ts';
import { fillMaildir, MIME_SETTINGS, type MimeSession, openMimeSession } from './dovecot-mime.ts';
import { headerLetters } from './dovecot-mime-addresses.ts';
import { boundaryLetters } from './dovecot-mime-boundaries.ts';
import { encodingLetters } from './dovecot-mime-encodings.ts';
import { fieldLetters } from './dovecot-mime-fields.ts';
import type { MimeLetter } from './dovecot-mime-letter.ts';
import { mutants } from './dovecot-mime-mutants.ts';
import { oddLetters } from './dovecot-mime-odd.ts';
import { searches } from './dovecot-mime-search.ts';
import { structureLetters as wholeLetters } from './dovecot-mime-structure.ts';
import { type Recording, scrub, showChunk, showText, type Volatile } from './transcript.ts';

/** The letters' own times are not ours to scrub. */
const VOLATILES: readonly Volatile[] = [
  { pattern: /\(\d+\.\d+ \+ [\d.+ ]+secs\)/g, name: 'secs', numbered: false },
];

const HEAD = [
  `Dovecot ${dovecotVersion()} (Debian 12), IMAP by doveadm exec imap; all else as Dovecot sets it.`,
  ...MIME_SETTINGS,
  'Each letter is one of the mailbox; its lines (M:) end in CRLF. What is said before the first letter is not shown.',
];

const structureLetters = [...wholeLetters, ...boundaryLetters, ...oddLetters];

/** `BODY.PEEK[…]` for each. */
const bodies = (...sections: readonly string[]): string =>
  `(${sections.map((section) => `BODY.PEEK[${section}]`).join(' ')})`;

const FIELDS = ['HEADER.FIELDS (Subject to)', 'HEADER.FIELDS.NOT (SUBJECT "TO")'];
const PATHS = [
  '1',
  '2',
  '3',
  '4',
  '1.1',
  '1.2',
  '2.1',
  '2.2',
  '3.1',
  '1.1.1',
  '2.1.1',
  '2.1.2',
  '1.1.1.1',
  '0',
  '1.0',
];
const inParts = (what: string): string => bodies(...PATHS.map((path) => path + what));

const HEADER_ITEMS = [
  'ENVELOPE',
  'BODYSTRUCTURE',
  bodies('', 'HEADER', 'TEXT', '1', '1.MIME'),
  bodies(...FIELDS),
];
const STRUCTURE_ITEMS = [
  'BODY',
  'BODYSTRUCTURE',
  inParts(''),
  inParts('.MIME'),
  inParts('.HEADER'),
  inParts('.TEXT'),
  bodies(...FIELDS.map((fields) => `1.${fields}`), ...FIELDS.map((fields) => `2.${fields}`)),
];
const BINARY_ITEMS = [
  'BODYSTRUCTURE',
  'BINARY.PEEK[]',
  'BINARY.PEEK[1]',
  'BINARY.PEEK[2]',
  'BINARY.PEEK[3]',
  'BINARY.PEEK[3.1]',
  'BINARY.SIZE[1]',
  'BINARY.PEEK[1]<2.5>',
];
const PARTIAL_ITEMS = [
  bodies('').replace(']', ']<0.10>'),
  bodies('TEXT').replace(']', ']<3.100>'),
  bodies('TEXT').replace(']', ']<1000.5>'),
  bodies('1').replace(']', ']<2.0>'),
  bodies('HEADER').replace(']', ']<5.4294967295>'),
];

type Said = Awaited<ReturnType<MimeSession['ask']>>;
type Asking = (session: MimeSession, number: number) => Promise<readonly Said[]>;

async function recorded(scratch: string, letters: readonly MimeLetter[], asking: Asking): Promise<string> {
  fillMaildir(letters.map(({ content }) => content));
  const session = await openMimeSession(scratch);
  const sections: string[] = [];
  for (const [i, { name, content }] of letters.entries()) {
    const lines = [`# --- ${name}`, showText('M:', content.replaceAll('\r\n', '\n')).trimEnd()];
    for (const { sent, answer } of await asking(session, i + 1))
      lines.push(...showChunk('C:', sent), ...showChunk('S:', answer));
    sections.push(lines.join('\n'));
  }
  session.end();
  return sections.join('\n\n');
}

const fetching =
  (...items: readonly string[]): Asking =>
  async (session, number) => {
    const said: Said[] = [];
    for (const item of items) said.push(await session.ask(`FETCH ${number} ${item}`));
    return said;
  };

/** A key beyond ASCII goes as a literal that asks for no leave. */
async function searching(session: MimeSession, number: number): Promise<readonly Said[]> {
  const said: Said[] = [];
  for (const key of searches[number - 1]!.keys) {
    const sent = /[^ -~]/.test(key)
      ? key.replace(/"([^"]*)"$/, (_, text: string) => `{${text.length}+}\r\n${text}`)
      : key;
    said.push(await session.ask(`SEARCH CHARSET UTF-8 ${number} ${sent}`));
  }
  return said;
}

const JOBS: readonly { name: string; letters: readonly MimeLetter[]; asking: Asking }[] = [
  { name: 'dovecot-mime-headers', letters: headerLetters, asking: fetching(...HEADER_ITEMS) },
  {
    name: 'dovecot-mime-fields',
    letters: fieldLetters,
    asking: fetching('BODY', 'BODYSTRUCTURE', inParts('.MIME')),
  },
  { name: 'dovecot-mime-structure', letters: structureLetters, asking: fetching(...STRUCTURE_ITEMS) },
  { name: 'dovecot-mime-binary', letters: encodingLetters, asking: fetching(...BINARY_ITEMS) },
  {
    name: 'dovecot-mime-partial',
    letters: structureLetters.slice(0, 2),
    asking: fetching(...PARTIAL_ITEMS),
  },
  {
    name: 'dovecot-mime-mutants',
    letters: mutants([...headerLetters, ...fieldLetters, ...structureLetters, ...encodingLetters], 120, 3501),
    asking: fetching('ENVELOPE', 'BODYSTRUCTURE'),
  },
  { name: 'dovecot-mime-search', letters: searches.map(({ letter }) => letter), asking: searching },
];

/** Mailbox names in modified UTF-7, well and badly made. */
const NAMES = [
  ...[
    '&AOk-',
    'caf&AOk-',
    '&AOkA6A-x',
    'a&-b',
    '&-',
    '&-&AOk-',
    '&2D3cAA-',
    '&ZeVnLIqe-',
    '&AH8-',
    '&AAE-x',
    '&AOl-',
  ],
  ...['&', 'a&', '&AOk', '&A-', '&AO-', '&AOkA-', '&AOkAO-', '&AOkAOk-', '&AGE-', '&ACY-', '&AAA-', '&AOk=-'],
  ...[
    '&AOk-&AOk-',
    '&AOk-&-',
    '&2D0-',
    '&3AA-',
    '&3ADYPQ-',
    '&2D0AYQ-',
    '&,-',
    '&AO+k-',
    '&AOk/-',
    '&AOk- x',
    '&  -',
  ],
];

async function recordedNames(scratch: string): Promise<string> {
  fillMaildir([]);
  const session = await openMimeSession(scratch);
  const lines = ['# --- names'];
  for (const name of NAMES) {
    const { sent, answer } = await session.ask(`CREATE "${name}"`);
    lines.push(...showChunk('C:', sent), ...showChunk('S:', answer));
  }
  session.end();
  return lines.join('\n');
}

export async function* recordDovecotMime(scratch: string): AsyncGenerator<Recording> {
  for (const { name, letters, asking } of JOBS)
    yield { name, head: HEAD, body: scrub(await recorded(scratch, letters, asking), VOLATILES) };
  yield { name: 'dovecot-mime-names', head: HEAD, body: scrub(await recordedNames(scratch), VOLATILES) };
}
