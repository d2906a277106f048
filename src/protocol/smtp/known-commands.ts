/** Which commands of the table a server has, by its dialect and its configuration. */
import type { SmtpCommand } from './commands.ts';
import { SMTP_COMMANDS, smtpCommand } from './commands.ts';
import type { Offer } from './dialects/dialect.ts';
import { DIALECTS } from './dialects/dialect.ts';
import { supports } from './extensions.ts';
import type { SmtpServerConfig } from './types.ts';

interface Configured {
  readonly config: SmtpServerConfig;
}

/** The table's command, if the dialect knows it: those of extensions it does not have are unknown to it. */
export function commandOf({ config }: Configured, verb: string): SmtpCommand | undefined {
  const { dialect, variant } = config;
  const command = smtpCommand(verb, variant);
  const { offers, notImplemented, prohibits, esmtp, helps } = DIALECTS[dialect];
  if ((verb === 'EHLO' && !esmtp) || (verb === 'HELP' && !helps)) return undefined;
  const extension = command && EXTENSION_OF[command.verb];
  if (extension === undefined) return command;
  const known = offers.includes(extension) || [...notImplemented, ...prohibits].some((name) => name === verb);
  return known ? command : undefined;
}

export const EXTENSION_OF: Partial<Record<string, Offer>> = {
  STARTTLS: 'STARTTLS',
  AUTH: 'AUTH',
  BDAT: 'CHUNKING',
  EXPN: 'EXPN',
  ETRN: 'ETRN',
};

/** Verbs of the table that this server refuses whenever they come: it does not have them, or has them switched off. */
export function lackedVerbs(config: SmtpServerConfig): readonly string[] {
  return SMTP_COMMANDS.filter(({ variants }) => variants.includes(config.variant))
    .filter(({ verb }) => commandOf({ config }, verb) === undefined || isRefused(config, verb))
    .map(({ verb }) => verb);
}

/** Switched off here, or for everybody by the server's packager (RFC 5321 §7.3). */
export const isOff = ({ config }: Configured, command: 'VRFY' | 'EXPN'): boolean =>
  config.without.includes(command) || DIALECTS[config.dialect].prohibits.includes(command);

function isRefused(config: SmtpServerConfig, verb: string): boolean {
  const { asOffered, offers, notImplemented, prohibits, replies } = DIALECTS[config.dialect];
  const extension = EXTENSION_OF[verb];
  switch (verb) {
    case 'VRFY': {
      // Some say 252, which is no refusal (RFC 5321 §3.5.3).
      const said = replies.R502VrfyDisabled;
      return isOff({ config }, verb) && (typeof said === 'string' || (said.code ?? 502) >= 500);
    }
    case 'BDAT':
      // Where it is not offered, some take it all the same.
      return asOffered ? !supports({ config }, 'CHUNKING') : !offers.includes('CHUNKING');
    case 'ETRN':
      return prohibits.includes(verb) || !offers.includes(verb);
    case 'EXPN':
      return isOff({ config }, verb) || !offers.includes(verb);
    default:
      if (extension !== undefined) return !supports({ config }, extension);
      return notImplemented.some((name) => name === verb);
  }
}
