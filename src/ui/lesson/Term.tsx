/** A glossary word; its meaning opens beside it. */
import { useContext, useEffect, useId, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { termIn } from '../../lesson/language.ts';
import type { Term as GlossaryTerm } from '../../lesson/types.ts';
import { useStore } from '../store/store.ts';
import { useDesk } from './desk.ts';
import { TextsContext } from './texts-context.ts';

interface Props {
  readonly id: string;
  /** Other words than the glossary's own; empty: those. */
  readonly text: string;
  readonly plain: boolean;
}

const GAP = 6;
const NO_TERMS: readonly GlossaryTerm[] = [];

export function Term({ id, text, plain }: Props) {
  const language = useStore((state) => state.language);
  const terms = useDesk((state) => state.course?.terms ?? NO_TERMS);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const sheet = useId();
  // The word belongs to the sentence, its meaning to the reader.
  const around = useContext(TextsContext)?.language ?? language;
  const term = termIn(terms, id, language);
  const word = text === '' ? (termIn(terms, id, around)?.word ?? id) : text;
  if (term === null || plain) return word;
  return (
    <>
      <button
        ref={button}
        type="button"
        className="term"
        aria-expanded={open}
        aria-describedby={open ? sheet : undefined}
        onClick={() => setOpen(!open)}
      >
        {word}
      </button>
      {open && button.current !== null && (
        <Meaning
          id={sheet}
          anchor={button.current}
          word={term.word}
          meaning={term.meaning}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

interface MeaningProps {
  readonly id: string;
  readonly anchor: HTMLElement;
  readonly word: string;
  readonly meaning: string;
  onClose(): void;
}

function Meaning({ id, anchor, word, meaning, onClose }: MeaningProps) {
  const sheet = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);

  useEffect(() => {
    const box = sheet.current?.getBoundingClientRect();
    const from = anchor.getBoundingClientRect();
    if (box === undefined) return;
    const below = from.bottom + GAP;
    const top = below + box.height > innerHeight - GAP ? Math.max(GAP, from.top - GAP - box.height) : below;
    const left = Math.max(GAP, Math.min(from.left, innerWidth - box.width - GAP));
    setPlace({ left, top });
  }, [anchor]);

  useEffect(() => {
    const shut = (): void => close.current();
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        shut();
      }
    };
    const away = (event: PointerEvent): void => {
      const target = event.target as Node;
      if (!anchor.contains(target) && !sheet.current?.contains(target)) shut();
    };
    document.addEventListener('keydown', key, true);
    document.addEventListener('pointerdown', away, true);
    document.addEventListener('scroll', shut, { capture: true, passive: true });
    anchor.addEventListener('blur', shut);
    addEventListener('resize', shut);
    return () => {
      document.removeEventListener('keydown', key, true);
      document.removeEventListener('pointerdown', away, true);
      document.removeEventListener('scroll', shut, { capture: true });
      anchor.removeEventListener('blur', shut);
      removeEventListener('resize', shut);
    };
  }, [anchor]);

  return createPortal(
    <div
      ref={sheet}
      id={id}
      role="tooltip"
      className="term-meaning"
      style={place ?? { visibility: 'hidden', left: 0, top: 0 }}
    >
      <strong>{word}</strong> {meaning}
    </div>,
    anchor.closest('.lesson-area') ?? document.body,
  );
}
