/** Handing a letter to the store: what the MDA adds to it, and the job that waits for the store's answer. */
import type { Octets } from '../../base/octets.ts';
import type { ConnId, ProgramEffect } from '../../sim/types.ts';
import type { StoreRequest } from '../message-store.ts';
import type { DeliverRequest, MdaConfig, MdaState } from './types.ts';
import { mdaWith } from './types.ts';

/** Asks the store to keep a letter; `token` names the job. */
export function keep(
  state: MdaState,
  letter: Omit<DeliverRequest, 'kind' | 'expanded'>,
  mailbox: string,
  token: string,
  conn: ConnId | null,
  effects: ProgramEffect[],
): MdaState {
  const { queueId, envelope, blankLine, id: recipientId, recipient, original } = letter;
  const content = withDeliveryFields(letter.content, envelope.reversePath, original, mailbox, state.config);
  const message: StoreRequest = {
    kind: 'store',
    token,
    mailbox,
    content,
    envelope,
    recipient,
    queueId,
    blankLine,
  };
  effects.push({ kind: 'tell', program: 'store', message });
  return mdaWith(state, { jobs: [...state.jobs, { id: token, queueId, recipientId, conn }] });
}

/** RFC 5321 §4.4: the MDA writes the reverse-path down; Postfix and Dovecot add where it was delivered. */
function withDeliveryFields(
  content: Octets,
  reversePath: string,
  original: string,
  mailbox: string,
  config: MdaConfig,
): Octets {
  const clean = (text: string) => text.replace(/[^\x20-\x7e\x80-\xff]/g, '?');
  const domain = config.domains[0] ?? '';
  const whole = (name: string) => (name.includes('@') || domain === '' ? name : `${name}@${domain}`);
  // Dovecot's LMTP service writes Delivered-To alone, Postfix's local(8) both, Sendmail's mail.local neither.
  const lmtp = config.lmtpPort !== null;
  const trail = lmtp
    ? `Delivered-To: ${clean(whole(mailbox))}\r\n`
    : config.dialect.startsWith('postfix')
      ? `X-Original-To: ${clean(original)}\r\nDelivered-To: ${clean(whole(original))}\r\n`
      : '';
  return `Return-Path: <${clean(reversePath)}>\r\n${trail}${content}` as Octets;
}
