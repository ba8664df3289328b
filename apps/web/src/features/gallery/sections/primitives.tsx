'use client';

import { Moon, Pencil, Search, Trash2 } from 'lucide-react';
import { AutoTextarea } from '@/ui/auto-textarea';
import { Avatar, OnlineDot } from '@/ui/avatar';
import { Button, IconButton } from '@/ui/button';
import { InlineError, TextField } from '@/ui/field';
import { Logo } from '@/ui/logo';
import { Notice } from '@/ui/notice';
import { Loading, Spinner } from '@/ui/spinner';
import { VirtualList } from '@/ui/virtual-list';
import { Card } from '../card';
import { crowd, PEOPLE } from '../people';
import { Overlays } from './overlays';

/** What everything else is made of. */
export function Primitives() {
  return (
    <div className="grid grid-cols-1 gap-6 md:grid-cols-2 xl:grid-cols-3">
      <Buttons />
      <IconButtons />
      <Fields />
      <Avatars />
      <Notices />
      <Waiting />
      <Lists />
      <Overlays />
    </div>
  );
}

const VARIANTS = ['primary', 'danger', 'soft', 'ghost'] as const;
const SIZES = ['md', 'sm'] as const;

function Buttons() {
  return (
    <Card title="Buttons">
      <div className="space-y-3">
        {VARIANTS.flatMap((variant) =>
          SIZES.map((size) => (
            <div key={`${variant} ${size}`} className="flex flex-wrap items-center gap-2">
              <Button variant={variant} size={size}>
                {variant}
              </Button>
              <Button variant={variant} size={size} busy>
                busy
              </Button>
              <Button variant={variant} size={size} disabled>
                disabled
              </Button>
            </div>
          )),
        )}
      </div>
    </Card>
  );
}

function IconButtons() {
  return (
    <Card title="Buttons with an icon">
      <div className="flex flex-wrap items-center gap-3">
        {SIZES.map((size) => (
          <div key={size} className="flex gap-1">
            <IconButton label={`Edit, ${size}`} size={size}>
              <Pencil />
            </IconButton>
            <IconButton label={`Delete, ${size}`} size={size} disabled>
              <Trash2 />
            </IconButton>
          </div>
        ))}
      </div>
      <h3 className="mt-8 mb-4 text-sm font-medium text-ink-soft">Logo</h3>
      <div className="flex items-end gap-3">
        <Logo className="size-12" />
        <Logo className="size-7" />
        <Logo className="size-4" />
      </div>
    </Card>
  );
}

const LONG_TEXT = 'Grows with its text, line by line.\nSecond line.\nThird line.';

function Fields() {
  return (
    <Card title="Fields">
      <div className="space-y-4">
        <TextField label="Name" placeholder="Design review" />
        <TextField label="Search" hideLabel type="search" placeholder="With an icon, label hidden" icon={<Search />} />
        <div>
          <TextField label="With an error" defaultValue="general" />
          <InlineError>There is a room of that name already.</InlineError>
        </div>
        <TextField label="Disabled" defaultValue="As it is" disabled />
        <AutoTextarea
          aria-label="Text area"
          value={LONG_TEXT}
          readOnly
          className="rounded-lg border border-line-strong/60 bg-canvas p-3 text-sm text-ink"
        />
      </div>
    </Card>
  );
}

function Avatars() {
  const people = Object.values(PEOPLE);
  return (
    <Card title="Avatars">
      <div className="space-y-4">
        {(['md', 'sm', 'xs'] as const).map((size) => (
          <div key={size} className="flex flex-wrap gap-2">
            {people.map(({ id, name }, index) => (
              <Avatar key={id} id={id} name={name} size={size} online={index % 2 === 0} />
            ))}
            <Avatar id={7} name="Room" size={size} room />
            <Avatar id={8} name="" size={size} />
          </div>
        ))}
        <p className="flex items-center gap-2 text-sm text-ink-soft">
          <OnlineDot /> the dot alone
        </p>
      </div>
    </Card>
  );
}

function Notices() {
  const actions = (
    <>
      <Button>Try again</Button>
      <Button variant="soft">Back</Button>
    </>
  );
  return (
    <Card title="Notices">
      <Notice icon={Moon} title="A blank page" actions={actions}>
        Why a place is empty, and what can be done.
      </Notice>
      <Notice icon={Moon} title="A small one" compact>
        For lists and dialogs.
      </Notice>
    </Card>
  );
}

function Waiting() {
  return (
    <Card title="Loading">
      <div className="flex items-center gap-4 text-ink-soft">
        <Spinner className="size-4" />
        <Spinner />
        <Spinner className="size-8" />
      </div>
      <Loading label="Loading messages…" />
    </Card>
  );
}

const ROWS = crowd(10_000);

function Lists() {
  return (
    <Card title="List of 10,000 rows, rendered in part">
      <VirtualList
        label="Ten thousand people"
        rows={ROWS}
        heightOf={() => 36}
        keyOf={({ id }) => id}
        className="h-72 rounded-lg border border-line bg-canvas px-3"
      >
        {({ id, name }) => (
          <span className="flex h-full items-center gap-2 text-sm text-ink">
            <Avatar id={id} name={name} size="xs" />
            {name}
          </span>
        )}
      </VirtualList>
    </Card>
  );
}
