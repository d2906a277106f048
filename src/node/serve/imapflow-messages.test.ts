/** imapflow at the simulated server: messages, and how they are fetched, found, changed and moved. */
import type { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connected, existing, letter, REVISIONS } from './imapflow.testing.ts';
import type { Served } from './served.testing.ts';
import { ALL_SERVICES, serve } from './served.testing.ts';

let served: Served;
beforeAll(async () => {
  served = await serve(`--scenario firma1 ${ALL_SERVICES}`);
});
afterAll(() => served.close());

describe.each(REVISIONS)('%s', (_name, disableIMAP4rev2, auth) => {
  let imap: ImapFlow;
  let wire: readonly string[];
  beforeAll(async () => {
    ({ imap, wire } = await connected(served, { disableIMAP4rev2, auth }));
  });
  afterAll(() => imap.logout());

  test('flags, dates, everything FETCH gives', async () => {
    const name = 'Fetch';
    await imap.mailboxCreate(name);
    const sent = new Date('2024-02-29T23:59:58Z');
    const more =
      'Cc: =?UTF-8?Q?J=C3=A1n_Nov=C3=A1k?= <jan@example.net>\r\nIn-Reply-To: <zero@example.org>\r\n';
    const text = letter('first', more, 'one\r\n.two\r\n');
    const appended = await imap.append(name, text, ['\\Seen', '\\Flagged', '$Forwarded'], sent);
    expect(appended).toMatchObject({ destination: name, uid: 1 });
    await imap.append(name, letter('second'));
    const opened = await imap.mailboxOpen(name);
    expect(opened).toMatchObject({ path: name, exists: 2, uidNext: 3, readOnly: false });
    expect(opened.permanentFlags).toContain('\\*');
    expect(opened.flags).toContain('$Forwarded');
    expect(appended).toMatchObject({ uidValidity: opened.uidValidity });

    const [first, second] = await imap.fetchAll('1:*', {
      flags: true,
      envelope: true,
      bodyStructure: true,
      internalDate: true,
      size: true,
      source: true,
      headers: ['subject', 'CC', 'X-None'],
      bodyParts: ['1', 'text', '1.mime'],
    });
    expect(first!.flags).toEqual(
      new Set(['\\Seen', '\\Flagged', '$Forwarded', ...(disableIMAP4rev2 ? ['\\Recent'] : [])]),
    );
    expect(first).toMatchObject({ seq: 1, uid: 1, size: text.length, internalDate: sent });
    expect(String(first!.source)).toBe(text);
    expect(first!.envelope).toMatchObject({
      date: new Date('2026-02-02T09:00:00Z'),
      subject: 'first',
      messageId: '<first@example.org>',
      inReplyTo: '<zero@example.org>',
      from: [{ name: 'Ann', address: 'ann@example.org' }],
      sender: [{ name: 'Ann', address: 'ann@example.org' }],
      to: [{ address: 'jura@firma1.intr' }],
      cc: [{ name: 'Ján Novák', address: 'jan@example.net' }],
    });
    expect(first!.bodyStructure).toMatchObject({
      type: 'text/plain',
      encoding: '7bit',
      size: 11,
      lineCount: 2,
    });
    expect(String(first!.headers)).toBe(
      'Subject: first\r\nCc: =?UTF-8?Q?J=C3=A1n_Nov=C3=A1k?= <jan@example.net>\r\n\r\n',
    );
    expect(String(first!.bodyParts!.get('text'))).toBe('one\r\n.two\r\n');
    expect(String(first!.bodyParts!.get('1'))).toBe('one\r\n.two\r\n');
    // Nothing of this was a reading: only BODY without PEEK is (RFC 3501 §6.4.5).
    expect(second!.flags!.has('\\Seen')).toBe(false);
    const [part] = await imap.fetchAll('1', { bodyParts: [{ key: '1', start: 2, maxLength: 5 }] });
    expect(String([...part!.bodyParts!.values()][0])).toBe('e\r\n.t');
    const [head] = await imap.fetchAll('2', { source: { start: 0, maxLength: 5 }, headers: true });
    expect(String(head!.source)).toBe('From:');
    expect(String(head!.headers)).toBe(letter('second').slice(0, -'Hello.\r\n'.length));
    expect(await imap.fetchOne('*', { uid: true })).toMatchObject({ uid: 2 });
    expect(await imap.fetchOne('9', { uid: true }, { uid: true })).toBe(false);
    await imap.mailboxClose();
    const readOnly = await imap.mailboxOpen(name, { readOnly: true });
    expect(readOnly.readOnly).toBe(true);
    expect(await imap.messageFlagsAdd('2', ['\\Seen'])).toBe(false);
    await imap.mailboxClose();
  });

  test('searching', async () => {
    await imap.mailboxCreate('Search');
    const utf8 = 'Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n';
    const body = `${Buffer.from('Příliš žluťoučký kůň').toString('base64')}\r\n`;
    await imap.append('Search', letter('horse', utf8, body), ['\\Seen'], new Date('2025-01-01T12:00:00Z'));
    await imap.append(
      'Search',
      letter('=?UTF-8?B?xb5sdcWl?=', 'X-Kind: pin\r\n'),
      ['\\Flagged', '$Work'],
      new Date('2026-01-01T12:00:00Z'),
    );
    await imap.append('Search', letter('long', '', 'x'.repeat(70).concat('\r\n').repeat(100)), [
      '\\Answered',
    ]);
    const { highestModseq } = await imap.mailboxOpen('Search');
    await imap.messageFlagsAdd('3', ['\\Draft']);
    const found = (query: object): Promise<unknown> => imap.search(query, { uid: true });
    for (const [query, uids] of [
      [{ all: true }, [1, 2, 3]],
      [{ seen: false }, [2, 3]],
      [{ flagged: true }, [2]],
      [{ answered: true, draft: true }, [3]],
      [{ deleted: true }, []],
      [{ keyword: '$work' }, [2]],
      [{ unKeyword: '$Work' }, [1, 3]],
      [{ subject: 'HORSE' }, [1]],
      [{ subject: 'ŽLUŤ' }, [2]],
      [{ text: 'ann@example.org', not: { seen: true } }, [2, 3]],
      [{ from: 'Ann', to: 'jura' }, [1, 2, 3]],
      [{ cc: 'jura' }, []],
      [{ header: { 'X-Kind': true } }, [2]],
      [{ header: { 'X-Kind': 'PIN' } }, [2]],
      [{ header: { 'message-id': '<long@' } }, [3]],
      [{ larger: 1000 }, [3]],
      [{ smaller: 1000 }, [1, 2]],
      [{ before: new Date('2025-06-01') }, [1]],
      [{ since: new Date('2025-06-01'), before: new Date('2026-02-01') }, [2]],
      [{ on: '2026-01-01' }, [2]],
      [{ sentOn: '2026-02-02' }, [1, 2, 3]],
      [{ sentBefore: '2026-02-02' }, []],
      [{ uid: '2:*' }, [2, 3]],
      [{ seq: '1,3' }, [1, 3]],
      [{ or: [{ subject: 'horse' }, { flagged: true }, { larger: 5000 }] }, [1, 2, 3]],
      [{ not: { or: [{ subject: 'horse' }, { flagged: true }] } }, [3]],
      [{ modseq: highestModseq! + 1n }, [3]],
    ] as const)
      expect([query, await found(query)]).toEqual([query, uids]);
    expect(await imap.search({ all: true }, { returnOptions: ['MIN', 'MAX', 'COUNT', 'ALL'] })).toEqual({
      min: 1,
      max: 3,
      count: 3,
      all: '1:3',
    });
    expect(await imap.search({ deleted: true }, { returnOptions: ['MIN', 'COUNT'] })).toEqual({ count: 0 });
    await imap.mailboxClose();
  });

  test('searching in what is encoded', async () => {
    await imap.mailboxOpen('Search');
    for (const query of [{ body: 'žluťoučký' }, { text: 'KŮŇ' }])
      expect([query, await imap.search(query, { uid: true })]).toEqual([query, [1]]);
    await imap.mailboxClose();
  });

  test('changing: flags, conditions, copies, moves, removals', async () => {
    const { imap: other } = await connected(served, { auth, disableIMAP4rev2: !disableIMAP4rev2 });
    await imap.mailboxCreate('From');
    await imap.mailboxCreate('Überall');
    for (let i = 1; i <= 6; i++) await imap.append('From', letter(`m${i}`));
    const { highestModseq, uidValidity } = await imap.mailboxOpen('From');
    const flags = async (uid: number): Promise<readonly string[]> => {
      const message = await imap.fetchOne(uid, { flags: true }, { uid: true });
      return message ? [...message.flags!].filter((flag) => flag !== '\\Recent') : ['none'];
    };
    expect(await imap.messageFlagsAdd('1:3', ['\\Seen', 'Grün'])).toBe(true);
    expect(await imap.messageFlagsAdd('1:2', ['$Label1', '\\Flagged'], { uid: true })).toBe(true);
    expect(await imap.messageFlagsRemove([2], ['\\Seen'], { uid: true })).toBe(true);
    expect(await imap.messageFlagsSet('3', ['\\Draft'])).toBe(true);
    expect(await flags(1)).toEqual(['\\Flagged', '\\Seen', '$Label1']);
    expect(await flags(2)).toEqual(['\\Flagged', '$Label1']);
    expect(await flags(3)).toEqual(['\\Draft']);
    // RFC 7162 §3.1.4.1: only what changed behind that point.
    const changed = await imap.fetchAll('1:*', { uid: true, flags: true }, { changedSince: highestModseq! });
    expect(changed.map(({ uid }) => uid)).toEqual([1, 2, 3]);
    expect(changed.every(({ modseq }) => modseq! > highestModseq!)).toBe(true);
    // §3.1.3: somebody else was quicker with the first.
    await other.mailboxOpen('From');
    const now = (await imap.status('From', { highestModseq: true })) as { highestModseq: bigint };
    await other.messageFlagsAdd('1', ['\\Answered']);
    await imap.messageFlagsAdd('1,4', ['$Junk'], { uid: true, unchangedSince: now.highestModseq });
    expect(await flags(1)).toEqual(['\\Answered', '\\Flagged', '\\Seen', '$Label1']);
    expect(await flags(4)).toEqual(['$Junk']);
    expect(wire.some((line) => /^S: \w+ OK \[MODIFIED 1\]/.test(line))).toBe(true);

    const copied = await imap.messageCopy('1:2', 'Überall');
    expect(copied).toMatchObject({ path: 'From', destination: 'Überall' });
    expect(copied ? copied.uidMap : null).toEqual(new Map([1, 2].map((uid) => [uid, uid])));
    const moved = await imap.messageMove('2,4', 'Überall', { uid: true });
    expect(moved ? moved.uidMap : null).toEqual(
      new Map([
        [2, 3],
        [4, 4],
      ]),
    );
    expect(existing(imap)).toBe(4);
    expect(await imap.messageMove('1', 'Nirgends')).toBe(false);
    // UID EXPUNGE (RFC 4315 §2.1) leaves alone what others have marked.
    await other.messageFlagsAdd('6', ['\\Deleted'], { uid: true });
    expect(await imap.messageDelete('3', { uid: true })).toBe(true);
    expect(await imap.search({ all: true }, { uid: true })).toEqual([1, 5, 6]);
    expect(await imap.messageDelete('1:*')).toBe(true);
    expect(existing(imap)).toBe(0);
    expect(await imap.status('From', { messages: true, uidNext: true, uidValidity: true })).toMatchObject({
      messages: 0,
      uidNext: 7,
      uidValidity,
    });
    await imap.mailboxOpen('Überall');
    const copies = await imap.fetchAll('1:*', { flags: true, envelope: true });
    expect(copies.map(({ envelope }) => envelope!.subject)).toEqual(['m1', 'm2', 'm2', 'm4']);
    expect(copies[0]!.flags).toContain('\\Answered');
    await other.logout();
    await imap.mailboxClose();
  });
});
