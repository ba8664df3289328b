'use client';

import type { ReactNode } from 'react';
import type { MessageCommands, MessageRights } from './commands';
import { MessageRow } from './message-row';
import { DaySeparator, UnreadSeparator } from './separators';
import type { TimelineRow } from './timeline';
import { type MessageScroll, START_PX } from './use-message-scroll';

export interface RowContext {
  rights: MessageRights;
  commands: MessageCommands;
  editingId: number | null;
  /** Ids of messages deleted as far as the user is concerned. */
  hidden: ReadonlySet<number>;
}

interface MessageRowsProps extends RowContext {
  rows: readonly TimelineRow[];
  virtualizer: MessageScroll['virtualizer'];
  /** What stands above the first row. */
  start: ReactNode;
}

/** The rows in sight, in a container as high as all of them. */
export function MessageRows({ rows, virtualizer, start, ...context }: MessageRowsProps) {
  return (
    <div ref={virtualizer.containerRef} className="relative mx-auto mt-auto w-full max-w-3xl shrink-0">
      <div style={{ height: START_PX }} className="absolute inset-x-0 top-0 flex items-center justify-center">
        {start}
      </div>
      {virtualizer.getVirtualItems().map(({ key, index }) => {
        const row = rows[index];
        return (
          row && (
            <div
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              className="absolute inset-x-0 px-4 focus-within:z-10 hover:z-10 sm:px-6"
            >
              <Row row={row} {...context} />
            </div>
          )
        );
      })}
    </div>
  );
}

function Row({ row, rights, commands, editingId, hidden }: RowContext & { row: TimelineRow }) {
  if (row.kind === 'day') return <DaySeparator date={row.date} />;
  if (row.kind === 'unread') return <UnreadSeparator />;
  const { id } = row.message;
  return (
    <MessageRow
      row={row}
      rights={rights}
      commands={commands}
      editing={id !== null && id === editingId}
      deleted={id !== null && hidden.has(id)}
    />
  );
}
