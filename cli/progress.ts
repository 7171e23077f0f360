import type { CredentialSource, SourceEvent } from '../shared/credentials/credential-source.ts';
import type { FileNote } from '../shared/credentials/file-credential-source.ts';
import { displayText } from '../shared/display-text.ts';
import type { Io } from './io.ts';
import { numberText, plural } from './number-words.ts';

/** Tells on standard error how far a scan is. */
export interface Progress {
  /** The same source; what it reads is counted. */
  watch(source: CredentialSource): CredentialSource;
  file(note: Extract<FileNote, { kind: 'read' }>): void;
  /** Finishes the line that is being overwritten. */
  end(): void;
}

/** Overwrites one line where somebody watches; elsewhere one line per file, so that a log stays readable. */
export function progressOf(io: Io): Progress {
  const counts = new Map<string, number>();
  let isLineOpen = false;
  const show = (list: string) => {
    if (!io.isWatched) return;
    io.err(`\rRead ${numberText(counts.get(list) ?? 0)} ${list} …`);
    isLineOpen = true;
  };
  const end = () => {
    if (isLineOpen) io.err('\n');
    isLineOpen = false;
  };
  return {
    watch: (source) => ({ read: () => counted(source.read(), { counts, show }) }),
    file: ({ file, items, deleted }) => {
      end();
      const bin = deleted === 0 ? '' : ` (${numberText(deleted)} in the recycle bin left out)`;
      io.err(`Read ${displayText(file, 200)}: ${plural(items, 'item')}${bin}\n`);
    },
    end,
  };
}

async function* counted(
  events: AsyncIterable<SourceEvent>,
  { counts, show }: { counts: Map<string, number>; show: (list: string) => void },
): AsyncGenerator<SourceEvent> {
  for await (const event of events) {
    if (event.kind === 'page') {
      counts.set(event.list, (counts.get(event.list) ?? 0) + event.objects.length);
      show(event.list);
    }
    yield event;
  }
}
