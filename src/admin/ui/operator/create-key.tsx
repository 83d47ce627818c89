import { useId, useState } from 'preact/hooks';
import type { CreateKey, KeyList, NewKey } from '../../contract.ts';
import { call } from './call.ts';
import { ExpirySelect } from './expiry-select.tsx';
import { FormDialog } from './form-dialog.tsx';

interface CreateKeyProps {
  known: Pick<KeyList, 'tiers' | 'routes'>;
  /** What the form starts with. */
  owner?: { tenant: string; client: string; tier: string };
  onCreated(key: NewKey): void;
  onClose(): void;
}

const NINETY_DAYS_S = 90 * 86_400;
const listOf = (text: string) => text.split(/[\s,]+/).filter((part) => part !== '');

/** Asks whom a new key is for and what it may. */
export function CreateKeyDialog({ known, owner, onCreated, onClose }: CreateKeyProps) {
  const id = useId();
  const [client, setClient] = useState(owner?.client ?? '');
  const [tenant, setTenant] = useState(owner?.tenant ?? 'default');
  const [tier, setTier] = useState(owner?.tier ?? known.tiers[0] ?? 'free');
  const [expiresInS, setExpiresInS] = useState<number | undefined>(NINETY_DAYS_S);
  const [cidrs, setCidrs] = useState('');
  const [routes, setRoutes] = useState<readonly string[]>([]);

  const create = async () => {
    const body: CreateKey = {
      ...{ client: client.trim(), tenant: tenant.trim(), tier },
      ...(expiresInS !== undefined && { expiresInS }),
      ...(cidrs.trim() !== '' && { cidrs: listOf(cidrs) }),
      ...(routes.length > 0 && { routes }),
    };
    onCreated(await call<NewKey>('/api/keys', { method: 'POST', body }));
  };
  return (
    <FormDialog title="Create a key" verb="Create the key" act={create} onClose={onClose}>
      <div class="field">
        <label for={`${id}-client`}>Client</label>
        <input
          id={`${id}-client`}
          required
          value={client}
          placeholder="service-a"
          spellcheck={false}
          autocapitalize="off"
          onInput={({ currentTarget }) => setClient(currentTarget.value)}
        />
      </div>
      <div class="field">
        <label for={`${id}-tenant`}>Tenant</label>
        <input
          id={`${id}-tenant`}
          required
          value={tenant}
          spellcheck={false}
          autocapitalize="off"
          onInput={({ currentTarget }) => setTenant(currentTarget.value)}
        />
      </div>
      <div class="field">
        <label for={`${id}-tier`}>Tier</label>
        <select id={`${id}-tier`} value={tier} onChange={({ currentTarget }) => setTier(currentTarget.value)}>
          {known.tiers.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for={`${id}-expiry`}>Good for</label>
        <ExpirySelect id={`${id}-expiry`} none="ever" value={expiresInS} onChange={setExpiresInS} />
      </div>
      <details class="more">
        <summary>Restrict it</summary>
        <div class="field">
          <label for={`${id}-cidrs`}>Only from these addresses</label>
          <input
            id={`${id}-cidrs`}
            value={cidrs}
            placeholder="10.0.0.0/8, 2001:db8::/32"
            spellcheck={false}
            onInput={({ currentTarget }) => setCidrs(currentTarget.value)}
          />
        </div>
        <fieldset>
          <legend>Only for these routes</legend>
          {known.routes.map((route) => (
            <label key={route} class="check">
              <input
                type="checkbox"
                checked={routes.includes(route)}
                onChange={({ currentTarget }) =>
                  setRoutes(
                    currentTarget.checked ? [...routes, route] : routes.filter((each) => each !== route),
                  )
                }
              />
              {route}
            </label>
          ))}
        </fieldset>
      </details>
    </FormDialog>
  );
}
