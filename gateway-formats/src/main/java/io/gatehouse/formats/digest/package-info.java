/** Digests and random names. */
@NullMarked
package io.gatehouse.formats.digest;

import org.jspecify.annotations.NullMarked;
