'use client';

import { Copy, Ellipsis, type LucideIcon, Pencil, Trash2 } from 'lucide-react';
import { useHover } from '@/lib/media';
import { IconButton } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/menu';

interface MessageActionsProps {
  onCopy: (() => void) | undefined;
  onEdit: (() => void) | undefined;
  onDelete: (() => void) | undefined;
}

interface Action {
  id: string;
  label: string;
  icon: LucideIcon;
  run: () => void;
  danger?: boolean;
}

/** What may be done with a message: buttons where there is a pointer to show them by, one small menu where not. */
export function MessageActions({ onCopy, onEdit, onDelete }: MessageActionsProps) {
  const hover = useHover();
  const actions: Action[] = [];
  if (onCopy) actions.push({ id: 'copy', label: 'Copy text', icon: Copy, run: onCopy });
  if (onEdit) actions.push({ id: 'edit', label: 'Edit message', icon: Pencil, run: onEdit });
  if (onDelete) actions.push({ id: 'delete', label: 'Delete message', icon: Trash2, run: onDelete, danger: true });
  if (actions.length === 0) return null;
  return hover ? <HoverActions actions={actions} /> : <TouchActions actions={actions} />;
}

function HoverActions({ actions }: { actions: Action[] }) {
  return (
    <div className="flex shrink-0 self-start opacity-0 transition-opacity group-focus-within/row:opacity-100 group-hover/row:opacity-100">
      {actions.map(({ id, label, icon: Icon, run }) => (
        <IconButton key={id} label={label} size="sm" onClick={run} data-testid={`${id}-message`}>
          <Icon />
        </IconButton>
      ))}
    </div>
  );
}

function TouchActions({ actions }: { actions: Action[] }) {
  const trigger = (
    <IconButton label="Message actions" size="sm" className="self-start text-ink-faint" data-testid="message-menu">
      <Ellipsis />
    </IconButton>
  );
  return (
    <Menu trigger={trigger}>
      {actions.map(({ id, label, icon, run, danger = false }) => (
        <MenuItem key={id} icon={icon} danger={danger} onSelect={run}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}
