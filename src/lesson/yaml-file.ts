/** A YAML file with the places of its nodes, so that every complaint names a line. Build time and tests only. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Problem } from './types.ts';

export type Path = readonly PropertyKey[];

export interface YamlFile {
  readonly value: unknown;
  /** Line of the deepest node of `path` that exists, from 1. */
  readonly lineOf: (path: Path) => number;
  /** Errors of syntax; the value is null then. */
  readonly problems: readonly Problem[];
}

const MAX_LENGTH = 500_000;

export function readYaml(file: string, text: string): YamlFile {
  const failed = (line: number, message: string): YamlFile => ({
    value: null,
    lineOf: () => line,
    problems: [{ file, line, message }],
  });
  if (text.length > MAX_LENGTH) return failed(0, `file is longer than ${MAX_LENGTH} characters`);
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const first = document.errors[0];
  if (first) return failed(counter.linePos(first.pos[0]).line, `YAML: ${first.message}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    return failed(1, `YAML: ${error instanceof Error ? error.message : 'cannot be read'}`);
  }
  const lineOf = (path: Path): number => {
    let node: unknown = document.contents;
    let offset = 0;
    for (const key of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
        if (!pair) break;
        if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(key)];
        const range = (node as { range?: readonly number[] } | undefined)?.range;
        offset = range?.[0] ?? offset;
      } else break;
    }
    return counter.linePos(offset).line;
  };
  return { value, lineOf, problems: [] };
}
