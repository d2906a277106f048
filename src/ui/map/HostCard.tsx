/** A host on the map: its roles, its counters, and the menu of what one can do with it. */
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { Inbox, MailOpen, MailPlus, Power, SquareTerminal } from 'lucide-react';
import { Fragment, memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Badge, StageHost } from '../../agents/stage.ts';
import { Menu, type MenuItem } from '../app/Menu.tsx';
import { useHostCounters, useLit } from '../store/hooks.ts';
import { useStore } from '../store/store.ts';
import { textIn } from '../strings/i18n.ts';
import { useMailDesk } from './mail-desk.ts';

export type HostNode = Node<{ readonly host: StageHost }, 'host'>;

export const HostCard = memo(function HostCard({ data: { host } }: NodeProps<HostNode>) {
  const { t } = useTranslation('map');
  const language = useStore((state) => state.language);
  const selected = useStore((state) => state.selected?.kind === 'host' && state.selected.host === host.id);
  const lit = useLit({ kind: 'host', host: host.id });
  const select = useStore((state) => state.select);
  const { up, queue, mailboxes } = useHostCounters(host);
  const items = useHostMenu(host, up);
  const name = textIn(host.label, language);
  const badges = badgesByRole(host.badges);
  const words = [
    name,
    host.address,
    ...badges.map(({ text }) => text),
    host.mark,
    up ? '' : t('down'),
    queue > 0 ? t('queueWords', { count: queue }) : '',
    ...mailboxes.map(([owner, count]) => t('mailboxWords', { owner, count })),
  ];
  return (
    <>
      <Menu
        className={`host nopan nodrag${up ? '' : ' down'}${selected ? ' selected' : ''}${lit ? ' lit' : ''}`}
        label={words.filter((word) => word !== '').join(', ')}
        heading={
          <>
            <strong>{name}</strong> <span className="mono">{host.name}</span>
          </>
        }
        align="start"
        items={items}
        onOpen={() => select({ kind: 'host', host: host.id })}
      >
        <span className="host-top">
          {/* So many characters stand on one line, alone or beside a mark. */}
          <span className={name.length > (host.mark === '' ? 18 : 14) ? 'host-name long' : 'host-name'}>
            {name}
          </span>
          {host.mark !== '' && <span className="host-side">{host.mark}</span>}
        </span>
        <span className="host-top">
          <span className="host-address">
            <Address text={host.address} />
          </span>
          <span className="host-side">
            {!up && <span className="host-down">{t('down')}</span>}
            {up && queue > 0 && <span className="busy">{t('queue', { count: queue })}</span>}
          </span>
        </span>
        <span className="badges">
          {badges.map(({ role, text }) => (
            <span key={role} className={`badge ${role.toLowerCase()}`}>
              {text}
            </span>
          ))}
          {host.shell !== null && (
            <span className="badge shell">
              <SquareTerminal size={13} aria-hidden="true" />
            </span>
          )}
        </span>
        {mailboxes.length > 0 && (
          <span className="boxes">
            {mailboxes.slice(0, 3).map(([owner, count]) => (
              <span key={owner} className={count > 0 ? 'box full' : 'box'}>
                <Inbox size={13} aria-hidden="true" />
                {owner} {count}
              </span>
            ))}
            {mailboxes.length > 3 && <span className="box">+{mailboxes.length - 3}</span>}
          </span>
        )}
      </Menu>
      <Handle type="source" position={Position.Bottom} isConnectable={false} className="no-handle" />
      <Handle type="target" position={Position.Top} isConnectable={false} className="no-handle" />
    </>
  );
});

/** Where it does not fit, an IPv6 address breaks behind a colon. */
function Address({ text }: { readonly text: string }) {
  const groups = text.split(':');
  return groups.map((group, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the groups of an address never change their order
    <Fragment key={index}>
      {index > 0 && (
        <>
          :<wbr />
        </>
      )}
      {group}
    </Fragment>
  ));
}

/** One badge for each role, with all its ports: `IMAP 143, 993`. */
function badgesByRole(
  badges: readonly Badge[],
): readonly { readonly role: Badge['role']; readonly text: string }[] {
  const ports = new Map<Badge['role'], number[]>();
  for (const { role, port } of badges)
    ports.set(role, [...(ports.get(role) ?? []), ...(port === undefined ? [] : [port])]);
  return [...ports].map(([role, all]) => ({ role, text: `${role} ${all.join(', ')}`.trim() }));
}

const ICON = 17;

function useHostMenu(host: StageHost, up: boolean): readonly MenuItem[] {
  const { t } = useTranslation('map');
  const act = useStore((state) => state.act);
  const openTerminal = useStore((state) => state.openTerminal);
  const open = useMailDesk((state) => state.open);
  const items: MenuItem[] = [];
  if (host.accounts.length > 0) {
    items.push(
      {
        key: 'write',
        icon: <MailPlus size={ICON} />,
        label: t('menu.write'),
        disabled: !up,
        onSelect: () => open({ kind: 'write', host: host.id }),
      },
      ...host.accounts.map((account) => ({
        key: `fetch ${account}`,
        icon: <Inbox size={ICON} />,
        label: host.accounts.length > 1 ? t('menu.fetchFor', { account }) : t('menu.fetch'),
        disabled: !up,
        onSelect: () => act({ kind: 'input', program: `${host.id}/mua`, input: { kind: 'fetch', account } }),
      })),
      {
        key: 'read',
        icon: <MailOpen size={ICON} />,
        label: t('menu.read'),
        onSelect: () => open({ kind: 'read', host: host.id }),
      },
    );
  }
  if (host.shell !== null) {
    items.push({
      key: 'terminal',
      icon: <SquareTerminal size={ICON} />,
      label: t('menu.terminal'),
      onSelect: () => {
        openTerminal(host.id);
        document.getElementById('terminals')?.scrollIntoView({ block: 'nearest' });
      },
    });
  }
  items.push({
    key: 'power',
    icon: <Power size={ICON} />,
    label: up ? t('menu.off') : t('menu.on'),
    about: up ? t('menu.offAbout') : '',
    onSelect: () => act({ kind: 'power', host: host.id, up: !up }),
  });
  return items;
}
