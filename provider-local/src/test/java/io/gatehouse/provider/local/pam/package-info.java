/** Tests with the system's own libpam and real modules. */
@NullMarked
package io.gatehouse.provider.local.pam;

import org.jspecify.annotations.NullMarked;
