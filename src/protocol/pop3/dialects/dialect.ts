/** The words and habits of one POP3 server. */
import type { Pop3Words } from '../replies.ts';
import type { Pop3DialectName } from '../types.ts';
import { DOVECOT } from './dovecot.ts';
import { DOVECOT_2006 } from './dovecot2006.ts';
import type { Pop3Habits } from './habits.ts';
import { QPOPPER } from './qpopper.ts';
import { TELENET_POP } from './telenet-pop.ts';

export interface Pop3Dialect extends Pop3Words {
  readonly habits: Pop3Habits;
}

export const POP3_DIALECTS: Readonly<Record<Pop3DialectName, Pop3Dialect>> = {
  dovecot2006: DOVECOT_2006,
  dovecot: DOVECOT,
  qpopper: QPOPPER,
  'telenet-pop': TELENET_POP,
};
