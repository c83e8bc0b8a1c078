/**
 * Validates against the winbindd of this machine, which is a member of the domain.
 *
 * <p>{@link io.gatehouse.provider.ntlm.winbind.WinbindValidator} asks Samba's {@code ntlm_auth} whether a response is
 * right: a {@code HelperPool} of processes, each an {@code NtlmAuthHelper} with one request at a time. {@code Wbinfo}
 * then names the account and its groups. All that these programs print is parsed strictly, and all waiting ends with
 * the request's {@code Deadline}.
 */
@NullMarked
package io.gatehouse.provider.ntlm.winbind;

import org.jspecify.annotations.NullMarked;
