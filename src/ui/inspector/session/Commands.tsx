/** What may be said in this state, with its syntax and clause; what may not, paler and with a word why. */
import { useTranslation } from 'react-i18next';
import {
  allowedNow,
  type DiagramCommand,
  type DiagramProtocol,
  sessionDiagram,
} from '../../../view/diagram.ts';
import { Heading } from '../parts.tsx';

interface Props {
  readonly protocol: DiagramProtocol;
  readonly state: string;
  /** Nothing can be said on a connection that is not open. */
  readonly open: boolean;
}

export function Commands({ protocol, state, open }: Props) {
  const { t } = useTranslation('inspector');
  const allowed = open ? allowedNow(protocol, state) : [];
  return (
    <section aria-labelledby="commands-heading">
      <Heading id="commands-heading">{t('session.commands')}</Heading>
      {!open && <p className="field-note">{t('session.notOpen')}</p>}
      <ul className="commands">
        {allowed.map((command) => (
          <li key={command.verb} className="command">
            <Syntax command={command} />
            <span className="clause">{command.clause}</span>
          </li>
        ))}
        {others(protocol, allowed).map(({ command, states }) => (
          <li key={command.verb} className="command not-now">
            <Syntax command={command} />
            <span className="clause">{command.clause}</span>
            <span className="not-now-why">
              {t('session.notNow')}: {t('session.onlyIn', { states: states.join(', ') })}
            </span>
          </li>
        ))}
      </ul>
    </section>
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

/** Commands of the protocol that are not in `allowed`, with the states they belong in. */
function others(protocol: DiagramProtocol, allowed: readonly DiagramCommand[]): readonly Elsewhere[] {
  const here = new Set(allowed.map(({ verb }) => verb));
  const found = new Map<string, { command: DiagramCommand; states: string[] }>();
  for (const state of sessionDiagram(protocol).states) {
    for (const command of allowedNow(protocol, state)) {
      if (here.has(command.verb)) continue;
      const known = found.get(command.verb);
      if (known) known.states.push(state);
      else found.set(command.verb, { command, states: [state] });
    }
  }
  return [...found.values()];
}
