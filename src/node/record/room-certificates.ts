/** Certificates for a room: an authority of its own and servers it vouches for, well and badly. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

const openssl = (...words: string[]): void => {
  execFileSync('openssl', words, { stdio: 'ignore' });
};

/** Makes files under `root`; `from` and `until` are times as `openssl ca` writes them, `YYMMDDHHMMSSZ`. */
function signed(root: string, name: string, host: string, from: string, until: string): Certificate {
  const at = (ending: string) => join(root, `${name}.${ending}`);
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    at('key'),
    '-out',
    at('csr'),
    '-subj',
    `/CN=${host}`,
  );
  const extensions = at('ext');
  writeFileSync(extensions, `subjectAltName = DNS:${host}\n`);
  const ca = ['ca', '-batch', '-config', join(root, 'ca.cnf'), '-notext', '-extfile', extensions];
  openssl(...ca, '-in', at('csr'), '-out', at('crt'), '-startdate', from, '-enddate', until);
  return { key: at('key'), certificate: at('crt') };
}

const CA_CNF = (root: string): string => `[ca]
default_ca = room
[room]
database = ${root}/index
serial = ${root}/serial
new_certs_dir = ${root}
certificate = ${root}/ca.crt
private_key = ${root}/ca.key
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
`;

export interface Certificates {
  readonly authority: string;
  readonly good: Certificate;
  readonly expired: Certificate;
  readonly early: Certificate;
  readonly other: Certificate;
  readonly own: Certificate;
}

/** `good`, `expired` and `early` are for `host`, `other` for another name; `own` vouches for itself. */
export function makeCertificates(scratch: string, host: string, otherHost: string): Certificates {
  const root = join(scratch, 'certificates');
  mkdirSync(root);
  writeFileSync(join(root, 'index'), '');
  writeFileSync(join(root, 'serial'), '1001\n');
  writeFileSync(join(root, 'ca.cnf'), CA_CNF(root));
  const authority = join(root, 'ca.crt');
  const self = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650'];
  openssl(...self, '-keyout', join(root, 'ca.key'), '-out', authority, '-subj', '/O=Example/CN=Example CA');
  const own = { key: join(root, 'own.key'), certificate: join(root, 'own.crt') };
  openssl(...self, '-keyout', own.key, '-out', own.certificate, '-subj', `/CN=${host}`);
  return {
    authority,
    own,
    good: signed(root, 'good', host, '250101000000Z', '491231235959Z'),
    expired: signed(root, 'expired', host, '240101000000Z', '241231235959Z'),
    early: signed(root, 'early', host, '480101000000Z', '491231235959Z'),
    other: signed(root, 'other', otherHost, '250101000000Z', '491231235959Z'),
  };
}

/** A key and the certificate for it in one file, as Postfix takes them. */
export function bundled({ key, certificate }: Certificate, file: string): string {
  writeFileSync(file, readFileSync(key, 'latin1') + readFileSync(certificate, 'latin1'), { mode: 0o600 });
  return file;
}
