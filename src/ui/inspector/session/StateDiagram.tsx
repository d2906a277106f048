/** The state machine of a session, drawn from the table its server runs on. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionDiagram } from '../../../view/diagram.ts';
import type { Session } from '../../../view/sessions.ts';
import { type Arrow, layOut, LINE, type Node } from './diagram-layout.ts';
import { edgeKey, type Visits, visitsOf } from './visits.ts';

interface Props {
  readonly diagram: SessionDiagram;
  readonly session: Session;
}

const SIGNS = ['plain', 'been', 'latest'] as const;

/** What is no command but leads on all the same has a name in words. */
function useVerb(events: readonly string[]): (verb: string) => string {
  const { t } = useTranslation('inspector');
  return (verb) => (events.includes(verb) ? t(`session.edge.${verb}`) : verb);
}

export function StateDiagram({ diagram, session }: Props) {
  const { t } = useTranslation('inspector');
  const layout = useMemo(() => layOut(diagram), [diagram]);
  const visits = useMemo(() => visitsOf(session, diagram), [session, diagram]);
  const name = diagram.protocol.toUpperCase();
  return (
    <figure className="diagram">
      <svg
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        role="img"
        aria-label={`${t('session.diagram', { protocol: name })}. ${t('session.stateNow', { state: visits.now })}`}
      >
        <defs>
          {SIGNS.map((kind) => (
            <marker
              key={kind}
              id={`head-${kind}`}
              className={`head ${kind}`}
              viewBox="0 0 8 8"
              refX="7.5"
              refY="4"
              markerWidth="8"
              markerHeight="8"
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path d="M0 0.5 8 4 0 7.5Z" />
            </marker>
          ))}
        </defs>
        {drawingOrder(layout.arrows, visits).map((arrow) => (
          <ArrowLine key={edgeKey(arrow.edge)} arrow={arrow} visits={visits} />
        ))}
        {layout.nodes.map((node) => (
          <StateBox key={`${node.kind} ${node.state}`} node={node} visits={visits} />
        ))}
        {layout.arrows.map((arrow) => (
          <ArrowLabel key={edgeKey(arrow.edge)} arrow={arrow} visits={visits} events={diagram.events} />
        ))}
      </svg>
      <figcaption>
        {t('session.diagramHelp')}
        {diagram.events.includes('SERVER') && (
          <>
            {' '}
            <em>{t('session.edge.SERVER')}</em>: {t('session.serverEnds')}
          </>
        )}
      </figcaption>
      <DiagramTable diagram={diagram} visits={visits} />
    </figure>
  );
}

function signOf(arrow: Arrow, visits: Visits): (typeof SIGNS)[number] {
  const key = edgeKey(arrow.edge);
  if (key === visits.latest) return 'latest';
  return visits.edges.has(key) ? 'been' : 'plain';
}

/** What was taken lies over what was not. */
const drawingOrder = (arrows: readonly Arrow[], visits: Visits): readonly Arrow[] =>
  arrows.toSorted((a, b) => SIGNS.indexOf(signOf(a, visits)) - SIGNS.indexOf(signOf(b, visits)));

function ArrowLine({ arrow, visits }: { readonly arrow: Arrow; readonly visits: Visits }) {
  const sign = signOf(arrow, visits);
  const stub = sign === 'plain' ? arrow.stub : null;
  if (stub !== null) return <path d={stub} className="arrow plain" />;
  return <path d={arrow.path} className={`arrow ${sign}`} markerEnd={`url(#head-${sign})`} />;
}

interface LabelProps {
  readonly arrow: Arrow;
  readonly visits: Visits;
  readonly events: readonly string[];
}

function ArrowLabel({ arrow, visits, events }: LabelProps) {
  const verb = useVerb(events);
  const { lines, x, y, anchor } = arrow.label;
  return (
    <text x={x} y={y} textAnchor={anchor} className={`verbs ${signOf(arrow, visits)}`}>
      {lines.map((line, index) => (
        <tspan key={line.join(' ')} x={x} dy={index === 0 ? 0 : LINE}>
          {line.map((word, at) => (
            <tspan key={word} className={events.includes(word) ? 'event' : undefined}>
              {at === 0 ? '' : ' '}
              {verb(word)}
            </tspan>
          ))}
        </tspan>
      ))}
    </text>
  );
}

/** A longer name is set smaller, and clear of the loop in the corner. */
const LONGEST_NAME = 13;
const LONG_SHIFT = 6;

function StateBox({ node, visits }: { readonly node: Node; readonly visits: Visits }) {
  const { t } = useTranslation('inspector');
  const { state, kind, x, y, width, height, loop, like } = node;
  const here = visits.now === state && (kind === 'state' || (kind === 'end') === visits.over);
  const been = kind === 'start' || (kind === 'end' ? visits.over : visits.states.has(state));
  const middle = x + width / 2;
  const isLong = state.length > LONGEST_NAME;
  const top = kind === 'state' ? y + 17 : y + height / 2 + 4.5;
  return (
    <g className={`state ${kind}${here ? ' here' : been ? ' been' : ''}`}>
      <rect x={x} y={y} width={width} height={height} rx={kind === 'state' ? 8 : 12} />
      {kind === 'end' && (
        <rect x={x + 3} y={y + 3} width={width - 6} height={height - 6} rx={9} className="inner" />
      )}
      <text
        x={isLong ? middle + LONG_SHIFT : middle}
        y={top}
        className={isLong ? 'state-name long' : 'state-name'}
      >
        {state}
      </text>
      {like !== null && (
        <text x={middle} y={y + 29} className="verbs loop-verbs like">
          {t('session.like', { state: like })}
        </text>
      )}
      {(loop.length > 0 || like !== null) && (
        <path d={`M${x + 12} ${y + 12}a4 4 0 1 1 -1 -4.4m1.2 -2.6v3.2h-3.2`} className="loop" />
      )}
      {loop.map((line, index) => (
        <text
          key={line}
          x={middle}
          y={y + 29 + (index + (like === null ? 0 : 1)) * LINE}
          className="verbs loop-verbs"
        >
          {line}
        </text>
      ))}
    </g>
  );
}

/** The same for those who cannot see it, or would rather read. */
function DiagramTable({ diagram, visits }: { readonly diagram: SessionDiagram; readonly visits: Visits }) {
  const { t } = useTranslation('inspector');
  const { edges, events } = diagram;
  const verb = useVerb(events);
  return (
    <details className="as-table">
      <summary>{t('session.asTable')}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('session.from')}</th>
            <th scope="col">{t('session.said')}</th>
            <th scope="col">{t('session.leadsTo')}</th>
          </tr>
        </thead>
        <tbody>
          {edges.map((edge) => {
            const key = edgeKey(edge);
            const sign =
              key === visits.latest ? t('session.now') : visits.edges.has(key) ? t('session.been') : '';
            return (
              <tr key={key} className={sign === '' ? undefined : 'been'}>
                <td>{edge.from}</td>
                <td>{edge.verbs.map(verb).join(', ')}</td>
                <td>
                  {edge.to} {sign !== '' && <em>({sign})</em>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}
