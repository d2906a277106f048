/** Numbers that ascend, each of them once. */

/** Where the first number that is not below `wanted` stands, from `from` on; the length if all are below. */
export function firstNotBelow(numbers: readonly number[], wanted: number, from = 0): number {
  let low = from;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
