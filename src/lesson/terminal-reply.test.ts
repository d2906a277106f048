import { expect, test } from 'vitest';
import { splitReply } from './terminal-reply.ts';

test.each([
  ['250 2.1.0 Ok', '250', '2.1.0 Ok'],
  ['250 OK id=1', '250', 'OK id=1'],
  ['+OK 2 messages', '+OK', '2 messages'],
  ['a3 OK NOOP completed', 'OK', 'NOOP completed'],
  ['. NO [TRYCREATE] None', 'NO', '[TRYCREATE] None'],
  ['a3 BAD', 'BAD', ''],
  ['', '', ''],
])('%s', (line, code, text) => expect(splitReply(line)).toEqual({ code, text }));
