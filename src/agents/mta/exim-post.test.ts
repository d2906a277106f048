/** Bounces recorded with Debian's Exim 4.96, against what an MTA of that dialect writes. */
import { describe, expect, test } from 'vitest';
import type { Setting } from './post.testing.ts';
import { lettersOf, openPost, post, readPostings } from './post.testing.ts';

const SETTING: Setting = {
  ports: [10_025, 25],
  aliases: { postmaster: ['anna'], root: ['anna'], info: ['jura', 'anna'] },
  neo: { dialect: 'exim4' },
};

/** From Exim's own first field on: what stands above it is the delivery agent's. */
const reportOf = (letter: string): string =>
  letter
    .slice(letter.indexOf('X-Failed-Recipients'))
    .replace(/<E[^@>]*@/g, '<E<exim-id>@')
    .replace(
      /(?:boundary=|--)[^\s-]\S*?(?=--$|$)/gm,
      (mark) => `${mark.startsWith('--') ? '--' : 'boundary='}<b>`,
    )
    // Trace fields are the business of another test; a letter says what was in it.
    .replace(/Return-path: [\s\S]*?(?=^From: jura)/m, '')
    .replace(/^(?:Message-Id|Date): .*\n/gm, '');

const TITLES = ['unknown user at the branch office'];

describe('exim-bounce', () => {
  const postings = readPostings('exim-bounce').filter(({ title }) => TITLES.includes(title));
  test.each(postings.map((posting) => [posting.title, posting] as const))('%s', (_, posting) => {
    const history = openPost(SETTING);
    post(history, posting, 10_025);
    expect(reportOf(lettersOf(history, 'neo', 'jura'))).toBe(reportOf(posting.letters.jura!));
  });
});
