/**
 * Passwords checked by PAM and accounts looked up in NSS: the accounts that the machine knows.
 *
 * <p>libpam and libc are called directly. The binding that exists for Java, libpam4j, can set neither the client's
 * address ({@code PAM_RHOST}) nor a folder of services, and is not maintained.
 */
@NullMarked
package io.gatehouse.provider.local.pam;

import org.jspecify.annotations.NullMarked;
