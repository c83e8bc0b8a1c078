/**
 * Kerberos sign-in (RFC 4120, RFC 4121, MS-KILE), the acceptor's side: a keytab, no KDC.
 *
 * <p>{@link io.gatehouse.provider.kerberos.KerberosProviderFactory} is found by {@link java.util.ServiceLoader}. A
 * token is one AP-REQ in GSS framing; SPNEGO is wrapped around it by the core. {@code Acceptor} decides, in the order
 * in which it trusts: keytab, ticket, authenticator, channel binding, PAC, replay.
 */
@NullMarked
package io.gatehouse.provider.kerberos;

import org.jspecify.annotations.NullMarked;
