import { describe, expect, test } from 'vitest';
import { type ReceivedFacts, type ReceivedStyle, receivedField } from './received.ts';

const lines = (...all: string[]): string => all.map((line) => `${line}\r\n`).join('');

const NEO: ReceivedFacts = {
  helo: '[10.2.3.168]',
  clientName: 'neo.firma1.intr',
  clientAddress: '10.2.3.168',
  by: 'neo.firma1.intr',
  protocol: 'ESMTP',
  queueId: 'E62233B4086',
  recipient: 'jura@firma1.intr',
  date: 'Wed, 1 Feb 2006 12:52:24 +0100',
  zone: 'CET',
};

const MAIL: ReceivedFacts = {
  helo: 'dude-mbp.example.com',
  clientName: 'unknown',
  clientAddress: '192.0.2.7',
  by: 'mail.example.com',
  protocol: 'ESMTP',
  queueId: 'x9H8U0a1012345',
  recipient: 'walter@example.org',
  date: 'Thu, 17 Oct 2019 08:30:00 +0200',
};

describe('postfix', () => {
  test('the field of seeds/003, TLS lines and all', () => {
    const tls = { version: 'TLSv1', cipher: 'DHE-RSA-AES256-SHA', bits: 256 };
    expect(receivedField('postfix2006', { ...NEO, tls })).toBe(
      lines(
        'Received: from [10.2.3.168] (neo.firma1.intr [10.2.3.168])',
        '\t(using TLSv1 with cipher DHE-RSA-AES256-SHA (256/256 bits))',
        '\t(No client certificate requested)',
        '\tby neo.firma1.intr (Postfix) with ESMTP id E62233B4086',
        '\tfor <jura@firma1.intr>; Wed,  1 Feb 2006 12:52:24 +0100 (CET)',
      ),
    );
  });

  test('a client without reverse name; several recipients', () => {
    const facts = {
      ...NEO,
      helo: 'pc.firma1.intr',
      clientName: 'unknown',
      clientAddress: '10.2.3.20',
      recipient: null,
    };
    expect(receivedField('postfix3', { ...facts, protocol: 'SMTP' })).toBe(
      lines(
        'Received: from pc.firma1.intr (unknown [10.2.3.20])',
        '\tby neo.firma1.intr (Postfix) with SMTP id E62233B4086; Wed,  1 Feb 2006 12:52:24 +0100 (CET)',
      ),
    );
  });

  test('no HELO: the name the address maps to; IPv6 with its tag', () => {
    expect(receivedField('postfix2006', { ...NEO, helo: '', clientAddress: '2001:db8::1' })).toMatch(
      /^Received: from neo\.firma1\.intr \(neo\.firma1\.intr \[IPv6:2001:db8::1\]\)\r\n/,
    );
  });
});

describe('sendmail8', () => {
  test('one recipient, client with and without reverse name', () => {
    expect(receivedField('sendmail8', { ...MAIL, clientName: 'pc7.example.com' })).toBe(
      lines(
        'Received: from dude-mbp.example.com (pc7.example.com [192.0.2.7])',
        '\tby mail.example.com (8.17.1/8.17.1) with ESMTP id x9H8U0a1012345',
        '\tfor <walter@example.org>; Thu, 17 Oct 2019 08:30:00 +0200',
      ),
    );
    expect(receivedField('sendmail8', MAIL)).toContain('from dude-mbp.example.com ([192.0.2.7])\r\n');
  });

  test('several recipients: the date on a line of its own', () => {
    expect(receivedField('sendmail8', { ...MAIL, recipient: null })).toMatch(
      /id x9H8U0a1012345;\r\n\tThu, 17 Oct 2019 08:30:00 \+0200\r\n$/,
    );
  });
});

test('bizsmtp: the field of seeds/000', () => {
  const facts: ReceivedFacts = {
    helo: 'edge.vives.be',
    clientName: 'edge.vives.be',
    clientAddress: '193.190.147.132',
    by: 'jules.telenet-ops.be',
    protocol: 'ESMTP',
    queueId: 'EL5W2101D2rdaCH01L5W3g',
    recipient: 'vives3@telenet.be',
    date: 'Wed, 16 Oct 2019 22:05:30 +0200',
  };
  expect(receivedField('bizsmtp', facts)).toBe(
    lines(
      'Received: from edge.vives.be ([193.190.147.132])',
      '\tby jules.telenet-ops.be with bizsmtp',
      '\tid EL5W2101D2rdaCH01L5W3g; Wed, 16 Oct 2019 22:05:30 +0200',
    ),
  );
});

test('dovecot-lmtp', () => {
  const facts = { ...MAIL, protocol: 'LMTP', by: 'store.example.org', queueId: '8JkQBzGhmGEdFAAA0J78UA' };
  expect(receivedField('dovecot-lmtp', { ...facts, reversePath: 'dude@example.com' })).toBe(
    lines(
      'Received: from dude-mbp.example.com ([192.0.2.7])',
      '\tby store.example.org with LMTP',
      '\tid 8JkQBzGhmGEdFAAA0J78UA',
      '\t(envelope-from <dude@example.com>)',
      '\tfor <walter@example.org>; Thu, 17 Oct 2019 08:30:00 +0200',
    ),
  );
  expect(receivedField('dovecot-lmtp', { ...facts, recipient: null })).toMatch(/\tid 8JkQ[^;]*; Thu,/);
});

test('no fact can begin a line of its own, or one too long', () => {
  const hostile = `x\r\nSubject: y\n\u0000\u00e9\u{1f600}${'z'.repeat(5000)}`;
  const facts: ReceivedFacts = {
    helo: hostile,
    clientName: hostile,
    clientAddress: hostile,
    by: hostile,
    protocol: hostile,
    queueId: hostile,
    recipient: hostile,
    date: hostile,
    zone: hostile,
    reversePath: hostile,
    tls: { version: hostile, cipher: hostile, bits: 256 },
  };
  for (const style of [
    'postfix2006',
    'postfix3',
    'sendmail8',
    'bizsmtp',
    'dovecot-lmtp',
  ] satisfies ReceivedStyle[]) {
    const [first, ...rest] = receivedField(style, facts).slice(0, -2).split('\r\n');
    expect(first).toMatch(/^Received: from x\?\?Subject: y/);
    for (const line of rest) expect(line).toMatch(/^\t[\x20-\x7e]+$/);
    expect(Math.max(...rest.map((line) => line.length))).toBeLessThan(998);
  }
});
