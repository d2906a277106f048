/** Which of the mail program's dialogs is open. */
import { create } from 'zustand';
import type { HostId } from '../../sim/types.ts';

export type Desk =
  | { readonly kind: 'write'; readonly host: HostId }
  | { readonly kind: 'read'; readonly host: HostId };

interface MailDesk {
  readonly desk: Desk | null;
  open(desk: Desk): void;
  close(): void;
}

export const useMailDesk = create<MailDesk>()((set) => ({
  desk: null,
  open: (desk) => set({ desk }),
  close: () => set({ desk: null }),
}));
