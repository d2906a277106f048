/** What can be typed at a host's prompt. */
export interface CommandEntry {
  readonly name: string;
  readonly synopsis: string;
  readonly about: string;
}

/** As `help` lists them: what mail needs comes last, where a short terminal shows it. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'ls', synopsis: 'ls [-laR1] [PATH …]', about: 'list the files of this host' },
  { name: 'cat', synopsis: 'cat [-n] [-A] FILE …', about: 'show what is in files; -A shows line ends' },
  { name: 'cd', synopsis: 'cd [DIRECTORY]', about: 'go to another directory; without one, home' },
  { name: 'pwd', synopsis: 'pwd', about: 'say which directory this is' },
  { name: 'head', synopsis: 'head [-n COUNT] FILE …', about: 'show the first lines of files' },
  { name: 'tail', synopsis: 'tail [-n COUNT] FILE …', about: 'show the last lines of files' },
  { name: 'wc', synopsis: 'wc [-l] [-w] [-c] FILE …', about: 'count lines, words and octets' },
  { name: 'grep', synopsis: 'grep [-inrv] PATTERN FILE …', about: 'show lines that match' },
  { name: 'mkdir', synopsis: 'mkdir [-p] DIRECTORY …', about: 'make directories' },
  { name: 'rmdir', synopsis: 'rmdir DIRECTORY …', about: 'remove empty directories' },
  { name: 'rm', synopsis: 'rm [-r] [-f] FILE …', about: 'remove files' },
  { name: 'mv', synopsis: 'mv FILE … TARGET', about: 'give a file another name or place' },
  { name: 'cp', synopsis: 'cp [-r] FILE … TARGET', about: 'copy files' },
  { name: 'touch', synopsis: 'touch FILE …', about: 'make empty files' },
  { name: 'echo', synopsis: 'echo TEXT [> FILE]', about: 'write a text; >, >> and | send it elsewhere' },
  { name: 'help', synopsis: 'help', about: 'this list' },
  { name: 'history', synopsis: 'history', about: 'list the commands typed so far' },
  { name: 'clear', synopsis: 'clear', about: 'clear the screen' },
  { name: 'mailq', synopsis: 'mailq', about: 'list the letters that wait in the queue of this host' },
  { name: 'postqueue', synopsis: 'postqueue -p | -f', about: 'list the queue, or try all of it now' },
  { name: 'sendmail', synopsis: 'sendmail -bp | -q', about: 'the same, by its older name' },
  {
    name: 'nslookup',
    synopsis: 'nslookup [NAME [SERVER]]',
    about: 'look names up, one or at its own prompt',
  },
  { name: 'dig', synopsis: 'dig [@SERVER] NAME [TYPE]', about: 'look a name up and show the whole answer' },
  { name: 'host', synopsis: 'host [-t TYPE] NAME [SERVER]', about: 'look a name up in the DNS' },
  { name: 'nc', synopsis: 'nc [-C] [-v] HOST PORT', about: 'a bare TCP connection: nothing added' },
  {
    name: 'openssl',
    synopsis: 'openssl s_client -connect HOST:PORT',
    about: 'the same under TLS; -starttls smtp, pop3, imap; -crlf, -quiet, …',
  },
  {
    name: 'telnet',
    synopsis: 'telnet HOST PORT',
    about: 'open a TCP connection and type at it: 25 SMTP, 110 POP3, 143 IMAP',
  },
];

/** Splits a command line into words; quotes keep spaces together. An unfinished quote ends with the line. */
export function splitWords(line: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let inWord = false;
  let quote = '';
  for (const char of line) {
    if (quote !== '') {
      if (char === quote) quote = '';
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      inWord = true;
    } else if (char === ' ' || char === '\t') {
      if (inWord) words.push(word);
      word = '';
      inWord = false;
    } else {
      word += char;
      inWord = true;
    }
  }
  if (inWord) words.push(word);
  return words;
}
