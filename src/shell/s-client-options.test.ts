import { describe, expect, test } from 'vitest';
import { openServers, serversOf, typedAt } from './s-client.testing.ts';
import { parseSClient } from './s-client-options.ts';

const opened = () => openServers(serversOf(), []);

describe('the command line', () => {
  const options = (line: string) => {
    const parsed = parseSClient(line.split(' '));
    return parsed.kind === 'run' ? parsed.options : parsed.text;
  };

  test.each([
    ['neo', { host: 'neo', port: 4433 }],
    ['-connect neo:smtp', { host: 'neo', port: 25 }],
    ['-connect neo:imaps', { host: 'neo', port: 993 }],
    ['-connect :25', { host: 'localhost', port: 25 }],
    ['-connect [2001:db8::1]:25', { host: '2001:db8::1', port: 25 }],
    ['-host neo -port 25', { host: 'neo', port: 25 }],
    ['--connect neo:25 -quiet', { host: 'neo', port: 25, quiet: true, ignoresEof: true, brief: false }],
    ['-connect neo:25 -brief', { quiet: true, ignoresEof: false, verifyQuiet: true }],
  ])('%s', (line, expected) => {
    expect(options(line)).toMatchObject(expected);
  });

  test.each([
    ['-connect', 's_client: Option -connect needs a value\ns_client: Use -help for summary.\n'],
    ['-connect 2001:db8::1:25', 's_client: -connect argument or target parameter malformed or ambiguous\n'],
    ['-tls1_2 -tls1_3 -connect neo:25', 'Cannot supply multiple protocol flags\n'],
    [
      '-connect neo:25 neo:25',
      's_client: cannot provide both -connect option and target parameter\ns_client: Use -help for summary.\n',
    ],
    ['-starttls ftp -connect neo:21', 's_client: -starttls ftp: no such servers here\n'],
  ])('%s', (line, expected) => {
    expect(options(line)).toBe(expected);
  });

  test('other commands of openssl, and the summary', () => {
    expect(typedAt(opened(), 'openssl x509')).toBe('Invalid command \'x509\'; type "help" for a list.\n');
    expect(typedAt(opened(), 'openssl s_client -help')).toMatch(
      /^Usage: s_client \[options\] \[host:port\]\n/,
    );
  });
});
