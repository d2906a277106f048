/** `mm:ss.mmm`, with hours when there are any. */
export function clockText(now: number): string {
  const ms = Math.max(0, Math.floor(now));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(ms / 3_600_000);
  const rest = `${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
  return hours === 0 ? rest : `${hours}:${rest}`;
}
