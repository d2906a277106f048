import type { Octets } from '../base/octets.ts';
import { decodeUtf8 } from '../base/octets.ts';
import { decodeHeaderText } from './encoded-word.ts';
import { splitMessage } from './message.ts';

export const foldCase = (text: string): string => text.toLowerCase();

export const searchableHeader = (raw: Octets): string => decodeHeaderText(raw);

export const searchableBody = (content: Octets): string => decodeUtf8(splitMessage(content).body);
