/** Following aliases through the records of an answer (RFC 1034 §3.6.2). */
import type { DomainName, Question, ResourceRecord } from './types.ts';

/** Aliases followed in one answer, then no more: chains may be hostile. */
const MAX_ALIASES = 16;

export interface Chain {
  /** The aliases passed, in order. */
  readonly aliases: readonly ResourceRecord[];
  /** The name the aliases lead to; the question's own without any. */
  readonly name: DomainName;
  /** The records asked for, at that name. */
  readonly records: readonly ResourceRecord[];
}

/**
 * What the answer section says of a question. Records that have nothing to do with it are not in the chain,
 * so a server cannot slip in what nobody asked (RFC 2181 §5.4.1).
 */
export function followAliases(question: Question, answers: readonly ResourceRecord[]): Chain {
  const aliases: ResourceRecord[] = [];
  let name = question.name;
  // The commonest answer by far: nothing but what was asked for.
  if (answers.length > 0 && answers.every((one) => one.name === name && one.data.type === question.type))
    return { aliases, name, records: answers };
  for (;;) {
    const here = answers.filter((record) => record.name === name);
    const records = question.type === 'ANY' ? here : here.filter(({ data }) => data.type === question.type);
    if (records.length > 0) return { aliases, name, records };
    const alias = here.find(({ data }) => data.type === 'CNAME');
    if (alias?.data.type !== 'CNAME' || aliases.length >= MAX_ALIASES) return { aliases, name, records };
    aliases.push(alias);
    name = alias.data.name;
  }
}
