@NullMarked
package io.gatehouse.provider.kerberos.pac;

import org.jspecify.annotations.NullMarked;
