@NullMarked
package io.gatehouse.provider.kerberos;

import org.jspecify.annotations.NullMarked;
