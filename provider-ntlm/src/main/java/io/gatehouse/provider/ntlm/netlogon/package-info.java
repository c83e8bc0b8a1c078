/** Validates against a domain controller, over a Netlogon secure channel (MS-NRPC) of our own. */
@NullMarked
package io.gatehouse.provider.ntlm.netlogon;

import org.jspecify.annotations.NullMarked;
