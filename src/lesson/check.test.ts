import { describe, expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { specificity } from './check.ts';
import { ACCEPTED, check, DELIVERED, ENVELOPE, isTrue } from './check.testing.ts';
import { toyLog } from './toy.testing.ts';

/** A student hands a letter to `mail`, which relays it to `mx`, which delivers it. */
function relayed(blankLine = true) {
  const toy = toyLog();
  toy.connect(1, 'pc/shell');
  toy.reply(1, 'mail', { verb: 'CONNECT', code: '220', state: 'greeted' });
  toy.reply(1, 'mail', {
    verb: 'MAIL',
    code: '250',
    argument: 'dude@example.com',
    line: 'MAIL FROM:<dude@example.com>',
  });
  toy.fact('mail', 1, { ...ACCEPTED, blankLine });
  toy.connect(2, 'mail/mta', 'mx');
  toy.content(2, 'mail', 'A1');
  toy.fact('mx', 2, { ...ACCEPTED, queueId: 'B1' });
  const { queueId, recipients } = { queueId: 'A1', recipients: ENVELOPE.forwardPaths };
  const reply = '250 2.0.0 Ok: queued as B1';
  toy.fact('mail', 0, {
    kind: 'relayed',
    queueId,
    recipients,
    to: 'mx.example.org',
    address: '198.51.100.25',
    reply,
  });
  toy.fact('mail', 0, { kind: 'removed', queueId });
  toy.fact('mx', 0, DELIVERED);
  return toy;
}

describe('events', () => {
  test('hosts go by their id, name and address; the student by name', () => {
    const toy = relayed();
    for (const to of ['mail:25', 'mail.example.com:25', '192.0.2.25:25', '*:25'])
      expect(isTrue({ tcp: { by: 'student', from: 'pc', to, result: 'open' } }, toy)).toBe(true);
    expect(isTrue({ tcp: { by: 'student', to: 'mx:25' } }, toy)).toBe(false);
    expect(isTrue({ tcp: { by: 'mta', from: 'mail', to: 'mx:25' } }, toy)).toBe(true);
    expect(
      isTrue({ smtp: { by: 'student', verb: 'MAIL', address: '<dude@example.com>', reply: '2xx' } }, toy),
    ).toBe(true);
    expect(isTrue({ smtp: { by: 'student', verb: 'MAIL', reply: '5xx' } }, toy)).toBe(false);
    expect(isTrue({ relayed: { host: 'mail', next: 'mx', to: 'walter@example.org', reply: 250 } }, toy)).toBe(
      true,
    );
  });

  test('what programs say to each other is not the student', () => {
    const toy = toyLog();
    toy.connect(1, 'mail/mta', 'mx');
    toy.reply(1, 'mx', { verb: 'RCPT', code: '503' });
    expect(isTrue({ smtp: { verb: 'RCPT', reply: 503 } }, toy)).toBe(true);
    expect(isTrue({ smtp: { by: 'student', verb: 'RCPT' } }, toy)).toBe(false);
  });

  test('things looked at, and power', () => {
    const toy = toyLog();
    toy.add('', { kind: 'action', action: { kind: 'inspect', what: 'received.2' } });
    toy.add('mx', { kind: 'power', up: false });
    expect(isTrue({ inspect: { what: 'received', id: 2 } }, toy)).toBe(true);
    expect(isTrue({ inspect: { what: 'received.2' } }, toy)).toBe(true);
    expect(isTrue({ inspect: { what: 'received', id: 1 } }, toy)).toBe(false);
    expect(isTrue({ power: { host: 'mx.example.org', up: false } }, toy)).toBe(true);
    expect(isTrue({ host: { name: 'mx', up: true } }, toy)).toBe(false);
    expect(isTrue({ host: { name: 'mail', up: true } }, toy)).toBe(true);
  });

  test('a DNS answer counts for who asked', () => {
    const toy = toyLog();
    const note = {
      kind: 'dns',
      response: true,
      name: 'example.org.',
      rrtype: 'MX',
      rcode: 'NOERROR',
      authoritative: true,
      answers: ['10 mx.example.org.'],
    };
    const from = { address: '192.0.2.25', port: 53 };
    const sent = toy.add('mail', {
      kind: 'datagram',
      from,
      peer: from,
      to: 'pc',
      octets: octets(''),
      note,
      arrivesAt: 1,
    });
    expect(isTrue({ dns: { name: 'example.org' } }, toy)).toBe(false);
    toy.add('pc', { kind: 'datagram-arrived', program: 'pc/shell' }, sent);
    expect(
      isTrue(
        { dns: { by: 'student', name: 'example.org', rrtype: 'MX', answers: '10 mx*', server: 'mail' } },
        toy,
      ),
    ).toBe(true);
    expect(isTrue('asked MX of example.org', toy)).toBe(true);
    expect(isTrue('asked A of example.org', toy)).toBe(false);
  });
});

describe('states', () => {
  test('a message in a mailbox, with envelope, unfolded header and body', () => {
    const toy = relayed();
    const fields = {
      in: 'walter@example.org',
      envelope_from: 'dude@example.com',
      header: { subject: 'Bow ling' },
      body: 'See you.',
      blank_line: true,
      sent_by: 'student',
    };
    expect(isTrue({ message: fields }, toy)).toBe(true);
    expect(isTrue({ message: { ...fields, body: { not: 'See you.' } } }, toy)).toBe(false);
    expect(isTrue({ message: { ...fields, sent_by: 'mua' } }, toy)).toBe(false);
    expect(isTrue({ message: { in: 'dude@example.com' } }, toy)).toBe(false);
    expect(isTrue({ message: { in: 'walter@mx.example.org', count: 1 } }, toy)).toBe(true);
    expect(isTrue({ message: { in: 'walter@example.org', count: 'empty' } }, toy)).toBe(false);
    toy.fact('mx', 0, { kind: 'expunged', mailbox: 'walter', uid: 'u1' });
    expect(isTrue({ message: fields }, toy)).toBe(false);
  });

  test('a missing blank line is remembered over the hops', () => {
    expect(isTrue({ message: { in: 'walter@example.org', blank_line: false } }, relayed(false))).toBe(true);
    expect(isTrue({ message: { sent_by: 'student', blank_line: false } }, relayed(true))).toBe(false);
  });

  test('a header field may have any name', () => {
    const toy = toyLog();
    const content = octets('__proto__: x\r\nconstructor: y\r\n\r\nz\r\n');
    toy.fact('mx', 0, { ...DELIVERED, content });
    expect(isTrue({ message: { in: 'walter', header: { constructor: 'y' } } }, toy)).toBe(true);
    expect(isTrue({ message: { in: 'walter', header: { tostring: { nonempty: true } } } }, toy)).toBe(false);
  });

  test('queues fill and empty', () => {
    const toy = toyLog();
    toy.fact('mail', 0, ACCEPTED);
    expect(isTrue({ queue: { host: 'mail', is: 1 } }, toy)).toBe(true);
    const why = '452 4.3.1 Insufficient disk space';
    toy.fact('mail', 0, { kind: 'deferred', queueId: 'A1', recipients: [], why, retryAt: 1 });
    expect(isTrue({ queue: { host: 'mail', why: '452*' } }, toy)).toBe(true);
    expect(isTrue({ queue: { host: 'mail', why: '421*' } }, toy)).toBe(false);
    toy.fact('mail', 0, { kind: 'removed', queueId: 'A1' });
    expect(isTrue('queue of mail is empty', toy)).toBe(true);
  });

  test('a session has a state while it lasts', () => {
    const toy = toyLog();
    toy.connect(1, 'pc/shell');
    toy.reply(1, 'mail', {
      protocol: 'pop3',
      verb: 'USER',
      code: '+OK',
      argument: 'walter',
      state: 'AUTHORIZATION',
    });
    toy.reply(1, 'mail', { protocol: 'pop3', verb: 'PASS', code: '+OK', state: 'TRANSACTION' });
    expect(isTrue({ session: { proto: 'pop3', state: 'transaction', user: 'walter' } }, toy)).toBe(true);
    expect(isTrue({ pop: { by: 'student', verb: 'PASS', ok: true } }, toy)).toBe(true);
    toy.add('mail', { kind: 'closed', conn: 1, side: 'server', program: 'mail/pop3', why: 'local' });
    expect(isTrue({ session: { proto: 'pop3' } }, toy)).toBe(false);
  });
});

describe('combinations', () => {
  const verbs = (...all: string[]) => {
    const toy = toyLog();
    toy.connect(1, 'pc/shell');
    for (const verb of all) toy.reply(1, 'mail', { verb, code: '250', line: verb });
    return toy;
  };
  const smtp = (verb: string) => ({ smtp: { verb } });

  test('in order', () => {
    const order = { in_order: [smtp('MAIL'), smtp('RCPT'), smtp('DATA')] };
    expect(isTrue(order, verbs('MAIL', 'RCPT', 'DATA'))).toBe(true);
    expect(isTrue(order, verbs('RCPT', 'MAIL', 'DATA'))).toBe(false);
    expect(isTrue(order, verbs('MAIL', 'NOOP', 'RCPT', 'MAIL', 'DATA'))).toBe(true);
  });

  test('in order with none between: a later start still counts', () => {
    const order = { in_order: [smtp('MAIL'), smtp('RCPT')], none_between: smtp('RSET') };
    expect(isTrue(order, verbs('MAIL', 'RSET', 'RCPT'))).toBe(false);
    expect(isTrue(order, verbs('MAIL', 'RSET', 'MAIL', 'RCPT'))).toBe(true);
    expect(isTrue(order, verbs('MAIL', 'RCPT', 'RSET'))).toBe(true);
  });

  test('adjacent: no other command of the connection in between', () => {
    const order = { in_order: [smtp('MAIL'), smtp('RCPT')], adjacent: true };
    expect(isTrue(order, verbs('MAIL', 'RCPT'))).toBe(true);
    expect(isTrue(order, verbs('MAIL', 'NOOP', 'RCPT'))).toBe(false);
    const toy = verbs('MAIL');
    toy.connect(2, 'mx/mta');
    toy.reply(2, 'mail', { verb: 'NOOP', code: '250' });
    toy.reply(1, 'mail', { verb: 'RCPT', code: '250' });
    expect(isTrue(order, toy)).toBe(true);
  });

  test('lines of a message: a dot at the end of a sentence, then QUIT', () => {
    const rule = {
      in_order: [
        { smtp: { verb: 'BODY', line: { ends: '.', not: '.' } } },
        { smtp: { verb: 'BODY', line: ['QUIT', 'RSET'] } },
      ],
      adjacent: true,
    };
    const body = (...lines: string[]) => {
      const toy = toyLog();
      toy.connect(1, 'pc/shell');
      toy.body(1, 'mail', ...lines);
      return toy;
    };
    expect(isTrue(rule, body('text.', 'quit'))).toBe(true);
    expect(isTrue(rule, body('text.', '', 'quit'))).toBe(false);
    expect(isTrue(rule, body('text', 'quit'))).toBe(false);
  });

  test('count, all, any, none', () => {
    const twice = (max?: number) => ({ count: { of: smtp('RCPT'), min: 2, ...(max ? { max } : {}) } });
    expect(isTrue(twice(), verbs('RCPT', 'RCPT'))).toBe(true);
    expect(isTrue(twice(), verbs('RCPT'))).toBe(false);
    expect(isTrue(twice(2), verbs('RCPT', 'RCPT', 'RCPT'))).toBe(false);
    expect(isTrue({ all: [smtp('MAIL'), smtp('RCPT')] }, verbs('RCPT', 'MAIL'))).toBe(true);
    expect(isTrue({ all: [smtp('MAIL'), smtp('QUIT')] }, verbs('RCPT', 'MAIL'))).toBe(false);
    expect(isTrue({ any: [smtp('QUIT'), smtp('MAIL')] }, verbs('MAIL'))).toBe(true);
    expect(isTrue({ none: [smtp('QUIT')] }, verbs('MAIL'))).toBe(true);
    expect(isTrue({ none: [smtp('QUIT')] }, verbs('QUIT'))).toBe(false);
  });

  test('since and after', () => {
    const toy = verbs('MAIL', 'NOOP');
    const later = (step: number | null, task: number | null) => ({ step, passed: () => task });
    expect(isTrue({ smtp: { verb: 'MAIL', since: 'step' } }, toy, later(1, 0))).toBe(true);
    expect(isTrue({ smtp: { verb: 'MAIL', since: 'step' } }, toy, later(2, 0))).toBe(false);
    expect(isTrue({ smtp: { verb: 'MAIL', since: 'step' } }, toy, later(null, 0))).toBe(false);
    expect(isTrue({ smtp: { verb: 'NOOP', after: 'helo' } }, toy, later(0, 2))).toBe(true);
    expect(isTrue({ smtp: { verb: 'MAIL', after: 'helo' } }, toy, later(0, 2))).toBe(false);
    expect(isTrue({ smtp: { verb: 'MAIL', after: 'helo' } }, toy, later(0, null))).toBe(false);
  });
});

test('a check that says more weighs more', () => {
  const weigh = (written: unknown): number => specificity(check(written));
  expect(weigh({ smtp: { verb: 'RCPT', reply: 503 } })).toBeGreaterThan(weigh({ smtp: { verb: 'RCPT' } }));
  expect(weigh({ smtp: { verb: 'RCPT' } })).toBeGreaterThan(weigh({ smtp: { verb: { not: 'RCPT' } } }));
});
