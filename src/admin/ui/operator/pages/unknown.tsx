import { PageTitle } from '../../shared/page-parts.tsx';
import { Link } from '../router.tsx';

export function UnknownPage() {
  return (
    <PageTitle title="There is nothing here">
      The address may be of an older version. <Link to="/">Go to the overview</Link>
    </PageTitle>
  );
}
