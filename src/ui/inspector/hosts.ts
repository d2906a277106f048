/** How the interface calls the hosts of the stage. */
import { useMemo } from 'react';
import type { StageHost } from '../../agents/stage.ts';
import { useStore } from '../store/store.ts';
import { textIn } from '../strings/i18n.ts';

const NO_HOSTS: readonly StageHost[] = [];

export const useHosts = (): readonly StageHost[] => useStore((state) => state.stage?.hosts ?? NO_HOSTS);

/** What the map writes on a host's card; anything else (an address, a name of another network) as it is. */
export function useHostNames(): (id: string) => string {
  const hosts = useHosts();
  const language = useStore((state) => state.language);
  return useMemo(() => {
    const names = new Map(hosts.map((host) => [host.id, textIn(host.label, language)]));
    return (id) => names.get(id) ?? id;
  }, [hosts, language]);
}
