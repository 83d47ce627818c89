/** Where the page of a client is. */
export function clientPath(tenant: string, client: string): string {
  return `/clients/${encodeURIComponent(tenant)}/${encodeURIComponent(client)}`;
}
