/** What a scenario file may say (`posthorn-scenario/1`). Every key is described for authors and editors. */
import * as z from 'zod';

const languages = { en: z.string(), nl: z.string(), de: z.string(), cs: z.string(), hu: z.string() };
const texts = z
  .strictObject({
    en: languages.en,
    nl: languages.nl.optional(),
    de: languages.de.optional(),
    cs: languages.cs.optional(),
    hu: languages.hu.optional(),
  })
  .describe('A text in up to five languages; English is required.');

const ascii = z.string().regex(/^[\x20-\x7e]{1,100}$/, 'expected 1 to 100 ASCII characters');

const smtpDialect = z.enum([
  'postfix2006',
  'postfix3',
  'postfix',
  'sendmail8',
  'sendmail',
  'bizsmtp',
  'exim4',
  'exchange',
  'qmail',
  'pre-esmtp',
]);
const popDialect = z.enum(['dovecot2006', 'dovecot', 'qpopper', 'telenet-pop']);
const names = z.array(z.string()).default([]);

const tls = z
  .enum(['none', 'may', 'encrypt'])
  .default('none')
  .describe('`may` offers STARTTLS, `encrypt` wants it before anything else.');
const mechanisms = names.describe('SASL mechanisms to log in with, as EHLO shows them; none: no AUTH.');

const smtp = z.strictObject({
  tls,
  auth: mechanisms,
  auth_line: z.boolean().default(false).describe('Show AUTH= as well, for clients before 1999.'),
  client_tls: z.enum(['none', 'may', 'encrypt']).default('none').describe('TLS when it sends.'),
  dialect: smtpDialect.default('postfix3'),
  port: z.int().min(1).max(65535).default(25),
  local: names.describe('Domains whose mail ends on this host.'),
  relay_from: names.describe('Client networks (CIDR) that may send anywhere.'),
  relay_domains: names.describe('Domains it passes on for anybody.'),
  size: z.int().min(0).default(20971520),
  check_sender: z.boolean().optional().describe('Refuse senders whose domain is not in the DNS.'),
  next_hop: z
    .record(
      z.string(),
      z.strictObject({ protocol: z.enum(['smtp', 'lmtp', 'qmtp']), host: z.string(), port: z.int() }),
    )
    .default({})
    .describe('Configured next hops by domain, like a transport map.'),
  smarthost: z
    .string()
    .default('')
    .describe('Everything not local goes here; [brackets] mean no MX look-up.'),
  banner: z.string().default('').describe('Own words behind the 220 of the greeting (smtpd_banner).'),
});

const sasl = z.array(z.enum(['PLAIN', 'LOGIN', 'CRAM-MD5']));

const pop = z.strictObject({
  dialect: popDialect.default('dovecot'),
  port: z.int().min(1).max(65535).default(110),
  tls: z
    .enum(['none', 'may', 'required'])
    .default('none')
    .describe('`may` offers STLS, `required` wants it before a login.'),
  plaintext: z
    .boolean()
    .default(true)
    .describe('Take passwords without TLS (`disable_plaintext_auth = no` in Dovecot).'),
  auth: sasl.optional().describe('SASL mechanisms of AUTH; Dovecot has PLAIN when nothing is said.'),
  apop: z.boolean().default(false).describe('Greet with a timestamp and take APOP.'),
  lock: z
    .boolean()
    .optional()
    .describe('One session at a time in a mailbox (`pop3_lock_session`); as the server does it by itself.'),
});

const hostAndPort = z.string().regex(/^[^\s:]+(?::\d{1,5})?$/, 'expected HOST:PORT');

const name = z.string().regex(/^[a-z0-9-]+$/, 'expected lower-case letters, digits and hyphens');

const account = z
  .strictObject({
    address: z.string(),
    name: z.string().default(''),
    submit: hostAndPort.describe('HOST:PORT of the MSA'),
    fetch: hostAndPort.optional().describe('HOST:PORT of the POP3 server'),
    imap: hostAndPort.optional().describe('HOST:PORT of the IMAP server; letters stay there'),
    leave_on_server: z.boolean().default(false).describe('POP3: letters stay on the server.'),
  })
  .refine(
    ({ fetch, imap }) => (fetch === undefined) !== (imap === undefined),
    'expected either fetch or imap: a mail program has its letters from one server',
  );

const host = z.strictObject({
  ip: z.union([z.string(), z.array(z.string()).min(1)], 'expected an address, or a list of them'),
  name: z.string(),
  role: z.string().optional(),
  at: z.string().default('').describe('Domain whose border it stands in on the map.'),
  label: texts.optional(),
  place: z
    .tuple([z.number(), z.number()])
    .describe('Place on the map: x and y in a plane of about 1000 × 700.'),
  down: z.boolean().default(false),
  shell: z
    .union([z.string(), z.literal(false)], 'expected a login name, or false')
    .default('root')
    .describe('Login name of its shell, or false.'),
  smtp: smtp.optional(),
  submission: z
    .strictObject({ port: z.int().default(587), tls, auth: mechanisms })
    .optional()
    .describe('An MSA; with `auth` it takes letters from those alone who log in.'),
  submissions: z
    .strictObject({ port: z.int().default(465), auth: mechanisms })
    .optional()
    .describe('An MSA that speaks TLS from the first octet (RFC 8314).'),
  qmtp: z
    .strictObject({ port: z.int().default(209) })
    .optional()
    .describe('A QMTP service.'),
  lmtp: z.strictObject({ port: z.int().default(24), local: names }).optional(),
  pop: pop.optional(),
  pops: z
    .strictObject({ port: z.int().default(995), dialect: popDialect.optional(), auth: sasl.optional() })
    .optional()
    .describe(
      'POP3 with TLS from the first octet (RFC 8314); it is as `pop` is, where nothing else is said.',
    ),
  imap: z
    .strictObject({
      port: z.int().default(143),
      tls: z.enum(['none', 'may']).default('none').describe('`may` offers STARTTLS.'),
      plaintext: z.boolean().default(true).describe('Passwords may be sent without TLS.'),
      auth: sasl.default(['PLAIN']).describe('SASL mechanisms to log in with.'),
    })
    .optional()
    .describe('An IMAP server for the mailboxes of this host.'),
  imaps: z
    .strictObject({ port: z.int().default(993), auth: sasl.default(['PLAIN']) })
    .optional()
    .describe('An IMAP server that speaks TLS from the first octet (RFC 8314).'),
  quota: z.int().min(0).default(0).describe('Octets one user may keep here; 0: no limit.'),
  disk: z.int().min(0).default(0).describe('Octets all mailboxes together may have; 0: no limit.'),
  mailboxes: z
    .enum(['mbox', 'maildir'])
    .optional()
    .describe('How the mailboxes look as files; unless said, Maildir beside IMAP or qmail, else mbox.'),
  files: z
    .record(z.string().regex(/^(?:\/[^/\x00]+)+$/, 'expected an absolute path'), z.string())
    .default({})
    .describe('Further files of the host: path → text.'),
  aliases: z.record(z.string(), z.array(z.string())).default({}),
  mua: z.array(account).optional(),
  zones: names.describe('Zones this host is the name server of; "." is the root.'),
  resolver: z
    .union([z.boolean(), z.strictObject({ roots: z.array(z.string()).min(1) })], 'expected true, or roots')
    .default(false)
    .describe(
      'A caching resolver for the other hosts. true: it knows beforehand which host has which zone. ' +
        'roots: it knows these hosts as root servers, and finds the rest itself.',
    ),
  client_limit: z.int().min(0).default(0).describe('SMTP connections one client may have; 0: no limit.'),
  client_names: z.record(z.string(), z.string()).default({}).describe('Names of client addresses.'),
  hosts: z.record(z.string(), z.string()).default({}).describe('/etc/hosts: name → address.'),
});

export const scenarioSchema = z.strictObject({
  format: z.literal('posthorn-scenario/1'),
  id: name,
  extends: z.string().optional().describe('Another scenario; what this file says goes on top of it.'),
  text: texts,
  about: texts.optional(),
  seed: z.int().default(1),
  clock: z.string().describe('When it begins, RFC 3339: 2006-02-01T12:52:00+01:00'),
  zone: z.string().optional().describe('Abbreviation of the time zone, e.g. CET'),
  age: z.enum(['2006', 'today']).default('today'),
  hosts: z.record(name, host),
  accounts: z.array(z.strictObject({ address: z.string(), password: z.string() })).default([]),
  dns: z
    .record(z.string(), z.union([z.array(z.string()), z.string()], 'expected lines, or a file'))
    .default({})
    .describe('Zone → lines of its zone file (or the name of a zone file); host addresses are added.'),
  links: z
    .array(
      z.strictObject({
        between: z.tuple([z.string(), z.string()]),
        latency: z.int().min(0).default(40).describe('milliseconds one way'),
        octets_per_second: z.number().min(1).optional(),
        loss: z.number().min(0).max(0.99).optional(),
        label: z.string().default(''),
        down: z.boolean().default(false),
        hidden: z.boolean().default(false).describe('Not drawn until something travels on it.'),
        alters: z
          .array(
            z
              .strictObject({ find: ascii, put: ascii })
              .refine(({ find, put }) => find.length === put.length, 'find and put must be equally long'),
          )
          .default([])
          .describe('What somebody on the link changes in all that TCP carries over it.'),
      }),
    )
    .default([]),
  latency: z.int().min(0).default(60).describe('Between hosts that no link joins, milliseconds.'),
});

export type ScenarioFile = z.infer<typeof scenarioSchema>;
export type HostFile = ScenarioFile['hosts'][string];

/** Domains whose mail ends on this host. */
export const domainsOf = (host: HostFile): readonly string[] => [
  ...(host.smtp?.local ?? []),
  ...(host.lmtp?.local ?? []),
];

export const addressesOf = (host: HostFile): readonly string[] =>
  typeof host.ip === 'string' ? [host.ip] : host.ip;
