/** A client that stays, against servers by hand. */
import { describe, expect, test } from 'vitest';
import { byHand, face, hasAll, saidIn, STAY, TWO } from './client-scripts.testing.ts';

describe('staying', () => {
  test('IDLE: what comes is listed from where the last listing ended', () => {
    const { program } = face(
      `${STAY}
C: A4 IDLE
S: + idling
S: * OK Still here
S: * 1 FETCH (FLAGS (\\Flagged))
S: * 1 EXPUNGE
S: * 2 EXISTS
C: DONE
S: A4 OK
C: A5 UID FETCH 21:* (UID FLAGS RFC822.SIZE)
S: * 2 FETCH (UID 30 FLAGS (\\Recent) RFC822.SIZE 1)
S: A5 OK
C: A6 UID FETCH 30 (BODY.PEEK[])
S: * 2 FETCH (UID 30 BODY[] {1}
S: x)
S: A6 OK
C: A7 IDLE
S: + idling
T: poll
C: DONE
S: * 2 EXPUNGE
S: A7 OK
C: A8 IDLE`,
      { stay: true },
      hasAll,
    );
    expect(program.log).toEqual([
      'whole 7: 10(5), 20(6 \\Seen)',
      '10 has \\Flagged',
      '10 is gone',
      'new 7: 30(1)',
      'fetched 30',
      '30 is gone',
    ]);
  });

  test('what is told in one breath is told at once, whatever it ends with', () => {
    const played = byHand([...saidIn(STAY), 'S: + idling'], { stay: true }, hasAll());
    played.octets('* 2 EXPUNGE\r\n* 1 FETCH (FLAGS ($a))\r\n* 0 RECENT\r\n');
    expect(played.program.log.slice(1)).toEqual(['20 is gone', '10 has $a']);
    played.octets('* 1 FETCH (FLAGS ())\r\n* 1 FE');
    played.octets('TCH (FLAGS ($b))\r\n');
    expect(played.program.log.slice(3)).toEqual(['10 has no flags', '10 has $b']);
  });

  test('nothing new behind a message that came and went', () => {
    const { program } = face(
      `${STAY}
C: A4 IDLE
S: * 3 EXISTS
S: + idling
C: DONE
S: * 3 EXPUNGE
S: A4 OK
C: A5 UID FETCH 21:* (UID FLAGS RFC822.SIZE)
S: * 2 FETCH (UID 20 FLAGS (\\Seen) RFC822.SIZE 6)
S: A5 OK
C: A6 IDLE
S: + idling
S: * 2 EXPUNGE
S: * 2 EXISTS
C: DONE
S: A6 OK
C: A7 UID FETCH 21:* (UID FLAGS RFC822.SIZE)
S: * 2 EXPUNGE
S: A7 OK
C: A8 IDLE
S: + idling
S: * 2 EXISTS
C: DONE
S: A8 OK
C: A9 UID FETCH 21:* (UID FLAGS RFC822.SIZE)`,
      { stay: true },
      hasAll,
    );
    expect(program.log.slice(1)).toEqual(['20 is gone']);
  });

  test('a server without IDLE, or that refuses it, is asked now and then', () => {
    const script = (from: number) => `
T: other
T: poll
C: A${from} NOOP
S: * 2 FETCH (FLAGS ())
S: A${from} OK
S: * 1 FETCH (FLAGS (\\Answered))
S: * 3 EXISTS
C: A${from + 1} UID FETCH 21:* (UID FLAGS RFC822.SIZE)
S: * 3 FETCH (UID 30 FLAGS ())
S: A${from + 1} OK
C: A${from + 2} UID FETCH 30 (BODY.PEEK[])
S: A${from + 2} OK
T: poll
C: A${from + 3} NOOP
S: A${from + 3} BAD busy`;
    const { program, effects } = face(TWO + script(4), { stay: true }, hasAll);
    expect(program.log.slice(1)).toEqual(['20 has no flags', '10 has \\Answered', 'new 7: 30(0)']);
    const polls = effects.flatMap((effect) =>
      effect.kind === 'timer' && effect.name === 'poll' ? [effect.after] : [],
    );
    expect(polls).toEqual([600_000, 600_000, null, 600_000, 600_000]);
    face(`${STAY}\nC: A4 IDLE\nS: A4 NO not today\n${script(5)}`, { stay: true }, hasAll);
    face(`${STAY}\nC: A4 IDLE\nS: + idling\nS: A4 OK enough\n${script(5)}`, { stay: true }, hasAll);
  });

  test('the program leaves at any time', () => {
    const lines = [...saidIn(STAY), 'S: + idling'];
    for (let before = 0; before <= lines.length; before++) {
      const played = byHand(lines.slice(0, before), { stay: true }, hasAll());
      const from = played.said().length;
      played.take({ kind: 'answer', answer: { kind: 'leave' } });
      for (const line of lines.slice(before)) played.hear(line);
      if (played.said().at(-1) === 'DONE') played.hear('S: A4 OK');
      // The greeting, and the tagged response to each command, end it at once.
      const [first, ...rest] = played.said().slice(from);
      expect(first === 'DONE' ? rest : [first, ...rest], `before line ${before}`).toEqual([
        expect.stringMatching(/^A\d LOGOUT$/),
      ]);
    }
  });

  test('only the whole of a listing is believed: what comes unasked comes again', () => {
    const { program } = face(
      `${STAY}
C: A4 IDLE
S: + idling
S: * 3 EXISTS
C: DONE
S: * 3 FETCH (UID 30 FLAGS (\\Seen))
S: * 4 EXISTS
S: * 2 EXPUNGE
S: A4 OK
C: A5 UID FETCH 21:* (UID FLAGS RFC822.SIZE)
S: * 2 FETCH (UID 30 FLAGS ())
S: * 2 FETCH (FLAGS (\\Answered))
S: * 3 FETCH (UID 40 FLAGS ())
S: * 3 EXPUNGE
S: A5 OK
C: A6 UID FETCH 30 (BODY.PEEK[])
S: * 2 EXPUNGE
S: A6 OK
C: A7 IDLE
S: + idling
S: * 2 EXISTS
C: DONE
S: A7 OK
C: A8 UID FETCH 31:* (UID FLAGS RFC822.SIZE)
S: * 2 FETCH (UID 4294967295 FLAGS ())
S: A8 OK
C: A9 UID FETCH 4294967295 (BODY.PEEK[])
S: A9 OK
C: A10 IDLE
S: + idling
S: * 3 EXISTS
C: DONE
S: A10 OK
C: A11 UID FETCH 4294967295:* (UID FLAGS RFC822.SIZE)`,
      { stay: true },
      hasAll,
    );
    expect(program.log.slice(1)).toEqual([
      '20 is gone',
      'new 7: 30(0 \\Answered)',
      '30 is gone',
      'new 7: 4294967295(0)',
    ]);
  });
});
