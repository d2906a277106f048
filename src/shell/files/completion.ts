/** Tab on the name of a file: which paths the word before the cursor may become, as bash completes them. */
import { homeOf } from '../../agents/files/furnish.ts';
import { absolute } from '../../agents/files/paths.ts';
import type { FilesAnswer, FilesRequest, NamedStat } from '../../agents/files/types.ts';
import type { Octets } from '../../base/octets.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/octets.ts';
import { peek } from '../../sim/peek.ts';
import type { HostId, Registry, Scenario } from '../../sim/types.ts';
import type { World } from '../../sim/world-types.ts';
import type { ShellState } from '../types.ts';
import { plain, withHome } from './glob.ts';
import { isFileCommand } from './run.ts';

/** Where the completion is looked for. */
export interface Looking {
  readonly scenario: Scenario;
  readonly registry: Registry;
  readonly world: World;
  readonly host: HostId;
}

/** Names shown at most. */
const NAME_LIMIT = 1000;

/** They are in every directory, though none lists them here. */
const DOTS: readonly string[] = ['./', '../'];

/** Commands that go to directories and to nothing else. */
const TO_DIRECTORIES: readonly string[] = ['cd', 'rmdir'];

/**
 * What `typed`, the word behind `ahead`, may become: itself as it stands, and the rest of a path; directories end in a
 * slash. Null: no file is named there, but a command, a host, or something a program in the foreground reads.
 */
export function pathCandidates(ahead: string, typed: string, looking: Looking): readonly string[] | null {
  // A redirection needs no space: `>file`.
  const operator = /^[<>]*/.exec(typed)![0];
  const word = typed.slice(operator.length);
  const before = ahead + operator;
  const shell = looking.world.states.get(`${looking.host}/shell`) as ShellState | undefined;
  const command = /(?:^|[|;])\s*(\S+)\s[^|;]*$/.exec(before)?.[1];
  const redirected = /[<>]\s*$/.test(before);
  if (!shell || shell.foreground !== null) return null;
  if (!redirected && (command === undefined || !isFileCommand(command))) return null;
  if (/["']/.test(word)) return [];
  const slash = word.lastIndexOf('/') + 1;
  const folder = word.slice(0, slash);
  const begun = encodeUtf8(plain(word.slice(slash)));
  const { user } = shell.config;
  const opened = encodeUtf8(plain(folder));
  const home = homeOf(user);
  const at = absolute(folder.startsWith('~') ? withHome(opened, { home }) : opened, shell.cwd);
  const onlyDirectories = !redirected && TO_DIRECTORIES.includes(command!);
  const names = entriesOf(at, user, looking)
    .filter(({ stat }) => !onlyDirectories || stat.kind === 'directory')
    .map(({ name, stat }) => (stat.kind === 'directory' ? `${name}/` : name));
  return [...DOTS, ...names]
    .filter((name) => name.startsWith(begun) && name.startsWith('.') === begun.startsWith('.'))
    .slice(0, NAME_LIMIT)
    .map((name) => `${typed}${quoted(decodeUtf8(name.slice(begun.length) as Octets))}`);
}

function entriesOf(path: string, user: string, { host, ...there }: Looking): readonly NamedStat[] {
  const asked: FilesRequest = { kind: 'files', token: '', user, requests: [{ kind: 'list', path }] };
  const answer = peek(there, `${host}/shell`, 'files', asked) as FilesAnswer | null;
  const [list] = answer?.answers ?? [];
  return list?.kind === 'entries' ? list.entries : [];
}

const quoted = (name: string): string => name.replace(/[\s"'\\|&;<>()$`*?[\]#~!{}]/g, '\\$&');
