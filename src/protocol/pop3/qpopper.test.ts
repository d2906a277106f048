/** Qpopper, of whom the course notes tell most: its session, its errors, its habits. */
import { describe, test } from 'vitest';
import { parseTranscript, replayAllWays } from '../transcript.testing.ts';
import { letterOf, renewed, testMailbox } from './maildrop.testing.ts';
import { pop3Server } from './server.ts';
import { serverOf } from './server.testing.ts';

describe('qpopper', () => {
  const letters = [letterOf(1000), letterOf(134), letterOf(100)];
  const play = (script: string, locked = false) =>
    replayAllWays(
      pop3Server,
      serverOf('qpopper'),
      parseTranscript(script),
      renewed(() => testMailbox('userName', 'passW0rd', letters, locked)).answer,
    );

  test('a session', () => {
    play(`
S: +OK ready
C: USER userName
S: +OK Password required for userName.
C: PASS passW0rd
S: +OK userName has 3 visible messages (0 hidden) in 1234 octets.
C: LIST
S: +OK 3 visible messages (1234 octets)
S: 1 1000
S: 2 134
S: 3 100
S: .
C: DELE 1
S: +OK Message 1 has been deleted.
C: QUIT
S: +OK Pop server at mail.example.org signing off.
S: <close>`);
  });

  test('a wrong password, and a maildrop in use: Qpopper leaves', () => {
    play(`
S: +OK ready
C: USER userName
S: +OK Password required for userName.
C: PASS wrong
S: -ERR [AUTH] Password supplied for "userName" is incorrect.
S: +OK Pop server at mail.example.org signing off.
S: <close>`);
    const busy = `
S: +OK ready
C: USER userName
S: +OK Password required for userName.
C: PASS passW0rd
S: -ERR [IN-USE] /var/spool/mail/.userName.pop lock busy!  Is another session active? (11)
S: +OK Pop server at mail.example.org signing off.
S: <close>`;
    play(busy, true);
  });

  test('words are cut at any white space, numbers read as C reads them, and marked is marked again', () => {
    play(`
S: +OK ready
C|  \\t User \\t userName \\r\\n
S: +OK Password required for userName.
C: PASS passW0rd
S: +OK *
C: LIST 2x
S: +OK 2 134
C: LIST x
S: -ERR Message 0 does not exist.
C: RETR -1
S: -ERR Message -1 does not exist.
C: RETR 99999999999999999999
S: -ERR Message 2147483647 does not exist.
C: UIDL x
S: -ERR Parameter must be a number between 1 and 3
C: UIDL 9
S: -ERR Message 9 out of range.
C: DELE 3
S: +OK Message 3 has been deleted.
C: DELE 3
S: +OK Message 3 has been deleted.
C: STAT
S: +OK 2 1134
C: LIST 3
S: -ERR Message 3 has been deleted.
C: UIDL 3
S: -ERR Message 3 has been marked for deletion.
C: TOP 2
S: -ERR Too few arguments for the top command.
C: STAT now
S: -ERR Too many arguments for the stat command.
C: DELE+1
S: -ERR Unknown command: "dele+1".
C: NOOP
S: +OK no big woop
C: RSET
S: +OK Maildrop has 3 messages (1234 octets)`);
  });

  test('silence', () => {
    play(`
S: +OK ready
T: idle
S: -ERR POP timeout from mail.example.org
S: <close>`);
  });
});
