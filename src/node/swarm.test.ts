import { expect, test } from 'vitest';
import { raid } from './swarm.ts';

/** `SWARM_SEEDS=5000 npx vitest run swarm` goes on for longer; `SWARM_SEED=17` plays one again. */
const count = Number(process.env.SWARM_SEEDS ?? 300);
const first = Number(process.env.SWARM_SEED ?? 1);
const seeds = process.env.SWARM_SEED === undefined ? count : 1;

test(`no letter vanishes and every command has one reply (seeds ${first} to ${first + seeds - 1})`, () => {
  console.log(`swarm: seeds ${first} to ${first + seeds - 1}`);
  for (let seed = first; seed < first + seeds; seed++) {
    const { problems } = raid(seed);
    expect(problems, `SWARM_SEED=${seed}`).toEqual([]);
  }
}, 3_600_000);
