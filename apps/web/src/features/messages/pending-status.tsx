'use client';

import type { SendStatus, TimelineMessage } from '@dream-studio/sdk';
import { useChatConnection, useRoomSnapshot } from '@dream-studio/sdk/react';
import { CircleAlert, Clock } from 'lucide-react';
import { errorText } from '@/lib/errors';
import type { MessageCommands } from './commands';

/** Beside a message on its way, once that takes a moment: no room is made for it, so that nothing moves. */
export function SendingHint({ status }: { status: SendStatus }) {
  if (status !== 'sending') return null;
  return (
    <Clock
      role="img"
      aria-label="Sending"
      className="size-3.5 shrink-0 animate-[fade_200ms_ease-out_600ms_backwards] text-ink-faint"
    />
  );
}

interface PendingStatusProps {
  message: TimelineMessage;
  commands: MessageCommands;
}

/** Under a message that is not sent: what it waits for, or why it was refused and what can be done. */
export function PendingStatus({ message, commands }: PendingStatusProps) {
  if (message.status === 'failed') return <FailedStatus message={message} commands={commands} />;
  return message.status === 'queued' ? <WaitingStatus message={message} commands={commands} /> : null;
}

function WaitingStatus({ message, commands }: PendingStatusProps) {
  const connected = useChatConnection() === 'connected';
  const limited = useRoomSnapshot((room) => room.limitedUntil !== null, message.roomId);
  // Its turn is about to come: too short a time for words.
  if (connected && !limited && !message.error) return null;
  const { clientId } = message;
  return (
    <p data-testid="send-waiting" className="mt-1 flex items-center gap-3 px-1 text-xs text-ink-faint">
      {connected ? 'Waiting…' : 'Waiting for connection…'}
      {clientId && <DiscardButton onClick={() => commands.discard(clientId)} />}
    </p>
  );
}

function FailedStatus({ message, commands }: PendingStatusProps) {
  const { clientId, error } = message;
  return (
    <div data-testid="send-failed" className="mt-1 flex flex-wrap items-center justify-end gap-x-3 px-1 text-[13px]">
      <span role="alert" className="flex items-center gap-1.5 text-danger">
        <CircleAlert aria-hidden="true" className="size-3.5 shrink-0" />
        {error ? errorText(error) : 'Not sent'}
      </span>
      {clientId && (
        <>
          <button
            type="button"
            onClick={() => commands.retry(clientId)}
            data-testid="retry-message"
            className="font-semibold text-brand-text hover:underline"
          >
            Retry
          </button>
          <DiscardButton onClick={() => commands.discard(clientId)} />
        </>
      )}
    </div>
  );
}

function DiscardButton({ onClick }: { onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      data-testid="discard-message"
      className="text-ink-soft hover:text-ink hover:underline"
    >
      Discard
    </button>
  );
}
