import { useId, useState } from 'preact/hooks';
import type { ApiKey, RotatedKey, RotateKey } from '../../contract.ts';
import { Confirm } from '../shared/confirm.tsx';
import { day, duration, relative, time, UNKNOWN } from '../shared/format.ts';
import { Table } from '../shared/page-parts.tsx';
import { StateMark } from '../shared/state-mark.tsx';
import { useNow } from '../shared/use-now.ts';
import { call } from './call.ts';
import { clientPath } from './client-path.ts';
import { FormDialog } from './form-dialog.tsx';
import { NewKeyDialog } from './new-key.tsx';
import { Link } from './router.tsx';
import { useIsOperator } from './session.ts';

type Open = { kind: 'rotate' | 'revoke'; key: ApiKey } | { kind: 'rotated'; key: RotatedKey };

/** Keys, one a line, with what can be done to them. */
export function KeysTable({ keys, onChange }: { keys: readonly ApiKey[]; onChange(): void }) {
  const isOperator = useIsOperator();
  const now = useNow();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  return (
    <>
      <Table
        caption="Keys"
        head={
          <>
            <th scope="col">Key</th>
            <th scope="col">Client</th>
            <th scope="col">Tier</th>
            <th scope="col">State</th>
            <th scope="col">Last used</th>
            <th scope="col">Created</th>
            <th scope="col">Restricted to</th>
            {isOperator && (
              <th scope="col">
                <span class="visually-hidden">Actions</span>
              </th>
            )}
          </>
        }
      >
        {keys.map((key) => (
          <tr key={key.id}>
            <th scope="row" class="mono">
              {key.id}
            </th>
            <td>
              <Link to={clientPath(key.tenant, key.client)}>{key.client}</Link>{' '}
              <span class="quiet">{key.tenant}</span>
            </td>
            <td>{key.tier}</td>
            <td>
              <KeyState apiKey={key} now={now} />
            </td>
            <td>{key.lastUsedAt === undefined ? 'never' : relative(key.lastUsedAt, now)}</td>
            <td>{day(key.createdAt)}</td>
            <td>{restrictions(key)}</td>
            {isOperator && (
              <td class="row-actions">
                <button type="button" class="quiet-button" onClick={() => setOpen({ kind: 'rotate', key })}>
                  Rotate<span class="visually-hidden"> key {key.id}</span>
                </button>
                <button type="button" class="quiet-button" onClick={() => setOpen({ kind: 'revoke', key })}>
                  Revoke<span class="visually-hidden"> key {key.id}</span>
                </button>
              </td>
            )}
          </tr>
        ))}
      </Table>
      {open?.kind === 'rotate' && (
        <RotateDialog
          apiKey={open.key}
          onClose={close}
          onRotated={(key) => {
            setOpen({ kind: 'rotated', key });
            onChange();
          }}
        />
      )}
      {open?.kind === 'rotated' && (
        <NewKeyDialog
          text={open.key.key}
          note={`The old one is good until ${time(open.key.oldExpiresAt, now)}.`}
          onClose={close}
        />
      )}
      {open?.kind === 'revoke' && (
        <Confirm
          title={`Revoke key ${open.key.id}?`}
          consequence={`${open.key.client} of ${open.key.tenant} is refused with it from now on. A revoked key cannot be had back.`}
          verb="Revoke the key"
          act={() =>
            call(`/api/keys/${encodeURIComponent(open.key.id)}`, { method: 'DELETE' }).then(onChange)
          }
          onClose={close}
        />
      )}
    </>
  );
}

function KeyState({ apiKey, now }: { apiKey: ApiKey; now: number }) {
  if (apiKey.expired) return <StateMark tone="quiet">expired</StateMark>;
  if (apiKey.expiresAt === undefined) return <StateMark tone="good">good</StateMark>;
  const until = `ends ${relative(apiKey.expiresAt, now)}`;
  return <StateMark tone={apiKey.replacedBy === undefined ? 'good' : 'warn'}>{until}</StateMark>;
}

function restrictions({ cidrs = [], routes = [], roles = [], scopes = [], permissions }: ApiKey): string {
  const parts = [...cidrs, ...routes, ...roles, ...scopes];
  if (permissions !== undefined && Object.keys(permissions).length > 0) parts.push('permissions');
  return parts.join(', ') || UNKNOWN;
}

const GRACES_S = [0, 3_600, 86_400, 7 * 86_400];

function RotateDialog({
  apiKey,
  onRotated,
  onClose,
}: {
  apiKey: ApiKey;
  onRotated(key: RotatedKey): void;
  onClose(): void;
}) {
  const id = useId();
  const [graceS, setGraceS] = useState(86_400);
  const rotate = async () => {
    const path = `/api/keys/${encodeURIComponent(apiKey.id)}/rotate`;
    const body: RotateKey = { graceS };
    onRotated(await call<RotatedKey>(path, { method: 'POST', body }));
  };
  return (
    <FormDialog title={`Rotate key ${apiKey.id}`} verb="Rotate the key" act={rotate} onClose={onClose}>
      <p>
        A new key takes over for {apiKey.client} of {apiKey.tenant}, with all that the old one may.
      </p>
      <div class="field">
        <label for={id}>The old key stays good for</label>
        <select
          id={id}
          value={graceS}
          onChange={({ currentTarget }) => setGraceS(Number(currentTarget.value))}
        >
          {GRACES_S.map((seconds) => (
            <option key={seconds} value={seconds}>
              {seconds === 0 ? 'no longer' : duration(seconds * 1_000)}
            </option>
          ))}
        </select>
      </div>
    </FormDialog>
  );
}
