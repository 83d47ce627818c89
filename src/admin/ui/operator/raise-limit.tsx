import { useId, useState } from 'preact/hooks';
import type { ClientLimit, SetOverride } from '../../contract.ts';
import { call } from './call.ts';
import { ExpirySelect } from './expiry-select.tsx';
import { FormDialog } from './form-dialog.tsx';

interface RaiseLimitProps {
  limit: Pick<ClientLimit, 'target' | 'description' | 'requests' | 'shared'>;
  onSet(): void;
  onClose(): void;
}

const DAY_S = 86_400;

/** Sets another figure for a limit, for a time. */
export function RaiseLimitDialog({ limit, onSet, onClose }: RaiseLimitProps) {
  const id = useId();
  const [requests, setRequests] = useState(limit.requests === 'unlimited' ? '' : String(limit.requests * 2));
  const [reason, setReason] = useState('');
  const [expiresInS, setExpiresInS] = useState<number | undefined>(DAY_S);
  const set = async () => {
    const body: SetOverride = {
      ...limit.target,
      requests: Number(requests),
      ...(reason.trim() !== '' && { reason: reason.trim() }),
      ...(expiresInS !== undefined && { expiresInS }),
    };
    await call('/api/limits/overrides', { method: 'PUT', body });
    onSet();
  };
  return (
    <FormDialog title={`Change ${limit.target.limit}`} verb="Change the limit" act={set} onClose={onClose}>
      <p>
        Now {limit.description}.{' '}
        {limit.shared ? 'All clients of the tenant share it.' : 'It is this client’s alone.'}
      </p>
      <div class="field">
        <label for={`${id}-requests`}>New figure</label>
        <input
          id={`${id}-requests`}
          type="number"
          min={0}
          step={1}
          required
          value={requests}
          onInput={({ currentTarget }) => setRequests(currentTarget.value)}
        />
        <p class="help">0 refuses everything.</p>
      </div>
      <div class="field">
        <label for={`${id}-expiry`}>For</label>
        <ExpirySelect id={`${id}-expiry`} none="ever" value={expiresInS} onChange={setExpiresInS} />
      </div>
      <div class="field">
        <label for={`${id}-reason`}>Reason</label>
        <input
          id={`${id}-reason`}
          value={reason}
          placeholder="for the audit"
          onInput={({ currentTarget }) => setReason(currentTarget.value)}
        />
      </div>
    </FormDialog>
  );
}
