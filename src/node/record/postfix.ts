/** Starts and stops Postfix instances of our own, each with its configuration and queue in a scratch folder. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Instance {
  readonly config: string;
  readonly log: string;
}

export type Settings = Readonly<Record<string, string>>;

/** The services of Debian's master.cf that a small host needs, none of them in a chroot. */
function masterCf(listen: readonly string[], smtpdOptions: string, more: readonly string[]): string {
  const internal = [
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'relay unix - - n - - smtp',
    'showq unix n - n - - showq',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'local unix - n n - - local',
    'lmtp unix - - n - - lmtp',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
  ];
  return [...listen.map((at) => `${at} inet n - n - - smtpd${smtpdOptions}`), ...internal, ...more, ''].join(
    '\n',
  );
}

function postfix(instance: Instance, command: string): void {
  const { status, stderr } = spawnSync('postfix', ['-c', instance.config, command], { encoding: 'latin1' });
  if (status !== 0) throw new Error(`postfix ${command}: ${stderr}`);
}

export function startPostfix(
  scratch: string,
  name: string,
  settings: Settings,
  files: Settings,
  listen: readonly string[],
  services: readonly string[] = [],
): Instance {
  const root = join(scratch, name);
  const config = join(root, 'etc');
  for (const part of ['etc', 'queue', 'data']) mkdirSync(join(root, part), { recursive: true });
  execFileSync('chown', ['postfix', join(root, 'data')]);
  const log = join(root, 'mail.log');
  const all: Settings = {
    compatibility_level: '3.6',
    queue_directory: join(root, 'queue'),
    data_directory: join(root, 'data'),
    maillog_file: log,
    maillog_file_prefixes: scratch,
    inet_protocols: 'ipv4',
    smtp_dns_support_level: 'disabled',
    smtp_host_lookup: 'native',
    ...settings,
  };
  writeFileSync(
    join(config, 'main.cf'),
    Object.entries(all)
      .map(([key, value]) => `${key} = ${value.replaceAll('%etc', config)}\n`)
      .join(''),
  );
  writeFileSync(join(config, 'master.cf'), masterCf(listen, '', services));
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(join(config, file), text);
    execFileSync(file === 'aliases' ? 'postalias' : 'postmap', ['-c', config, `hash:${join(config, file)}`]);
  }
  const instance = { config, log };
  postfix(instance, 'start');
  return instance;
}

export const stopPostfix = (instance: Instance): void => postfix(instance, 'stop');

/** Changes settings of a running instance; smtpd processes started from now on know them. */
export function changeSettings(instance: Instance, settings: Settings): void {
  const pairs = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  execFileSync('postconf', ['-c', instance.config, ...pairs]);
  postfix(instance, 'reload');
}

/** Gives settings back the value they have in `base`, or else Postfix's own. */
export function resetSettings(instance: Instance, names: readonly string[], base: Settings): void {
  for (const name of names) {
    const value = base[name];
    if (value === undefined) execFileSync('postconf', ['-c', instance.config, '-X', name]);
    else execFileSync('postconf', ['-c', instance.config, `${name}=${value}`]);
  }
  postfix(instance, 'reload');
}

export const logLength = (instance: Instance): number =>
  existsSync(instance.log) ? statSync(instance.log).size : 0;

export const logSince = (instance: Instance, offset: number): string =>
  readFileSync(instance.log, 'latin1').slice(offset);

export const postfixVersion = (): string =>
  execFileSync('postconf', ['-hd', 'mail_version'], { encoding: 'latin1' }).trim();
