import { useState } from 'preact/hooks';
import type { ClientList, KeyList, NewKey } from '../../../contract.ts';
import { count, relative, usd } from '../../shared/format.ts';
import { Empty, PageTitle, Section, Table } from '../../shared/page-parts.tsx';
import { useNow } from '../../shared/use-now.ts';
import { Answered } from '../answered.tsx';
import { clientPath } from '../client-path.ts';
import { CreateKeyDialog } from '../create-key.tsx';
import { KeysTable } from '../keys-table.tsx';
import { NewKeyDialog } from '../new-key.tsx';
import { Link } from '../router.tsx';
import { useIsOperator } from '../session.ts';
import { useAnswer } from '../use-answer.ts';

/** Who may call, and with which keys. */
export function ClientsPage() {
  const clients = useAnswer<ClientList>('/api/clients');
  const keys = useAnswer<KeyList>('/api/keys');
  const isOperator = useIsOperator();
  const [isCreating, setIsCreating] = useState(false);
  const [created, setCreated] = useState<NewKey>();
  const changed = () => {
    clients.ask();
    keys.ask();
  };
  return (
    <>
      <PageTitle
        title="Clients and keys"
        aside={
          isOperator &&
          keys.answer && (
            <button type="button" class="button primary" onClick={() => setIsCreating(true)}>
              Create a key
            </button>
          )
        }
      >
        Who may call, with which keys. A client's page has its limits and what is used of them. Jobs are
        counted among the newest hundred of all.
      </PageTitle>
      <Section title="Clients">
        <Answered asked={clients}>{(answer) => <Clients list={answer} />}</Answered>
      </Section>
      <Section title="Keys">
        <Answered asked={keys}>
          {(answer) =>
            answer.keys.length === 0 ? (
              <Empty>No key yet.</Empty>
            ) : (
              <KeysTable keys={answer.keys} onChange={changed} />
            )
          }
        </Answered>
      </Section>
      {isCreating && keys.answer && (
        <CreateKeyDialog
          known={keys.answer}
          onClose={() => setIsCreating(false)}
          onCreated={(key) => {
            setIsCreating(false);
            setCreated(key);
            changed();
          }}
        />
      )}
      {created && (
        <NewKeyDialog
          text={created.key}
          note={`${created.client} sends it as x-api-key.`}
          onClose={() => setCreated(undefined)}
        />
      )}
    </>
  );
}

function Clients({ list: { clients } }: { list: ClientList }) {
  const now = useNow();
  if (clients.length === 0) return <Empty>No client yet: create a key for one.</Empty>;
  return (
    <Table
      caption="Clients"
      head={
        <>
          <th scope="col">Client</th>
          <th scope="col">Tenant</th>
          <th scope="col">Tier</th>
          <th scope="col" class="number">
            Keys
          </th>
          <th scope="col">Last used</th>
          <th scope="col" class="number">
            Waiting
          </th>
          <th scope="col" class="number">
            Running
          </th>
          <th scope="col" class="number">
            Ended
          </th>
          <th scope="col" class="number">
            Failed
          </th>
          <th scope="col" class="number">
            Cost
          </th>
        </>
      }
    >
      {clients.map(({ tenant, client, tiers, keys, lastUsedAt, jobs }) => (
        <tr key={`${tenant} ${client}`}>
          <th scope="row">
            <Link to={clientPath(tenant, client)}>{client}</Link>
          </th>
          <td>{tenant}</td>
          <td>{tiers.join(', ')}</td>
          <td class="number">{count(keys)}</td>
          <td>{lastUsedAt === null ? 'never' : relative(lastUsedAt, now)}</td>
          <td class="number">{count(jobs.waiting)}</td>
          <td class="number">{count(jobs.running)}</td>
          <td class="number">{count(jobs.ended)}</td>
          <td class="number">{count(jobs.failed)}</td>
          <td class="number">{usd(jobs.costUsd)}</td>
        </tr>
      ))}
    </Table>
  );
}
