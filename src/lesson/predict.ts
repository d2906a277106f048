/** What the simulator answers to a `predict` question: nobody types the right answer in, so it cannot become false. */
import type { Facts, LessonEvent, LessonHost } from './facts.ts';
import { foldEvent, noFacts } from './facts.ts';
import type { Simulate } from './grade.ts';
import type { Playable } from './player.ts';
import { playScript, startHost } from './player.ts';
import type { Script } from './script.ts';
import { bindScript, readScript } from './script.ts';
import { lastReply, splitReply } from './terminal-reply.ts';
import type { Ask, Params } from './types.ts';

/** Plays the question's lines in a fresh copy of the scenario that `open` gives. */
export function predictor(
  open: () => Playable,
  start: string,
  hosts: readonly LessonHost[],
  params: Params,
): Simulate {
  const known = new Map<string, string | null>();
  return (quiz) => {
    const before = known.get(quiz.id);
    if (before !== undefined) return before;
    const answer = predict(quiz);
    known.set(quiz.id, answer);
    return answer;
  };

  function predict(quiz: Parameters<Simulate>[0]): string | null {
    const { script, problems } = readScript(quiz.id, quiz.after.join('\n'));
    if (problems.length > 0) return null;
    const play = open();
    const run = playScript(play, bindScript(script, params), start, () => null);
    if (run.failures.length > 0) return null;
    const host = lastHost(play, script, start);
    if (quiz.ask === 'reply-code') return splitReply(lastReply(play.log(), host)).code || null;
    if (quiz.ask === 'reply-text') return splitReply(lastReply(play.log(), host)).text || null;
    const facts = noFacts(hosts);
    for (const event of play.log()) foldEvent(facts, play.log(), event);
    return answerFrom(facts, quiz.ask);
  }
}

/** The terminal the last line was typed at. */
function lastHost(play: Playable, script: Script, start: string): string {
  const named = script.lines.findLast((line) => line.command.kind === 'host')?.command;
  return named?.kind === 'host' ? named.host : startHost(play, start);
}

function answerFrom(facts: Facts, ask: Ask): string | null {
  switch (ask) {
    case 'final-mailbox':
      return facts.kept.at(-1)?.recipient ?? null;
    case 'queue-length': {
      let length = 0;
      for (const queue of facts.queues.values()) length += queue.size;
      return String(length);
    }
    case 'next-host':
      return nextHost(facts);
    case 'path':
      return pathOf(facts);
    default:
      return null;
  }
}

const texts = (event: LessonEvent, field: string): readonly string[] => {
  const value = event.fields[field];
  return Array.isArray(value) ? value : [String(value ?? '')];
};

/** The host a server first called on port 25. */
function nextHost(facts: Facts): string | null {
  for (const event of facts.events) {
    if (event.name !== 'tcp' || ['student', 'mua'].includes(texts(event, 'by')[0] ?? '')) continue;
    const to = texts(event, 'to')[0] ?? '';
    if (to.endsWith(':25')) return to.slice(0, -3);
  }
  return null;
}

/** The hosts that held the letter, in order: `pc>neo>mx1>store>walterpc`. */
function pathOf(facts: Facts): string | null {
  const path: string[] = [];
  for (const event of facts.events) {
    if (event.name !== 'accepted' && event.name !== 'delivered' && event.name !== 'fetch') continue;
    if (event.name === 'fetch' && event.fields.ok !== true) continue;
    // The first host to take a letter knows who gave it: its author's, which puts nothing on record before that.
    const author = event.name === 'accepted' && path.length === 0 ? texts(event, 'sent_by')[1] : undefined;
    for (const host of [author, texts(event, 'host')[0]]) if (host && !path.includes(host)) path.push(host);
  }
  return path.length > 0 ? path.join('>') : null;
}
