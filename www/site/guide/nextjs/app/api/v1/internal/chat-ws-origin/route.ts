import { refused, told } from '../../../../../lib/refusals';
import { integration, socketOrigin } from '../../../../../lib/settings';

export const dynamic = 'force-dynamic';

export function GET(): Response {
  const origin = integration() && socketOrigin();
  return origin ? told({ origin }) : refused('not-set-up');
}
