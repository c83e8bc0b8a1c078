/** The arithmetic of NTLM, which the provider verifies and the client proves with. */
@NullMarked
package io.gatehouse.formats.ntlm;

import org.jspecify.annotations.NullMarked;
