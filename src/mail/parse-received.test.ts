import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMailDate } from './date.ts';
import { parseReceived } from './parse-received.ts';
import { type ReceivedFacts, type ReceivedStyle, receivedField } from './received.ts';

describe('parseReceived', () => {
  test('the fields of the course notes', () => {
    expect(
      parseReceived(
        'from [10.2.3.168] (neo.firma1.intr [10.2.3.168])\r\n\t(using TLSv1 with cipher DHE-RSA-AES256-SHA (256/256 bits))' +
          '\r\n\t(No client certificate requested)\r\n\tby neo.firma1.intr (Postfix) with ESMTP id E62233B4086' +
          '\r\n\tfor <jura@firma1.intr>; Wed,  1 Feb 2006 12:52:24 +0100 (CET)',
      ),
    ).toEqual({
      from: '[10.2.3.168]',
      fromAddress: '10.2.3.168',
      by: 'neo.firma1.intr',
      with: 'ESMTP',
      id: 'E62233B4086',
      for: 'jura@firma1.intr',
      date: 'Wed, 1 Feb 2006 12:52:24 +0100 (CET)',
    });
    expect(
      parseReceived(
        'from po-out-1718.google.com ([72.14.252.155]:54907) by cl35.gs01.gridserver.com with esmtp (Exim 4.63) ' +
          '(envelope-from <mt.kb.user@gmail.com>) id 1KDoNH-0000f0-RL for user@example.com; Tue, 25 Jan 2011 15:31:01 -0700',
      ),
    ).toEqual({
      from: 'po-out-1718.google.com',
      fromAddress: '72.14.252.155',
      by: 'cl35.gs01.gridserver.com',
      with: 'esmtp',
      id: '1KDoNH-0000f0-RL',
      for: 'user@example.com',
      date: 'Tue, 25 Jan 2011 15:31:01 -0700',
    });
    expect(parseReceived('by 10.140.188.3 with HTTP; Tue, 25 Jan 2011 15:30:58 -0700 (PDT)')).toMatchObject({
      from: '',
      fromAddress: '',
      by: '10.140.188.3',
      with: 'HTTP',
    });
    const exchange =
      'from DC-EXCH19MBX-02.vivesnet.be ([fe80::dc8c:e797:8e49:9859%7]) by edge.vives.be (10.192.64.91) ' +
      'with Microsoft SMTP Server (version=TLS1_2) id 15.1.1779.2; Wed, 16 Oct 2019 22:05:29 +0200';
    expect(parseReceived(exchange)).toMatchObject({
      fromAddress: 'fe80::dc8c:e797:8e49:9859',
      by: 'edge.vives.be',
      with: 'Microsoft SMTP Server',
      id: '15.1.1779.2',
    });
  });

  test('the example of RFC 5321, appendix D.3', () => {
    expect(parseReceived('from bar.com by foo.com; Thu, 21 May 1998 05:33:29 -0700')).toMatchObject({
      from: 'bar.com',
      by: 'foo.com',
      date: 'Thu, 21 May 1998 05:33:29 -0700',
    });
  });

  test('every style this house writes', () => {
    const facts: ReceivedFacts = {
      helo: 'by',
      clientName: 'unknown',
      clientAddress: '2001:db8::7',
      by: 'mx.example.org',
      protocol: 'ESMTP',
      queueId: 'ABC',
      recipient: 'walter@example.org',
      date: 'Wed, 1 Feb 2006 12:52:24 +0100',
      zone: 'CET',
      reversePath: 'for@example.com',
    };
    for (const style of [
      'postfix2006',
      'postfix3',
      'sendmail8',
      'bizsmtp',
      'dovecot-lmtp',
    ] satisfies ReceivedStyle[]) {
      const parsed = parseReceived(receivedField(style, facts).slice('Received:'.length));
      expect(parsed, style).toMatchObject({
        from: 'by',
        fromAddress: '2001:db8::7',
        by: 'mx.example.org',
        with: style === 'bizsmtp' ? 'bizsmtp' : 'ESMTP',
        id: 'ABC',
        for: style === 'bizsmtp' ? '' : 'walter@example.org',
      });
      expect(parseMailDate(parsed.date), style).toBe(Date.UTC(2006, 1, 1, 11, 52, 24));
    }
  });

  test('what says nothing, and what lies about its form', () => {
    const nothing = { from: '', fromAddress: '', by: '', with: '', id: '', for: '', date: '' };
    for (const value of ['', ';', 'hello', '(', ')', '(from a)', 'from'])
      expect(parseReceived(value), value).toEqual(nothing);
    expect(parseReceived('from a (b by c; d').by).toBe('');
    expect(parseReceived('from a by b from c by d; e')).toMatchObject({ from: 'a', by: 'b' });
    expect(parseReceived('constructor x by y')).toMatchObject({ by: 'y' });
  });

  test('any value, long ones too', () => {
    const likely = fc.string({
      unit: fc.constantFrom(
        'from ',
        'by ',
        'with ',
        'for <',
        '(',
        ')',
        '[',
        ']',
        ';',
        '\\',
        '1.2.3.4',
        ' ',
        '\u00ff',
      ),
    });
    fc.assert(
      fc.property(fc.oneof(likely, fc.string()), (value) => {
        for (const text of Object.values(parseReceived(value))) expect(typeof text).toBe('string');
      }),
    );
    for (const piece of ['(', 'from ', '(a', '<', '[', 'a (b) ', ' ', ';', '%'])
      parseReceived(piece.repeat(100_000));
  });
});

test.each(['exim4', 'exchange', 'qmail', 'pre-esmtp'] as const)('reads what %s writes', (style) => {
  const field = receivedField(style, {
    helo: 'pc.example.org',
    clientName: 'client.example.net',
    clientAddress: '192.0.2.7',
    by: 'mail.example.com',
    protocol: 'ESMTPS',
    queueId: 'ID',
    recipient: 'walter@example.com',
    reversePath: 'dude@example.org',
    date: 'Thu, 17 Oct 2019 08:30:00 +0200',
    tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256 },
  });
  const parsed = parseReceived(field.slice('Received: '.length, -2));
  expect(parsed).toMatchObject({ from: 'pc.example.org', by: 'mail.example.com' });
  expect(parsed.fromAddress).toBe(style === 'pre-esmtp' ? '' : '192.0.2.7');
  expect(parseMailDate(parsed.date)).toBe(Date.UTC(2019, 9, 17, 6, 30));
  if (style === 'exim4')
    expect(parsed).toMatchObject({ with: 'esmtps', id: 'ID', for: 'walter@example.com' });
  if (style === 'exchange') expect(parsed.with).toBe('Microsoft SMTP Server');
});
