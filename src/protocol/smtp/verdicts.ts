/** What a reply means to a client that goes by its digits (RFC 5321 §4.2.1), and nothing but those. */
import type { RecipientOutcome, Reply } from './types.ts';

/** 2yz. Nothing else is a yes: 3yz asks for more, and 1yz is no reply of SMTP's. */
export const isPositive = ({ code }: Reply): boolean => code >= 200 && code < 300;

/** 4yz or 5yz. What is neither a yes nor this breaks the protocol, where only these two are in question. */
export const isRefusal = ({ code }: Reply): boolean => code >= 400 && code < 600;

/** The server is answerable for the letter from now on (§4.2.5): the yes was to the letter, not to a word before it. */
export const isTaken = ({ stage, reply }: RecipientOutcome): boolean =>
  stage === 'content' && reply !== null && isPositive(reply);
