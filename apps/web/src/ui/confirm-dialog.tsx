import type { ReactNode } from 'react';
import { useAction } from '@/lib/use-action';
import { Button } from './button';
import { Dialog } from './dialog';
import { InlineError } from './field';

interface ConfirmDialogProps extends ConfirmButtonsProps {
  open: boolean;
  title: string;
  description: string;
  onFocusLost?: () => void;
  children?: ReactNode;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog({ open, title, description, onFocusLost, children, ...buttons }: ConfirmDialogProps) {
  return (
    <Dialog open={open} onClose={buttons.onClose} title={title} description={description} onFocusLost={onFocusLost}>
      {children}
      <ConfirmButtons {...buttons} />
    </Dialog>
  );
}

interface ConfirmButtonsProps {
  /** What the button says it does. */
  action: string;
  /** Closes the dialog when it resolves; a rejection is shown in it. */
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

function ConfirmButtons({ action, onConfirm, onClose }: ConfirmButtonsProps) {
  const { busy, error, run } = useAction();
  const confirm = () =>
    run(async () => {
      await onConfirm();
      onClose();
    });
  return (
    <>
      <InlineError>{error}</InlineError>
      <div className="mt-4 flex justify-end gap-2">
        <Button variant="soft" onClick={onClose}>
          Cancel
        </Button>
        <Button variant="danger" busy={busy} onClick={confirm} data-testid="confirm">
          {action}
        </Button>
      </div>
    </>
  );
}
