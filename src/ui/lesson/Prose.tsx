/** Lesson text on the page. It is made of React text only: no markup of its own, no links, nothing that runs. */
import { Fragment, useMemo } from 'react';
import type { Block, Inline } from '../../lesson/markdown.ts';
import { fillBlocks, fillInlines } from '../../lesson/markdown.ts';
import { useDesk } from './desk.ts';
import { Term } from './Term.tsx';

interface InlinesProps {
  readonly of: readonly Inline[];
  /** Terms as plain words: within labels and buttons nothing else may be pressed. */
  readonly plain?: boolean;
}

/** A run of text with the student's values put in. */
export function Line({ of, plain = false }: InlinesProps) {
  const params = useDesk((state) => state.params);
  const filled = useMemo(() => fillInlines(of, params), [of, params]);
  return <Inlines of={filled} plain={plain} />;
}

function Inlines({ of, plain = false }: InlinesProps) {
  return of.map((inline, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the text never changes its order
    <Fragment key={index}>{word(inline, plain)}</Fragment>
  ));
}

function word(inline: Inline, plain: boolean) {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'code':
      return <code>{inline.text}</code>;
    case 'strong':
      return (
        <strong>
          <Inlines of={inline.of} plain={plain} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <Inlines of={inline.of} plain={plain} />
        </em>
      );
    case 'term':
      return <Term id={inline.term} text={inline.text} plain={plain} />;
  }
}

export function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  const params = useDesk((state) => state.params);
  const filled = useMemo(() => fillBlocks(blocks, params), [blocks, params]);
  // biome-ignore lint/suspicious/noArrayIndexKey: the text never changes its order
  return filled.map((block, index) => <OneBlock key={index} block={block} />);
}

function OneBlock({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p>
          <Inlines of={block.of} />
        </p>
      );
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul';
      return (
        <List>
          {block.items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the text never changes its order
            <li key={index}>
              <Inlines of={item} />
            </li>
          ))}
        </List>
      );
    }
    case 'table':
      return block.head.length > MOST_COLUMNS ? (
        <StackedTable head={block.head} rows={block.rows} />
      ) : (
        <Table head={block.head} rows={block.rows} />
      );
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, with the keyboard too
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
  }
}

/** Columns that stand side by side in the lesson's panel. */
const MOST_COLUMNS = 3;

type TableBlock = Extract<Block, { kind: 'table' }>;

/** A wide table: what a row compares stands one below the other, so that it is seen together. */
function StackedTable({ head, rows }: Pick<TableBlock, 'head' | 'rows'>) {
  return (
    <div className="stacked-table">
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the text never changes its order
        <section key={index}>
          <h2>
            <Inlines of={row[0] ?? []} />
          </h2>
          <dl>
            {row.slice(1).map((cell, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the text never changes its order
              <div key={column}>
                <dt>
                  <Inlines of={head[column + 1] ?? []} />
                </dt>
                <dd>
                  <Inlines of={cell} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

function Table({ head, rows }: Pick<TableBlock, 'head' | 'rows'>) {
  const cells = (row: readonly (readonly Inline[])[], Cell: 'td' | 'th') =>
    row.map((cell, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the text never changes its order
      <Cell key={index} {...(Cell === 'th' ? { scope: 'col' as const } : {})}>
        <Inlines of={cell} />
      </Cell>
    ));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, with the keyboard too
    <div className="table-frame" tabIndex={0}>
      <table>
        <thead>
          <tr>{cells(head, 'th')}</tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the text never changes its order
            <tr key={index}>{cells(row, 'td')}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
