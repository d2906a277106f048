/** SMTP under TLS, typed at `openssl s_client`: the session, and the letter R that ends one. */
import { expect, test } from '@playwright/test';
import { Posthorn } from './posthorn.ts';

const START = 'openssl s_client -starttls smtp -connect neo:25 -crlf';

test('EHLO under STARTTLS; without -quiet a line that begins with R is the end', async ({ page }) => {
  const posthorn = new Posthorn(page);
  await posthorn.open('?scenario=firma1');
  await posthorn.fast();
  await posthorn.typeAll([`${START} -quiet`, 'EHLO pc.firma1.intr', 'RSET', 'QUIT']);
  await posthorn.expectInOrder('pc', [
    "Can't use SSL_get_servername",
    'depth=0 CN = neo.firma1.intr',
    'verify error:num=18:self-signed certificate',
    '250-PIPELINING',
    'RSET',
    '250 2.0.0 Ok',
    '221 2.0.0 Bye',
  ]);
  await posthorn.typeAll([START, 'EHLO pc.firma1.intr', 'RCPT TO:<anna@firma1.intr>', 'help']);
  await posthorn.expectInOrder('pc', [
    'CONNECTED(00000003)',
    'New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384',
    'Verify return code: 18 (self-signed certificate)',
    '250-PIPELINING',
    'RCPT TO:<anna@firma1.intr>',
    'RENEGOTIATING',
    /:error:0A00010A:SSL routines:can_renegotiate:wrong ssl version:/,
    /^jura@pc:~\$ help$/,
    /^openssl s_client -connect HOST:PORT /,
  ]);
  const typed = await page.evaluate(() => {
    const { history } = window.posthorn.store.getState();
    return history!.log.flatMap(({ what }) =>
      what.kind === 'segment' && what.side === 'client' ? [what.octets] : [],
    );
  });
  expect(typed.join('')).toContain('STARTTLS\r\n');
  expect(typed.join('')).not.toContain('pc.firma1.intr');
  expect(posthorn.errors).toEqual([]);
});
