import { ROUTES } from '../routes.ts';
import { describeAdminApi, type TypeSchemas } from './document.ts';

/** docs/admin-openapi.json */
export function adminOpenApi(schemasOf: TypeSchemas): string {
  return `${JSON.stringify(describeAdminApi(ROUTES, schemasOf), undefined, 1)}\n`;
}
