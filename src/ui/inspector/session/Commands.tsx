/** What may be said in this state, with its syntax and clause; what may not, paler and with a word why. */
import { useTranslation } from 'react-i18next';
import { allowedNow, type DiagramCommand, type SessionDiagram } from '../../../view/diagram.ts';
import { Heading } from '../parts.tsx';

interface Props {
  readonly diagram: SessionDiagram;
  readonly state: string;
  /** Nothing can be said on a connection that is not open. */
  readonly open: boolean;
  /** Verbs that this server does not have. */
  readonly lacking: readonly string[];
}

/** More commands than this are folded up by the states they belong in. */
const MOST_AT_ONCE = 20;

export function Commands({ diagram, state, open, lacking }: Props) {
  const { t } = useTranslation('inspector');
  const isHere = ({ verb }: DiagramCommand): boolean => !lacking.includes(verb);
  const groups = groupsOf(diagram);
  const lacked = groups.flatMap(({ commands }) => commands).filter((command) => !isHere(command));
  const allowed = open ? allowedNow(diagram.protocol, state) : [];
  const isLong = groups.reduce((sum, { commands }) => sum + commands.length, 0) > MOST_AT_ONCE;
  return (
    <section aria-labelledby="commands-heading">
      <Heading id="commands-heading">{t('session.commands')}</Heading>
      {!open && <p className="field-note">{t('session.notOpen')}</p>}
      {isLong ? (
        <Groups
          groups={groups
            .map((group) => ({ ...group, commands: group.commands.filter(isHere) }))
            .filter(({ commands }) => commands.length > 0)}
          state={open ? state : ''}
        />
      ) : (
        <Rows
          allowed={allowed.filter(isHere)}
          others={others(diagram, allowed).filter(({ command }) => isHere(command))}
        />
      )}
      <Lacked commands={lacked} />
    </section>
  );
}

/** What the protocol has and this server has not: whoever types it is refused. */
function Lacked({ commands }: { readonly commands: readonly DiagramCommand[] }) {
  const { t } = useTranslation('inspector');
  if (commands.length === 0) return null;
  return (
    <ul className="commands">
      {commands.map((command) => (
        <NotNow key={command.verb} command={command} why={t('session.lacked')} />
      ))}
    </ul>
  );
}

function NotNow({ command, why }: { readonly command: DiagramCommand; readonly why: string }) {
  return (
    <li className="command not-now">
      <Syntax command={command} />
      <span className="clause">{command.clause}</span>
      <span className="not-now-why">{why}</span>
    </li>
  );
}

function Rows({
  allowed,
  others: elsewhere,
}: {
  readonly allowed: readonly DiagramCommand[];
  readonly others: readonly Elsewhere[];
}) {
  const { t } = useTranslation('inspector');
  return (
    <ul className="commands">
      {allowed.map((command) => (
        <li key={command.verb} className="command">
          <Syntax command={command} />
          <span className="clause">{command.clause}</span>
        </li>
      ))}
      {elsewhere.map(({ command, states }) => (
        <NotNow
          key={command.verb}
          command={command}
          why={`${t('session.notNow')}: ${t('session.onlyIn', { states: states.join(', ') })}`}
        />
      ))}
    </ul>
  );
}

/** The group that belongs to this state most of all stands open. */
function Groups({ groups, state }: { readonly groups: readonly Group[]; readonly state: string }) {
  const { t } = useTranslation('inspector');
  const here = groups.filter(({ states }) => states.includes(state));
  const narrowest = Math.min(...here.map(({ states }) => states.length));
  const others = groups.filter((group) => !here.includes(group));
  return (
    <div className="command-groups">
      {[...here, ...others].map((group) => {
        const now = here.includes(group);
        const own = now && group.states.length === narrowest;
        return (
          // The key changes with the state: what stands open is the state's to say again.
          <details key={`${group.states.join(' ')} ${own}`} open={own} className={now ? '' : 'not-now'}>
            <summary>
              <span className="group-states">
                {now ? group.states.join(', ') : `${t('session.notNow')}: ${group.states.join(', ')}`}
              </span>
              <code>{group.commands.map(({ verb }) => verb).join(' ')}</code>
            </summary>
            <ul className="commands">
              {group.commands.map((command) => (
                <li key={command.verb} className={now ? 'command' : 'command not-now'}>
                  <Syntax command={command} />
                  <span className="clause">{command.clause}</span>
                </li>
              ))}
            </ul>
          </details>
        );
      })}
    </div>
  );
}

/** The final dot is no command: it needs a word to be seen at all. */
function Syntax({ command: { verb, syntax } }: { readonly command: DiagramCommand }) {
  const { t } = useTranslation('inspector');
  if (verb !== 'END-OF-DATA') return <code>{syntax}</code>;
  return (
    <span>
      <code>{syntax}</code> {t('session.edge.END-OF-DATA')}
    </span>
  );
}

interface Elsewhere {
  readonly command: DiagramCommand;
  readonly states: readonly string[];
}

/** Commands of the protocol that are not in `allowed`, with those of this server's states that they belong in. */
function others(
  { protocol, states }: SessionDiagram,
  allowed: readonly DiagramCommand[],
): readonly Elsewhere[] {
  const here = new Set(allowed.map(({ verb }) => verb));
  const found = new Map<string, { command: DiagramCommand; states: string[] }>();
  for (const state of states) {
    for (const command of allowedNow(protocol, state)) {
      if (here.has(command.verb)) continue;
      const known = found.get(command.verb);
      if (known) known.states.push(state);
      else found.set(command.verb, { command, states: [state] });
    }
  }
  return [...found.values()];
}

interface Group {
  readonly states: readonly string[];
  readonly commands: readonly DiagramCommand[];
}

/** All commands of the protocol by the states they may be given in. */
function groupsOf(diagram: SessionDiagram): readonly Group[] {
  const found = new Map<string, { states: readonly string[]; commands: DiagramCommand[] }>();
  for (const { command, states } of others(diagram, [])) {
    const key = states.join(' ');
    const group = found.get(key) ?? { states, commands: [] };
    group.commands.push(command);
    found.set(key, group);
  }
  return [...found.values()];
}
