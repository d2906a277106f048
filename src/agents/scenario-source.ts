/** Reads the YAML of a scenario and of those it extends, and knows where each thing stands. */
import type { Octets } from '../base/octets.ts';
import { decodeUtf8, encodeUtf8 } from '../base/octets.ts';
import type { Document } from 'yaml';
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

export interface ScenarioProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Files of `scenarios/`, by name: `firma1.yaml`, `firma1.intr.zone`. */
export type ScenarioFiles = Readonly<Record<string, string>>;

export type Path = readonly PropertyKey[];

/** One file of a scenario, the extending one before those it extends. */
interface Layer {
  readonly file: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly raw: unknown;
}

export interface ScenarioSource {
  /** All layers merged, unchecked. */
  readonly raw: unknown;
  readonly layers: readonly Layer[];
}

const MAX_LAYERS = 5;

export function readSource(
  file: string,
  files: ScenarioFiles,
): ScenarioSource | { readonly problems: readonly ScenarioProblem[] } {
  const layers: Layer[] = [];
  let next: string | null = file;
  while (next !== null) {
    const extending = layers.at(-1);
    const wrong = (message: string) => ({
      problems: [
        extending
          ? problemAt({ raw: null, layers: [extending] }, ['extends'], message)
          : { file, line: 1, message },
      ],
    });
    const name: string = next;
    if (!Object.hasOwn(files, name))
      return wrong(`expected the name of a scenario: there is no file ${name}`);
    if (layers.length === MAX_LAYERS)
      return wrong(`expected at most ${MAX_LAYERS} scenarios, each on top of the next`);
    const read = readLayer(name, files[name]!);
    if ('problems' in read) return read;
    layers.push(read);
    const base = (read.raw as { extends?: unknown } | null)?.extends;
    next = typeof base === 'string' ? `${base}.yaml` : null;
  }
  const raw = layers.reduceRight<unknown>((below, layer) => merge(below, layer.raw), undefined);
  return { raw, layers };
}

function readLayer(file: string, text: string): Layer | { readonly problems: readonly ScenarioProblem[] } {
  const lines = new LineCounter();
  // Read as octets and decoded text by text: JavaScript engines keep two octets for each character of a piece cut from
  // a file with one letter beyond Latin-1, and then of every line the simulation makes from it.
  const document = parseDocument(encodeUtf8(text), { lineCounter: lines, logLevel: 'error' });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => ({
      file,
      line: lines.linePos(pos[0]).line,
      message: decodeUtf8(message.split('\n', 1)[0]! as Octets),
    }));
    return { problems };
  }
  try {
    return { file, document, lines, raw: decoded(document.toJS()) };
  } catch (error) {
    // Aliases without an anchor, or so many that they would fill the memory.
    return { problems: [{ file, line: 1, message: String(error).split('\n', 1)[0]! }] };
  }
}

/** A value read from octets: every text in it, keys too, is UTF-8. */
function decoded(value: unknown): unknown {
  if (typeof value === 'string') return decodeUtf8(value as Octets);
  if (Array.isArray(value)) return value.map(decoded);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [decodeUtf8(key as Octets), decoded(item)]),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects are merged key by key; anything else on top replaces what is below. */
function merge(below: unknown, above: unknown): unknown {
  if (!isObject(below) || !isObject(above)) return above;
  const keys = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries(
    Array.from(keys, (key) => [
      key,
      Object.hasOwn(above, key)
        ? Object.hasOwn(below, key)
          ? merge(below[key], above[key])
          : above[key]
        : below[key],
    ]),
  );
}

/** The problem, at the line of `path` or of the nearest thing around it, in the file that has the last word on it. */
export function problemAt(source: ScenarioSource, path: Path, message: string): ScenarioProblem {
  for (let length = path.length; length > 0; length--) {
    for (const { file, document, lines } of source.layers) {
      const offset = offsetOf(document.contents, path.slice(0, length));
      if (offset !== null) return { file, line: lines.linePos(offset).line, message };
    }
  }
  return { file: source.layers[0]!.file, line: 1, message };
}

/** Where the key or the list item begins; null when the document has none there. */
function offsetOf(contents: unknown, path: Path): number | null {
  let node = contents;
  let offset: number | null = null;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        ({ key }) => isScalar(key) && decodeUtf8(String(key.value) as Octets) === String(step),
      );
      if (!pair) return null;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? null) : null;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      const range = (node as { range?: [number, number, number] | null } | undefined)?.range;
      offset = range ? range[0] : null;
    } else return null;
  }
  return offset;
}
