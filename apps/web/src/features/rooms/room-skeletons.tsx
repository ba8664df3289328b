const WIDTHS = ['62%', '45%', '70%', '52%', '38%', '58%'];

/** The shape of the list while it loads. */
export function RoomSkeletons() {
  return (
    <div role="status" aria-label="Loading conversations" className="animate-pulse space-y-0.5">
      {WIDTHS.map((width, index) => (
        <div key={width} className="flex items-center gap-3 px-2.5 py-2.5">
          <div className={index % 2 ? 'size-10 rounded-full bg-hover' : 'size-10 rounded-xl bg-hover'} />
          <div className="flex-1 space-y-2">
            <div className="h-3 rounded-full bg-hover" style={{ width }} />
            <div className="h-2.5 w-4/5 rounded-full bg-hover" />
          </div>
        </div>
      ))}
    </div>
  );
}
