/** What a page is given: the parts of its path that are any, and its query. */
export interface PageProps {
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
}
