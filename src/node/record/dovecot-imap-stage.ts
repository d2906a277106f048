/** How plays for several sessions begin, and what else happens in them. */
import type { Step } from './converse.ts';
import { deliver, FEW } from './dovecot-imap-letters.ts';
import type { Cue, Play } from './dovecot-imap-play.ts';
import { LOGIN, literal, quiet } from './dovecot-imap-say.ts';

const letter = 'Subject: x\r\n\r\nx\r\n';
export const ALL = 'FETCH 1:* (UID FLAGS)';
export const append = (rest = 'INBOX'): Step[] => literal(`APPEND ${rest}`, letter);
/** Dovecot looks some time after the disk says that something has changed. */
export const wait = quiet('', 1300);

export const SELECT: Step[] = [LOGIN, 'SELECT INBOX'];
export const two = (title: string, ...cues: Cue[]): Play => ({
  title,
  cues: [['1', ...SELECT], ['2', ...SELECT], ...cues],
});
export const comes: Cue = { told: 'a letter is delivered', act: () => deliver('Maildir', FEW[0]!, 99) };
