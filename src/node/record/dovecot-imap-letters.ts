/** The letters that IMAP sessions find in jura's INBOX, and how they get there: files of a Maildir, times set. */
import { chownSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as odd from './dovecot-imap-letters-odd.ts';

export interface Letter {
  readonly text: string;
  /** When it came, in UTC: the time of its file, which is the internal date. */
  readonly received: string;
  /** Flags as a Maildir writes them (`S` seen, `F` flagged, …). A letter without any is in `new`, else in `cur`. */
  readonly flags?: string;
}

const lines = (...text: string[]): string => `${text.join('\n')}\n`;

const hello: Letter = {
  received: '2015-01-05T09:00:00Z',
  text: lines(
    'Return-Path: <ann@example.org>',
    'Date: Mon, 5 Jan 2015 10:00:00 +0100',
    'From: Ann <ann@example.org>',
    'To: Jura <jura@firma1.intr>',
    'Cc: anna@firma1.intr, "Eva, the other" <eva@example.org>',
    'Message-Id: <1@example.org>',
    'Subject: hello',
    '',
    'Hello, Jura.',
    'Second line.',
    'Third line.',
  ),
};

const alternative: Letter = {
  received: '2015-01-06T10:30:00Z',
  flags: 'S',
  text: lines(
    'Date: Tue, 6 Jan 2015 11:30:00 +0100',
    'From: =?utf-8?Q?Ji=C5=99=C3=AD?= <eva@example.org>',
    'To: jura@firma1.intr',
    'Message-ID: <2@example.org>',
    'In-Reply-To: <1@example.org>',
    'References: <0@example.org>',
    ' <1@example.org>',
    'Subject: =?UTF-8?B?xb1sdcWlb3XEjWvDvSBrxa/FiA==?=',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary="b1"',
    '',
    'A preamble nobody reads.',
    '--b1',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'P=C5=99=C3=ADli=C5=A1 =C5=BElu=C5=A5ou=C4=8Dk=C3=BD k=C5=AF=C5=88 =',
    '=C3=BAp=C4=9Bl',
    'a =3D b=20',
    '--b1',
    'Content-Type: text/html; charset="UTF-8"',
    'Content-Transfer-Encoding: Quoted-Printable',
    '',
    '<p>P=C5=99=C3=ADli=C5=A1</p>',
    '--b1--',
    'An epilogue.',
  ),
};

const attachment: Letter = {
  received: '2015-01-31T23:59:59Z',
  flags: 'FS',
  text: lines(
    'Date: Sun, 1 Feb 2015 01:59:59 +0200',
    'From: Ann <ann@example.org>',
    'Sender: secretary@example.org',
    'Reply-To: Office <office@example.org>, ann@example.org',
    'To: jura@firma1.intr',
    'Bcc: eva@example.org',
    'Message-ID: <3@example.org>',
    'Subject: Re: minutes, with attachments',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed;',
    '\tboundary="=_mixed 3"',
    '',
    '--=_mixed 3',
    'Content-Type: text/plain; charset=us-ascii; format=flowed',
    'Content-Disposition: inline',
    'Content-Language: en, cs',
    '',
    'Two files.',
    '--=_mixed 3',
    'Content-Type: application/pdf; name="minutes of \\"May\\".pdf"',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="minutes of \\"May\\".pdf"; size=20',
    'Content-ID: <pdf@example.org>',
    'Content-Description: the minutes',
    'Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==',
    'Content-Location: http://www.example.org/minutes.pdf',
    '',
    'JVBERi0xLjQKJeLjz9MKMSAw',
    'IG9iag==',
    '--=_mixed 3',
    "Content-Type: text/x-notes; name*0=long-; name*1=name.txt; charset*=us-ascii'en'iso-8859-2",
    'Content-Transfer-Encoding: 8bit',
    "Content-Disposition: attachment; filename*0*=UTF-8''%c5%beluva%20; filename*1*=k%c5%af%c5%88;",
    ' filename*2=.txt; modification-date="Mon, 5 Jan 2015 10:00:00 +0100"',
    '',
    'k\xf9\xf2',
    '--=_mixed 3--',
  ),
};

const forwarded: Letter = {
  received: '2015-02-01T00:00:00Z',
  flags: 'RS',
  text: lines(
    'Date: Sun, 1 Feb 2015 00:00:00 +0000',
    'From: jura@firma1.intr',
    'To: anna@firma1.intr',
    'Subject: Fwd: a letter inside',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=outer',
    '',
    '--outer',
    '',
    'See below.',
    '',
    '--outer',
    'Content-Type: message/rfc822',
    'Content-Disposition: attachment',
    '',
    'Date: Fri, 30 Jan 2015 08:00:00 +0100',
    'From: Eva <eva@example.org>',
    'To: jura@firma1.intr',
    'Subject: inner letter',
    'Message-ID: <inner@example.org>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="inner"',
    '',
    '--inner',
    'Content-Type: text/plain',
    '',
    'Inner text.',
    '--inner',
    'Content-Type: image/gif; name=x.gif',
    'Content-Transfer-Encoding: base64',
    '',
    'R0lGODlhAQABAIAAAAAAAP8=',
    '--inner--',
    '',
    '--outer--',
  ),
};

/** What most sessions need: a plain letter, two parts, attachments, a letter inside. */
export const FEW: readonly Letter[] = [hello, alternative, attachment, forwarded];

/** Every shape of letter whose structure we want to see. */
export const MANY: readonly Letter[] = [...FEW, ...odd.letters];

const UID = 5001;

/** A file or folder in jura's home, and every folder on the way there; all of it jura's. */
export function put(path: string, text?: string): void {
  const place = join('/home/jura', path);
  const folder = text === undefined ? place : dirname(place);
  mkdirSync(folder, { recursive: true });
  if (text !== undefined) writeFileSync(place, text, 'latin1');
  for (let at = place; at !== '/home/jura'; at = dirname(at)) chownSync(at, UID, UID);
}

/** The name of a letter's file says when it was delivered, hence its place among the others. */
export function deliver(folder: string, letter: Letter, number: number): void {
  const base = `${1420448400 + number}.M1P1.neo`;
  const name = letter.flags === undefined ? `new/${base}` : `cur/${base}:2,${letter.flags}`;
  put(`${folder}/${name}`, letter.text);
  const at = new Date(letter.received);
  utimesSync(join('/home/jura', folder, name), at, at);
}

export function fillMaildir(letters: readonly Letter[]): void {
  for (const place of ['mail', 'Maildir']) rmSync(`/home/jura/${place}`, { recursive: true, force: true });
  for (const part of ['new', 'cur', 'tmp']) put(`Maildir/${part}`);
  for (const [i, letter] of letters.entries()) deliver('Maildir', letter, i + 1);
}

export function fillMbox(letters: readonly Letter[]): void {
  fillMaildir([]);
  const text = letters.map((one) => `From ann@example.org  Mon Jan  5 10:00:00 2015\n${one.text}\n`);
  writeFileSync('/var/mail/jura', text.join(''), 'latin1');
  chownSync('/var/mail/jura', UID, UID);
}
