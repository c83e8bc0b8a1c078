/** Sign-in for users whom a proxy in front of the portal signed in already. */
@NullMarked
package io.gatehouse.provider.header;

import org.jspecify.annotations.NullMarked;
