/** Validates against the winbindd of this machine, through its helper program {@code ntlm_auth}. */
@NullMarked
package io.gatehouse.provider.ntlm.winbind;

import org.jspecify.annotations.NullMarked;
