@NullMarked
package io.gatehouse.provider.kerberos.message;

import org.jspecify.annotations.NullMarked;
