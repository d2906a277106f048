/** The line over a page's title: where one is, and the way to the other lessons. */
import { BookOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useDesk } from './desk.ts';

interface Props {
  readonly eyebrow: string;
  readonly children?: ReactNode;
}

export function PanelHead({ eyebrow, children }: Props) {
  const { t } = useTranslation('lesson');
  return (
    <div className="panel-head">
      <p className="eyebrow">{eyebrow}</p>
      <div className="panel-tools">
        {children}
        <button type="button" className="quiet-button" onClick={() => useDesk.setState({ choosing: true })}>
          <BookOpen size={16} aria-hidden="true" />
          <span className="words">{t('allLessons')}</span>
        </button>
      </div>
    </div>
  );
}
