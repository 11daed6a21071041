import type { Instance, Status } from './instance.ts';

/**
 * The status that is shown, at registration and at every renewal; the first rule that fits wins
 * (Netflix's FirstMatchWinsCompositeRule, without its rule for Amazon's groups):
 * 1. a reported status other than UP and OUT_OF_SERVICE is believed, even over an override;
 * 2. an override;
 * 3. what the live lease says, if that is UP or OUT_OF_SERVICE, unless a peer is speaking;
 * 4. the reported status.
 */
export function resolveStatus(
  reported: Pick<Instance, 'status' | 'overriddenStatus'>,
  leased: Status | undefined,
  fromPeer: boolean,
): Status {
  if (!isInService(reported.status)) return reported.status;
  if (reported.overriddenStatus !== 'UNKNOWN') return reported.overriddenStatus;
  if (!fromPeer && leased !== undefined && isInService(leased)) return leased;
  return reported.status;
}

function isInService(status: Status): boolean {
  return status === 'UP' || status === 'OUT_OF_SERVICE';
}
