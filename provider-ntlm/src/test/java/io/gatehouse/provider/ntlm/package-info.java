/** Tests of NTLM sign-in. */
@NullMarked
package io.gatehouse.provider.ntlm;

import org.jspecify.annotations.NullMarked;
