'use client';

import { ChatError } from '@dream-studio/sdk';
import { Copy, Pencil, Smile, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { ThemeChoice } from '@/features/theme/theme-choice';
import { Button } from '@/ui/button';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Dialog } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { Popover } from '@/ui/popover';
import { showToast } from '@/ui/toaster';
import { Card } from '../card';

/** What opens over the page. */
export function Overlays() {
  return (
    <>
      <Card title="Menus and popovers">
        <div className="flex flex-wrap gap-2">
          <ActionsMenu />
          <Menu trigger={<Button variant="soft">Menu of choices</Button>} align="start">
            <ThemeChoice />
          </Menu>
          <SmallPopover />
        </div>
      </Card>
      <Card title="Dialogs">
        <div className="flex flex-wrap gap-2">
          <FormDialog />
          <Confirm label="Confirm" onConfirm={async () => showToast('Deleted.')} />
          <Confirm label="Confirm and fail" onConfirm={() => Promise.reject(REFUSAL)} />
          <Confirm label="Confirm and wait" onConfirm={() => new Promise(() => {})} />
        </div>
      </Card>
      <Card title="Toasts">
        <div className="flex flex-wrap gap-2">
          <Button variant="soft" onClick={() => showToast('Copied.')}>
            Information
          </Button>
          <Button variant="soft" onClick={() => showToast('The browser does not allow copying.', 'error')}>
            Error
          </Button>
          <Button
            variant="soft"
            onClick={() =>
              showToast('Message deleted.', { action: { label: 'Undo', onSelect: () => showToast('It is back.') } })
            }
          >
            With an action
          </Button>
        </div>
      </Card>
    </>
  );
}

const REFUSAL = new ChatError({ code: 'FORBIDDEN', message: 'Only the owner may do that', retryable: false });
const nothing = () => {};

function ActionsMenu() {
  return (
    <Menu trigger={<Button variant="soft">Menu</Button>} align="start">
      <MenuItem icon={Copy} onSelect={nothing}>
        Copy text
      </MenuItem>
      <MenuItem icon={Pencil} onSelect={nothing}>
        Edit message
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={Trash2} danger onSelect={nothing}>
        Delete message
      </MenuItem>
    </Menu>
  );
}

function SmallPopover() {
  const [open, setOpen] = useState(false);
  const trigger = (
    <Button variant="soft">
      <Smile aria-hidden="true" className="size-4" />
      Popover
    </Button>
  );
  return (
    <Popover open={open} onOpenChange={setOpen} trigger={trigger} label="A popover">
      <p className="max-w-60 p-4 text-sm text-ink">Beside its button, and clear of the window’s edges.</p>
    </Popover>
  );
}

function FormDialog() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="soft" onClick={() => setOpen(true)}>
        Dialog
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="New room"
        description="A place for a team, a topic or a plan."
      >
        <TextField label="Name" placeholder="Design review" />
      </Dialog>
    </>
  );
}

function Confirm({ label, onConfirm }: { label: string; onConfirm: () => Promise<unknown> }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="soft" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <ConfirmDialog
        open={open}
        onClose={() => setOpen(false)}
        title="Delete the room?"
        description="This cannot be undone."
        action="Delete"
        onConfirm={onConfirm}
      />
    </>
  );
}
