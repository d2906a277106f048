/** Every kind of program a scenario can put on a host. */
import { AGENTS } from '../agents/registry.ts';
import type { Program, Registry } from '../sim/types.ts';
import { shell } from './shell.ts';

export const REGISTRY: Registry = { ...AGENTS, shell: shell as Program };
