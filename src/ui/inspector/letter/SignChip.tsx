/** A letter's sign: an icon, a colour and a word. */
import { Check, Clock, MailOpen, Send, Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Sign } from './status.ts';

const ICONS = { way: Send, deferred: Clock, bounced: Undo2, delivered: Check, fetched: MailOpen } as const;

export function SignChip({ sign }: { readonly sign: Sign }) {
  const { t } = useTranslation('inspector');
  const Icon = ICONS[sign];
  return (
    <span className={`sign ${sign}`}>
      <Icon size={13} aria-hidden="true" />
      {t(`sign.${sign}`)}
    </span>
  );
}
