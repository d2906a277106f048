/** What the Content-… fields of a header say (RFC 2045, RFC 1864, RFC 2183, RFC 2557, RFC 3282), in Dovecot's reading. */
import type { Draft } from '../base/draft.ts';
import type { Octets } from '../base/octets.ts';
import type { FieldPlace } from './header-fields.ts';
import { fieldName, fieldValueAt } from './header-fields.ts';
import type { Parameter, TypeField } from './parameters.ts';
import { parseDispositionField, parseLanguages, parseTokenField, parseTypeField } from './parameters.ts';

/** Values as {@link fieldValueAt} gives them. Of fields that come twice the first counts. */
export interface ContentFields {
  /** null when there is no Content-Type field. */
  readonly contentType: TypeField | null;
  /** As written; null as well when the field is malformed. */
  readonly encoding: string | null;
  readonly id: Octets | null;
  readonly description: Octets | null;
  readonly md5: Octets | null;
  readonly location: Octets | null;
  readonly disposition: readonly [kind: string, parameters: readonly Parameter[]] | null;
  readonly languages: readonly string[];
}

/** U+FFFD in UTF-8. */
const REPLACEMENT = '\xef\xbf\xbd';

export const noContentFields = (): Draft<ContentFields> => ({
  contentType: null,
  encoding: null,
  id: null,
  description: null,
  md5: null,
  location: null,
  disposition: null,
  languages: [],
});

/** A field's text with U+FFFD for NUL. */
export const fieldTextAt = (content: Octets, place: FieldPlace): Octets => {
  const value = fieldValueAt(content, place);
  return value.includes('\0') ? (value.replaceAll('\0', REPLACEMENT) as Octets) : value;
};

const startsLike = (content: Octets, { at, nameEnd }: FieldPlace, letter: number): boolean =>
  nameEnd > at && (content.charCodeAt(at) | 0x20) === letter;

/**
 * Adds what a field says, if it is one of these. True when it makes the part one of MIME: a MIME-Version or a
 * Content-Type, without which the other fields say nothing.
 */
export function takeContentField(into: Draft<ContentFields>, content: Octets, place: FieldPlace): boolean {
  if (startsLike(content, place, 0x6d)) return fieldName(content, place) === 'mime-version';
  if (!startsLike(content, place, 0x63)) return false;
  switch (fieldName(content, place)) {
    case 'content-type':
      into.contentType ??= parseTypeField(fieldValueAt(content, place));
      return true;
    case 'content-transfer-encoding':
      into.encoding ??= parseTokenField(fieldValueAt(content, place));
      break;
    case 'content-id':
      into.id ??= fieldTextAt(content, place);
      break;
    case 'content-description':
      into.description ??= fieldTextAt(content, place);
      break;
    case 'content-md5':
      into.md5 ??= fieldTextAt(content, place);
      break;
    case 'content-location':
      into.location ??= fieldTextAt(content, place);
      break;
    case 'content-language':
      if (into.languages.length === 0) into.languages = parseLanguages(fieldValueAt(content, place));
      break;
    case 'content-disposition':
      // The first that has parameters counts, else the last.
      if (into.disposition === null || into.disposition[1].length === 0)
        into.disposition = parseDispositionField(fieldValueAt(content, place)) ?? into.disposition;
      break;
  }
  return false;
}
