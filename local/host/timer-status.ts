import { ContainerClient, RestError } from '@azure/storage-blob';

/** What the host remembers of a timer between processes; ISO instants. */
export interface TimerStatus {
  Last: string;
  Next: string;
  LastUpdated: string;
}

export interface TimerStatusStore {
  read(functionName: string): Promise<TimerStatus | null>;
  write(functionName: string, status: TimerStatus): Promise<void>;
}

/** The status as JSON blobs where the real host keeps them: container azure-webjobs-hosts, `timers/…/status`. */
export function blobTimerStatus(connectionString: string): TimerStatusStore {
  const container = new ContainerClient(connectionString, 'azure-webjobs-hosts');
  const blob = (name: string) =>
    container.getBlockBlobClient(`timers/keyturn-local/Host.Functions.${name}/status`);
  return {
    async read(functionName) {
      try {
        return JSON.parse((await blob(functionName).downloadToBuffer()).toString('utf8'));
      } catch (error) {
        if (error instanceof RestError && error.statusCode === 404) return null;
        throw error;
      }
    },
    async write(functionName, status) {
      const text = JSON.stringify(status);
      await container.createIfNotExists();
      await blob(functionName).upload(text, Buffer.byteLength(text));
    },
  };
}
