/**
 * MS-KKDCP: what of the KDC proxy needs no socket. Which messages are carried to which realm, what counts as a guess at a password,
 * and how much anybody may ask.
 */
@NullMarked
package io.gatehouse.core.kdcproxy;

import org.jspecify.annotations.NullMarked;
