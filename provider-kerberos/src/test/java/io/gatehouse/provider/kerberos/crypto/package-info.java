@NullMarked
package io.gatehouse.provider.kerberos.crypto;

import org.jspecify.annotations.NullMarked;
