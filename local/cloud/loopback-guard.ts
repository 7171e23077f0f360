/**
 * Why a request to the cloud port is refused, or null when it may pass (security rule 33). The Host must be this
 * machine's own name, which stops DNS rebinding; a browser's Origin must be a page of this machine, which stops
 * other web sites; controls and identities are for this port's own pages only.
 */
export function loopbackRefusal(request: Request): string | null {
  const url = new URL(request.url);
  const host = request.headers.get('host') ?? url.host;
  if (!isLoopback(hostnameOf(host)) || !isLoopback(url.hostname)) {
    return `Host ${JSON.stringify(host)} is not this machine`;
  }
  const origin = request.headers.get('origin');
  if (origin === null) return null;
  if (!URL.canParse(origin) || !isLoopback(new URL(origin).hostname)) {
    return `Origin ${JSON.stringify(origin)} is not a page of this machine`;
  }
  const isInternal = /^\/(_control|msi)\//.test(url.pathname);
  if (isInternal && new URL(origin).port !== url.port) {
    return 'Controls may be called by pages of this port only';
  }
  return null;
}

function hostnameOf(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
}

function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname.toLowerCase());
}
