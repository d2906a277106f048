import { useTranslation } from 'react-i18next';
import { useStore } from '../store/store.ts';
import { Broken } from './ErrorBoundary.tsx';
import { Header } from './Header.tsx';
import { Layout } from './Layout.tsx';
import { Notices } from './Notices.tsx';

export function App() {
  const { t } = useTranslation('app');
  const broken = useStore((state) => state.broken);
  const restart = useStore((state) => state.restart);
  if (broken !== null) return <Broken error={broken} where="simulation" onRetry={restart} />;
  return (
    <>
      <a className="skip-link" href="#terminals">
        {t('skip')}
      </a>
      <Header />
      <Layout />
      <Notices />
    </>
  );
}
