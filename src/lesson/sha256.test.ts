import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { sha256 } from './sha256.ts';

test('the examples of FIPS 180-2 appendix B', () => {
  expect(sha256(octets('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256(octets('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'))).toBe(
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  );
});

test('agrees with another implementation at every length around the block size', () => {
  for (let length = 0; length < 140; length++) {
    const text = octets('\xe9'.repeat(length));
    expect(sha256(text)).toBe(createHash('sha256').update(text, 'latin1').digest('hex'));
  }
});
