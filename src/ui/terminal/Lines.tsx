/** The terminal as a log and an input field: for phones, screen readers, and whoever likes it better. */
import { CornerDownLeft } from 'lucide-react';
import type { ClipboardEvent, FormEvent, KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostId } from '../../sim/types.ts';
import { EMPTY_LINE, type LineState } from '../../shell/line-editor.ts';
import { LineLog } from './LineLog.tsx';
import { pressKeys, useSessions } from './session.ts';

export function Lines({ host, name }: { readonly host: HostId; readonly name: string }) {
  const { t } = useTranslation('terminal');
  const line = useSessions((state) => state.lines[host] ?? EMPTY_LINE);
  const setLine = useSessions((state) => state.setLine);
  const keep = (text: string): void => {
    const next: LineState = { ...line, text, cursor: text.length };
    setLine(host, next);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    pressKeys(host, [{ kind: 'enter' }]);
  };
  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    const key = event.ctrlKey ? { c: '^C', d: '^D', ']': '^]' }[event.key] : undefined;
    const selected = event.currentTarget.selectionStart !== event.currentTarget.selectionEnd;
    if (key !== undefined && !(key === '^C' && selected)) {
      event.preventDefault();
      pressKeys(host, [{ kind: 'control', key: key as '^C' | '^D' | '^]' }]);
    }
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      pressKeys(host, [{ kind: event.key === 'ArrowUp' ? 'up' : 'down' }]);
    }
  };
  const paste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData('text');
    if (!/[\r\n]/.test(text)) return;
    event.preventDefault();
    pressKeys(host, [{ kind: 'text', text }]);
  };
  return (
    <div className="lines">
      <LineLog host={host} name={name} hidden={false} />
      <form className="line-form" onSubmit={submit}>
        <input
          value={line.text}
          aria-label={t('input', { name })}
          placeholder={t('placeholder')}
          autoCapitalize="off"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          onChange={(event) => keep(event.currentTarget.value)}
          onKeyDown={press}
          onPaste={paste}
        />
        <button type="submit" className="button primary">
          <CornerDownLeft size={16} aria-hidden="true" />
          {t('send')}
        </button>
      </form>
    </div>
  );
}
