/** MAIL and RCPT: paths and parameters. */
import { describe, expect, test } from 'vitest';
import { playAllWays } from './server.testing.ts';

const HELO = 'S: 220 *\nC: HELO a.example\nS: 250 *';
const EHLO = `S: 220 *\nC: EHLO a.example\n${'S: 250*\n'.repeat(6)}`;
const MAIL = `${HELO}\nC: MAIL FROM:<a@a.example>\nS: 250 *`;

describe('paths', () => {
  test.each([
    ['MAIL FROM:<a@a.example>', 'a@a.example'],
    ['MAIL FROM: <a@a.example>', 'a@a.example'],
    ['MAIL FROM: a@a.example', 'a@a.example'],
    ['MAIL FROM:a@a.example', 'a@a.example'],
    ['mail from:<a@a.example>', 'a@a.example'],
    ['MAIL  FROM:<a@a.example>', 'a@a.example'],
    ['MAIL FROM:<>', ''],
    ['MAIL FROM:<"a b"@a.example>', '"a b"@a.example'],
    ['MAIL FROM:<a@[192.0.2.1]>', 'a@[192.0.2.1]'],
    ['MAIL FROM:<a@[IPv6:2001:db8::1]>', 'a@[IPv6:2001:db8::1]'],
    ['MAIL FROM:<@x.example,@y.example:a@a.example>', 'a@a.example'],
  ])('%s', (line, reversePath) => {
    const session = playAllWays(`${HELO}\nC: ${line}\nS: 250 2.1.0 Ok`);
    expect(session.questions[1]).toMatchObject({ kind: 'mail', reversePath, size: null });
    expect(session.notes.at(-1)).toMatchObject({ verb: 'MAIL', argument: reversePath, line });
  });

  test.each([
    ['RCPT TO:<postmaster>', 'postmaster'],
    ['RCPT TO: <Postmaster@b.example>', 'Postmaster@b.example'],
    ['rcpt to:b@b.example', 'b@b.example'],
    ['RCPT TO:<@x.example:b@b.example>', 'b@b.example'],
  ])('%s', (line, forwardPath) => {
    const session = playAllWays(`${MAIL}\nC: ${line}\nS: 250 2.1.5 Ok`);
    expect(session.questions[2]).toMatchObject({ kind: 'rcpt', reversePath: 'a@a.example', forwardPath });
  });

  test.each([
    ['MAIL', '501 5.5.4 Syntax: MAIL FROM:<address>'],
    ['MAIL FROM', '501 5.5.4 Syntax: MAIL FROM:<address>'],
    ['MAIL FROM:', '501 5.5.4 Syntax: MAIL FROM:<address>'],
    ['MAIL FROM: ', '501 5.5.4 Syntax: MAIL FROM:<address>'],
    ['MAIL FROM <a@a.example>', '501 5.5.4 Syntax: MAIL FROM:<address>'],
    ['MAIL TO:<a@a.example>', '501 5.5.4 Syntax: MAIL FROM:<address>'],
    ['MAIL FROM:<a@a.example', '501 5.1.7 Bad sender address syntax'],
    ['MAIL FROM:<a@>', '501 5.1.7 Bad sender address syntax'],
    ['MAIL FROM:<a b@a.example>', '501 5.1.7 Bad sender address syntax'],
    ['MAIL FROM:<a@a.example>SIZE=1', '501 5.1.7 Bad sender address syntax'],
    ['MAIL FROM:Ann <a@a.example>', '555 5.5.4 Unsupported option: <a@a.example>'],
  ])('%s is refused', (line, reply) => {
    playAllWays(`${HELO}\nC: ${line}\nS: ${reply}\nC: MAIL FROM:<>\nS: 250 *`);
  });

  test.each([
    ['RCPT', '501 5.5.4 Syntax: RCPT TO:<address>'],
    ['RCPT TO:', '501 5.5.4 Syntax: RCPT TO:<address>'],
    ['RCPT FROM:<b@b.example>', '501 5.5.4 Syntax: RCPT TO:<address>'],
    ['RCPT TO:<>', '501 5.1.3 Bad recipient address syntax'],
    ['RCPT TO:<b@b.example>,<c@b.example>', '501 5.1.3 Bad recipient address syntax'],
    ['RCPT TO:<b@b.example> FOO=bar', '555 5.5.4 Unsupported option: FOO=bar'],
  ])('%s is refused', (line, reply) => {
    playAllWays(`${MAIL}\nC: ${line}\nS: ${reply}\nC: DATA\nS: 554 *`);
  });
});

describe('MAIL parameters', () => {
  test.each([
    ['SIZE=1000', '250 *', 1000],
    ['size=10240000 body=8bitmime', '250 *', 10_240_000],
    ['BODY=7BIT', '250 *', null],
    ['SIZE=10240001', '552 5.3.4 Message size exceeds fixed limit', null],
    ['SIZE=99999999999999999999', '552 *', null],
    ['SIZE=', '501 5.5.4 Bad message size syntax', null],
    ['SIZE=-1', '501 5.5.4 Bad message size syntax', null],
    ['SIZE', '555 5.5.4 Unsupported option: SIZE', null],
    ['BODY=BINARYMIME', '555 5.5.4 Unsupported option: BODY=BINARYMIME', null],
    ['FOO=bar', '555 5.5.4 Unsupported option: FOO=bar', null],
  ])('%s after EHLO: %s', (parameters, reply, size) => {
    const session = playAllWays(`${EHLO}\nC: MAIL FROM:<a@a.example> ${parameters}\nS: ${reply}`);
    if (reply.startsWith('250')) expect(session.questions[1]).toMatchObject({ size });
    else expect(session.questions).toHaveLength(1);
  });
  test('Sendmail names the parameter without its value', () => {
    const line = 'C: MAIL FROM:<a@a.example> FOO=bar';
    playAllWays(`${HELO}\n${line}\nS: 555 5.5.4 FOO parameter unrecognized`, { dialect: 'sendmail8' });
  });
  test('none after HELO, but for Postfix and Sendmail', () => {
    const line = 'C: MAIL FROM:<a@a.example> SIZE=10';
    playAllWays(`${HELO}\n${line}\nS: 501 5.5.4 Unrecognized parameter`, { dialect: 'exchange' });
    playAllWays(`${HELO}\n${line}\nS: 250 2.1.0 Ok`);
  });
});

// As measured side by side with Debian's Postfix 3.7; RFC 5321 §4.1.2 has no blanks there, and Exim takes none.
test('Postfix reads blanks inside the brackets away, but for those in quotes', () => {
  const said = 'S: 220 *\nC: HELO a.example\nS: 250 *\nC: MAIL FROM:< a@a.example > SIZE=10\nS: 250 *';
  const { questions } = playAllWays(
    `${said}\nC: RCPT TO: <  b@b.example >\nS: 250 *\nC: RCPT TO:<" b > "@b.example >\nS: 250 *`,
  );
  expect(questions.slice(1)).toMatchObject([
    { kind: 'mail', reversePath: 'a@a.example', size: 10 },
    { kind: 'rcpt', forwardPath: 'b@b.example' },
    { kind: 'rcpt', forwardPath: '" b > "@b.example' },
  ]);
});
