/** The letter: its envelope, what is written in it, the way it took, and what became of it for each recipient. */
import './letter.css';
import { MailPlus } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { journey } from '../../../view/journey.ts';
import { hopsTo, type Letter } from '../../../view/letter.ts';
import { letters } from '../../../view/letters.ts';
import { useMailDesk } from '../../map/mail-desk.ts';
import { useLog, useView } from '../../store/hooks.ts';
import { useStore } from '../../store/store.ts';
import { useDesk } from '../desk.ts';
import { useHostNames, useHosts } from '../hosts.ts';
import { Empty } from '../parts.tsx';
import { Envelope } from './Envelope.tsx';
import { JourneyStrip } from './JourneyStrip.tsx';
import { CopyPicker, LetterList } from './LetterList.tsx';
import { Paper } from './Paper.tsx';
import { postmarksOf } from './postmark.ts';
import { Recipients } from './Recipients.tsx';
import { copyBy, shownLetter, whereabouts } from './status.ts';

export function LetterTab() {
  const known = useView(letters);
  const chosen = useDesk((desk) => desk.letter);
  const letter = shownLetter(known, chosen);
  const top = useBeginning(letter?.key ?? '');
  if (letter === null) return <NoLetter />;
  return (
    <div className="inspector-body" ref={top}>
      {known.length > 1 && <LetterList letters={known} shown={letter} />}
      <OneLetter letter={letter} />
    </div>
  );
}

/** Another letter is read from its beginning. Where the whole page scrolls it stays where it is. */
function useBeginning(key: string) {
  const body = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another letter moves the panel
  useEffect(() => {
    body.current?.closest('.tab-panel')?.scrollTo({ top: 0 });
  }, [key]);
  return body;
}

function OneLetter({ letter }: { readonly letter: Letter }) {
  const stage = useStore((state) => state.stage);
  const language = useStore((state) => state.language);
  const asked = useDesk((desk) => desk.hop);
  const { log, count } = useLog();
  const copy = copyBy(letter, asked);
  const way = useMemo(() => (copy === null ? [] : hopsTo(letter, copy.index)), [letter, copy]);
  const clock = stage?.scenario.clock;
  const postmarks = useMemo(() => (clock === undefined ? [] : postmarksOf(way, clock)), [way, clock]);
  if (stage === null || copy === null) return null;
  const strip = journey(log, count, letter.key, stage, language, copy.index);
  const ahead = strip?.stations.some(({ state }) => state === 'ahead') ?? false;
  const where = whereabouts(copy, ahead);
  return (
    <>
      <CopyPicker letter={letter} shown={copy} />
      <Envelope letter={letter} copy={copy} postmarks={postmarks} journey={strip} />
      <Paper letter={letter} copy={copy} postmarks={postmarks} />
      {strip !== null && (
        <JourneyStrip
          letter={letter.key}
          journey={strip}
          waiting={where === 'deferred'}
          undecided={where === 'at' && copy.removedAt === null}
        />
      )}
      <Recipients letter={letter} />
    </>
  );
}

function NoLetter() {
  const { t } = useTranslation('inspector');
  const writer = useHosts().find(({ accounts }) => accounts.length > 0);
  const nameOf = useHostNames();
  const open = useMailDesk((state) => state.open);
  if (writer === undefined)
    return <Empty title={t('empty.letter.title')} text={t('empty.letter.noProgram')} />;
  const name = nameOf(writer.id);
  return (
    <Empty title={t('empty.letter.title')} text={t('empty.letter.text', { name })}>
      <button
        type="button"
        className="button primary"
        onClick={() => open({ kind: 'write', host: writer.id })}
      >
        <MailPlus size={17} aria-hidden="true" />
        {t('write', { name })}
      </button>
    </Empty>
  );
}
