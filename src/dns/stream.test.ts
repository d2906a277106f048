import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { cutStream, frameMessage } from './stream.ts';

const octets = (text: string): Octets => text as Octets;

test('a message goes behind its length in two octets, high one first (RFC 1035 §4.2.2)', () => {
  expect(frameMessage(octets('abc'))).toBe('\x00\x03abc');
  expect(frameMessage(octets('x'.repeat(0x1234))).slice(0, 2)).toBe('\x12\x34');
  expect(() => frameMessage(octets('x'.repeat(65_536)))).toThrow(RangeError);
});

test.each([
  ['', [], ''],
  ['\x00', [], '\x00'],
  ['\x00\x03ab', [], '\x00\x03ab'],
  ['\x00\x03abc', ['abc'], ''],
  ['\x00\x01a\x00\x00\x00\x02bc\x00', ['a', '', 'bc'], '\x00'],
])('%j holds %j and %j', (stream, messages, rest) => {
  expect(cutStream(octets(stream))).toEqual({ messages, rest });
});

test('messages come out as they went in, however the stream is cut', () => {
  const message = fc
    .array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 })
    .map((codes) => octets(String.fromCharCode(...codes)));
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), cuts, (messages, sizes) => {
      const stream = messages.map(frameMessage).join('');
      const heard: Octets[] = [];
      let rest = octets('');
      for (let at = 0, i = 0; at < stream.length; i++) {
        const size = sizes[i % sizes.length]!;
        const cut = cutStream(octets(rest + stream.slice(at, at + size)));
        heard.push(...cut.messages);
        rest = cut.rest;
        at += size;
      }
      expect(heard).toEqual(messages);
      expect(rest).toBe('');
    }),
  );
});

test('any octets are cut into all of themselves', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 400 }), (codes) => {
      const stream = octets(String.fromCharCode(...codes));
      const { messages, rest } = cutStream(stream);
      expect(messages.map(frameMessage).join('') + rest).toBe(stream);
    }),
  );
});
