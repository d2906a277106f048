/** Small parts that all three tabs are made of. */
import { Check, Copy, X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Protocol } from '../../view/wire.ts';

interface HeadingProps {
  readonly id?: string;
  readonly children: ReactNode;
  readonly aside?: ReactNode;
}

export const Heading = ({ id, children, aside }: HeadingProps) => (
  <div className="inspector-heading">
    <h3 id={id}>{children}</h3>
    {aside !== undefined && <p>{aside}</p>}
  </div>
);

const PROTOCOLS: readonly string[] = ['smtp', 'lmtp', 'qmtp', 'pop3', 'imap', 'dns', 'tls'];

/** A protocol by its colour, and by its name. */
export function ProtocolChip({ protocol }: { readonly protocol: Protocol }) {
  const { t } = useTranslation('inspector');
  const known = PROTOCOLS.includes(protocol);
  return (
    <span className={`protocol-chip ${protocol}`}>{known ? protocol.toUpperCase() : t('logbook.other')}</span>
  );
}

const TOLD_MS = 2500;

export function CopyButton({ text, label }: { readonly text: () => string; readonly label: string }) {
  const { t } = useTranslation('inspector');
  const [told, setTold] = useState<'copied' | 'copyFailed' | null>(null);
  useEffect(() => {
    if (told === null) return;
    const timer = setTimeout(() => setTold(null), TOLD_MS);
    return () => clearTimeout(timer);
  }, [told]);
  const copy = (): void => {
    const done = navigator.clipboard?.writeText(text()) ?? Promise.reject(new Error('no clipboard'));
    done.then(
      () => setTold('copied'),
      () => setTold('copyFailed'),
    );
  };
  return (
    <span className="copy">
      <button type="button" className="icon-button" aria-label={label} title={label} onClick={copy}>
        {told === null ? <Copy size={16} aria-hidden="true" /> : <Told ok={told === 'copied'} />}
      </button>
      <span role="status" className={told === null ? 'visually-hidden' : 'copy-told'}>
        {told === null ? '' : t(told)}
      </span>
    </span>
  );
}

const Told = ({ ok }: { readonly ok: boolean }) =>
  ok ? <Check size={16} aria-hidden="true" /> : <X size={16} aria-hidden="true" />;

interface EmptyProps {
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
}

/** Nothing to look at yet: says how to get something. */
export const Empty = ({ title, text, children }: EmptyProps) => (
  <div className="inspector-empty">
    <EmptyEnvelope />
    <h2>{title}</h2>
    <p>{text}</p>
    {children}
  </div>
);

const EmptyEnvelope = () => (
  <svg viewBox="0 0 160 100" className="empty-envelope" aria-hidden="true">
    <rect x="4" y="4" width="152" height="92" rx="4" className="envelope-edge" />
    <rect x="11" y="11" width="138" height="78" className="envelope-field" />
    <path d="M24 58h56M24 68h40" className="envelope-lines" />
    <circle cx="122" cy="38" r="17" className="envelope-stamp" />
    <circle cx="122" cy="38" r="13" className="envelope-stamp thin" />
  </svg>
);
