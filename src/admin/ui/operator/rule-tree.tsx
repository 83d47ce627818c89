import type { RuleTree, RuleTreeNode } from '../../contract.ts';
import { count, plural } from '../shared/format.ts';
import { Trouble } from '../shared/page-parts.tsx';
import { unbranched } from './unbranched.ts';

/** Levels that stand open at first. */
const OPEN_DEPTH = 2;

/** The rules of every domain as their files have them, with what was counted. */
export function RuleTreeList({ tree }: { tree: RuleTree }) {
  return (
    <>
      {tree.problem !== null && <Trouble message={tree.problem} />}
      {tree.domains.map(({ domain, nodes }) => (
        <div key={domain}>
          <h3>{domain}</h3>
          <RuleBranch nodes={nodes} depth={0} />
        </div>
      ))}
      {tree.omitted > 0 && <p class="quiet">{plural(tree.omitted, 'more rule')} not shown.</p>}
    </>
  );
}

function RuleBranch({ nodes, depth }: { nodes: readonly RuleTreeNode[]; depth: number }) {
  return (
    <ul class="tree">
      {nodes.map((node) => {
        const { path, rule, below } = unbranched(node);
        const name = (
          <>
            <code>{path.join(' ')}</code>
            {rule && <RuleText rule={rule} />}
          </>
        );
        return (
          <li key={path.join(' ')}>
            {below.length === 0 ? (
              <div class="leaf">{name}</div>
            ) : (
              <details open={depth < OPEN_DEPTH}>
                <summary>{name}</summary>
                <RuleBranch nodes={below} depth={depth + 1} />
              </details>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function RuleText({ rule: { limits, counters } }: { rule: NonNullable<RuleTreeNode['rule']> }) {
  return (
    <span class="rule">
      {limits === 'unlimited'
        ? 'unlimited'
        : limits.map(({ name, description, shadowMode }) => (
            <span key={name} class="limit" title={name}>
              {description}
              {shadowMode && ' (only tried out)'}
            </span>
          ))}
      {counters && counters.hits > 0 && (
        <span class="quiet">
          {plural(counters.hits, 'hit')}
          {counters.overLimit > 0 && `, ${count(counters.overLimit)} refused`}
        </span>
      )}
    </span>
  );
}
