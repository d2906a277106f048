/** Programs that keep mail at the simulated IMAP server: mbsync, which works both ways, and mutt. `.ci/run` installs them. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Mailbox } from '../../mail/mailbox.ts';
import type { Client } from '../serve/imapflow.testing.ts';
import { connected, letter } from '../serve/imapflow.testing.ts';
import type { Served } from '../serve/served.testing.ts';
import { ALL_SERVICES, mailboxOf, post, serve } from '../serve/served.testing.ts';
import type { Ran } from './run.testing.ts';
import { run } from './run.testing.ts';

// A test runs several programs.
vi.setConfig({ testTimeout: 30_000 });

let served: Served;
let folder: string;
/** Somebody else at the same mailboxes. */
let other: Client;
beforeEach(async () => {
  served = await serve(`--scenario firma1 ${ALL_SERVICES}`);
  folder = mkdtempSync(join(tmpdir(), 'posthorn-syncing-'));
  other = await connected(served);
});
afterEach(() => {
  other.imap.close();
  served.close();
  rmSync(folder, { recursive: true });
});

const far = (name = 'INBOX'): Mailbox => mailboxOf(served, 'jura', name)!;

/** Subject and flags of every message there. */
const farState = (name = 'INBOX'): readonly string[] =>
  far(name).messages.map(({ content, flags }) =>
    [/^Subject: (.*)\r$/m.exec(content)![1], ...flags].join(' '),
  );

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

describe('mbsync', () => {
  const maildir = (name: string): string => join(folder, name === 'INBOX' ? '' : 'mail', name);

  const mbsync = (...store: readonly string[]): Promise<Ran> => {
    mkdirSync(join(folder, 'mail'), { recursive: true });
    const lines = [
      ...['IMAPStore far', 'Host 127.0.0.1', 'User jura', 'Pass heslo', ...store, ''],
      ...[
        'MaildirStore near',
        `Path ${maildir('')}/`,
        `Inbox ${maildir('INBOX')}`,
        'SubFolders Verbatim',
        '',
      ],
      ...['Channel both', 'Far :far:', 'Near :near:', 'Patterns *', 'Create Both', 'Remove Both'],
      ...['Expunge Both', 'SyncState *', 'CopyArrivalDate yes', ''],
    ];
    return run('mbsync', ['--verbose', '--config', written('rc', lines.join('\n')), '--all'], '', folder);
  };
  const inClear = (): Promise<Ran> => mbsync(`Port ${served.ports.imap}`, 'SSLType None', 'AuthMechs LOGIN');

  /** Files of a Maildir, by the subjects in them. */
  function near(name = 'INBOX'): ReadonlyMap<string, string> {
    const files = ['new', 'cur'].flatMap((part) =>
      readdirSync(join(maildir(name), part)).map((file) => join(maildir(name), part, file)),
    );
    return new Map(files.map((file) => [/^Subject: (.*)$/m.exec(readFileSync(file, 'latin1'))![1]!, file]));
  }
  /** `one FS`: subjects and flags of a Maildir's files (https://cr.yp.to/proto/maildir.html). */
  const nearState = (name = 'INBOX'): readonly string[] =>
    [...near(name)].map(([subject, file]) => `${subject} ${file.split(':2,')[1] ?? ''}`.trim()).sort();
  const setFlags = (subject: string, flags: string): void => {
    const file = near().get(subject)!;
    const base = file.replace('/new/', '/cur/').replace(/:2,.*$/, '');
    renameSync(file, `${base}:2,${flags}`);
  };

  test('both ways: letters, flags, removals, mailboxes; a second run changes nothing', async () => {
    await post(
      { port: served.ports.smtp },
      { from: 'ann@example.org', to: 'jura@firma1.intr', subject: 'smtp', text: '.x' },
    );
    for (const subject of ['one', 'two', 'three'])
      await other.imap.append(
        'INBOX',
        letter(subject),
        subject === 'two' ? ['\\Flagged', '\\Seen'] : [],
        new Date('2020-05-05T05:05:05Z'),
      );
    await other.imap.mailboxCreate(['Úřad', 'Práce']);
    await other.imap.append('Úřad.Práce', letter('elsewhere'));

    expect(await inClear()).toMatchObject({ status: 0 });
    expect(nearState()).toEqual(['one', 'smtp', 'three', 'two FS']);
    expect(nearState('&ANoBWQ-ad/Pr&AOE-ce')).toEqual(['elsewhere']);
    expect(readFileSync(near().get('one')!, 'latin1').replace(/^X-TUID: .*\n/m, '')).toBe(
      letter('one').replaceAll('\r', ''),
    );

    // Both sides change; on the far one while nobody looks.
    for (const part of ['cur', 'new', 'tmp']) mkdirSync(join(maildir('Sent'), part), { recursive: true });
    writeFileSync(join(maildir('INBOX'), 'new', '1.a.here'), letter('mine').replaceAll('\r', ''));
    writeFileSync(join(maildir('Sent'), 'cur', '2.b.here:2,S'), letter('sent').replaceAll('\r', ''));
    setFlags('one', 'RS');
    setFlags('three', 'ST');
    await other.imap.mailboxOpen('INBOX');
    await other.imap.messageFlagsAdd({ subject: 'one' }, ['\\Flagged']);
    await other.imap.messageFlagsRemove({ subject: 'two' }, ['\\Flagged']);
    await other.imap.messageDelete({ subject: 'smtp' });
    await other.imap.append('INBOX', letter('theirs'), ['\\Draft']);

    expect(await inClear()).toMatchObject({ status: 0 });
    expect(nearState()).toEqual(['mine', 'one FRS', 'theirs D', 'two S']);
    expect(farState()).toEqual(['one \\Answered \\Flagged \\Seen', 'two \\Seen', 'theirs \\Draft', 'mine']);
    expect(farState('Sent')).toEqual(['sent \\Seen']);

    const before = [far(), far('Sent'), far('&ANoBWQ-ad.Pr&AOE-ce'), nearState(), nearState('Sent')];
    expect(await inClear()).toMatchObject({ status: 0 });
    // The same values: not one flag or number has changed.
    expect([far(), far('Sent'), far('&ANoBWQ-ad.Pr&AOE-ce'), nearState(), nearState('Sent')]).toEqual(before);
  });

  test.each([
    ['STARTTLS', 'imap', 'LOGIN'],
    ['IMAPS', 'imaps', 'PLAIN'],
    ['IMAPS', 'imaps', 'CRAM-MD5'],
  ] as const)('%s on %s with %s', async (ssl, service, mechanism) => {
    const many = 30;
    for (let i = 0; i < many; i++)
      await other.imap.append('INBOX', letter(`many ${i}`), [], new Date(i * 1e10));
    const settings = [
      `Port ${served.ports[service]}`,
      `SSLType ${ssl}`,
      `CertificateFile ${written('ca.pem', served.certificate)}`,
      `AuthMechs ${mechanism}`,
      'PipelineDepth 50',
    ];
    expect(await mbsync(...settings)).toMatchObject({ status: 0 });
    expect(near().size).toBe(many);
    for (let i = 0; i < many; i++) setFlags(`many ${i}`, i % 2 === 0 ? 'ST' : 'F');
    expect(await mbsync(...settings)).toMatchObject({ status: 0 });
    expect(near().size).toBe(many / 2);
    expect(farState()).toEqual(Array.from({ length: many / 2 }, (_, i) => `many ${2 * i + 1} \\Flagged`));
  });
});

describe('mutt', () => {
  const mutt = (...more: readonly string[]): readonly string[] => {
    const lines = [
      `set folder="imap://jura@127.0.0.1:${served.ports.imap}/"`,
      ...['set imap_user=jura imap_pass=heslo spoolfile="+INBOX" record="+Sent" mbox_type=Maildir'],
      ...['set ssl_starttls=yes ssl_force_tls=yes ssl_verify_host=no'],
      `set certificate_file="${written('ca.pem', served.certificate)}"`,
      `set header_cache="${join(folder, 'headers')}" message_cachedir="${join(folder, 'bodies')}"`,
      ...['set confirmappend=no confirmcreate=no delete=yes quit=yes move=no wait_key=no sleep_time=0'],
      ...['set sendmail="/bin/true" copy=yes from="jura@firma1.intr" use_from=yes'],
      ...more,
    ];
    return ['-n', '-F', written('muttrc', lines.join('\n'))];
  };

  test('keeps a copy of what it sends, in a mailbox that it makes', async () => {
    const attached = written('note.txt', 'Žluťoučký kůň\n');
    const args = [...mutt(), '-s', 'by mutt', '-a', attached, '--', 'anna@firma1.intr'];
    expect(await run('mutt', args, 'Hello.\n', folder)).toMatchObject({ status: 0 });
    expect(farState('Sent')).toEqual(['by mutt \\Seen']);
    expect(far('Sent').messages[0]!.content).toContain('\r\nHello.\r\n');
  });

  test('reads, flags, copies, removes and searches', async () => {
    for (const subject of ['one', 'two', 'three']) await other.imap.append('INBOX', letter(subject));
    const keys =
      '<tag-pattern>~s two<enter><tag-prefix><set-flag>!<tag-prefix><copy-message>=Kopie<enter>' +
      '<untag-pattern>.<enter><delete-pattern>~s one<enter><sync-mailbox>' +
      '<tag-pattern>=b Hello<enter><tag-prefix><set-flag>r<untag-pattern>.<enter><quit>';
    const args = mutt(`push "${keys}"`);
    // It wants a terminal.
    const command = `mutt ${args.map((arg) => `'${arg}'`).join(' ')}`;
    const { status } = await run('script', ['-qec', command, '/dev/null'], '', folder);
    expect(status).toBe(0);
    expect(farState()).toEqual(['two \\Answered \\Flagged \\Seen', 'three \\Answered \\Seen']);
    expect(farState('Kopie')).toEqual(['two \\Flagged']);
  });
});
