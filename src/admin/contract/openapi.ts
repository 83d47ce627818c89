/** `GET /openapi.json`: OpenAPI 3.1, as docs/admin-openapi.json has it. */
export interface OpenApiDocument {
  openapi: string;
  info: Record<string, unknown>;
  paths: Record<string, unknown>;
  components: Record<string, unknown>;
}
