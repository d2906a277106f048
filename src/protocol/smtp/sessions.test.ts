/** The sessions of RFC 5321 appendix D and of the course notes, each in every way of splitting it. */
import { describe, expect, test } from 'vitest';
import { messages, playAllWays, unless } from './server.testing.ts';

const NOTES_MECHANISMS = ['CRAM-MD5', 'GSSAPI', 'DIGEST-MD5', 'NTLM', 'LOGIN', 'PLAIN'];

describe('RFC 5321 appendix D', () => {
  const foo = { hostname: 'foo.com', dialect: 'sendmail8', sizeLimit: 0 } as const;
  const hello = `
    S: 220 foo.com *
    C: EHLO bar.com
    S: 250-foo.com *
    S: 250-ENHANCEDSTATUSCODES
    S: 250-PIPELINING
    S: 250-EXPN
    S: 250-VERB
    S: 250-8BITMIME
    S: 250-SIZE
    S: 250-DELIVERBY
    S: 250 HELP`;

  test('D.1 a typical transaction', () => {
    const session = playAllWays(
      `${hello}
      C: MAIL FROM:<Smith@bar.com>
      S: 250 *
      C: RCPT TO:<Jones@foo.com>
      S: 250 *
      C: RCPT TO:<Green@foo.com>
      S: 550 *
      C: RCPT TO:<Brown@foo.com>
      S: 250 *
      C: DATA
      S: 354 *
      C: Blah blah blah...
      C: ...etc. etc. etc.
      C: .
      S: 250 *
      C: QUIT
      S: 221 *
      S: <close>`,
      foo,
      unless((question) =>
        question.kind === 'rcpt' && question.forwardPath === 'Green@foo.com'
          ? { kind: 'refuse', why: 'user-unknown', text: '' }
          : undefined,
      ),
    );
    expect(messages(session)).toMatchObject([
      {
        helo: 'bar.com',
        protocol: 'ESMTP',
        reversePath: 'Smith@bar.com',
        forwardPaths: ['Jones@foo.com', 'Brown@foo.com'],
        content: 'Blah blah blah...\r\n..etc. etc. etc.\r\n',
      },
    ]);
  });

  test('D.2 an aborted transaction', () => {
    const session = playAllWays(
      `${hello}
      C: MAIL FROM:<Smith@bar.com>
      S: 250 *
      C: RCPT TO:<Jones@foo.com>
      S: 250 *
      C: RCPT TO:<Green@foo.com>
      S: 550 *
      C: RSET
      S: 250 *
      C: QUIT
      S: 221 *
      S: <close>`,
      foo,
      unless((question) =>
        question.kind === 'rcpt' && question.forwardPath === 'Green@foo.com'
          ? { kind: 'refuse', why: 'user-unknown', text: '' }
          : undefined,
      ),
    );
    expect(messages(session)).toMatchObject([]);
    expect(session.state.reversePath).toBeNull();
  });

  test.each([['<Jones@XYZ.COM>'], ['<@foo.com:Jones@XYZ.COM>']])('D.3 a relayed letter to %s', (path) => {
    const session = playAllWays(
      `${hello}
      C: MAIL FROM:<JQP@bar.com>
      S: 250 *
      C: RCPT TO:${path}
      S: 250 *
      C: DATA
      S: 354 *
      C: Date: Thu, 21 May 1998 05:33:29 -0700
      C: From: John Q. Public <JQP@bar.com>
      C: Subject: The Next Meeting of the Board
      C: To: Jones@xyz.com
      C:
      C: Bill:
      C: .
      S: 250 *
      C: QUIT
      S: 221 *
      S: <close>`,
      foo,
    );
    expect(messages(session)[0]?.forwardPaths).toEqual(['Jones@XYZ.COM']);
    expect(messages(session)[0]?.content).toMatch(/^Date: .*\r\n\r\nBill:\r\n$/s);
  });

  test('D.4 verifying and sending', () => {
    playAllWays(
      `${hello}
      C: VRFY Crispin
      S: 250 *<Admin.MRC@foo.com>
      C: MAIL FROM:<EAK@bar.com>
      S: 250 *
      C: RCPT TO:<Admin.MRC@foo.com>
      S: 250 *
      C: DATA
      S: 354 *
      C: Blah blah blah...
      C: .
      S: 250 *
      C: QUIT
      S: 221 *
      S: <close>`,
      foo,
      unless((question) =>
        question.kind === 'vrfy' ? { kind: 'verified', mailbox: 'Admin.MRC@foo.com' } : undefined,
      ),
    );
  });
});

describe('the course notes', () => {
  test('Dutch notes, Sendmail', () => {
    const session = playAllWays(
      `S: 220 mail.domain.ext ESMTP Sendmail *; Thu, 17 Oct 2019 08:30:00 +0200
      C: HELO local.domain.name
      S: 250 mail.domain.ext Hello local.domain.name [1.2.3.4], pleased to meet you
      C: MAIL FROM: mail@domain.ext
      S: 250 2.1.0 mail@domain.ext... Sender ok
      C: RCPT TO: mail@otherdomain.ext
      S: 250 2.1.5 mail@otherdomain.ext... Recipient ok
      C: DATA
      S: 354 End data with <CR><LF>.<CR><LF>
      C: Subject: hallo
      C:
      C: hallo mail@otherdomain.ext from mail@domain.ext
      C: .
      S: 250 2.0.0 x9H6Uabc012345 Message accepted for delivery
      C: QUIT
      S: 221 2.0.0 mail.domain.ext closing connection
      S: <close>`,
      { hostname: 'mail.domain.ext', dialect: 'sendmail8' },
      unless((question) => {
        if (question.kind === 'connect') {
          return {
            kind: 'accept',
            greetingDate: 'Thu, 17 Oct 2019 08:30:00 +0200',
            clientName: 'local.domain.name',
          };
        }
        return question.kind === 'message' ? { kind: 'queued', queueId: 'x9H6Uabc012345' } : undefined;
      }),
      '1.2.3.4',
    );
    expect(messages(session)[0]).toMatchObject({ protocol: 'SMTP', helo: 'local.domain.name' });
  });

  test('Dutch notes, what may go wrong', () => {
    playAllWays(
      `S: 220 mail.domain.ext ESMTP Sendmail *
      C: HELO local.domain.name
      S: 250 *
      C: RCPT TO: mail@otherdomain.ext
      S: 503 5.0.0 Need MAIL before RCPT
      C: MAIL FROM: nouser@nosuchplace.here
      S: 501 5.1.8 nouser@nosuchplace.here... Sender domain must exist
      C: MAIL FROM:<dude@domain.ext>
      S: 250 2.1.0 <dude@domain.ext>... Sender ok
      C: RCPT TO: mail@otherdomain.ext
      S: 550 5.7.1 mail@otherdomain.ext... Relaying denied
      C: QUIT
      S: 221 *
      S: <close>`,
      { hostname: 'mail.domain.ext', dialect: 'sendmail8' },
      unless((question) => {
        if (question.kind === 'mail' && question.reversePath.endsWith('.here')) {
          return { kind: 'refuse', why: 'sender-domain-unknown', text: '' };
        }
        if (question.kind === 'connect') return { kind: 'accept', clientName: 'local.domain.name' };
        return question.kind === 'rcpt' ? { kind: 'refuse', why: 'relay-denied', text: '' } : undefined;
      }),
    );
  });

  test('Dutch notes, Telenet 2019 (with the final dot that the picture lost)', () => {
    playAllWays(
      `S: 220 andre.telenet-ops.be bizsmtp ESMTP server ready
      C: HELO local.vives.be
      S: 250 andre.telenet-ops.be hello [178.119.1.226], pleased to meet you
      C: MAIL FROM: vives3@telenet.be
      S: 250 2.1.0 <vives3@telenet.be> sender ok
      C: RCPT TO: milan.dima@vives.be
      S: 250 2.1.5 <milan.dima@vives.be> recipient ok
      C: DATA
      S: 354 enter mail, end with "." on a line by itself
      C: Subject: Test from command line
      C:
      C: Dit is de body van mijn mail na twee ENTERS
      C: Lijn 2
      C: .
      S: 250 2.0.0 Message accepted for delivery (EKxC2100L4saP3E01KyXnc)
      C: QUIT
      S: 221 *
      S: <close>`,
      { hostname: 'andre.telenet-ops.be', dialect: 'bizsmtp' },
      unless((question) =>
        question.kind === 'message' ? { kind: 'queued', queueId: 'EKxC2100L4saP3E01KyXnc' } : undefined,
      ),
      '178.119.1.226',
    );
  });

  const neo = { hostname: 'neo.firma1.intr', dialect: 'postfix2006', sizeLimit: 20_971_520 } as const;

  test('Czech notes, Postfix 2006, without HELO', () => {
    const session = playAllWays(
      `S: 220 neo.firma1.intr ESMTP Postfix
      C: MAIL FROM:nekdo@firma1.intr
      S: 250 Ok
      C: RCPT TO:jura@firma1.intr
      S: 250 Ok
      C: DATA
      S: 354 End data with <CR><LF>.<CR><LF>
      C: jak se vam dari ?
      C: .
      S: 250 Ok: queued as 970EB3B4086
      C: QUIT
      S: 221 Bye
      S: <close>`,
      neo,
      unless((question) =>
        question.kind === 'message' ? { kind: 'queued', queueId: '970EB3B4086' } : undefined,
      ),
    );
    expect(messages(session)[0]).toMatchObject({
      helo: '',
      protocol: 'SMTP',
      reversePath: 'nekdo@firma1.intr',
      forwardPaths: ['jura@firma1.intr'],
      content: 'jak se vam dari ?\r\n',
    });
  });

  test('Czech notes, EHLO of Postfix 2006', () => {
    playAllWays(
      `S: 220 neo.firma1.intr ESMTP Postfix
      C: ehlo localhost
      S: 250-neo.firma1.intr
      S: 250-PIPELINING
      S: 250-SIZE 20971520
      S: 250-VRFY
      S: 250-ETRN
      S: 250-STARTTLS
      S: 250-AUTH CRAM-MD5 GSSAPI DIGEST-MD5 NTLM LOGIN PLAIN
      S: 250-AUTH=CRAM-MD5 GSSAPI DIGEST-MD5 NTLM LOGIN PLAIN
      S: 250 8BITMIME
      C: <close>`,
      {
        ...neo,
        tls: 'may',
        auth: { mechanisms: NOTES_MECHANISMS, tlsOnly: false, oldLine: true },
        without: [],
      },
    );
  });

  test('German notes, Postfix 2015', () => {
    const session = playAllWays(
      `S: 220 mailserver.example.com ESMTP*
      C: HELO dude-mbp.example.com
      S: 250 mailserver.example.com
      C: MAIL FROM:<dude@example.com>
      S: 250 2.1.0 Ok
      C: RCPT TO:<walter@example.org>
      S: 250 2.1.5 Ok
      C: DATA
      S: 354 End data with <CR><LF>.<CR><LF>
      C: From: Jeff Lebowski <dude@example.com>
      C: To: Walter Sobchak <walter@example.org>
      C: Subject: Bowling
      C:
      C: Yo Walter -
      C:
      C: Bowling tonite?
      C:
      C: --Dude
      C: .
      S: 250 2.0.0 Ok: queued as 6A8C740014
      C: QUIT
      S: 221 2.0.0 Bye
      S: <close>`,
      { hostname: 'mailserver.example.com' },
      unless((question) =>
        question.kind === 'message' ? { kind: 'queued', queueId: '6A8C740014' } : undefined,
      ),
    );
    expect(messages(session)[0]?.content).toMatch(/Bowling\r\n\r\nYo Walter -\r\n\r\nBowling tonite\?\r\n/);
  });
});
