/**
 * The seam between the exchange of NTLM messages and whoever knows the passwords: {@link
 * io.gatehouse.provider.ntlm.validation.NtlmValidator}, what it is given and what it answers.
 */
@NullMarked
package io.gatehouse.provider.ntlm.validation;

import org.jspecify.annotations.NullMarked;
