import * as Radix from '@radix-ui/react-dialog';
import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { IconButton } from './button';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** One sentence under the title. */
  description?: ReactNode;
  /** Called once closed, when what had the focus before is gone. */
  onFocusLost?: (() => void) | undefined;
  /** The content reaches to the edges, and scrolls by itself. */
  flush?: boolean;
  children: ReactNode;
}

/** A modal: traps the focus, closes on Escape and on a click outside, a sheet from below on a phone. */
export function Dialog({ open, onClose, title, description, onFocusLost, flush = false, children }: DialogProps) {
  const focus = useFocusReturn(onFocusLost);
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-fade bg-scrim" />
        <Radix.Content
          {...focus}
          {...(!description && { 'aria-describedby': undefined })}
          className="fixed inset-x-0 bottom-0 z-50 flex max-h-[88dvh] animate-rise flex-col rounded-t-2xl border border-line bg-raised shadow-pop outline-none [--avatar-ring:var(--raised)] sm:inset-auto sm:top-1/2 sm:left-1/2 sm:w-[26rem] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-2xl"
        >
          <header className="pt-5 pr-14 pb-3 pl-5">
            <Radix.Title className="text-lg font-semibold break-words text-ink">{title}</Radix.Title>
            {description && (
              <Radix.Description className="mt-1 text-sm leading-relaxed text-pretty break-words text-ink-soft">
                {description}
              </Radix.Description>
            )}
          </header>
          <div className={flush ? 'min-h-0 pt-1' : 'min-h-0 overflow-y-auto px-5 pt-1 pb-5'}>{children}</div>
          {/* Last, so that the focus starts in the content. */}
          <Radix.Close asChild>
            <IconButton label="Close" className="absolute top-4 right-3">
              <X />
            </IconButton>
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Gives the focus back to where it was; Radix does so only for dialogs with a trigger of their own. */
function useFocusReturn(onFocusLost?: () => void) {
  const opener = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: () => {
      opener.current = triggerOf(document.activeElement);
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      if (document.activeElement !== document.body) return;
      if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus();
      else onFocusLost?.();
    },
  };
}

/** Of an item of a menu, which goes away, the button that opened the menu. */
function triggerOf(element: Element | null): Element | null {
  const menuLabel = element?.closest('[role=menu]')?.getAttribute('aria-labelledby');
  return menuLabel ? document.getElementById(menuLabel) : element;
}
