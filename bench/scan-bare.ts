/** The baseline: fetches and parses the pages, and counts. `node scan-bare.js CLIENT_ID FIRST_PAGE_URL…` */
const [clientId = '', ...firstPages] = process.argv.slice(2);
const token = await tokenForGraph();
const startedAt = performance.now();
let credentials = 0;
for (const firstPage of firstPages) {
  let url: string | undefined = firstPage;
  while (url !== undefined) {
    const response: Response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const page = JSON.parse(await response.text()) as Page;
    for (const item of page.value) {
      credentials += item.passwordCredentials.length + item.keyCredentials.length;
    }
    url = page['@odata.nextLink'];
  }
}
process.send?.({
  wallMs: performance.now() - startedAt,
  peakMb: process.resourceUsage().maxRSS / 1024,
  credentials,
});

interface Page {
  value: { passwordCredentials: unknown[]; keyCredentials: unknown[] }[];
  '@odata.nextLink'?: string;
}

async function tokenForGraph(): Promise<string> {
  const { IDENTITY_ENDPOINT: endpoint = '', IDENTITY_HEADER: header = '' } = process.env;
  const query = `api-version=2019-08-01&resource=https://graph.microsoft.com&client_id=${clientId}`;
  const response = await fetch(`${endpoint}?${query}`, {
    headers: { 'x-identity-header': header },
  });
  return ((await response.json()) as { access_token: string }).access_token;
}
