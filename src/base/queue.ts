/**
 * A priority queue as a plain array (binary heap). Order is by `at`, then by `id`, so ties never break by accident.
 * The array survives JSON as it is.
 */
export interface Queued {
  readonly at: number;
  readonly id: number;
}

export type PriorityQueue<T extends Queued> = T[];

const before = (a: Queued, b: Queued): boolean => a.at < b.at || (a.at === b.at && a.id < b.id);

export function push<T extends Queued>(queue: PriorityQueue<T>, item: T): void {
  let child = queue.length;
  queue.push(item);
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!before(item, queue[parent]!)) break;
    queue[child] = queue[parent]!;
    child = parent;
  }
  queue[child] = item;
}

export function pop<T extends Queued>(queue: PriorityQueue<T>): T | undefined {
  const first = queue[0];
  const last = queue.pop();
  if (first === undefined || last === undefined || queue.length === 0) return first;
  let parent = 0;
  for (;;) {
    let child = 2 * parent + 1;
    if (child >= queue.length) break;
    if (child + 1 < queue.length && before(queue[child + 1]!, queue[child]!)) child++;
    if (!before(queue[child]!, last)) break;
    queue[parent] = queue[child]!;
    parent = child;
  }
  queue[parent] = last;
  return first;
}

export const peek = <T extends Queued>(queue: PriorityQueue<T>): T | undefined => queue[0];
