/** What `openssl s_client -starttls` says and hears before TLS begins: it reads little of it, and shows less. */
import { encodeUtf8, NO_OCTETS } from '../base/octets.ts';
import type { Octets } from '../base/octets.ts';
import type { CommandNote } from '../protocol/note.ts';
import type { StartTls } from './s-client-options.ts';

export interface Dialogue {
  readonly protocol: StartTls;
  readonly name: string;
  /** What is awaited: the greeting, what the server can do, and its answer to STARTTLS. */
  readonly stage: 'greeting' | 'features' | 'answer' | 'done';
  /** Octets that are no whole line yet. */
  readonly line: Octets;
  /** STARTTLS was among what the server can do. */
  readonly found: boolean;
  /** The line that is left in OpenSSL's buffer, and is shown when TLS stands. */
  readonly kept: Octets;
}

export interface Turn {
  readonly dialogue: Dialogue;
  readonly say: readonly { readonly octets: Octets; readonly note: CommandNote }[];
  /** Some text for the terminal: STARTTLS is not there, and is tried all the same. */
  readonly missing: boolean;
}

/** OpenSSL reads into a buffer of 8192 octets; a longer line is two. */
const LINE_LIMIT = 8191;

export const openDialogue = (protocol: StartTls, name: string): Dialogue => ({
  protocol,
  name,
  stage: 'greeting',
  line: NO_OCTETS,
  found: false,
  kept: NO_OCTETS,
});

export const MISSING = "Didn't find STARTTLS in server response, trying anyway...\n";

/** Octets from the server, cut anyhow. What comes together with the answer to STARTTLS is thrown away with it. */
export function dialogueHears(from: Dialogue, octets: Octets): Turn {
  let dialogue: Dialogue = { ...from, line: NO_OCTETS };
  let rest = (from.line + octets) as Octets;
  const say: { octets: Octets; note: CommandNote }[] = [];
  let missing = false;
  while (dialogue.stage !== 'done') {
    const end = lineEnd(rest);
    if (end === 0) break;
    const line = rest.slice(0, end) as Octets;
    rest = rest.slice(end) as Octets;
    const next = hearLine(dialogue, line);
    if (next.stage !== dialogue.stage && next.stage !== 'done') {
      say.push(...sayings(next));
      missing ||= next.stage === 'answer' && misses(next);
    }
    dialogue = next;
  }
  return { dialogue: { ...dialogue, line: dialogue.stage === 'done' ? NO_OCTETS : rest }, say, missing };
}

/** Octets of the first line, its ending included; 0: it is not whole. */
function lineEnd(octets: Octets): number {
  const end = octets.indexOf('\n') + 1;
  return end > 0 && end <= LINE_LIMIT ? end : octets.length >= LINE_LIMIT ? LINE_LIMIT : 0;
}

function hearLine(dialogue: Dialogue, line: Octets): Dialogue {
  const { protocol, stage, found } = dialogue;
  const goesOn = line.length > 3 && line[3] === '-';
  switch (stage) {
    case 'greeting':
      if (protocol === 'pop3') return { ...dialogue, stage: 'answer', kept: line };
      if (protocol === 'imap') return { ...dialogue, stage: 'features' };
      return goesOn ? dialogue : { ...dialogue, stage: 'features' };
    case 'features': {
      const more = protocol === 'imap' ? line.length > 3 && line[0] !== '.' : goesOn;
      const heard = { ...dialogue, found: found || line.includes('STARTTLS'), kept: line };
      return more ? heard : { ...heard, stage: 'answer' };
    }
    case 'answer':
      // It shows the greeting of a POP3 server as far as the answer to STLS is long.
      return {
        ...dialogue,
        stage: 'done',
        kept: protocol === 'pop3' ? (dialogue.kept.slice(0, line.length) as Octets) : dialogue.kept,
      };
    case 'done':
      return dialogue;
  }
}

/** POP3's CAPA is not asked for. */
const misses = ({ protocol, found }: Dialogue): boolean => protocol !== 'pop3' && !found;

/** The server hung up in the middle: OpenSSL goes on as if nothing had happened, until TLS finds out. */
export const hungUp = (dialogue: Dialogue): string =>
  (dialogue.stage === 'greeting' || dialogue.stage === 'features') && misses(dialogue) ? MISSING : '';

function sayings({ protocol, stage, name }: Dialogue): Turn['say'] {
  const features = stage === 'features';
  switch (protocol) {
    case 'smtp':
      return features
        ? command('smtp', 'EHLO', `EHLO ${name}`, 'RFC 5321 §4.1.1.1')
        : command('smtp', 'STARTTLS', 'STARTTLS', 'RFC 3207 §4');
    case 'lmtp':
      return features
        ? command('lmtp', 'LHLO', `LHLO ${name}`, 'RFC 2033 §4.1')
        : command('lmtp', 'STARTTLS', 'STARTTLS', 'RFC 3207 §4');
    case 'imap':
      return features
        ? command('imap', 'CAPABILITY', '. CAPABILITY', 'RFC 9051 §6.1.1')
        : command('imap', 'STARTTLS', '. STARTTLS', 'RFC 9051 §6.2.1');
    case 'pop3':
      return command('pop3', 'STLS', 'STLS', 'RFC 2595 §4');
  }
}

function command(protocol: StartTls, verb: string, text: string, clause: string): Turn['say'] {
  const line = encodeUtf8(text);
  return [{ octets: `${line}\r\n` as Octets, note: { kind: 'command', protocol, verb, line, clause } }];
}
