/** Sessions recorded with Debian's Dovecot 2.3: our IMAP server must say the same, word for word. */
import { readdirSync } from 'node:fs';
import { describe } from 'vitest';
import { testImapRecording, testSeveral } from './imap-recordings.testing.ts';
import type { Differences } from './recordings.testing.ts';

/** The letters themselves; an mbox, whose INBOX has no inferiors and whose dates are others; what we do not have. */
const APART = ['letters', 'mbox', 'sort'].map((name) => `dovecot-imap-${name}.txt`);

const NAMES = readdirSync(new URL('../node/recordings/', import.meta.url))
  .filter((name) => /^dovecot-imap-/.test(name) && !APART.includes(name))
  .map((name) => name.slice(0, -'.txt'.length));

/** What a session holds that this server does otherwise than Dovecot, on purpose. */
const DIFFERENCES: Differences = [
  [
    'octets of a literal that did not wait are never taken for commands',
    /^[a-z] APPEND INBOX \(\\Foo\) \{17\+\}|^b FOO \{5\+\}/m,
  ],
  [
    'behind a refused literal no line is passed over',
    /^# with (?:flags that are not to be set|dates that are not)$/,
  ],
  ['behind a refused literal the rest of the line is no command', /\{-1\}|\{x\}/],
  ['a literal behind a refused one', /^a5 SELECT ~\{5\}/m],
  ['a literal in the middle of a line is no invitation', /\{\d+\} ?\S/],
  ['a literal before the command', /^\{\d/m],
  ['AUTHENTICATE takes a literal as an argument like any other', /AUTHENTICATE \{/],
  ['messages beyond 50 MB are refused before they come', /\{99999999999\}/],
  ['dates that are no dates', /25:00:00|:00 CET/],
  ['lines of 65536 octets and more', /^# 70000 /],
  [
    'CATENATE, QRESYNC, NOTIFY, XLIST and other extensions that no client here needs',
    /CATENATE|QRESYNC|XLIST|GETMETADATA|VANISHED/,
  ],
  ['IMAP4rev2 can be enabled', /IMAP4rev2/i],
  ['STATUS of DELETED is IMAP4rev2', /STATUS inbox \(DELETED/i],
  ['items of Dovecot alone', /X-GUID|X-MAILBOX|SAVEDATE|BODYSTRUCTURE\[|BINARY\[(?:HEADER|TEXT)/],
  ['nothing is moved out of a mailbox opened with EXAMINE', /EXAMINE INBOX\r\na\d+ MOVE/],
  ['RENAME of INBOX as RFC 3501 §6.3.5 has it', /RENAME INBOX/i],
  ['a session stays in a mailbox that is renamed', /^# RENAME of what is open$/],
  ['a special use must be one (RFC 6154 §3)', /USE \(/],
  ['logins with the domain of this host', /jura@/],
  ['NUL in the name of a user or mailbox', /\0/],
  ['a folder of a disk has names of 255 octets at most, with its dot', /x{250}/],
  ['RECURSIVEMATCH with REMOTE alone', /RECURSIVEMATCH REMOTE|REMOTE RECURSIVEMATCH/],
  [
    'commands that come together are carried out one after the other',
    /^# (?:pipelined|many commands at once)$/,
  ],
  [
    'quotas count octets, not messages',
    /^# (?:how much there is|too many letters|APPEND of too much|MOVE|room again)$/,
  ],
  [
    'without a quota there is none to ask for, and that can be said',
    /^a4 GETQUOTAROOT INBOX\r\na5 COMPRESS/m,
  ],
  [
    'what comes in clear behind STARTTLS is dropped, and the handshake awaited',
    /^# a command in clear right behind STARTTLS$/,
  ],
  ['text without a charset is UTF-8 or none', /^# letters that are not ASCII$/],
  ['SEARCH RETURN of CONTEXT, PARTIAL and RELEVANCY', /PARTIAL|RELEVANCY|CONTEXT|UPDATE/],
  ['what was kept by SAVE stays until the next one', /^# the result kept$/],
  ['entries of MODSEQ that are none', /^# MODSEQ$/],
  ['SAVEDATE', /a21 SEARCH SAVED/],
  ['days that no month has', /ON (?:0-|32-|31-Feb)/],
  ['lists in lists, a thousand deep', /^# nested too deep$/],
  ['a tag may have a bracket (RFC 3501 §9)', /^\[\]/m],
  ['BINARY.SIZE of what is not decoded is the size BINARY has', /FETCH 14 BINARY\.SIZE/],
  [
    'other words for arguments that are none',
    /FETCH 1 NIL|LOGIN \(|LOGIN ju\(|HEADER\.FIELDS\)|FIELDS Subject|\]<\d+\.\d{10,}>?$/m,
  ],
];

/** Recordings of several sessions at a time. */
const SEVERAL = NAMES.filter((name) => /-(?:two-|idle)/.test(name));

/** The same for sessions beside each other, by their titles. */
const SEVERAL_DIFFERENCES: Differences = [
  [
    'changes are told during IDLE at once, where Dovecot gathers them for half a second',
    /^(?:IDLE|what comes with DONE|gone without DONE|IDLE after EXAMINE|both in IDLE)$/,
  ],
  ['an idle client is not told every two minutes that nothing happens', /^IDLE with nothing to tell$/],
  ['flags cannot be changed in a message that is gone', /^STORE 2 \+FLAGS \(\\Flagged\) after/],
  ['STATUS of the open mailbox counts what is there', /^STATUS INBOX/],
  ['a search sees flags as they are, though the change is told behind it', /^flags of another session$/],
  [
    'letters and flags that others put into the files',
    /^who has the recent ones$|^what others do with the files$/,
  ],
  ['QRESYNC', /QRESYNC/],
  [
    'whoever has a mailbox open that is deleted is told and let go, whatever it asks',
    /^the mailbox is deleted/,
  ],
  ['a session stays in a mailbox that is renamed', /^the mailbox is renamed$/],
];

describe.each(SEVERAL)('%s', (name) => testSeveral(name, SEVERAL_DIFFERENCES));

describe.each(NAMES.filter((name) => !SEVERAL.includes(name)))('%s', (name) =>
  testImapRecording(name, DIFFERENCES, 1 / 10),
);
