/** Progress as a file: saved by the student, carried elsewhere, read again. */
import { writeProgress } from '../../lesson/progress.ts';
import { useProgress } from './progress-desk.ts';

/** A file larger than this is no progress file; it is not even read. */
export const LARGEST_FILE = 8_000_000;

export function saveFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function saveProgressFile(): void {
  const { progress } = useProgress.getState();
  const who = progress.student
    .normalize('NFKD')
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();
  saveFile(`posthorn-progress${who === '' ? '' : `-${who}`}.json`, writeProgress(progress));
}

export type TakenIn = { readonly kind: 'done' } | { readonly kind: 'large' | 'unreadable' } | Bad;
interface Bad {
  readonly kind: 'bad';
  readonly why: string;
}

/** Merges a file into the progress: the better score wins. A file that cannot be used changes nothing. */
export async function takeInFile(file: File): Promise<TakenIn> {
  if (file.size > LARGEST_FILE) return { kind: 'large' };
  try {
    const why = useProgress.getState().takeIn(await file.text());
    return why === null ? { kind: 'done' } : { kind: 'bad', why };
  } catch {
    return { kind: 'unreadable' };
  }
}
