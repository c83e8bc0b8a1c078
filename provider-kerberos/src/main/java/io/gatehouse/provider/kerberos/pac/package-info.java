/**
 * The Privilege Attribute Certificate of MS-PAC: what a Windows domain says about a user in a ticket. Of its many parts
 * those are read that name the user and the groups, and the signature that the service can check.
 *
 * <p>{@link io.gatehouse.formats.MalformedException} is all that hostile bytes can cause.
 */
@NullMarked
package io.gatehouse.provider.kerberos.pac;

import org.jspecify.annotations.NullMarked;
