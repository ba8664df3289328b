import * as Radix from '@radix-ui/react-dropdown-menu';
import { Check, type LucideIcon } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { cx } from './cx';

/** What a menu may stand in: a screen reader should meet it inside of a landmark. */
const PLACES = '[role=dialog], main, aside, [role=main], [role=complementary]';

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactNode;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
  /** As wide as the button. */
  fill?: boolean;
  children: ReactNode;
}

/** Not modal: what is behind it stays there for screen readers, as a menu is no question that waits for an answer. */
export function Menu({ trigger, align = 'end', side = 'bottom', fill = false, children }: MenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [place, setPlace] = useState<HTMLElement | null>(null);
  const onOpenChange = (open: boolean) => {
    if (open) setPlace(button.current?.closest<HTMLElement>(PLACES) ?? null);
  };
  return (
    <Radix.Root modal={false} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild ref={button}>
        {trigger}
      </Radix.Trigger>
      <Radix.Portal container={place}>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className={cx(
            'z-50 min-w-48 animate-rise rounded-xl border border-line bg-raised p-1 shadow-pop',
            fill && 'w-(--radix-dropdown-menu-trigger-width)',
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const ITEM =
  'flex items-center gap-2.5 rounded-lg px-2.5 py-2 text-sm outline-none select-none data-highlighted:bg-hover max-md:py-2.5';

interface MenuItemProps {
  icon: LucideIcon;
  onSelect: () => void;
  danger?: boolean;
  children: ReactNode;
  'data-testid'?: string;
}

export function MenuItem({ icon: Icon, danger = false, children, ...props }: MenuItemProps) {
  return (
    <Radix.Item {...props} className={cx(ITEM, danger ? 'text-danger' : 'text-ink')}>
      <Icon aria-hidden="true" className="size-4 opacity-80" />
      {children}
    </Radix.Item>
  );
}

interface MenuChoiceProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: string; icon: LucideIcon }[];
}

/** One of several; choosing does not close the menu, so that the effect can be seen. */
export function MenuChoice<T extends string>({ label, value, onChange, options }: MenuChoiceProps<T>) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as T)} aria-label={label}>
      <Radix.Label className="px-2.5 pt-1.5 pb-1 text-xs font-medium text-ink-faint">{label}</Radix.Label>
      {options.map(({ value: option, label: text, icon: Icon }) => (
        <Radix.RadioItem
          key={option}
          value={option}
          onSelect={(event) => event.preventDefault()}
          data-testid={`choice-${option}`}
          className={cx(ITEM, 'text-ink')}
        >
          <Icon aria-hidden="true" className="size-4 opacity-80" />
          <span className="flex-1">{text}</span>
          <Radix.ItemIndicator>
            <Check aria-hidden="true" className="size-4 text-brand-text" />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export const MenuSeparator = () => <Radix.Separator className="mx-1.5 my-1 h-px bg-line" />;
