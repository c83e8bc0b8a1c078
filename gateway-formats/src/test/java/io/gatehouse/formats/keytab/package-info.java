@NullMarked
package io.gatehouse.formats.keytab;

import org.jspecify.annotations.NullMarked;
