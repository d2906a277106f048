/** Which of the mail program's dialogs is open, and the letters begun and not sent. */
import { create } from 'zustand';
import type { HostId } from '../../sim/types.ts';

export type Desk =
  | { readonly kind: 'write'; readonly host: HostId }
  | { readonly kind: 'read'; readonly host: HostId };

interface MailDesk {
  readonly desk: Desk | null;
  /** What stands in the form of a letter, by stage and host: who leaves it with Escape finds it again. */
  readonly drafts: Readonly<Record<string, Draft>>;
  open(desk: Desk): void;
  close(): void;
  keepDraft(key: string, draft: Draft): void;
}

/** By the names of the form's fields. */
export type Draft = Readonly<Record<string, string>>;

export const NO_DRAFT: Draft = {};

export const useMailDesk = create<MailDesk>()((set) => ({
  desk: null,
  drafts: {},
  open: (desk) => set({ desk }),
  close: () => set({ desk: null }),
  keepDraft: (key, draft) => set(({ drafts }) => ({ drafts: { ...drafts, [key]: draft } })),
}));
