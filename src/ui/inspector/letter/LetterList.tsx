/** All letters there are, the newest on top, to choose one from; and the copies of one that was split. */
import { memo, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { decodeHeaderText } from '../../../mail/encoded-word.ts';
import type { Hop, Letter } from '../../../view/letter.ts';
import { hoverProps, useLit } from '../../store/hooks.ts';
import { useStore } from '../../store/store.ts';
import { useDesk } from '../desk.ts';
import { useHostNames } from '../hosts.ts';
import { Heading } from '../parts.tsx';
import { cutAt, plainLine } from '../plain.ts';
import { SignChip } from './SignChip.tsx';
import { copiesOf, newestFirst, signsOf } from './status.ts';

/** A mail bomb must not become a thousand buttons. */
const MOST_LISTED = 100;
const SHOWN_CHARACTERS = 120;

interface Props {
  readonly letters: readonly Letter[];
  readonly shown: Letter;
}

export function LetterList({ letters, shown }: Props) {
  const { t } = useTranslation('inspector');
  const list = useRef<HTMLUListElement>(null);
  const newest = newestFirst(letters).slice(0, MOST_LISTED);
  const listed = newest.includes(shown) ? newest : [shown, ...newest];
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another choice moves the list
  useEffect(() => {
    const row = list.current?.querySelector<HTMLElement>('[aria-current="true"]');
    const box = list.current;
    if (row === null || row === undefined || box === null) return;
    if (row.offsetTop < box.scrollTop) box.scrollTop = row.offsetTop;
    const below = row.offsetTop + row.offsetHeight - box.clientHeight;
    if (below > box.scrollTop) box.scrollTop = below;
  }, [shown.key]);
  return (
    <section aria-labelledby="letters-heading">
      <Heading id="letters-heading">{t('letters.title', { count: letters.length })}</Heading>
      <ul className="letters" ref={list}>
        {listed.map((letter) => (
          <LetterRow key={letter.key} letter={letter} current={letter.key === shown.key} />
        ))}
      </ul>
    </section>
  );
}

const LetterRow = memo(function LetterRow({
  letter,
  current,
}: {
  readonly letter: Letter;
  readonly current: boolean;
}) {
  const { t } = useTranslation('inspector');
  const select = useStore((state) => state.select);
  const lit = useLit({ kind: 'letter', letter: letter.key });
  const line = (text: string): string => plainLine(cutAt(text, SHOWN_CHARACTERS).text);
  const sender = letter.reversePath === '' ? t('letters.noSender') : line(letter.reversePath);
  return (
    <li>
      <button
        type="button"
        className={`letter-row${lit ? ' lit' : ''}`}
        aria-current={current}
        onClick={() => select({ kind: 'letter', letter: letter.key })}
        {...hoverProps({ kind: 'letter', letter: letter.key })}
      >
        <span className="letter-subject">
          <span>{line(readable(letter.subject)) || t('letters.noSubject')}</span>
          {letter.origin === 'dsn' && (
            <abbr className="dsn-mark" title={t('letters.dsnWords')}>
              {t('letters.dsn')}
            </abbr>
          )}
        </span>
        <span className="signs">
          {signsOf(letter).map((sign) => (
            <SignChip key={sign} sign={sign} />
          ))}
        </span>
        <span className="letter-paths mono">
          {sender} → {letter.forwardPaths.map(line).join(', ')}
        </span>
      </button>
    </li>
  );
});

/** Encoded words (RFC 2047) as the text they stand for; what is no ASCII was octets already read as UTF-8. */
const readable = (subject: string): string =>
  /^[\x20-\x7e]*$/.test(subject) ? decodeHeaderText(subject) : subject;

/** For a letter that was split on its way: which of its copies the rest of the tab is about. */
export function CopyPicker({ letter, shown }: { readonly letter: Letter; readonly shown: Hop }) {
  const { t } = useTranslation('inspector');
  const nameOf = useHostNames();
  const show = useDesk((desk) => desk.show);
  const copies = copiesOf(letter);
  if (copies.length < 2) return null;
  return (
    <label className="copy-picker">
      <span>{t('letters.copies')}</span>
      <select
        value={shown.index}
        onChange={(event) => show({ letter: letter.key, hop: Number(event.target.value) })}
      >
        {copies.map(({ index, host, forwardPaths }) => (
          <option key={index} value={index}>
            {t('letters.copy', {
              host: nameOf(host),
              to: cutAt(forwardPaths.map((path) => plainLine(path)).join(', '), SHOWN_CHARACTERS).text,
            })}
          </option>
        ))}
      </select>
    </label>
  );
}
