/** The letter itself: only what DATA carried. Every field says who wrote it and what that is worth. */
import { memo, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { decodeUtf8 } from '../../../base/octets.ts';
import type { Hop, Letter } from '../../../view/letter.ts';
import { type FieldNote, type LetterField, letterFields } from '../../../view/letter-fields.ts';
import { hoverProps, useLit } from '../../store/hooks.ts';
import { useStore } from '../../store/store.ts';
import type { Thing } from '../../store/thing.ts';
import { useHostNames } from '../hosts.ts';
import { inspect } from '../inspect.ts';
import { CopyButton, Heading } from '../parts.tsx';
import { cutAt, plain } from '../plain.ts';
import type { Postmark } from './postmark.ts';

const MOST_FIELDS = 60;
const FIELD_LIMIT = 4000;
const BODY_LIMIT = 20_000;
/** Characters of a body that may be higher than its box. */
const SCROLLS_FROM = 200;

const NOTES: Readonly<Record<Exclude<FieldNote, 'postmark'>, string>> = {
  'postmark-unchecked': 'postmarkUnchecked',
  'return-path': 'returnPath',
  'from-unchecked': 'from',
  'to-unchecked': 'to',
  'delivered-to': 'deliveredTo',
  'date-of-sender': 'date',
};

interface Props {
  readonly letter: Letter;
  readonly copy: Hop;
  readonly postmarks: readonly Postmark[];
}

export const Paper = memo(function Paper({ letter, copy, postmarks }: Props) {
  const { t } = useTranslation('inspector');
  const text = useMemo(() => letterFields(letter, copy.index), [letter, copy.index]);
  const [all, setAll] = useState(false);
  const fields = all ? text.fields : text.fields.slice(0, MOST_FIELDS);
  const hidden = text.fields.length - fields.length;
  const content = copy.index === letter.latestHop ? letter.content : copy.content;
  return (
    <section aria-labelledby="letter-heading">
      <Heading
        id="letter-heading"
        aside={
          <span className="reading">
            <span>{t('letter.reading')}</span>
            <CopyButton label={t('copy')} text={() => decodeUtf8(content).replaceAll('\r\n', '\n')} />
          </span>
        }
      >
        {t('letter.title')}
      </Heading>
      <article className="paper">
        <ul className="fields" aria-label={t('letter.header')}>
          {fields.map((field, index) =>
            field.hop !== null && field.postmark !== null ? (
              <ReceivedField
                key={`${field.hop}`}
                field={field}
                hop={letter.hops[field.hop]!}
                letter={letter.key}
                newest={postmarks.some((postmark) => postmark.newest && postmark.hop === field.hop)}
              />
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: fields have no name of their own, and never move
              <OtherField key={`field ${text.fields.length - index}`} field={field} />
            ),
          )}
        </ul>
        {hidden > 0 && (
          <button type="button" className="button" onClick={() => setAll(true)}>
            {t('letter.moreFields', { count: hidden })}
          </button>
        )}
        {!text.blankLine && <p className="field-note bad">{t('letter.noBlankLine')}</p>}
        <Body text={text.body} />
      </article>
    </section>
  );
});

function Body({ text }: { readonly text: string }) {
  const { t } = useTranslation('inspector');
  const cut = cutAt(text, BODY_LIMIT);
  if (text.trim() === '') return <p className="field-note">{t('letter.emptyBody')}</p>;
  return (
    <>
      <h4 className="visually-hidden">{t('letter.body')}</h4>
      <pre className="letter-body" tabIndex={text.length > SCROLLS_FROM ? 0 : undefined}>
        {plain(cut.text)}
      </pre>
      {cut.left > 0 && <p className="field-note">{t('letter.moreText', { count: cut.left })}</p>}
    </>
  );
}

interface ReceivedProps {
  readonly field: LetterField;
  readonly letter: string;
  readonly hop: Hop;
  readonly newest: boolean;
}

/** The same thing as a postmark of the envelope and as a hop on the map: one lights up with the others. */
function ReceivedField({ field, letter, hop, newest }: ReceivedProps) {
  const { t } = useTranslation('inspector');
  const nameOf = useHostNames();
  const select = useStore((state) => state.select);
  const thing: Thing = { kind: 'hop', letter, hop: hop.index };
  const lit = useLit(thing);
  const { onPointerEnter, onPointerLeave, onFocus, onBlur } = hoverProps(thing);
  const choose = (): void => {
    select(thing);
    inspect(`received.${field.postmark}`);
  };
  const note = newest && hop.removedAt === null ? 'postmarkNewest' : 'postmark';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the caption's button does the same by keyboard
    <li
      className={`field-row received${newest ? ' newest' : ''}${lit ? ' lit' : ''}`}
      onPointerEnter={onPointerEnter}
      onPointerLeave={onPointerLeave}
      onClick={() => {
        // Somebody who drags over the text wants the text.
        if (getSelection()?.isCollapsed !== false) choose();
      }}
    >
      <FieldText text={field.text} name={field.name} />
      <button
        type="button"
        className="field-note caption"
        onFocus={onFocus}
        onBlur={onBlur}
        onClick={(event) => {
          event.stopPropagation();
          choose();
        }}
      >
        {t(`letter.note.${note}`, { number: field.postmark, host: nameOf(hop.host) })}
      </button>
    </li>
  );
}

function OtherField({ field }: { readonly field: LetterField }) {
  const { t } = useTranslation('inspector');
  const unchecked = field.note === 'postmark-unchecked';
  const kept = field.note === 'return-path' || field.note === 'delivered-to';
  return (
    <li className={`field-row${unchecked ? ' unchecked' : ''}${kept ? ' kept' : ''}`}>
      <FieldText text={field.text} name={field.name} />
      {field.note !== null && field.note !== 'postmark' && (
        <p className="field-note">{t(`letter.note.${NOTES[field.note]}`)}</p>
      )}
    </li>
  );
}

/** A field as it stands; its name a little stronger. */
function FieldText({ text, name }: { readonly text: string; readonly name: string }) {
  const cut = cutAt(text, FIELD_LIMIT);
  const named = cut.text.toLowerCase().startsWith(`${name.toLowerCase()}:`);
  const head = named ? cut.text.slice(0, name.length + 1) : '';
  return (
    <pre className="field-text">
      {head !== '' && <b>{plain(head)}</b>}
      {plain(cut.text.slice(head.length))}
      {cut.left > 0 && '…'}
    </pre>
  );
}
