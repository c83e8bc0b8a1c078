/**
 * MS-KKDCP: what of the KDC proxy needs no socket. Which messages are carried to which realm, and what counts as a
 * guess at a password.
 */
@NullMarked
package io.gatehouse.core.kdcproxy;

import org.jspecify.annotations.NullMarked;
