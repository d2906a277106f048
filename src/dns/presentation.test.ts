import { expect, test } from 'vitest';
import { noteOfMessage } from './presentation.ts';
import type { DnsMessage } from './types.ts';

test('a query, and the answer of the notes', () => {
  const query: DnsMessage = {
    id: 46174,
    response: false,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: false,
    rcode: 'NOERROR',
    question: { name: 'firma1.intr', type: 'MX' },
    answers: [],
    authority: [],
    additional: [],
  };
  const note = { kind: 'dns', name: 'firma1.intr', rrtype: 'MX' };
  expect(noteOfMessage(query)).toEqual({
    ...note,
    response: false,
    rcode: '',
    authoritative: false,
    answers: [],
  });
  const answer: DnsMessage = {
    ...query,
    response: true,
    authoritative: true,
    answers: [
      { name: 'firma1.intr', ttl: 38400, data: { type: 'MX', preference: 10, exchange: 'neo.firma1.intr' } },
    ],
  };
  expect(noteOfMessage(answer)).toEqual({
    ...note,
    response: true,
    rcode: 'NOERROR',
    authoritative: true,
    answers: ['10 neo.firma1.intr.'],
  });
});

test('a referral, and an answer that was cut', () => {
  const message: DnsMessage = {
    id: 1,
    response: true,
    authoritative: false,
    truncated: false,
    recursionDesired: false,
    recursionAvailable: false,
    rcode: 'NOERROR',
    question: { name: 'www.example.org', type: 'A' },
    answers: [],
    authority: [
      { name: 'org', ttl: 1, data: { type: 'NS', name: 'a.org.example' } },
      { name: 'org', ttl: 1, data: { type: 'NS', name: 'b.org.example' } },
    ],
    additional: [],
  };
  expect(noteOfMessage(message)).toMatchObject({
    referral: { zone: 'org', servers: ['a.org.example', 'b.org.example'] },
  });
  expect(noteOfMessage({ ...message, truncated: true })).toMatchObject({ truncated: true });
  for (const other of [{ authoritative: true }, { rcode: 'REFUSED' as const }, { response: false }])
    expect(noteOfMessage({ ...message, ...other })).not.toHaveProperty('referral');
});
