@NullMarked
package io.gatehouse.formats.kerberos;

import org.jspecify.annotations.NullMarked;
