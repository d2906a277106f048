import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './app/app.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { readAddress } from './app/address.ts';
import { ErrorBoundary } from './app/ErrorBoundary.tsx';
import { applyLook } from './app/look.ts';
import { openAddress, tellUnknown } from './app/open.ts';
import { listenForPanes } from './app/panes.ts';
import { exposeHook } from './app/test-hook.ts';
import { startClock } from './store/clock.ts';
import { useStore } from './store/store.ts';
import { chooseLanguage, startLanguage } from './strings/i18n.ts';

const address = readAddress(location.search);
const language = chooseLanguage(address.lang, navigator.languages);

useStore.getState().setLanguage(language);
applyLook();
await Promise.all([startLanguage(language), openAddress(address)]);
tellUnknown(address);
startClock();
exposeHook();
listenForPanes();

const page = document.getElementById('page');
if (page === null) throw new Error('index.html has no #page element');
createRoot(page).render(
  <StrictMode>
    <ErrorBoundary>
      <App />
    </ErrorBoundary>
  </StrictMode>,
);

void import('./store/light.ts').then(({ startLight }) => startLight());
