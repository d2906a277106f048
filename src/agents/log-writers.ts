/** How a line of a mail log begins: with syslog's stamp, or with Exim's own. Whatever a client said stays on the line. */
import { civilTime, clockTime, syslogDate } from '../base/time.ts';
import type { ProgramEffect, StepContext } from '../sim/types.ts';

const record = (effects: ProgramEffect[], text: string): void => {
  effects.push({ kind: 'record', fact: { kind: 'logged', text } });
};

/** Process ids of a host: the same in every replay, and each connection has its own. */
export const pidOf = (role: number, serial: number): number => 800 + ((role * 7 + serial * 11) % 31_000);

const CONTROL = /[\x00-\x1f\x7f]/;

/** One line as syslog writes it. */
export function syslogLine(
  effects: ProgramEffect[],
  hostname: string,
  daemon: string,
  pid: number,
  text: string,
  at: StepContext,
): void {
  const dot = hostname.indexOf('.');
  const host = dot < 0 ? hostname : hostname.slice(0, dot);
  const line = `${syslogDate(at.clock, at.now)} ${host} ${daemon}[${pid}]: ${text}`;
  record(effects, CONTROL.test(line) ? line.replace(/[\x00-\x1f\x7f]/g, '?') : line);
}

const two = (n: number): string => (n < 10 ? `0${n}` : String(n));

/** One line of Exim's mainlog, which keeps tabs. */
export function eximLine(effects: ProgramEffect[], text: string, at: StepContext): void {
  const { year, month, day } = civilTime(at.clock, at.now);
  const clean = text.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, '?');
  record(effects, `${year}-${two(month)}-${two(day)} ${clockTime(at.clock, at.now)} ${clean}`);
}
