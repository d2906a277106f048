/** One connection: who talks to whom, where the server stands, what may be said to it, what was said. */
import './session.css';
import { Fragment, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { decodeUtf7 } from '../../../protocol/imap/utf7.ts';
import type { ConnId } from '../../../sim/types.ts';
import { type DiagramProtocol, sessionDiagram } from '../../../view/diagram.ts';
import { lackingAt } from '../../../view/lacking.ts';
import { type Session, sessions } from '../../../view/sessions.ts';
import { hoverProps, useLit, useView } from '../../store/hooks.ts';
import { useStore } from '../../store/store.ts';
import { clockText } from '../../transport/clock-text.ts';
import { useDesk } from '../desk.ts';
import { useHostNames } from '../hosts.ts';
import { Empty, Heading, ProtocolChip } from '../parts.tsx';
import { cutAt, plainLine } from '../plain.ts';
import { Commands } from './Commands.tsx';
import { Exchanges } from './Exchanges.tsx';
import { StateDiagram } from './StateDiagram.tsx';
import { diagramProtocol } from './visits.ts';

/** A flood of connections must not become a menu of thousands. */
const MOST_LISTED = 150;

const isOver = ({ phase }: Session): boolean => phase === 'closed' || phase === 'failed';

/**
 * The chosen one; else the newest that is typed by hand, which stays when it is over, up to the next gesture at a mail
 * program; else an open one; else the newest.
 */
export function shownSession(all: readonly Session[], chosen: ConnId | null): Session | null {
  const found = chosen === null ? undefined : all.find(({ conn }) => conn === chosen);
  const byHand = (one: Session): boolean => one.clientProgram.endsWith('/shell');
  const typed =
    all.findLast((one) => !isOver(one) && byHand(one)) ??
    all.findLast((one) => byHand(one) || one.clientProgram.endsWith('/mua'));
  const stays = typed !== undefined && byHand(typed) ? typed : undefined;
  return found ?? stays ?? all.findLast((one) => !isOver(one)) ?? all.at(-1) ?? null;
}

export default function SessionTab() {
  const { t } = useTranslation('inspector');
  const all = useView(sessions);
  const chosen = useDesk((desk) => desk.conn);
  const session = shownSession(all, chosen);
  if (session === null) return <Empty title={t('empty.session.title')} text={t('empty.session.text')} />;
  return (
    <div className="inspector-body">
      <SessionPick all={all} shown={session} />
      <Parties session={session} />
      <OneSession session={session} />
    </div>
  );
}

function SessionPick({ all, shown }: { readonly all: readonly Session[]; readonly shown: Session }) {
  const { t } = useTranslation('inspector');
  const nameOf = useHostNames();
  const select = useStore((state) => state.select);
  const newest = all.slice(-MOST_LISTED);
  const listed = (newest.includes(shown) ? newest : [...newest, shown]).toReversed();
  const option = (session: Session) => (
    <option key={session.conn} value={session.conn}>
      {t('session.choice', {
        client: nameOf(session.client),
        server: session.server === null ? session.peer.address : nameOf(session.server),
        protocol: session.protocol.toUpperCase(),
        port: session.peer.port,
        phase: t(`session.phase.${session.phase}`),
      })}
    </option>
  );
  const open = listed.filter((session) => !isOver(session));
  const over = listed.filter(isOver);
  return (
    <label className="session-pick">
      <span>{t('session.pick')}</span>
      <select
        value={shown.conn}
        onChange={(event) => select({ kind: 'conn', conn: Number(event.target.value) })}
      >
        {open.length > 0 && <optgroup label={t('session.open')}>{open.map(option)}</optgroup>}
        {over.length > 0 && <optgroup label={t('session.over')}>{over.map(option)}</optgroup>}
      </select>
    </label>
  );
}

function Parties({ session }: { readonly session: Session }) {
  const { t } = useTranslation('inspector');
  const nameOf = useHostNames();
  const { client, server, peer, clientProgram, serverProgram, protocol, phase, tls } = session;
  const lit = useLit({ kind: 'conn', conn: session.conn });
  const { onPointerEnter, onPointerLeave } = hoverProps({ kind: 'conn', conn: session.conn });
  return (
    <div
      className={`parties${lit ? ' lit' : ''}`}
      onPointerEnter={onPointerEnter}
      onPointerLeave={onPointerLeave}
    >
      <p>
        <span className="party-role">{t('session.client')}</span>
        <strong>{nameOf(client)}</strong>
        <Place name={clientProgram} />
      </p>
      <p className="parties-middle">
        <ProtocolChip protocol={protocol} />
        {tls !== '' && (
          <span className="protocol-chip tls" title={tls}>
            {tls.split(' ', 1)[0]}
          </span>
        )}
        <span aria-hidden="true" className={`wire ${protocol} ${phase}`} />
        <span className="party-phase">{t(`session.phase.${phase}`)}</span>
      </p>
      <p>
        <span className="party-role">{t('session.server')}</span>
        <strong>{server === null ? peer.address : nameOf(server)}</strong>
        <Place name={serverProgram ?? `${peer.address}:${peer.port}`} />
      </p>
      <Ending session={session} />
    </div>
  );
}

/** A program (`pc/mua`) or an address (`192.0.2.25:25`); where it is too long it breaks between its parts. */
function Place({ name }: { readonly name: string }) {
  const parts = name.split(/(?<=[/:])/);
  return (
    <span className="mono">
      {parts.map((part, at) => (
        <Fragment key={parts.slice(0, at + 1).join('')}>
          {at > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}

/** Why it is over, when it is. */
function Ending({ session }: { readonly session: Session }) {
  const { t } = useTranslation('inspector');
  const nameOf = useHostNames();
  const { failedWhy, closedWhy, closedBy, peer, endedAt } = session;
  if (failedWhy === null && closedWhy === null) return null;
  const words =
    failedWhy !== null
      ? t(`session.failed.${failedWhy}`, { address: peer.address, port: peer.port })
      : t(`session.closed.${closedWhy ?? 'local'}`, { host: nameOf(closedBy ?? '') });
  return (
    <p className="parties-end">
      {words} {endedAt !== null && <span className="mono">{clockText(endedAt)}</span>}
    </p>
  );
}

function OneSession({ session }: { readonly session: Session }) {
  const { t } = useTranslation('inspector');
  const protocol = diagramProtocol(session.protocol);
  return (
    <>
      {protocol === null ? (
        <p className="field-note">{t('session.noDiagram')}</p>
      ) : (
        <Rules session={session} protocol={protocol} />
      )}
      {protocol !== null && protocol !== 'qmtp' && <Known session={session} />}
      <Exchanges session={session} />
    </>
  );
}

/** What its server goes by: the states, where it stands, and what may be said. */
function Rules({ session, protocol }: { readonly session: Session; readonly protocol: DiagramProtocol }) {
  const { t } = useTranslation('inspector');
  const scenario = useStore((state) => state.history?.scenario);
  const { serverProgram } = session;
  const lacking = useMemo(
    () => (scenario === undefined ? [] : lackingAt(scenario, serverProgram, protocol)),
    [scenario, serverProgram, protocol],
  );
  const diagram = useMemo(() => sessionDiagram(protocol, lacking), [protocol, lacking]);
  const over = isOver(session);
  return (
    <>
      <section aria-labelledby="diagram-heading">
        <Heading
          id="diagram-heading"
          aside={
            <span aria-live="polite" className="state-now">
              {over || session.state !== '' ? (
                <span className="mono">{over ? diagram.last : session.state}</span>
              ) : (
                t('session.beforeGreeting')
              )}
            </span>
          }
        >
          {t('session.state')}
        </Heading>
        <StateDiagram diagram={diagram} session={session} />
      </section>
      <Commands
        diagram={diagram}
        state={session.state}
        open={!over && session.state !== ''}
        lacking={lacking}
      />
    </>
  );
}

const MOST_PATHS = 20;
const PATH_LIMIT = 320;

/** What the server keeps of what it was told. */
function Known({ session }: { readonly session: Session }) {
  const { t } = useTranslation('inspector');
  const text = (value: string): string => plainLine(cutAt(value, PATH_LIMIT).text);
  const { forwardPaths, reversePath, helo, dataLines, user, loggedIn, protocol, folder, readOnly } = session;
  const more = forwardPaths.length - MOST_PATHS;
  const none = <span className="none">{t('session.none')}</span>;
  return (
    <section aria-labelledby="known-heading">
      <Heading id="known-heading">{t('session.facts')}</Heading>
      {protocol === 'pop3' || protocol === 'imap' ? (
        <dl className="known">
          <dt>{t('session.user')}</dt>
          <dd>{user === '' ? none : text(user)}</dd>
          <dt>{t('session.state')}</dt>
          <dd>{t(loggedIn ? 'session.loggedIn' : 'session.notLoggedIn')}</dd>
          {protocol === 'imap' && (
            <>
              <dt>{t('session.folder')}</dt>
              <dd>
                {folder === '' ? none : text(decodeUtf7(folder) ?? folder)}
                {readOnly && ` (${t('session.readOnly')})`}
              </dd>
            </>
          )}
        </dl>
      ) : (
        <dl className="known">
          <dt>{t('session.helo')}</dt>
          <dd>{helo === '' ? none : text(helo)}</dd>
          <dt>{t('session.reversePath')}</dt>
          <dd>
            {reversePath === null ? none : reversePath === '' ? t('session.nullPath') : text(reversePath)}
          </dd>
          <dt>{t('session.forwardPaths')}</dt>
          <dd>
            {forwardPaths.length === 0 && none}
            {forwardPaths.slice(0, MOST_PATHS).map((path, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same path may be given twice
              <span key={index} className="path">
                {text(path)}
              </span>
            ))}
            {more > 0 && t('envelope.more', { count: more })}
          </dd>
          <dt>{t('session.dataLines')}</dt>
          <dd>{dataLines}</dd>
        </dl>
      )}
    </section>
  );
}
