/** The transcript as lines of text: what the line mode shows, and what a screen reader hears in screen mode. */
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostId } from '../../sim/types.ts';
import { transcript } from '../../view/terminal.ts';
import { useView } from '../store/hooks.ts';
import { linesOf, sinceClear } from './text.ts';

const LINES_SHOWN = 300;

interface Props {
  readonly host: HostId;
  readonly name: string;
  readonly hidden: boolean;
}

export function LineLog({ host, name, hidden }: Props) {
  const { t } = useTranslation('terminal');
  const lines = useView((log, count) =>
    linesOf(sinceClear(transcript(log, count, host)), hidden ? 40 : LINES_SHOWN),
  );
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what it scrolls for
  useEffect(() => {
    const element = list.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, [lines]);
  return (
    <div
      ref={list}
      role="log"
      aria-label={t('log', { name })}
      tabIndex={hidden ? -1 : 0}
      className={hidden ? 'visually-hidden' : 'line-log'}
    >
      {lines.map((line) => (
        <p key={line.key}>
          {line.pieces.map((piece, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a line never change places
            <span key={index} className={`tone-${piece.tone}`}>
              {piece.text}
            </span>
          ))}
        </p>
      ))}
    </div>
  );
}
