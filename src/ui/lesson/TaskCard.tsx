/** A task: what to do, what proved that it was done, and its hints. */
import { Play } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LessonStatus, TaskStatus } from '../../lesson/status.ts';
import type { Task } from '../../lesson/types.ts';
import { hoverProps, useLit } from '../store/hooks.ts';
import { useStore } from '../store/store.ts';
import { useDesk } from './desk.ts';
import { pointsText } from './numbers.ts';
import { Blocks, Line } from './Prose.tsx';
import { type Proof, proofOf } from './proof.ts';
import { showTask } from './show.ts';
import { Stamp } from './Stamp.tsx';
import type { ItemState } from './steps.ts';
import { useTexts } from './texts-context.ts';

interface Props {
  readonly task: Task;
  readonly status: LessonStatus;
  readonly number: number;
  readonly state: ItemState;
  readonly exam: boolean;
}

export function TaskCard({ task, status, number, state, exam }: Props) {
  const { t } = useTranslation('lesson');
  const texts = useTexts();
  const text = texts.tasks[task.id];
  const one = status.tasks[task.id];
  const proof = useProof(one);
  const look = state === 'answered' ? 'passed' : state;
  const waiting = state === 'current' || state === 'later';
  return (
    <div className={`card ${look}`} {...texts.langOf(`task.${task.id}`)} data-task={task.id}>
      <Stamp key={look} look={look} number={number} mark={proof?.mark ?? ''} />
      <div className="card-body">
        <div className="card-top">
          <h2>
            <Line of={text?.title ?? []} />
          </h2>
          {one !== undefined && <Points one={one} state={state} />}
        </div>
        {waiting && (text?.blocks.length ?? 0) > 0 && (
          <div className="card-more prose">
            <Blocks blocks={text?.blocks ?? []} />
          </div>
        )}
        {state === 'passed' && proof !== null && proof.line !== '' && <ProofLine proof={proof} />}
        {state === 'earlier' && <p className="card-more">{t('earlier')}</p>}
        {state === 'shown' && <p className="card-more">{t('shown')}</p>}
        {waiting && (one?.hintsShown ?? 0) > 0 && <Hints task={task} shown={one?.hintsShown ?? 0} />}
        {state === 'current' && !exam && <ShowMe task={task} />}
      </div>
    </div>
  );
}

function useProof(one: TaskStatus | undefined): Proof | null {
  const log = useStore((state) => state.history?.log);
  return one?.event == null || log === undefined ? null : proofOf(log, one.event);
}

/** What the wire said. Pointing at it lights it up on the map, in the session and on the timeline. */
function ProofLine({ proof }: { readonly proof: Proof }) {
  const { t } = useTranslation('lesson');
  const thing = { kind: 'event', event: proof.event } as const;
  const lit = useLit(thing);
  return (
    <button
      type="button"
      className={`proof${lit ? ' lit' : ''}`}
      title={t('proof')}
      onClick={() => useStore.getState().select(thing)}
      {...hoverProps(thing)}
    >
      <span className="visually-hidden">{t('proof')}: </span>
      <code lang="en">{proof.line}</code>
    </button>
  );
}

function Points({ one, state }: { readonly one: TaskStatus; readonly state: ItemState }) {
  const { t } = useTranslation('lesson');
  const language = useStore((store) => store.language);
  const earned = pointsText(one.points, language);
  const of = pointsText(one.of, language);
  const begun = state !== 'later' && (one.points > 0 || state !== 'current');
  const partly = one.points > 0 && !one.passed;
  return (
    <span className={`points${partly ? ' partly' : ''}`}>
      {one.optional && <span className="optional">{t('optional')} </span>}
      <span aria-hidden="true">{begun ? `${earned}/${of}` : t('pointsShort', { points: of })}</span>
      <span className="visually-hidden">
        {begun ? t('pointsOf', { points: earned, count: of }) : t('points', { count: one.of })}
      </span>
    </span>
  );
}

function Hints({ task, shown }: { readonly task: Task; readonly shown: number }) {
  const { t } = useTranslation('lesson');
  const hints = useTexts().tasks[task.id]?.hints ?? [];
  return (
    <ol className="hints">
      {hints.slice(0, shown).map((hint, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: hints never change their order
        <li key={index}>
          <span className="hint-number">{t('hint.number', { number: index + 1 })}</span> <Line of={hint} />
        </li>
      ))}
    </ol>
  );
}

/** The price is told before anything is played. */
function ShowMe({ task }: { readonly task: Task }) {
  const { t } = useTranslation('lesson');
  const [asking, setAsking] = useState(false);
  const [lost, setLost] = useState(false);
  const showing = useDesk((state) => state.showing);
  if (showing !== null) return null;
  if (lost) return <p className="card-more">{t('show.lost')}</p>;
  if (!asking)
    return (
      <button type="button" className="quiet-button show-me" onClick={() => setAsking(true)}>
        <Play size={14} aria-hidden="true" />
        {t('show.offer')}
      </button>
    );
  const start = (): void => {
    setAsking(false);
    void showTask(task.id).then((played) => setLost(!played));
  };
  return (
    <div className="ask">
      <p>{t('show.price')}</p>
      <div className="ask-buttons">
        {/* biome-ignore lint/a11y/noAutofocus: it takes the place of the button just pressed */}
        <button type="button" className="button" autoFocus onClick={start}>
          {t('show.start')}
        </button>
        <button type="button" className="button" onClick={() => setAsking(false)}>
          {t('cancel')}
        </button>
      </div>
    </div>
  );
}
