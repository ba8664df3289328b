import * as Radix from '@radix-ui/react-popover';
import type { ReactNode, RefObject } from 'react';

interface PopoverProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The button that opens it. */
  trigger: ReactNode;
  label: string;
  /** Gets the focus once closed, in place of the trigger. */
  returnFocus?: RefObject<HTMLElement | null>;
  children: ReactNode;
}

/** A small panel beside its button: closes on Escape and on a click outside, keeps clear of the window's edges. */
export function Popover({ open, onOpenChange, trigger, label, returnFocus, children }: PopoverProps) {
  const onCloseAutoFocus = (event: Event) => {
    if (!returnFocus?.current) return;
    event.preventDefault();
    returnFocus.current.focus();
  };
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          side="top"
          align="end"
          sideOffset={10}
          collisionPadding={8}
          onCloseAutoFocus={onCloseAutoFocus}
          className="z-50 animate-rise overflow-hidden rounded-2xl border border-line bg-raised shadow-pop outline-none"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
