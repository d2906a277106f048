import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Octets, octets } from '../base/octets.ts';
import { displayText } from './display.ts';
import { type DsnFacts, deliveryStatusNotification, RETURN_LIMIT } from './dsn.ts';
import { fieldValue, splitMessage } from './message.ts';
import { parseContentType } from './mime.ts';

const ORIGINAL = octets(
  'Received: from pc\r\nFrom: nekdo@firma1.intr\r\nTo: nobody@example.org\r\nSubject: mailik\r\n\r\njak se vam dari ?\r\n',
);

const FACTS: DsnFacts = {
  audience: 'sender',
  envid: '',
  client: { name: 'pc.firma1.intr', address: '10.2.3.100' },
  ret: '',
  delayHours: 4,
  lifetimeDays: 5,
  retryUntil: 'Mon, 6 Feb 2006 12:52:24 +0100',
  reportingMta: 'neo.firma1.intr',
  queueId: '970EB3B4086',
  arrivalDate: 'Wed, 1 Feb 2006 12:52:24 +0100',
  reversePath: 'nekdo@firma1.intr',
  from: 'MAILER-DAEMON@neo.firma1.intr',
  to: 'nekdo@firma1.intr',
  boundary: 'E62233B4086.1138794745/neo.firma1.intr',
  date: 'Wed, 1 Feb 2006 12:52:25 +0100',
  zone: 'CET',
  messageId: '<20060201115225.E62233B4086@neo.firma1.intr>',
  recipients: [
    {
      recipient: 'nobody@example.org',
      original: 'nobody@example.org',
      orcpt: 'rfc822;nobody@example.org',
      action: 'failed',
      status: '5.1.1',
      diagnostic: '550 5.1.1 <nobody@example.org>: Recipient address rejected: User unknown',
      remoteMta: 'mx1.example.org',
      remoteAddress: '192.0.2.25',
      why: 'host mx1.example.org[192.0.2.25] said: 550 5.1.1 User unknown (in reply to RCPT TO command)',
    },
  ],
  original: ORIGINAL,
  dialect: 'postfix3',
};
const FAILED = FACTS.recipients[0]!;

/** The three parts, cut by hand as RFC 2046 §5.1.1 says. */
function partsOf(dsn: Octets) {
  const { fields, body } = splitMessage(dsn);
  const { type, boundary } = parseContentType(fieldValue(fields, 'Content-Type'));
  const pieces = `\r\n${body}`.split(`\r\n--${boundary}`);
  expect(pieces.at(-1)).toBe('--\r\n');
  const parts = pieces.slice(1, -1).map((piece) => splitMessage(octets(piece.slice(2))));
  return { type, fields, parts };
}

const names = (block: string) => splitMessage(octets(block)).fields.map((f) => f.name);

describe('deliveryStatusNotification', () => {
  test('is a multipart/report of three parts (RFC 6522 §3)', () => {
    const { type, fields, parts } = partsOf(deliveryStatusNotification(FACTS));
    expect(type).toBe('multipart/report');
    expect(fieldValue(fields, 'Content-Type')).toContain('report-type=delivery-status');
    expect(parts.map((part) => fieldValue(part.fields, 'Content-Type'))).toEqual([
      'text/plain; charset=utf-8',
      'message/delivery-status',
      'message/rfc822',
    ]);
    expect(parts[2]?.body).toBe(`Return-Path: <nekdo@firma1.intr>\r\n${ORIGINAL}`);
  });

  test('its own header: not to be answered, no Return-Path', () => {
    const { fields } = partsOf(deliveryStatusNotification(FACTS));
    expect(fieldValue(fields, 'Auto-Submitted')).toBe('auto-replied');
    expect(fieldValue(fields, 'From')).toBe('Mail Delivery System <MAILER-DAEMON@neo.firma1.intr>');
    expect(fieldValue(fields, 'To')).toBe('nekdo@firma1.intr');
    expect(fieldValue(fields, 'Date')).toBe('Wed,  1 Feb 2006 12:52:25 +0100 (CET)');
    expect(fieldValue(fields, 'Message-Id')).toBe(FACTS.messageId);
    expect(fieldValue(fields, 'MIME-Version')).toBe('1.0');
    expect(fieldValue(fields, 'Return-Path')).toBeNull();
  });

  test('fields in the order of RFC 3464 §2.2 and §2.3', () => {
    const recipient = { ...FAILED, orcpt: '' };
    const { parts } = partsOf(deliveryStatusNotification({ ...FACTS, recipients: [recipient, FAILED] }));
    const [message, first, second, ...more] = parts[1]!.body.split('\r\n\r\n');
    expect(more).toEqual([]);
    expect(names(message!)).toEqual([
      'Reporting-MTA',
      'X-Postfix-Queue-ID',
      'X-Postfix-Sender',
      'Arrival-Date',
    ]);
    const fieldNames = ['Action', 'Status', 'Remote-MTA', 'Diagnostic-Code'];
    expect(names(first!)).toEqual(['Final-Recipient', ...fieldNames]);
    expect(names(second!)).toEqual(['Final-Recipient', 'Original-Recipient', ...fieldNames]);
    const { fields } = splitMessage(octets(second!));
    expect(fieldValue(fields, 'Final-Recipient')).toBe('rfc822; nobody@example.org');
    expect(fieldValue(fields, 'Action')).toBe('failed');
    expect(fieldValue(fields, 'Status')).toBe('5.1.1');
    expect(fieldValue(fields, 'Remote-MTA')).toBe('dns; mx1.example.org');
    expect(fieldValue(fields, 'Diagnostic-Code')?.replace(/ +/g, ' ')).toBe(`smtp; ${FAILED.diagnostic}`);
  });

  test('no reply from another host: no Remote-MTA, no smtp diagnostic', () => {
    const recipients = [{ ...FAILED, diagnostic: null, remoteMta: null, why: 'unknown user: "nobody"' }];
    const postfix = partsOf(deliveryStatusNotification({ ...FACTS, recipients })).parts[1]!.body;
    expect(postfix).not.toContain('Remote-MTA');
    expect(postfix).toContain('Diagnostic-Code: X-Postfix; unknown user: "nobody"\r\n');
    const sendmail = partsOf(deliveryStatusNotification({ ...FACTS, recipients, dialect: 'sendmail8' }))
      .parts[1]!.body;
    expect(sendmail).not.toContain('Diagnostic-Code');
    expect(sendmail).not.toContain('X-Postfix');
  });

  test('people read who failed and why, in lines of at most 79', () => {
    for (const dialect of ['postfix3', 'sendmail8'] as const) {
      const { body } = displayText(deliveryStatusNotification({ ...FACTS, dialect }));
      expect(body.replace(/\s+/g, ' ')).toContain('550 5.1.1');
      expect(body).toContain('nobody@example.org');
      if (dialect === 'postfix3')
        for (const line of body.split('\n')) expect(line.length).toBeLessThanOrEqual(79);
    }
  });

  test('a long letter returns its header alone, as one that did not fail', () => {
    const long = octets(`${ORIGINAL}${'x\r\n'.repeat(RETURN_LIMIT)}`);
    const delayed = [{ ...FAILED, action: 'delayed' as const, status: '4.4.1' }];
    for (const facts of [
      { ...FACTS, original: long },
      { ...FACTS, recipients: delayed },
    ]) {
      const returned = partsOf(deliveryStatusNotification(facts)).parts[2]!;
      expect(fieldValue(returned.fields, 'Content-Type')).toBe('text/rfc822-headers');
      expect(returned.body).toBe(`Return-Path: <nekdo@firma1.intr>\r\n${ORIGINAL.split('\r\n\r\n')[0]}\r\n`);
    }
    const headers = octets(`${'A: b\r\n'.repeat(20_000)}\r\nx`);
    expect(deliveryStatusNotification({ ...FACTS, original: headers }).length).toBeLessThan(
      RETURN_LIMIT + 3000,
    );
  });

  test('8-bit letters are declared', () => {
    const { fields, parts } = partsOf(
      deliveryStatusNotification({ ...FACTS, original: octets('A: b\r\n\r\n\u00e9\r\n') }),
    );
    expect(fieldValue(fields, 'Content-Transfer-Encoding')).toBe('8bit');
    expect(fieldValue(parts[2]!.fields, 'Content-Transfer-Encoding')).toBe('8bit');
  });

  test('a letter that holds the boundary does not break the report', () => {
    const original = octets(`A: b\r\n\r\n--${FACTS.boundary}\r\n\r\n--${FACTS.boundary}--\r\n`);
    const { parts } = partsOf(deliveryStatusNotification({ ...FACTS, original }));
    expect(parts[2]?.body).toBe(`Return-Path: <nekdo@firma1.intr>\r\n${original}`);
  });

  test('whatever peers and senders wrote, the report holds', () => {
    const text = fc.string({
      unit: fc.constantFrom(
        '\r\n',
        '\r\n\r\n',
        ' ',
        'Bcc: x',
        '--',
        '"',
        '\u0000',
        '\u00e9',
        'ů',
        'z'.repeat(300),
      ),
      maxLength: 12,
    });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const recipients = [
          { ...FAILED, recipient: a, status: b, diagnostic: b, remoteMta: a, why: b },
          { ...FAILED, diagnostic: null, remoteMta: null, why: a },
        ];
        const original = octets(a.replaceAll('ů', ''));
        for (const dialect of ['postfix2006', 'postfix3', 'sendmail8'] as const) {
          const dsn = deliveryStatusNotification({
            ...FACTS,
            dialect,
            recipients,
            original,
            reversePath: a,
            to: b,
            from: a,
            queueId: b,
            reportingMta: a,
            boundary: b,
          });
          const { fields, parts } = partsOf(octets(dsn));
          expect(fields.map((f) => f.name)).not.toContain('Bcc');
          expect(parts).toHaveLength(3);
          expect(parts[1]!.body.trimEnd().split('\r\n\r\n')).toHaveLength(3);
          for (const part of parts.slice(0, 2))
            for (const line of part.body.split('\r\n')) expect(line.length).toBeLessThan(998);
        }
      }),
      { numRuns: 50 },
    );
  });
});
