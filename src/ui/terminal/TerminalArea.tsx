/** Terminals: a tab per host with a shell, as a screen (xterm) or as lines. */
import './terminal.css';
import { Keyboard, ListCollapse, Plus, SquareTerminal, X } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { StageHost } from '../../agents/stage.ts';
import { isIdle } from '../../sim/history.ts';
import type { HostId } from '../../sim/types.ts';
import { type Session, sessions } from '../../view/sessions.ts';
import { Menu } from '../app/Menu.tsx';
import { Tabs } from '../app/Tabs.tsx';
import { useView } from '../store/hooks.ts';
import { useStore } from '../store/store.ts';
import { textIn } from '../strings/i18n.ts';
import { LineLog } from './LineLog.tsx';
import { Lines } from './Lines.tsx';
import { pressKeys, useSessions } from './session.ts';

const Screen = lazy(() => import('./Screen.tsx'));

export function TerminalArea() {
  const { t } = useTranslation('terminal');
  const stage = useStore((state) => state.stage);
  const language = useStore((state) => state.language);
  const open = useStore((state) => state.openTerminals);
  const active = useStore((state) => state.activeTerminal);
  const openTerminal = useStore((state) => state.openTerminal);
  const talking = useView(sessions);
  if (stage === null) return null;
  const byId = new Map(stage.hosts.map((host) => [host.id, host] as const));
  const shells = stage.hosts.filter((host) => host.shell !== null);
  const nameOf = (host: StageHost): string => textIn(host.label, language);
  const tabs = open.flatMap((id) => {
    const host = byId.get(id);
    if (host === undefined) return [];
    const peer = talkingTo(talking, id, byId);
    return [{ key: id, label: peer === '' ? nameOf(host) : `${nameOf(host)} — ${peer}` }];
  });
  const host = active === null ? undefined : byId.get(active);
  const closed = shells.filter(({ id }) => !open.includes(id));
  return (
    <Tabs
      className="terminal-tabs"
      label={t('tabs')}
      tabs={tabs}
      active={host === undefined ? '' : host.id}
      onChange={openTerminal}
      after={
        <>
          {closed.length > 0 && (
            <Menu
              className="icon-button dark"
              label={t('open')}
              title={t('open')}
              align="start"
              items={closed.map((shell) => ({
                key: shell.id,
                icon: <SquareTerminal size={16} />,
                label: nameOf(shell),
                about: `${shell.shell?.user ?? ''}@${shell.name}`,
                onSelect: () => openTerminal(shell.id),
              }))}
            >
              <Plus size={16} aria-hidden="true" />
            </Menu>
          )}
          {host !== undefined && <Tools host={host.id} name={nameOf(host)} />}
        </>
      }
    >
      {host === undefined ? (
        <p className="terminal-none">{t('none')}</p>
      ) : (
        <OpenTerminal key={host.id} host={host.id} name={nameOf(host)} />
      )}
    </Tabs>
  );
}

/** `neo 25`, while this host's shell has a connection. */
function talkingTo(all: readonly Session[], host: HostId, byId: ReadonlyMap<HostId, StageHost>): string {
  const session = all.findLast(
    ({ clientProgram, phase }) => clientProgram === `${host}/shell` && phase === 'open',
  );
  if (session === undefined) return '';
  const server = session.server === null ? undefined : byId.get(session.server);
  return `${server?.id ?? session.peer.address} ${session.peer.port}`;
}

function OpenTerminal({ host, name }: { readonly host: HostId; readonly name: string }) {
  const { t } = useTranslation('terminal');
  const mode = useStore((state) => state.terminalMode);
  const choices = useSessions((state) => state.choices);
  const raw = useSessions((state) => state.raw[host] ?? false);
  const paused = useStore(isHeldUp);
  return (
    <div className="terminal">
      {mode === 'lines' ? (
        <Lines host={host} name={name} />
      ) : (
        <>
          <Suspense fallback={<p className="terminal-wait">{t('loading')}</p>}>
            <Screen host={host} name={name} />
          </Suspense>
          <LineLog host={host} name={name} hidden />
        </>
      )}
      {raw && mode === 'screen' && <p className="terminal-hint">{t('rawHint')}</p>}
      <div role="status">{paused && <p className="terminal-hint">{t('paused')}</p>}</div>
      {choices.length > 0 && <p className="terminal-hint">{choices.join('   ')}</p>}
    </div>
  );
}

/** Something is under way, and waits because somebody pressed pause. */
const isHeldUp = ({
  history,
  held,
  playing,
  glide,
  count,
  logged,
}: ReturnType<typeof useStore.getState>): boolean =>
  history !== null && held && !playing && glide === null && count === logged && !isIdle(history);

function Tools({ host, name }: { readonly host: HostId; readonly name: string }) {
  const { t } = useTranslation('terminal');
  const mode = useStore((state) => state.terminalMode);
  const setMode = useStore((state) => state.setTerminalMode);
  const close = useStore((state) => state.closeTerminal);
  const raw = useSessions((state) => state.raw[host] ?? false);
  const setRaw = useSessions((state) => state.setRaw);
  return (
    <div className="terminal-tools">
      {(['^C', '^D', '^]'] as const).map((key) => (
        <button
          key={key}
          type="button"
          className="key-button"
          aria-label={t(`keys.${key === '^C' ? 'interrupt' : key === '^D' ? 'end' : 'escape'}`)}
          title={t(`keys.${key === '^C' ? 'interrupt' : key === '^D' ? 'end' : 'escape'}`)}
          onClick={() => pressKeys(host, [{ kind: 'control', key }])}
        >
          {key}
        </button>
      ))}
      {mode === 'screen' && (
        <button
          type="button"
          className="icon-button dark"
          aria-pressed={raw}
          aria-label={t('raw')}
          title={t('raw')}
          onClick={() => setRaw(host, !raw)}
        >
          <Keyboard size={17} aria-hidden="true" />
        </button>
      )}
      <button
        type="button"
        className="icon-button dark"
        aria-pressed={mode === 'lines'}
        aria-label={t('lineMode')}
        title={t('lineMode')}
        onClick={() => setMode(mode === 'lines' ? 'screen' : 'lines')}
      >
        <ListCollapse size={17} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="icon-button dark"
        aria-label={t('close', { name })}
        title={t('close', { name })}
        onClick={() => close(host)}
      >
        <X size={17} aria-hidden="true" />
      </button>
    </div>
  );
}
