/** A reply in one line, as logs and notifications quote it. */
import type { Reply } from './types.ts';

export const replyText = (reply: Reply): string =>
  [reply.code, reply.enhanced, reply.lines.join(' ')].filter((part) => part !== '').join(' ');
