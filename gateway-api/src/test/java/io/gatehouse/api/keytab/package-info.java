@NullMarked
package io.gatehouse.api.keytab;

import org.jspecify.annotations.NullMarked;
