import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { IconButton } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/menu';

interface MessageActionsProps {
  onEdit: (() => void) | undefined;
  onDelete: (() => void) | undefined;
}

/** What may be done with a message: buttons where there is a pointer to show them by, one small menu where not. */
export function MessageActions(props: MessageActionsProps) {
  return (
    <>
      <HoverActions {...props} />
      <TouchActions {...props} />
    </>
  );
}

function HoverActions({ onEdit, onDelete }: MessageActionsProps) {
  return (
    <div className="flex shrink-0 opacity-0 transition-opacity group-focus-within/row:opacity-100 group-hover/row:opacity-100 [@media(hover:none)]:hidden">
      {onEdit && (
        <IconButton label="Edit message" size="sm" onClick={onEdit} data-testid="edit-message">
          <Pencil />
        </IconButton>
      )}
      {onDelete && (
        <IconButton label="Delete message" size="sm" onClick={onDelete} data-testid="delete-message">
          <Trash2 />
        </IconButton>
      )}
    </div>
  );
}

function TouchActions({ onEdit, onDelete }: MessageActionsProps) {
  const trigger = (
    <IconButton
      label="Message actions"
      size="sm"
      className="text-ink-faint [@media(hover:hover)]:hidden"
      data-testid="message-menu"
    >
      <Ellipsis />
    </IconButton>
  );
  return (
    <Menu trigger={trigger}>
      {onEdit && (
        <MenuItem icon={Pencil} onSelect={onEdit}>
          Edit
        </MenuItem>
      )}
      {onDelete && (
        <MenuItem icon={Trash2} danger onSelect={onDelete}>
          Delete
        </MenuItem>
      )}
    </Menu>
  );
}
