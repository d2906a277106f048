/** A row of the log in the reader's language. */
import type { TFunction } from 'i18next';
import type { HostId } from '../../../sim/types.ts';
import type { Description } from '../../../view/description.ts';
import { clockText } from '../../transport/clock-text.ts';
import { plainLine } from '../plain.ts';

/** Values that name a host of the stage, whatever the row is about. */
const HOSTS: readonly string[] = ['host', 'client', 'server', 'a', 'b'];
/** Rows about letters name their recipients `to`; those about the wire name a host. */
const TO_HOST: readonly string[] = ['connection', 'exchange', 'content', 'dns', 'inner'];
const INSTANTS: readonly string[] = ['retryAt'];

/** With the host it happened on, which most sentences begin with. */
export type Described = Description & { readonly host: HostId };

export function sentence(t: TFunction<'inspector'>, row: Described, nameOf: (id: string) => string): string {
  const values: Record<string, string | number> = { host: plainLine(nameOf(row.host)) };
  for (const [name, value] of Object.entries(row.i18n.values)) {
    const isHost = HOSTS.includes(name) || (name === 'to' && TO_HOST.includes(row.kind));
    if (isHost) values[name] = plainLine(nameOf(String(value)));
    else if (INSTANTS.includes(name)) values[name] = clockText(Number(value));
    else values[name] = typeof value === 'string' ? plainLine(value) : value;
  }
  return t(`log.${row.i18n.key}`, values);
}
