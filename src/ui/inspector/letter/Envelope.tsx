/** The envelope: only what SMTP said, and the postmarks of the relays. */
import { EyeOff, Trash2, Undo2 } from 'lucide-react';
import { type CSSProperties, memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Journey } from '../../../view/journey.ts';
import type { Hop, Letter } from '../../../view/letter.ts';
import { hoverProps, useLit } from '../../store/hooks.ts';
import { useStore } from '../../store/store.ts';
import type { Thing } from '../../store/thing.ts';
import { useHostNames } from '../hosts.ts';
import { inspect } from '../inspect.ts';
import { Heading } from '../parts.tsx';
import { cutAt, plainLine } from '../plain.ts';
import type { Postmark } from './postmark.ts';
import { whereabouts } from './status.ts';

const MOST_RECIPIENTS = 6;
const PATH_LIMIT = 320;

interface Props {
  readonly letter: Letter;
  readonly copy: Hop;
  readonly postmarks: readonly Postmark[];
  readonly journey: Journey | null;
}

export const Envelope = memo(function Envelope({ letter, copy, postmarks, journey }: Props) {
  const { t } = useTranslation('inspector');
  const nameOf = useHostNames();
  const ahead = journey?.stations.find(({ state }) => state === 'ahead');
  const where = whereabouts(copy, ahead !== undefined);
  const host = where === 'to' && ahead !== undefined ? ahead.label : nameOf(copy.host);
  const protocol = copy.with.toUpperCase().startsWith('LMTP') ? 'LMTP' : 'SMTP';
  const more = copy.forwardPaths.length - MOST_RECIPIENTS;
  return (
    <section aria-labelledby="envelope-heading">
      <Heading
        id="envelope-heading"
        aside={
          <span className="whereabouts">
            <span className="mono queue-id" title={plainLine(copy.queueId)}>
              {plainLine(copy.queueId)}
            </span>
            <span>· {t(`envelope.where.${where}`, { host })}</span>
          </span>
        }
      >
        {t('envelope.title', { protocol })}
      </Heading>
      <div className={`envelope ${where}`}>
        <div className="envelope-inside">
          <dl className="mail-from">
            <dt>MAIL FROM</dt>
            <dd>{copy.reversePath === '' ? '<>' : <Path path={copy.reversePath} />}</dd>
            {copy.reversePath === '' && <dd className="aside">{t('envelope.nullPath')}</dd>}
          </dl>
          {postmarks.length === 0 ? (
            <p className="no-postmarks">{t('envelope.noPostmarks')}</p>
          ) : (
            <ul className={`postmarks${arrangement(postmarks.length)}`} aria-label={t('envelope.postmarks')}>
              {postmarks.map((postmark) => (
                <Stamp key={postmark.hop} letter={letter.key} postmark={postmark} />
              ))}
            </ul>
          )}
          <dl className="rcpt-to">
            <dt>RCPT TO</dt>
            {copy.forwardPaths.slice(0, MOST_RECIPIENTS).map((forwardPath) => (
              <dd key={forwardPath}>
                <Path path={forwardPath} />
              </dd>
            ))}
            {more > 0 && <dd className="aside">{t('envelope.more', { count: more })}</dd>}
          </dl>
        </div>
      </div>
      <Fate letter={letter} copy={copy} where={where} />
    </section>
  );
});

/** A mailbox; where it must be broken, then after the @. */
function Path({ path }: { readonly path: string }) {
  const text = plainLine(cutAt(path, PATH_LIMIT).text);
  const at = text.lastIndexOf('@') + 1;
  return (
    <>
      {text.slice(0, at)}
      <wbr />
      {text.slice(at)}
    </>
  );
}

const arrangement = (count: number): string => (count > 4 ? ' rows many' : count > 2 ? ' rows' : '');

/** What became of the envelope itself. */
function Fate({ letter, copy, where }: Pick<Props, 'letter' | 'copy'> & { readonly where: string }) {
  const { t } = useTranslation('inspector');
  const nameOf = useHostNames();
  if (where === 'delivered')
    return (
      <p className="fate">
        <Trash2 size={16} aria-hidden="true" />
        {t('envelope.opened', { host: nameOf(copy.host) })}
      </p>
    );
  if (where !== 'bounced')
    return (
      <p className="fate">
        <EyeOff size={16} aria-hidden="true" />
        {t('envelope.unseen')}
      </p>
    );
  return (
    <p className="fate bounced">
      <Undo2 size={16} aria-hidden="true" />
      {t(letter.notifications.length > 0 ? 'envelope.returned' : 'envelope.returnedSilently')}
    </p>
  );
}

function Stamp({ letter, postmark }: { readonly letter: string; readonly postmark: Postmark }) {
  const { t } = useTranslation('inspector');
  const select = useStore((state) => state.select);
  const thing: Thing = { kind: 'hop', letter, hop: postmark.hop };
  const lit = useLit(thing);
  const { number, host, time, protocol } = postmark;
  const style = { '--turn': `${postmark.turn}deg`, '--shift': `${postmark.shift}px` } as CSSProperties;
  const choose = (): void => {
    select(thing);
    inspect(`received.${number}`);
  };
  return (
    <li>
      <button
        type="button"
        className={`postmark${postmark.newest ? ' newest' : ''}${lit ? ' struck' : ''}`}
        style={style}
        aria-label={t('envelope.postmark', {
          number,
          host: plainLine(host),
          time,
          protocol: plainLine(protocol),
        })}
        onClick={choose}
        {...hoverProps(thing)}
      >
        <svg viewBox="0 0 80 80" aria-hidden="true">
          <circle cx="40" cy="40" r="38" className="ring outer" />
          <circle cx="40" cy="40" r="32.5" className="ring" />
          <Written y={32} room={53}>
            {plainLine(postmark.short)}
          </Written>
          <Written y={44.5} room={58}>
            {time}
          </Written>
          <Written y={57} room={46}>
            {plainLine(protocol)}
          </Written>
        </svg>
      </button>
    </li>
  );
}

/** Width of one character of the stamp's type, and its size. */
const CHARACTER = 5.6;

/** A line of the stamp, squeezed when it would not fit. */
const Written = ({
  y,
  room,
  children,
}: {
  readonly y: number;
  readonly room: number;
  readonly children: string;
}) => (
  <text
    x="40"
    y={y}
    {...(children.length * CHARACTER > room ? { textLength: room, lengthAdjust: 'spacingAndGlyphs' } : {})}
  >
    {children}
  </text>
);
