import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { invokedField, type ReceivedFacts, type ReceivedStyle, receivedField } from './received.ts';

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

  test('a name in UTF-8, as Postfix has kept it since 3.0; what is no UTF-8 is not text', () => {
    const of = (style: 'postfix2006' | 'postfix3', helo: string): string =>
      receivedField(style, { ...NEO, helo: helo as Octets }).split(' ')[2]!;
    expect(of('postfix3', 'b\xc3\xbccher.example')).toBe('b\xc3\xbccher.example');
    expect(of('postfix2006', 'b\xc3\xbccher.example')).toBe('b??cher.example');
    expect(of('postfix3', 'b\xfccher.example')).toBe('b?cher.example');
    expect(of('postfix3', 'b\xc3\xbc\tcher.example')).toBe('b???cher.example');
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
        '\tby neo.firma1.intr (Postfix) with SMTP id E62233B4086;',
        '\tWed,  1 Feb 2006 12:52:24 +0100 (CET)',
      ),
    );
  });

  test('no HELO: the name the address maps to; IPv6 with its tag', () => {
    expect(receivedField('postfix2006', { ...NEO, helo: '', clientAddress: '2001:db8::1' })).toMatch(
      /^Received: from neo\.firma1\.intr \(neo\.firma1\.intr \[IPv6:2001:db8::1\]\)\r\n/,
    );
  });
});

describe('postfix3 with TLS, as postfix-esmtp-received-tls was recorded', () => {
  const facts: ReceivedFacts = {
    helo: 'mail.example.org',
    clientName: 'mail.example.org',
    clientAddress: '198.51.100.7',
    by: 'neo.firma1.intr',
    protocol: 'ESMTPS',
    queueId: '6A8C740014',
    recipient: 'anna@firma1.intr',
    date: 'Wed, 25 Nov 2026 10:20:00 +0000',
    zone: 'UTC',
  };
  test.each([
    [{ version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256 }],
    [{ version: 'TLSv1.2', cipher: 'ECDHE-RSA-AES128-GCM-SHA256', bits: 128 }],
  ])('$version', (tls) => {
    const text = readFileSync(
      new URL('../node/recordings/postfix-esmtp-received-tls.txt', import.meta.url),
      'utf8',
    );
    const recorded = text.split('\nM: Received: ').find((field) => field.includes(`(using ${tls.version}`))!;
    const lines = recorded
      .slice(0, recorded.indexOf('\nM: Subject'))
      .replaceAll('\nM: ', '\r\n')
      .replaceAll('<TAB>', '\t')
      .replace(/<queue-id(?:-\d+)?>/, '6A8C740014')
      .replace('<date>', 'Wed, 25 Nov 2026 10:20:00 +0000');
    expect(receivedField('postfix3', { ...facts, tls })).toBe(`Received: ${lines}\r\n`);
  });
});

describe('exim4, as exim-letters was recorded', () => {
  const facts = { ...MAIL, queueId: '1iKz5c-0004Vy-3K', reversePath: 'ann@example.org', protocol: 'ESMTP' };
  test.each([
    ['mail.example.org', 'mail.example.org', 'mail.example.org ([192.0.2.7])'],
    ['mail.example.com', 'mail.example.org', 'mail.example.org ([192.0.2.7] helo=mail.example.com)'],
    ['mail.example.org', 'unknown', '[192.0.2.7] (helo=mail.example.org)'],
  ])('HELO %s from %s', (helo, clientName, from) => {
    expect(receivedField('exim4', { ...facts, helo, clientName })).toBe(
      lines(
        `Received: from ${from}`,
        '\tby mail.example.com with esmtp (Exim 4.96)',
        '\t(envelope-from <ann@example.org>)',
        '\tid 1iKz5c-0004Vy-3K',
        '\tfor walter@example.org;',
        '\tThu, 17 Oct 2019 08:30:00 +0200',
      ),
    );
  });

  test('several recipients, the null reverse-path, TLS', () => {
    const tls = { version: 'TLSv1.2', cipher: 'ECDHE-RSA-AES128-GCM-SHA256', bits: 128 };
    expect(receivedField('exim4', { ...facts, reversePath: '', recipient: null, tls })).toMatch(
      /with esmtp {2}\(TLS1\.2\) tls TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\r\n\t\(Exim 4\.96\)\r\n\tid [^\r]*;\r\n\tThu,/,
    );
  });
});

test('exchange: folded wherever a line is full', () => {
  const tls = { version: 'TLSv1.2', cipher: 'ECDHE-RSA-AES256-GCM-SHA384', bits: 256 };
  expect(receivedField('exchange', { ...MAIL, tls })).toBe(
    lines(
      'Received: from dude-mbp.example.com (192.0.2.7) by mail.example.com with',
      ' Microsoft SMTP Server (version=TLS1_2,',
      ' cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.2.1118.7; Thu, 17 Oct',
      ' 2019 08:30:00 +0200',
    ),
  );
});

test('qmail: what HELO said in brackets if it is not the name, dates in UTC; and the queue above it', () => {
  expect(receivedField('qmail', MAIL)).toBe(
    lines(
      'Received: from unknown (HELO dude-mbp.example.com) (192.0.2.7)',
      '  by mail.example.com with SMTP; 17 Oct 2019 06:30:00 -0000',
    ),
  );
  expect(receivedField('qmail', { ...MAIL, clientName: 'dude-mbp.example.com' })).toContain(
    'from dude-mbp.example.com (192.0.2.7)\r\n',
  );
  expect(invokedField('1571293800.12345', MAIL.date)).toBe(
    'Received: (qmail 12345 invoked by uid 64011); 17 Oct 2019 06:30:00 -0000\r\n',
  );
});

test('pre-esmtp: no address, and a year of two digits', () => {
  expect(receivedField('pre-esmtp', { ...MAIL, queueId: 'AA12345' })).toBe(
    lines(
      'Received: from dude-mbp.example.com by mail.example.com (5.61/1.34)',
      '\tid AA12345; Thu, 17 Oct 19 08:30:00 +0200',
    ),
  );
});

describe('sendmail8', () => {
  test('one recipient, client with and without reverse name', () => {
    expect(receivedField('sendmail8', { ...MAIL, clientName: 'pc7.example.com' })).toBe(
      lines(
        'Received: from dude-mbp.example.com (pc7.example.com [192.0.2.7])',
        '\tby mail.example.com (8.17.1.9/8.17.1.9) with ESMTP id x9H8U0a1012345',
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
    'exim4',
    'exchange',
    'qmail',
    'pre-esmtp',
    'dovecot-lmtp',
  ] satisfies ReceivedStyle[]) {
    const [first, ...rest] = receivedField(style, facts).slice(0, -2).split('\r\n');
    expect(first).toMatch(/^Received: from \[?x\?\?Subject:/);
    for (const line of rest) expect(line).toMatch(/^[\t ][\x20-\x7e]+$/);
    expect(Math.max(...rest.map((line) => line.length))).toBeLessThan(998);
  }
});
