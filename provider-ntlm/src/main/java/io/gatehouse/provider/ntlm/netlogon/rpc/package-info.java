/**
 * As much of DCE/RPC over TCP (C706, MS-RPCE) as a Netlogon client needs: NDR, connections, security contexts and the
 * endpoint mapper. Knows nothing of Netlogon.
 */
@NullMarked
package io.gatehouse.provider.ntlm.netlogon.rpc;

import org.jspecify.annotations.NullMarked;
