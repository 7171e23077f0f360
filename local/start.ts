/** `npm start`: Keyturn and a cloud for it on this machine, until Ctrl-C. */
import { startLocal } from './local-cloud.ts';
import type { Local } from './run-local.ts';
import { readStartOptions, usage, type StartOptions } from './start-options.ts';

await main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  const options = readOptions(args);
  if (options === null) {
    process.exitCode = 2;
    return;
  }
  const { quiet } = options;
  let local: Local | null = null;
  let isReady = false;
  let isStopping = false;
  const end = async () => {
    // A second Ctrl-C does not wait.
    if (isStopping) process.exit(130);
    isStopping = true;
    if (!quiet) console.log('stopping');
    await local?.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void end());
  if (!quiet) console.log('Starting Keyturn, a cloud for it, and connections to try …');
  try {
    local = await startLocal({
      ...options,
      verbose: !quiet,
      print(line, stream) {
        if (stream === 'stderr') console.error(line);
        // Setting up takes some fifty calls, which would hide what to do next; warnings and errors are on stderr.
        else if (!quiet && isReady) console.log(line);
      },
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
  isReady = true;
  if (!quiet) console.log(screen(local));
  console.log('ready');
}

function readOptions(args: string[]): StartOptions | null {
  try {
    return readStartOptions(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nUsage: ${usage}`);
    return null;
  }
}

function screen({ url, cloudUrl, masterKey, keys, connectionKeys }: Local): string {
  const key = connectionKeys['bc-production'];
  const night = `curl -X POST -H 'x-functions-key: ${masterKey}' ${url}/admin/functions/checkNightly`;
  return `
Keyturn        ${url}/
Local cloud    ${cloudUrl}/
Inbox          ${cloudUrl}/inbox
Admin key      ${keys?.admin ?? '-'}
Reader key     ${keys?.reader ?? '-'}
Master key     ${masterKey}   (of the Functions host)

Try:
  # A night, now: who has to do something gets a mail.
  ${night}
${key === undefined ? '' : tokenCommands({ url, cloudUrl, key })}
Ctrl-C stops everything.
`;
}

/** A connection that somebody has signed in for: its token, and what it opens. */
function tokenCommands({ url, cloudUrl, key }: { url: string; cloudUrl: string; key: string }) {
  const companies = `${cloudUrl}/api.businesscentral.dynamics.com/v2.0/Production/api/v2.0/companies`;
  return `  # An access token of the connection bc-production, as a program asks for it.
  TOKEN=$(curl -s -H 'x-keyturn-key: ${key}' ${url}/api/connections/bc-production/token | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')
  # The companies in Business Central, with that token.
  curl -H "authorization: Bearer $TOKEN" ${companies}
`;
}
