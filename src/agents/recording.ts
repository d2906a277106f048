/**
 * What was said by visitors to a served scenario (`posthorn-recording/1`): all that is needed to see it again. It comes
 * from a file that anybody may have written, so nothing but a visitor's gestures gets in.
 */
import { z } from 'zod';
import type { Octets } from '../base/octets.ts';
import type { Millis } from '../base/time.ts';
import type { Visiting } from './visited.ts';
import type { VisitorInput } from './visitor.ts';

export interface Gesture {
  readonly at: Millis;
  readonly input: VisitorInput;
}

export interface Recording {
  readonly format: 'posthorn-recording/1';
  /** Id of a scenario of the course. */
  readonly scenario: string;
  readonly visiting: Visiting;
  /** In order of time. */
  readonly gestures: readonly Gesture[];
  /** Simulated time at which the recording ends. */
  readonly until: Millis;
}

/** More than this is neither recorded nor played. */
const MAX_GESTURES = 20_000;
/** Characters, and octets, of a recording. */
export const MAX_RECORDING = 32_000_000;
/** A week. */
const MAX_TIME = 7 * 86_400_000;
const MAX_NUMBER = 2 ** 31;

const count = (max: number) => z.int().min(0).max(max);
const octets = z.custom<Octets>(
  (value) => typeof value === 'string' && /^[\0-\xff]*$/.test(value),
  'octets are characters up to U+00FF',
);
const address = z.string().regex(/^[0-9a-fA-F.:]{2,45}$/, 'not an IP address');
const call = count(MAX_NUMBER);
const to = z.strictObject({ address, port: count(65_535) });

const gesture = z.strictObject({
  at: count(MAX_TIME),
  input: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('open'), call, to, secure: z.boolean() }),
    z.strictObject({ kind: z.literal('say'), call, octets }),
    z.strictObject({ kind: z.literal('secure'), call }),
    z.strictObject({ kind: z.literal('close'), call }),
    z.strictObject({ kind: z.literal('datagram'), call, to, octets }),
  ]),
});

const schema = z.strictObject({
  format: z.literal('posthorn-recording/1'),
  scenario: z.string().max(100),
  visiting: z.strictObject({
    at: z.string().max(100),
    from: address,
    plainAuth: z.boolean(),
    // Years 1970 to 9999.
    epochMs: count(253_402_300_799_000),
  }),
  gestures: z.array(gesture).max(MAX_GESTURES).refine(inOrder, 'gestures are not in order of time'),
  until: count(MAX_TIME),
});

function inOrder(gestures: readonly { readonly at: Millis }[]): boolean {
  return gestures.every(({ at }, i) => i === 0 || gestures[i - 1]!.at <= at);
}

/** Reads a recording. `why` names the first thing that is not as it should be. */
export function readRecording(text: string): { readonly recording: Recording } | { readonly why: string } {
  if (text.length > MAX_RECORDING) return { why: 'it is too large' };
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { why: 'it is no JSON' };
  }
  const checked = schema.safeParse(raw);
  if (checked.success) return { recording: checked.data };
  const issue = checked.error.issues[0];
  return { why: `${issue?.path.map(String).join('.') || 'file'}: ${issue?.message ?? 'not as expected'}` };
}

export const writeRecording = (recording: Recording): string => JSON.stringify(recording);

/** Whether a recording with so many gestures takes one more at `now`. */
export const hasRoom = (gestures: number, now: Millis): boolean => gestures < MAX_GESTURES && now <= MAX_TIME;
