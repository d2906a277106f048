/** The screen shown when the page itself broke: what happened, why, what to try, and a report to copy. */
import { Component, type ErrorInfo, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../store/store.ts';

interface State {
  readonly error: Error | null;
  readonly where: string;
}

export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null, where: '' };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(_error: unknown, info: ErrorInfo): void {
    this.setState({ where: info.componentStack ?? '' });
  }

  override render(): ReactNode {
    const { error, where } = this.state;
    if (error === null) return this.props.children;
    return <Broken error={error} where={where} onRetry={() => this.setState({ error: null, where: '' })} />;
  }
}

/** Everything needed to see the same again: a run is its scenario and its actions. */
function reportOf(error: Error, where: string): string {
  const { stage, history, now, count, language } = useStore.getState();
  const report = {
    error: `${error.name}: ${error.message}`,
    stack: error.stack?.split('\n').slice(0, 12) ?? [],
    where: where.trim().split('\n').slice(0, 8),
    scenario: stage?.id ?? null,
    seed: stage?.scenario.seed ?? null,
    nowMs: Math.round(now),
    count,
    language,
    actions: history?.actions ?? [],
    browser: navigator.userAgent,
  };
  return JSON.stringify(report, null, 2);
}

interface BrokenProps {
  readonly error: Error;
  readonly where: string;
  onRetry(): void;
}

export function Broken({ error, where, onRetry }: BrokenProps) {
  const { t } = useTranslation('errors');
  const [copied, setCopied] = useState(false);
  const report = reportOf(error, where);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(report);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <main className="broken" role="alert">
      <h1>{t('title')}</h1>
      <p>{t('what')}</p>
      <p className="broken-message">
        <code>{error.message}</code>
      </p>
      <h2>{t('whyTitle')}</h2>
      <p>{t('why')}</p>
      <h2>{t('tryTitle')}</h2>
      <ul>
        <li>{t('tryAgain')}</li>
        <li>{t('tryReload')}</li>
        <li>{t('tryReport')}</li>
      </ul>
      <div className="broken-actions">
        <button type="button" className="button primary" onClick={onRetry}>
          {t('again')}
        </button>
        <button type="button" className="button" onClick={() => location.reload()}>
          {t('reload')}
        </button>
        <button type="button" className="button" onClick={() => void copy()}>
          {copied ? t('copied') : t('copy')}
        </button>
      </div>
      <details>
        <summary>{t('details')}</summary>
        <pre>{report}</pre>
      </details>
    </main>
  );
}
