/**
 * NTLM sign-in (MS-NLMP), the acceptor's side, NTLMv2 only.
 *
 * <p>{@link io.gatehouse.provider.ntlm.NtlmProviderFactory} is found by {@link java.util.ServiceLoader}. JCIFS-NG reads
 * type 1, writes type 2 and reads AV pairs; everything that decides is written here. {@code NtlmValidator} is the seam
 * between the exchange of messages and whoever knows the passwords.
 */
@NullMarked
package io.gatehouse.provider.ntlm;

import org.jspecify.annotations.NullMarked;
